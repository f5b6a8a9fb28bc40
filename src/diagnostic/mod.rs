//! In: the mistakes that a phase found. Out: [`Diagnostic`]s, which are data; the renderers beside this file show them.
//! A diagnostic says what is wrong, where, why it matters in production, and what to write instead.

mod code;
mod excerpt;
mod fix;
pub mod foreign;
pub mod json;
mod level;
mod lines;
mod prose;
pub mod reference;
mod report;
pub mod short;
pub mod suggest;
pub mod text;
mod visible;

pub use code::{Code, Group};
pub use fix::{Applicability, Edit, Fix};
pub use level::{Level, Levels, WarningCode};
pub use lines::{Columns, Lines, Position};
pub use prose::Prose;
pub use report::{Report, Summary};

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The policy does not compile.
    Error,
    /// The policy compiles, but something about it may surprise.
    Warning,
}

/// A place in a source and a message about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The exact text that the label marks.
    pub span: Span,
    /// A few words that are shown under the text; may be empty.
    pub message: Prose,
}

/// One mistake, reported once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable name; `canaryc explain CODE` shows its page.
    pub code: Code,
    /// Error or warning: that of the code, unless a [level](Levels) changes it.
    pub severity: Severity,
    /// One line: what is wrong. Lower case, no full stop.
    pub message: Prose,
    /// The first is the place of the mistake; others are places that conflict with it. Empty if the mistake is not in a
    /// file.
    pub labels: Vec<Label>,
    /// Why it matters in production: one or two sentences. `None` when the message says everything.
    pub why: Option<Prose>,
    /// What to write instead.
    pub help: Option<Prose>,
    /// The change to the text that `help` describes.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A mistake at `span`, with the severity of the code.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: in_one_line(message.into()).into(),
            labels: vec![Label { span, message: Prose::default() }],
            why: None,
            help: None,
            fix: None,
        }
    }

    /// A mistake that is not in a file, for example on the command line. `label` has no effect on it.
    pub fn without_place(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: in_one_line(message.into()).into(),
            labels: Vec::new(),
            why: None,
            help: None,
            fix: None,
        }
    }

    /// Sets the text under the first label.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.message = message.into().into();
        }
        self
    }

    /// Adds a related place.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into().into() });
        self
    }

    /// Sets why it matters in production.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into().into());
        self
    }

    /// Sets what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into());
        self
    }

    /// Sets `help` if there is one.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Adds a certain fix with one edit.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        let edits = vec![Edit { span, replacement: replacement.into() }];
        self.fix = Some(Fix { applicability: Applicability::Certain, edits });
        self
    }

    /// Sets how certain the fix is.
    #[must_use]
    pub fn applicability(mut self, applicability: Applicability) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.applicability = applicability;
        }
        self
    }

    /// The edits of its fix.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.fix.iter().flat_map(|fix| &fix.edits)
    }

    /// Every span in it: the spans of its labels and its edits.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.labels.iter().map(|label| label.span).chain(self.edits().map(|edit| edit.span))
    }

    /// Where the mistake is.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// The diagnostics that a phase collects.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

/// Quoted text of the policy may span several lines.
fn in_one_line(message: String) -> String {
    if message.contains(['\n', '\r']) { message.replace('\n', "\\n").replace('\r', "\\r") } else { message }
}

impl Severity {
    /// `error`, `warning`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Diagnostics {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Removes the first diagnostic that `is` accepts: another one says more about the same mistake.
    pub(crate) fn take(&mut self, is: impl FnMut(&Diagnostic) -> bool) -> Option<Diagnostic> {
        let at = self.0.iter().position(is)?;
        Some(self.0.remove(at))
    }

    /// Adds a diagnostic, or its places to the same one about other places.
    pub(crate) fn push_or_merge(&mut self, diagnostic: Diagnostic) {
        let same = |other: &&mut Diagnostic| other.code == diagnostic.code && other.message == diagnostic.message;
        match self.0.iter_mut().rev().find(same) {
            Some(first) => {
                for label in diagnostic.labels {
                    if first.labels.iter().all(|known| known.span != label.span) {
                        first.labels.push(label);
                    }
                }
            }
            None => self.0.push(diagnostic),
        }
    }

    /// Adds all diagnostics of another phase.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many of them are errors.
    pub fn error_count(&self) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// All of them, to change them.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [Diagnostic] {
        &mut self.0
    }

    /// All of them, as a list.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_on_one_line() {
        let diagnostic = Diagnostic::without_place(Code::FileUnreadable, "there is no `a\nb`");
        assert_eq!(diagnostic.message, "there is no `a\\nb`");
    }
}
