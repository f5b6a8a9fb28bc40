//! In: a source. Out: the line and column of any byte of it, and the text of any line, without reading the whole text
//! each time. This keeps thousands of mistakes on one line of a megabyte cheap.

use crate::source::Source;

/// A place in a text, as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in the unit of the [`Columns`].
    pub column: usize,
}

/// The unit of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// Characters: Unicode scalar values.
    #[default]
    Characters,
    /// UTF-16 code units, which editors count: an emoji has two.
    Utf16,
}

/// Bytes between two places whose columns are stored.
const STRIDE: usize = 1024;

/// The starts of the lines of one source.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: &'a [usize],
    columns: Columns,
    /// The number of columns before byte `n * STRIDE`.
    counted: Vec<usize>,
    /// The indices of the lines that are not shown, in order.
    hidden: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Reads the text once. Columns are characters.
    pub fn new(source: &'a Source) -> Self {
        Self::with_columns(source, Columns::Characters)
    }

    /// Reads the text once.
    pub fn with_columns(source: &'a Source, columns: Columns) -> Self {
        let text: &str = &source.text;
        let counted = text
            .as_bytes()
            .chunks(STRIDE)
            .scan(0, |counted, chunk| {
                let before = *counted;
                *counted += columns.count(chunk);
                Some(before)
            })
            .collect();
        Self { text, starts: source.line_starts(), columns, counted, hidden: Vec::new() }
    }

    /// Hides these lines, whose indices are in order.
    #[must_use]
    pub(super) fn hiding(self, hidden: Vec<usize>) -> Self {
        Self { hidden, ..self }
    }

    /// Whether a line must not be shown.
    pub(super) fn is_hidden(&self, line: usize) -> bool {
        self.hidden.binary_search(&line).is_ok()
    }

    /// The index of the line that contains a byte, from 0.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line, without its end.
    pub fn range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let end = if end > start && self.text.as_bytes().get(end - 1) == Some(&b'\r') { end - 1 } else { end };
        start..end
    }

    /// Line and column of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_of(offset);
        let start = self.range(line).start;
        Position { line: line + 1, column: self.columns_before(offset) - self.columns_before(start) + 1 }
    }

    fn columns_before(&self, offset: usize) -> usize {
        let block = (offset / STRIDE).min(self.counted.len().saturating_sub(1));
        let counted = self.counted.get(block).copied().unwrap_or(0);
        counted + self.text.as_bytes().get(block * STRIDE..offset).map_or(0, |bytes| self.columns.count(bytes))
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

impl Columns {
    /// The columns of UTF-8 bytes. A character counts at its first byte.
    fn count(self, bytes: &[u8]) -> usize {
        let characters = bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count();
        match self {
            Self::Characters => characters,
            // A character of four bytes is a surrogate pair.
            Self::Utf16 => characters + bytes.iter().filter(|byte| **byte >= 0b1111_0000).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_source() {
        let text = format!("a\r\nöö🦀x\n\n{}\nend", "é🦀z".repeat(3000));
        let source = Source::new("x", text.clone());
        let lines = Lines::new(&source);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let position = lines.position(offset);
            assert_eq!((position.line, position.column), source.line_column(u32::try_from(offset).unwrap()));
        }
        let utf16 = Lines::with_columns(&source, Columns::Utf16);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let position = utf16.position(offset);
            let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
            assert_eq!(position.column, text[line_start..offset].encode_utf16().count() + 1, "{offset}");
        }
        assert_eq!(&text[lines.range(0)], "a");
        assert_eq!(&text[lines.range(2)], "");
        assert_eq!(&text[lines.range(4)], "end");
    }
}
