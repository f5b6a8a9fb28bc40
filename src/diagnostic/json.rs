//! In: a report. Out: the same as one JSON object. Its form is stable: fields may be added, but none is renamed or
//! removed without a new `version`.
//!
//! ```json
//! {
//!   "version": 1,
//!   "diagnostics": [{
//!     "code": "kdl/unclosed-brace", "severity": "error", "message": "…",
//!     "labels": [{ "path": "a.canary.kdl", "start": { "offset": 10, "line": 1, "column": 11 }, "end": { … }, "message": "…" }],
//!     "why": null, "help": "…",
//!     "fix": { "path": "a.canary.kdl", "start": { … }, "end": { … }, "replacement": "…" },
//!     "fixes": [{ "applicability": "certain",
//!                 "edits": [{ "path": "a.canary.kdl", "start": { … }, "end": { … }, "replacement": "…" }] }]
//!   }],
//!   "summary": { "errors": 1, "warnings": 0, "files": 1 },
//!   "outside": ["the request metrics of `istio`"]
//! }
//! ```
//! The first label is the place of the mistake; a mistake without a file has no label. `offset` counts bytes from 0.
//! `line` and `column` count from 1; columns count characters or, for an editor, UTF-16 code units. `end` is one past
//! the last character. Invisible characters and other control characters are written as `\uXXXX`. `why`, `help` and `fix` are null when there are none. A fix is `certain` or `maybe-incorrect`,
//! and all of its edits belong together. `fix` is the edit of a fix that has only one.
//! At most 1,000 diagnostics are written; `summary` counts all. `outside`, of `canaryc check`, is
//! what Prometheus must have for the measurements; it is absent if there is nothing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use super::lines::{Columns, Lines};
use super::report::{self, Report};
use crate::hidden;
use crate::source::{SourceId, Span};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
    summary: Counts,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    outside: &'a [String],
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    files: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    labels: Vec<Label<'a>>,
    why: Option<&'a str>,
    help: Option<&'a str>,
    fix: Option<Edit<'a>>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Clone, Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}

#[derive(Clone, Serialize)]
struct Place<'a> {
    path: Cow<'a, str>,
    start: Point,
    end: Point,
}

#[derive(Clone, Serialize)]
struct Point {
    offset: u32,
    line: usize,
    column: usize,
}

/// Writes the report as JSON, with a line end.
///
/// # Errors
/// When `out` cannot be written to.
pub fn render(report: &Report, columns: Columns, out: &mut impl Write) -> io::Result<()> {
    render_with(report, columns, &[], out)
}

/// Writes a report, and what must hold outside the policies.
///
/// # Errors
/// When `out` cannot be written.
pub fn render_with(report: &Report, columns: Columns, outside: &[String], out: &mut impl Write) -> io::Result<()> {
    let mut places = Places { report, columns, lines: HashMap::new() };
    let mut diagnostics = Vec::with_capacity(report.diagnostics().len());
    for diagnostic in report.diagnostics().iter().take(report::MOST_WRITTEN) {
        let edits: Option<Vec<Edit<'_>>> = diagnostic
            .edits()
            .map(|edit| Some(Edit { place: places.of(edit.span)?, replacement: &edit.replacement }))
            .collect();
        let fix = diagnostic.fix.as_ref().zip(edits);
        let fix = fix.map(|(fix, edits)| Fix { applicability: fix.applicability.name(), edits });
        diagnostics.push(Entry {
            code: diagnostic.code.name(),
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            labels: diagnostic
                .labels
                .iter()
                .filter_map(|label| Some(Label { place: places.of(label.span)?, message: &label.message }))
                .collect(),
            why: diagnostic.why.as_deref(),
            help: diagnostic.help.as_deref(),
            fix: fix.as_ref().and_then(|fix| <&[Edit<'_>; 1]>::try_from(&*fix.edits).ok()).map(|[edit]| edit.clone()),
            fixes: Vec::from_iter(fix),
        });
    }
    let summary = report.summary();
    let summary = Counts { errors: summary.errors, warnings: summary.warnings, files: summary.files };
    let text = serde_json::to_string_pretty(&Document { version: 1, diagnostics, summary, outside })?;
    writeln!(out, "{}", hidden::json(&text))
}

struct Places<'a> {
    report: &'a Report,
    columns: Columns,
    lines: HashMap<SourceId, Lines<'a>>,
}

impl<'a> Places<'a> {
    fn of(&mut self, span: Span) -> Option<Place<'a>> {
        let source = self.report.sources().get(span.source)?;
        let lines = self.lines.entry(span.source).or_insert_with(|| Lines::with_columns(source, self.columns));
        let point = |offset: u32| {
            let position = lines.position(offset as usize);
            Point { offset, line: position.line, column: position.column }
        };
        Some(Place { path: report::path(self.report.sources(), span), start: point(span.start), end: point(span.end) })
    }
}
