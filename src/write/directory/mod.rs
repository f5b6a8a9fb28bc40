//! In: generated files. Out: a folder that holds them, or how it differs from them.
//! canaryc never touches a file that it has not written, and does not rewrite a file that is up to date.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "writes files")]

mod check;
mod header;
mod hook;
mod staging;
mod target;
#[cfg(test)]
mod tests;
mod writer;

pub use check::{Check, Difference, DifferenceKind};
pub use target::Generated;
pub use writer::{Directory, Summary};
