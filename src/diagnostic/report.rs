//! In: the diagnostics of every compilation of a run. Out: one [`Report`] in display order, with each mistake once.
//! Every policy that includes a file finds the mistakes of that file.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::{Diagnostic, Diagnostics, Severity};
use crate::source::{Sources, Span};

/// The mistakes of a whole run, sorted by path, place and code, without duplicates.
#[derive(Clone, Debug, Default)]
pub struct Report {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

/// The most mistakes that a format for programs writes: a small policy may have a million.
pub(super) const MOST_WRITTEN: usize = 1_000;

/// The number of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Files that have at least one error or warning.
    pub files: usize,
}

impl Report {
    /// Merges the diagnostics of several compilations.
    pub fn new(parts: impl IntoIterator<Item = (Sources, Diagnostics)>) -> Self {
        let mut report = Self::default();
        for (sources, diagnostics) in parts {
            for diagnostic in diagnostics.into_vec() {
                for span in diagnostic.spans() {
                    if let Some(source) = sources.get(span.source) {
                        report.sources.add(source.clone());
                    }
                }
                report.diagnostics.push(diagnostic);
            }
        }
        report.sort();
        report
    }

    fn sort(&mut self) {
        let sources = &self.sources;
        self.diagnostics.sort_by(|left, right| key(sources, left).cmp(&key(sources, right)));
        let mut seen = HashSet::new();
        self.diagnostics.retain(|diagnostic| seen.insert(identity(sources, diagnostic)));
    }

    /// The mistakes, in order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The texts that the mistakes point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Whether there are no mistakes.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The number of mistakes.
    pub fn summary(&self) -> Summary {
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        let files: BTreeSet<_> =
            self.diagnostics.iter().filter_map(Diagnostic::span).map(|span| path(&self.sources, span)).collect();
        Summary { errors, warnings: self.diagnostics.len() - errors, files: files.len() }
    }
}

/// The path of a span's source with `/` between its parts, on every platform; empty when the source is unknown.
pub(super) fn path(sources: &Sources, span: Span) -> Cow<'_, str> {
    let path = sources.get(span.source).map_or(Cow::Borrowed(""), |source| source.path.to_string_lossy());
    if cfg!(windows) { Cow::Owned(path.replace('\\', "/")) } else { path }
}

/// The sort key; diagnostics without a place come first.
type Key<'a> = (Option<(Cow<'a, str>, u32, u32)>, &'static str, &'a str);

fn key<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Key<'a> {
    let place = diagnostic.span().map(|span| (path(sources, span), span.start, span.end));
    (place, diagnostic.code.name(), diagnostic.message.as_str())
}

/// Everything that is shown of a diagnostic, with paths instead of source ids: one file may have been read twice.
fn identity(sources: &Sources, diagnostic: &Diagnostic) -> impl Eq + std::hash::Hash + use<> {
    let place = |span: Span| (path(sources, span).into_owned(), span.start, span.end);
    let labels: Vec<_> = diagnostic.labels.iter().map(|label| (place(label.span), label.message.clone())).collect();
    let fix: Vec<_> = diagnostic.edits().map(|edit| (place(edit.span), edit.replacement.clone())).collect();
    (diagnostic.code, diagnostic.message.clone(), labels, diagnostic.why.clone(), diagnostic.help.clone(), fix)
}

impl std::fmt::Display for Summary {
    /// `3 errors, 1 warning in 2 files`
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let parts: Vec<_> = [(self.errors, "error"), (self.warnings, "warning")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| counted(count, word))
            .collect();
        formatter.write_str(if parts.is_empty() { "no errors" } else { "" })?;
        formatter.write_str(&parts.join(", "))?;
        if self.files > 0 { write!(formatter, " in {}", counted(self.files, "file")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Source;

    fn part(path: &str, places: &[(usize, &str)]) -> (Sources, Diagnostics) {
        let source = Source::new(path, "0123456789");
        let mut diagnostics = Diagnostics::new();
        for (offset, message) in places {
            let span = source.range(*offset, *offset + 1);
            diagnostics.push(Diagnostic::new(Code::FileNotUtf8, span, *message));
        }
        let mut sources = Sources::default();
        sources.add(source);
        (sources, diagnostics)
    }

    #[test]
    fn a_mistake_in_a_shared_file_is_reported_once() {
        let report = Report::new([
            part("b", &[(5, "late"), (1, "early")]),
            part("lib", &[(3, "shared")]),
            part("a", &[(9, "last")]),
            part("lib", &[(3, "shared"), (3, "other words")]),
        ]);
        let messages: Vec<_> = report.diagnostics().iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(messages, ["last", "early", "late", "other words", "shared"]);
        assert_eq!(report.summary().to_string(), "5 errors in 3 files");
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_of_the_parts() {
        let parts = || [part("a", &[(1, "x"), (0, "y")]), part("b", &[(0, "z")])];
        let forward = Report::new(parts());
        let backward = Report::new(parts().into_iter().rev());
        let messages =
            |report: &Report| report.diagnostics().iter().map(|it| it.message.to_string()).collect::<Vec<_>>();
        assert_eq!(messages(&forward), messages(&backward));
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        let summary = |errors, warnings, files| Summary { errors, warnings, files }.to_string();
        assert_eq!(summary(1, 0, 1), "1 error in 1 file");
        assert_eq!(summary(3, 1, 2), "3 errors, 1 warning in 2 files");
        assert_eq!(summary(0, 2, 1), "2 warnings in 1 file");
        assert_eq!(summary(1, 0, 0), "1 error");
        assert_eq!(summary(0, 0, 0), "no errors");
    }
}
