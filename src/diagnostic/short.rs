//! In: a report. Out: one line for each mistake, in the form that editors and `grep` read: `path:line:column:
//! error[code]: message`.

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
    for diagnostic in report.diagnostics() {
        if let Some((span, source)) =
            diagnostic.span().and_then(|span| Some((span, report.sources().get(span.source)?)))
        {
            let lines = lines.entry(span.source).or_insert_with(|| Lines::new(source));
            let position = lines.position(span.start as usize);
            let path = report::path(report.sources(), span);
            write!(
                out,
                "{}:{}:{}: ",
                visible::message(&path.replace('\n', "?"), true),
                position.line,
                position.column
            )?;
        }
        let message = diagnostic.message.replace('\n', " ");
        writeln!(out, "{}[{}]: {}", diagnostic.severity.name(), diagnostic.code, visible::message(&message, true))?;
    }
    Ok(())
}
