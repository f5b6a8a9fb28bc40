//! In: a key. Out: a number that sorts and finds the keys of a mapping. `build.rs`, which generates the tables, uses
//! this file too.

/// The number of bytes of a key in its order.
#[allow(dead_code, reason = "`build.rs` does not search")]
pub const ORDERED: usize = 7;

/// The length of a key and its last seven bytes. Few keys of one mapping have both in common.
pub fn order(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let end = match bytes.last_chunk() {
        Some(last) => u64::from_be_bytes(*last) & u64::MAX >> 8,
        None => bytes.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
    };
    u64::from(bytes.len().to_le_bytes()[0]) << 56 | end
}
