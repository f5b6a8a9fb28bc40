//! In: a report. Out: one line for each mistake, in the form that editors and `grep` read: `path:line:column:
//! error[code]: message; help: what to write`.

use std::collections::HashMap;
use std::io::{self, Write};

use super::lines::Lines;
use super::report::{self, Report};
use super::visible;

/// Writes the report, one line for each mistake.
///
/// # Errors
/// When `out` cannot be written to.
pub fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut lines = HashMap::new();
    for diagnostic in report.diagnostics().iter().take(report::MOST_WRITTEN) {
        if let Some((span, source)) =
            diagnostic.span().and_then(|span| Some((span, report.sources().get(span.source)?)))
        {
            let lines = lines.entry(span.source).or_insert_with(|| Lines::new(source));
            let position = lines.position(span.start as usize);
            let path = report::path(report.sources(), span);
            write!(out, "{}:{}:{}: ", visible::path(&path, true), position.line, position.column)?;
        }
        let help = diagnostic.help.as_deref().map(in_one_line).unwrap_or_default();
        writeln!(
            out,
            "{}[{}]: {}{}",
            diagnostic.severity.name(),
            diagnostic.code,
            visible::line(&diagnostic.message, true),
            visible::message(&help, true)
        )?;
    }
    match report.diagnostics().len().checked_sub(report::MOST_WRITTEN) {
        Some(more @ 1..) => writeln!(out, "… and {more} more"),
        _ => Ok(()),
    }
}

/// What to write instead, after the message: an editor's list of problems shows nothing else.
fn in_one_line(help: &str) -> String {
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("; help: {}", help.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Columns, Diagnostic, Diagnostics, json};
    use crate::source::Sources;

    #[test]
    fn formats_for_programs_are_bounded() {
        let mut found = Diagnostics::new();
        for number in 0..1_500 {
            found.push(Diagnostic::without_place(Code::FileUnreadable, format!("mistake {number}")));
        }
        let report = Report::new([(Sources::default(), found)]);
        let mut bytes = Vec::new();
        render(&report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!((text.lines().count(), text.lines().last()), (1_001, Some("… and 500 more")));
        let mut bytes = Vec::new();
        json::render(&report, Columns::Characters, &mut bytes).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(1_000));
        assert_eq!(document["summary"]["errors"], 1_500);
    }
}
