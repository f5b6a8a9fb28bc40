//! In: a key. Out: a number by which the keys of a mapping are sorted and found. `build.rs`, which makes the tables, uses this
//! file as well.

/// How many bytes of a key its order holds.
#[allow(dead_code, reason = "`build.rs` does not search")]
pub const ORDERED: usize = 7;

/// The length of a key and its last seven bytes: few keys of one mapping have both in common.
pub fn order(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let end = match bytes.last_chunk() {
        Some(last) => u64::from_be_bytes(*last) & u64::MAX >> 8,
        None => bytes.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
    };
    u64::from(bytes.len().to_le_bytes()[0]) << 56 | end
}
