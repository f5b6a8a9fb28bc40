//! The command `canaryc`.
fn main() {}
