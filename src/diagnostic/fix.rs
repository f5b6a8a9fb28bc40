//! In: a diagnostic with a known correction. Out: the correction as edits, with its certainty.

use crate::source::{Source, Span};

/// How certain a fix is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// The author meant this; a tool can apply it without asking.
    #[default]
    Certain,
    /// A guess, such as the most similar name; a tool must ask before applying it.
    MaybeIncorrect,
}

/// One change to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text to replace; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// Changes to the text that together correct one mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How certain it is.
    pub applicability: Applicability,
    /// The edits. They do not overlap, and their order has no meaning.
    pub edits: Vec<Edit>,
}

impl Applicability {
    /// `certain`, `maybe-incorrect`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::MaybeIncorrect => "maybe-incorrect",
        }
    }
}

impl Fix {
    /// The text of `source` with all edits. `None` if an edit belongs to another source, or if two edits overlap.
    pub fn apply(&self, source: &Source) -> Option<String> {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut text = String::with_capacity(source.text.len());
        let mut copied = 0;
        for edit in edits {
            if edit.span.source != source.id {
                return None;
            }
            // `get` returns `None` for a range that starts before the end of the last edit.
            text.push_str(source.text.get(copied..edit.span.start as usize)?);
            text.push_str(&edit.replacement);
            copied = edit.span.end as usize;
        }
        text.push_str(source.text.get(copied..)?);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(source: &Source, edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            span: source.range(*start, *end),
            replacement: (*text).to_owned(),
        };
        Fix { applicability: Applicability::Certain, edits: edits.iter().map(edit).collect() }
    }

    #[test]
    fn edits_apply_in_any_order() {
        let source = Source::new("a", "é = 🦀;");
        assert_eq!(fix(&source, &[(5, 9, "x"), (0, 0, "let "), (9, 10, "")]).apply(&source).unwrap(), "let é = x");
    }

    #[test]
    fn overlapping_and_foreign_edits_do_not_apply() {
        let (source, other) = (Source::new("a", "0123456789"), Source::new("a", "0123456789"));
        assert_eq!(fix(&source, &[(2, 5, "x"), (4, 6, "y")]).apply(&source), None);
        assert_eq!(fix(&source, &[(2, 5, "x"), (5, 6, "y")]).apply(&source).unwrap(), "01xy6789");
        assert_eq!(fix(&other, &[(2, 5, "x")]).apply(&source), None);
    }
}
