//! In: a text that may contain `{{names}}`. Out: the places of the braces, and the names.

use std::ops::Range;

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

/// The name in a text that is exactly one hole.
pub(crate) fn sole_hole(text: &str) -> Option<&str> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?;
    opening(name).is_none().then(|| name.trim())
}

/// The holes of a text: byte range (braces included) and name.
pub(crate) fn holes(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + opening(&text[at..])?;
        let length = closing(&text[start..])? + 2;
        at = start + length;
        Some((start..at, text[start + 2..at - 2].trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::{holes, sole_hole};

    #[test]
    fn placeholders_are_found_in_order() {
        let found: Vec<_> = holes("a {{b}} c {{ d }} {{").map(|(range, name)| (range.start, name)).collect();
        assert_eq!(found, [(2, "b"), (10, "d")]);
        assert_eq!(sole_hole("{{bake}}"), Some("bake"));
        assert_eq!(sole_hole("{{a}}{{b}}"), None);
    }
}
