//! In: a report. Out: the same for people: what is wrong, the lines of source with the exact text underlined, why it
//! matters and what to write instead. miette draws the lines of source; this module writes the paragraphs around them.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeCharacters,
};
use owo_colors::Style;

use super::excerpt::{self, Excerpt, Page, Place};
use super::lines::Lines;
use super::report::{self, Report};
use super::{Diagnostic, Severity, visible};
use crate::secrets;

pub use super::visible::wrap;

/// How a report looks; the caller knows the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// Whether colours are shown.
    pub color: bool,
    /// Whether characters other than ASCII can be shown.
    pub unicode: bool,
    /// The width of the page in columns.
    pub width: usize,
}

impl Appearance {
    /// The widest page: longer lines are hard to read.
    pub const WIDEST: usize = 100;
    /// The narrowest page that still holds a line of source.
    pub const NARROWEST: usize = 50;

    /// No colours and full width, for tests and files.
    pub const PLAIN: Self = Self { color: false, unicode: true, width: Self::WIDEST };

    fn style(self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }
}

/// The most diagnostics that are shown. Nobody would read more.
const MOST_SHOWN: usize = 200;

/// Writes the report and the number of mistakes. Writes nothing for an empty report.
///
/// # Errors
/// When `out` cannot be written to.
pub fn render(report: &Report, appearance: Appearance, out: &mut impl Write) -> io::Result<()> {
    let width = appearance.width.clamp(Appearance::NARROWEST, Appearance::WIDEST);
    let appearance = Appearance { width, ..appearance };
    let mut sources = HashMap::new();
    for diagnostic in report.diagnostics().iter().take(MOST_SHOWN) {
        for label in &diagnostic.labels {
            if let Some(source) = report.sources().get(label.span.source) {
                sources.entry(source.id).or_insert_with(|| Lines::new(source).hiding(secrets::hidden_in(source)));
            }
        }
        diagnostic_with_snippets(report, diagnostic, &sources, appearance, out)?;
        writeln!(out)?;
    }
    let Some(first) = report.diagnostics().first() else { return Ok(()) };
    if let Some(more @ 1..) = report.diagnostics().len().checked_sub(MOST_SHOWN) {
        let more = format!("… and {more} more; `--message-format short` shows more of them, one line each");
        writeln!(out, "{}\n", visible::message(&more, appearance.unicode))?;
    }
    let same = report.diagnostics().iter().all(|diagnostic| diagnostic.code == first.code);
    let code = if same { first.code.name() } else { "CODE" };
    let summary = appearance.style(Style::new().bold()).style(report.summary());
    writeln!(out, "{summary}; `canaryc explain {code}` says more")
}

/// The report as a string, without colours.
pub fn plain(report: &Report) -> String {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = render(report, Appearance::PLAIN, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn diagnostic_with_snippets(
    report: &Report,
    diagnostic: &Diagnostic,
    sources: &HashMap<crate::source::SourceId, Lines<'_>>,
    appearance: Appearance,
    out: &mut impl Write,
) -> io::Result<()> {
    let bold = appearance.style(Style::new().bold());
    let severity = appearance.style(severity_style(diagnostic.severity));
    let name = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code);
    let message = visible::line(&diagnostic.message, appearance.unicode);
    // The name is part of the wrapped text and is coloured afterwards.
    let header = wrap(&format!("{name}: {message}"), appearance.width);
    for (number, line) in header.iter().enumerate() {
        match line.strip_prefix(&name) {
            Some(rest) if number == 0 => writeln!(out, "{}{}", severity.style(&name), bold.style(rest))?,
            _ => writeln!(out, "{}", bold.style(line))?,
        }
    }
    let places = diagnostic.labels.iter().enumerate().map(|(number, label)| Place {
        source: label.span.source,
        range: label.span.start as usize..label.span.end as usize,
        message: &label.message,
        primary: number == 0,
    });
    // The line number, a bar, and the space that miette puts around them.
    let page = Page { columns: appearance.width - 10, unicode: appearance.unicode };
    for excerpt in excerpt::excerpts(places, sources, page) {
        let path = report.sources().get(excerpt.source).map(|source| report::path(report.sources(), source.span()));
        let name = visible::path(path.as_deref().unwrap_or(""), appearance.unicode);
        out.write_all(Snippet { excerpt, name }.draw(diagnostic.severity, appearance).as_bytes())?;
    }
    let help = appearance.style(Style::new().cyan().bold());
    paragraph("why", diagnostic.why.as_deref(), bold, appearance, out)?;
    paragraph("help", diagnostic.help.as_deref(), help, appearance, out)
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
    }
}

/// `  help: text`, wrapped, with its other lines aligned under the first.
fn paragraph(
    title: &str,
    text: Option<&str>,
    style: Style,
    appearance: Appearance,
    out: &mut impl Write,
) -> io::Result<()> {
    const INDENT: usize = 8;
    let Some(text) = text else { return Ok(()) };
    let text = visible::message(text, appearance.unicode);
    for (number, line) in wrap(&text, appearance.width - INDENT).iter().enumerate() {
        match number {
            0 => writeln!(out, "{}{}: {line}", " ".repeat(INDENT - 2 - title.len()), style.style(title))?,
            _ if line.is_empty() => writeln!(out)?,
            _ => writeln!(out, "{}{line}", " ".repeat(INDENT))?,
        }
    }
    Ok(())
}

/// An excerpt in the form that miette expects.
#[derive(Debug)]
struct Snippet {
    excerpt: Excerpt,
    name: String,
}

impl Snippet {
    fn draw(&self, severity: Severity, appearance: Appearance) -> String {
        let mut theme = GraphicalTheme::none();
        theme.characters = if appearance.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        theme.characters.error = String::new();
        if appearance.color {
            theme.styles.linum = Style::new().dimmed();
            theme.styles.link = Style::new().cyan();
            let secondary = Style::new().blue().bold();
            let styles = self.excerpt.labels.iter();
            theme.styles.highlights =
                styles.map(|label| if label.primary { severity_style(severity) } else { secondary }).collect();
        }
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(appearance.width)
            .with_context_lines(1)
            .tab_width(excerpt::TAB)
            .without_syntax_highlighting();
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, self).is_err() {
            return String::new();
        }
        // The first line would repeat the message above.
        drawn.lines().skip(1).flat_map(|line| [line.trim_end(), "\n"]).collect()
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl miette::Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels.iter().map(|label| {
            let message = Some(label.message.clone()).filter(|message| !message.is_empty());
            let span = SourceSpan::from(label.range.clone());
            if label.primary {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            }
        })))
    }
}

impl SourceCode for Snippet {
    /// Returns the whole excerpt for every request, because the excerpt is already selected. Without context, miette
    /// asks for the place that it writes above the lines.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        context_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Excerpt { text, first_line, position, .. } = &self.excerpt;
        let (line, column) =
            if context_before == 0 { (position.line - 1, position.column - 1) } else { (first_line - 1, 0) };
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            text.as_bytes(),
            (0, text.len()).into(),
            line,
            column,
            text.matches('\n').count(),
        );
        Ok(Box::new(contents))
    }
}
