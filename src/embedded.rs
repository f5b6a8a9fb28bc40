//! Shared by the texts inside a policy (PromQL, conditions, JSONPath).
//! In: nothing. Out: a problem with its position in such a text, and the places of `{{…}}`.

use std::ops::Range;

use crate::braces;
use crate::diagnostic::Applicability;

/// A problem in a text, with its byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// The byte range of the problem.
    pub range: Range<usize>,
    /// One line, lower case, no full stop.
    pub message: String,
    /// A few words under the text; may be empty.
    pub label: String,
    /// A related position.
    pub also: Option<(Range<usize>, String)>,
    /// What would happen in production.
    pub why: Option<&'static str>,
    /// What to write instead.
    pub help: Option<String>,
    /// The edit that fixes the problem.
    pub fix: Option<(Range<usize>, String)>,
    /// How sure the fix is.
    pub applicability: Applicability,
}

impl TextProblem {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            range,
            message,
            label: String::new(),
            also: None,
            why: None,
            help: None,
            fix: None,
            applicability: Applicability::Certain,
        }
    }

    #[must_use]
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    #[must_use]
    pub(crate) fn also(mut self, range: Range<usize>, label: impl Into<String>) -> Self {
        self.also = Some((range, label.into()));
        self
    }

    #[must_use]
    pub(crate) fn why(mut self, why: &'static str) -> Self {
        self.why = Some(why);
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) fn fix(mut self, range: Range<usize>, text: impl Into<String>) -> Self {
        self.fix = Some((range, text.into()));
        self
    }

    #[must_use]
    pub(crate) fn applicability(mut self, applicability: Applicability) -> Self {
        self.applicability = applicability;
        self
    }
}

/// The byte ranges of `{{…}}` in a text, each with the trimmed name inside. An unclosed one ends at the end of the
/// text.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + braces::opening(text.get(at..)?)?;
        let inside = start + 2;
        let (end, inside_end) = match braces::closing(&text[inside..]) {
            Some(length) => (inside + length + 2, inside + length),
            None => (text.len(), text.len()),
        };
        at = end;
        Some((start..end, text[inside..inside_end].trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found() {
        let found: Vec<_> = placeholders("a {{ x }} b {{y}}{{z").collect();
        assert_eq!(found, [(2..9, "x"), (12..17, "y"), (17..20, "z")]);
    }
}
