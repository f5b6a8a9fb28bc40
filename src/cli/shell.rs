//! In: the options that all commands share, and what a command has to say. Out: text on standard output and standard error.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};

use crate::diagnostic::text::Appearance;
use crate::diagnostic::{Code, Columns, Diagnostic, Diagnostics, Report, json, short, text};
use crate::hidden;
use crate::source::Sources;
use clap::{Args, ColorChoice, ValueEnum};

use super::status::{ExitStatus, Failure};

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalOptions {
    /// Print only diagnostics: no progress and no counts
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to use colours; `auto` means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// The format of diagnostics on standard error: with source lines, one line each, or JSON
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    message_format: MessageFormat,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that shows them.
    Auto,
    /// Even in a file or pipe.
    Always,
    /// Never.
    Never,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With source lines.
    Text,
    /// `path:line:column: error[code]: message; help: …`
    Short,
    /// One JSON object.
    Json,
}

/// The output of a command.
#[derive(Debug)]
pub struct Shell {
    /// Whether only diagnostics are printed.
    pub quiet: bool,
    color: Color,
    format: MessageFormat,
}

impl Default for Shell {
    /// The options of a command line that was not parsed.
    fn default() -> Self {
        Self { quiet: false, color: Color::Auto, format: MessageFormat::Text }
    }
}

impl Shell {
    /// The shell of a command line that clap refuses.
    pub fn of_refused(arguments: &[OsString]) -> Self {
        Self { format: scan(arguments, "--message-format").unwrap_or(MessageFormat::Text), ..Self::default() }
    }

    /// Whether a program reads the diagnostics.
    pub fn is_for_programs(&self) -> bool {
        self.format != MessageFormat::Text
    }

    /// Creates a shell with the options of this run.
    pub fn new(options: &GlobalOptions) -> Self {
        Self { quiet: options.quiet, color: options.color, format: options.message_format }
    }

    /// Writes to standard output.
    pub fn print(&self, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes.as_ref())?;
        Ok(out.flush()?)
    }

    /// Writes JSON to standard output. Hidden characters of its strings become escapes.
    pub fn print_json(&self, text: &str) -> Result<(), Failure> {
        self.print(hidden::json(text).as_bytes())
    }

    /// The width and style of text on standard output.
    pub fn appearance(&self) -> Appearance {
        self.appearance_on(&io::stdout())
    }

    /// Writes a report to standard error in the format of `--message-format`.
    pub fn report(&self, report: &Report) {
        let mut out = BufWriter::new(io::stderr().lock());
        // If standard error is closed, the error cannot be shown anywhere.
        let _ = match self.format {
            MessageFormat::Text => text::render(report, self.appearance_on(&io::stderr()), &mut out),
            MessageFormat::Short => short::render(report, &mut out),
            MessageFormat::Json => json::render(report, Columns::Characters, &mut out),
        };
        let _ = out.flush();
    }

    /// Prints a summary on standard error, unless `--quiet` is set or the format is for programs.
    pub fn say(&self, sentence: &str) {
        if !self.quiet && self.format == MessageFormat::Text {
            // If standard error is closed, the error cannot be shown anywhere.
            let _ = writeln!(io::stderr(), "{}", hidden::lines(sentence));
        }
    }

    /// Reports the diagnostics of policies, and returns the exit status.
    pub fn conclude(&self, report: &Report) -> ExitStatus {
        // A program that reads JSON expects a report even if it is empty.
        if !report.is_empty() || self.format == MessageFormat::Json {
            self.report(report);
        }
        if report.has_errors() { ExitStatus::Mistakes } else { ExitStatus::Success }
    }

    /// Reports why a command failed.
    pub fn fail(&self, failure: &Failure) -> ExitStatus {
        match failure {
            Failure::Asked(report) => self.report(report),
            Failure::OutputClosed => return ExitStatus::Success,
            Failure::Unwritable(path, error) => {
                let place = path.as_ref().map_or("standard output".to_owned(), |path| format!("`{}`", path.display()));
                let message = format!("{place} cannot be written: {error}");
                let mut found = Diagnostics::new();
                found.push(Diagnostic::without_place(Code::CommandUnwritable, message));
                self.report(&Report::new([(Sources::default(), found)]));
            }
        }
        ExitStatus::Usage
    }

    fn appearance_on(&self, stream: &impl IsTerminal) -> Appearance {
        let terminal = stream.is_terminal();
        let color = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb"),
        };
        let of_terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns().or_else(|| if terminal { of_terminal() } else { None });
        Appearance { color, unicode: shows_unicode(), width: width.unwrap_or(Appearance::WIDEST) }
    }
}

/// The width that the variable COLUMNS asks for, on a terminal or not.
fn columns() -> Option<usize> {
    env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0)
}

impl Color {
    /// Finds the value of `--color` in arguments that are not parsed yet.
    pub fn scan(arguments: &[OsString]) -> Self {
        scan(arguments, "--color").unwrap_or(Self::Auto)
    }
}

/// Finds the value of an option in arguments that are not parsed.
fn scan<V: ValueEnum>(arguments: &[OsString], option: &str) -> Option<V> {
    let value = arguments.iter().enumerate().find_map(|(position, argument)| match argument.to_str()? {
        argument if argument == option => arguments.get(position + 1)?.to_str(),
        argument => argument.strip_prefix(option)?.strip_prefix('='),
    });
    V::from_str(value?, false).ok()
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Whether the encoding of the locale is UTF-8. The first variable that is set decides, as in the C library.
fn shows_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(|name| is_set(name)).and_then(env::var_os);
    let locale = locale.map(|value| value.to_string_lossy().to_lowercase()).unwrap_or_default();
    (locale.contains("utf-8") || locale.contains("utf8")) && env::var_os("TERM").is_none_or(|term| term != "linux")
}
