//! In: file paths and texts. Out: [`Source`]s with an identity, and [`Span`]s that point into them.
//! Spans are byte offsets; lines and columns are computed only when something is shown.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// The identity of one text in this process. It depends on scheduling, so it is never shown and never determines an
/// order of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(NonZeroU32);

impl SourceId {
    fn next() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(NonZeroU32::new(id).unwrap_or(NonZeroU32::MIN))
    }
}

/// A range of bytes in one source: `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text that contains the range.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both; `self` when they are in different sources.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source == other.source {
            Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
        } else {
            self
        }
    }

    /// The empty span at the start of `self`.
    #[must_use]
    pub fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The empty span just after `self`.
    #[must_use]
    pub fn at_end(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// Part of `self`: bytes `start..end` counted from its first byte, clamped to it.
    #[must_use]
    pub fn part(self, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| self.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.end);
        Self { source: self.source, start: clamp(start), end: clamp(end) }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// The syntax of a text, which the file name determines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// KDL 2.0.
    Kdl,
    /// YAML 1.2, which includes JSON.
    Yaml,
}

/// One text with its name. Texts are at most 4 GiB, and policies far smaller (see `syntax::limits`).
#[derive(Debug)]
pub struct Source {
    /// Its identity.
    pub id: SourceId,
    /// The path that the user would type, relative if it was given so; `<stdin>` for standard input.
    pub path: PathBuf,
    /// The text.
    pub text: Arc<str>,
    /// The starts of its lines, once somebody asks: a command may ask for the line of every field.
    starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// Registers a text.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Arc<Self> {
        Arc::new(Self { id: SourceId::next(), path: path.into(), text: text.into(), starts: OnceLock::new() })
    }

    /// The span of the whole text.
    pub fn span(&self) -> Span {
        self.range(0, self.text.len())
    }

    /// A span in this text, in bytes.
    pub fn range(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at.min(self.text.len())).unwrap_or(u32::MAX);
        Span { source: self.id, start: offset(start), end: offset(end) }
    }

    /// The syntax by the file name: `.yaml`, `.yml` and `.json` are YAML, all others are KDL.
    pub fn syntax(&self) -> Syntax {
        syntax_of(&self.path)
    }

    /// The text of a span of this source; empty when the span is in another source.
    pub fn slice(&self, span: Span) -> &str {
        if span.source != self.id {
            return "";
        }
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The first byte of each line, in ascending order.
    pub(crate) fn line_starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(offset, _)| offset + 1)).collect()
        })
    }

    /// The line of a byte offset, from 1.
    pub(crate) fn line(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset as usize)
    }

    /// A line, counted from 1, without its line break; `None` beyond the last.
    pub(crate) fn span_of_line(&self, line: usize) -> Option<Span> {
        let starts = self.line_starts();
        let start = *starts.get(line.checked_sub(1)?)?;
        Some(self.range(start, starts.get(line).map_or(self.text.len(), |next| next - 1)))
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line_starts().partition_point(|start| *start <= at);
        let start = self.line_starts().get(line - 1).copied().unwrap_or_default();
        (line, self.text[start..at].chars().count() + 1)
    }
}

/// The syntax for a file name.
pub fn syntax_of(path: &Path) -> Syntax {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml" | "json") => Syntax::Yaml,
        _ => Syntax::Kdl,
    }
}

/// The texts that one compilation has read: the policy first, then its includes and manifests.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Arc<Source>>,
    /// The position of each identity in the list, sorted. Usually there are few, and many compilations copy them.
    positions: Vec<(SourceId, usize)>,
}

impl Sources {
    /// Adds a text; adding one twice changes nothing.
    pub fn add(&mut self, source: Arc<Source>) {
        if let Err(slot) = self.position(source.id) {
            self.positions.insert(slot, (source.id, self.list.len()));
            self.list.push(source);
        }
    }

    /// The text of an identity, if it was added.
    pub fn get(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.position(id).ok().and_then(|position| self.list.get(position))
    }

    fn position(&self, id: SourceId) -> Result<usize, usize> {
        self.positions.binary_search_by_key(&id, |(known, _)| *known).map(|slot| self.positions[slot].1)
    }

    /// All texts, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.list.iter()
    }

    /// The text of a span; empty when its source is unknown here.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).map_or("", |source| source.slice(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_where_its_bytes_are() {
        for text in ["", "a", "\n", "ä\r\n\nb\n", "a\nö🦀b"] {
            let source = Source::new("a.kdl", text);
            let lines = text.split('\n').count();
            for (index, line) in text.split('\n').enumerate() {
                let span = source.span_of_line(index + 1).unwrap();
                assert_eq!(source.slice(span), line, "{text:?}");
                for offset in span.start..=span.end {
                    assert_eq!((source.line(offset), source.line_column(offset).0), (index + 1, index + 1), "{text:?}");
                }
                assert_eq!(source.line_column(span.end).1, line.chars().count() + 1, "{text:?}");
            }
            assert_eq!((source.span_of_line(0), source.span_of_line(lines + 1)), (None, None), "{text:?}");
        }
    }
}
