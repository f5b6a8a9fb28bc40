//! Shared by the texts inside a policy (PromQL, conditions, JSONPath): a problem with a position in such a text, and
//! the mapping from a text after substitution back to the text in the policy.

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

    /// The same problem in the original text. A fix is kept only if it does not touch substituted text.
    #[must_use]
    pub fn at_source(mut self, text: &Substituted) -> Self {
        self.range = text.source_range(self.range);
        self.also = self.also.map(|(range, label)| (text.source_range(range), label));
        self.fix =
            self.fix.filter(|(range, _)| text.is_verbatim(range)).map(|(range, fix)| (text.source_range(range), fix));
        self
    }
}

/// A text in which parts were replaced, with a mapping to the original text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substituted {
    /// The text after substitution.
    pub text: String,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    output: Range<usize>,
    source: Range<usize>,
    verbatim: bool,
}

impl Substituted {
    /// A text without replacements.
    pub fn verbatim(text: &str) -> Self {
        let mut substituted = Self::default();
        substituted.push_verbatim(text, 0);
        substituted
    }

    /// Appends text that is unchanged in the source, which starts at byte `source_start`.
    pub fn push_verbatim(&mut self, text: &str, source_start: usize) {
        self.push(text, source_start..source_start + text.len(), true);
    }

    /// Appends a replacement: the value of a `{{name}}`, or the character of an escape.
    pub fn push_replacement(&mut self, text: &str, source: Range<usize>) {
        self.push(text, source, false);
    }

    fn push(&mut self, text: &str, source: Range<usize>, verbatim: bool) {
        if text.is_empty() && source.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.segments.push(Segment { output: start..self.text.len(), source, verbatim });
    }

    /// The byte range of the source for a byte range of the text. A part of a replacement maps to all of its source.
    pub fn source_range(&self, output: Range<usize>) -> Range<usize> {
        let start = self.source_offset(output.start, false);
        if output.is_empty() {
            return start..start;
        }
        start..self.source_offset(output.end, true).max(start)
    }

    fn source_offset(&self, at: usize, is_end: bool) -> usize {
        // Segments are in order. The first one that extends past the offset (or up to it, for an end) contains it.
        let index = self.segments.partition_point(|s| if is_end { s.output.end < at } else { s.output.end <= at });
        let Some(segment) = self.segments.get(index) else {
            return self.segments.last().map_or(0, |segment| segment.source.end);
        };
        match (segment.verbatim, is_end) {
            (true, _) => segment.source.start + at.saturating_sub(segment.output.start).min(segment.source.len()),
            (false, false) => segment.source.start,
            (false, true) => segment.source.end,
        }
    }

    fn is_verbatim(&self, output: &Range<usize>) -> bool {
        (self.segments.iter())
            .filter(|s| s.output.start < output.end && s.output.end > output.start)
            .all(|segment| segment.verbatim)
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
    fn ranges_find_their_way_back() {
        // rate(x{s="{{service}}"}[{{window}}]) written inside a block that is indented by four.
        let mut text = Substituted::default();
        text.push_verbatim("rate(x{s=\"", 10);
        text.push_replacement("web", 20..31);
        text.push_verbatim("\"}[", 31);
        text.push_replacement("5m", 34..44);
        text.push_verbatim("])", 48);
        assert_eq!(text.text, "rate(x{s=\"web\"}[5m])");
        assert_eq!(text.source_range(0..4), 10..14);
        assert_eq!(text.source_range(10..13), 20..31);
        assert_eq!(text.source_range(11..12), 20..31);
        assert_eq!(text.source_range(9..14), 19..32);
        assert_eq!(text.source_range(16..18), 34..44);
        assert_eq!(text.source_range(18..20), 48..50);
        assert_eq!(text.source_range(20..20), 50..50);
        let problem = TextProblem::new(16..18, "x").fix(16..18, "10m").at_source(&text);
        assert_eq!((problem.range, problem.fix), (34..44, None));
        let problem = TextProblem::new(0..4, "x").fix(0..4, "irate").at_source(&text);
        assert_eq!(problem.fix, Some((10..14, "irate".to_owned())));
    }

    #[test]
    fn placeholders_are_found() {
        let found: Vec<_> = placeholders("a {{ x }} b {{y}}{{z").collect();
        assert_eq!(found, [(2..9, "x"), (12..17, "y"), (17..20, "z")]);
    }
}
