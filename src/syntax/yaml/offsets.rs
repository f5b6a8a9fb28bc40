//! In: the character positions of the YAML parser. Out: byte offsets into the source.

/// Characters between two checkpoints.
const STRIDE: usize = 64;

/// Translates positions in constant time after a linear pass. ASCII text does not need that pass.
pub(super) struct Offsets<'a> {
    text: &'a str,
    start: usize,
    /// Byte offset of each `STRIDE`th character; `None` when every character is a byte.
    checkpoints: Option<Vec<usize>>,
}

impl<'a> Offsets<'a> {
    /// For a parser whose input starts at byte `start` of the text.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        let part = &text[start..];
        let checkpoints =
            (!part.is_ascii()).then(|| part.char_indices().step_by(STRIDE).map(|(byte, _)| start + byte).collect());
        Self { text, start, checkpoints }
    }

    /// The byte at which the `index`th character starts; the end of the text when there is none.
    pub(super) fn byte(&self, index: usize) -> usize {
        let Some(checkpoints) = &self.checkpoints else {
            return (self.start + index).min(self.text.len());
        };
        let Some(&from) = checkpoints.get(index / STRIDE) else {
            return self.text.len();
        };
        let rest = &self.text[from..];
        from + rest.char_indices().nth(index % STRIDE).map_or(rest.len(), |(byte, _)| byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_become_bytes() {
        let text: String = "aß漢😀\n".repeat(100);
        let expected: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
        let offsets = Offsets::new(&text, 0);
        for (index, byte) in expected.iter().enumerate() {
            assert_eq!(offsets.byte(index), *byte);
        }
        assert_eq!(offsets.byte(expected.len()), text.len());
        assert_eq!(offsets.byte(usize::MAX), text.len());
        assert_eq!(Offsets::new(&text, 1).byte(1), 3);
    }
}
