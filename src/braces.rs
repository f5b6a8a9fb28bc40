//! In: a text that may hold `{{names}}`. Out: where the next pair of braces stands.

/// The byte at which the first `{{` begins.
pub(crate) fn opening(text: &str) -> Option<usize> {
    pair(text, b'{')
}

/// The byte at which the first `}}` begins.
pub(crate) fn closing(text: &str) -> Option<usize> {
    pair(text, b'}')
}

/// Such texts are short: looking for one byte begins at once, and a search for two would first prepare itself.
fn pair(text: &str, brace: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(brace, bytes).find(|at| bytes.get(at + 1) == Some(&brace))
}
