//! What the commands say, and how: the options that all of them have, standard output, and reports on standard error.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};

use crate::diagnostic::text::Appearance;
use crate::diagnostic::{Code, Columns, Diagnostic, Diagnostics, Report, json, short, text};
use crate::source::Sources;
use clap::{Args, ColorChoice, ValueEnum};

use super::status::{ExitStatus, Failure};

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalOptions {
    /// Say nothing but what is wrong: no progress, no counts
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Whether to use colours; `auto` does on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// How mistakes are written on standard error: with their lines of source, one line each, or as JSON
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    message_format: MessageFormat,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that shows them.
    Auto,
    /// Also in a file or pipe.
    Always,
    /// Nowhere.
    Never,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With the lines of source.
    Text,
    /// `path:line:column: error[code]: message`
    Short,
    /// One JSON object.
    Json,
}

/// Everything a command needs to speak.
#[derive(Debug)]
pub struct Shell {
    /// Whether only mistakes are said.
    pub quiet: bool,
    color: Color,
    format: MessageFormat,
}

impl Shell {
    /// A shell with the options of this run.
    pub fn new(options: &GlobalOptions) -> Self {
        Self { quiet: options.quiet, color: options.color, format: options.message_format }
    }

    /// Writes to standard output.
    pub fn print(&self, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes.as_ref())?;
        Ok(out.flush()?)
    }

    /// How text on standard output looks.
    pub fn appearance(&self) -> Appearance {
        self.appearance_on(&io::stdout())
    }

    /// Writes a report to standard error in the form that was asked for.
    pub fn report(&self, report: &Report) {
        let mut out = BufWriter::new(io::stderr().lock());
        // When standard error is closed, nobody is left to be told.
        let _ = match self.format {
            MessageFormat::Text => text::render(report, self.appearance_on(&io::stderr()), &mut out),
            MessageFormat::Short => short::render(report, &mut out),
            MessageFormat::Json => json::render(report, Columns::Characters, &mut out),
        };
        let _ = out.flush();
    }

    /// Says how a command went, on standard error; nothing with `--quiet` or when machines read.
    pub fn say(&self, sentence: &str) {
        if !self.quiet && self.format == MessageFormat::Text {
            // When standard error is closed, nobody is left to be told.
            let _ = writeln!(io::stderr(), "{sentence}");
        }
    }

    /// Reports what was found in policies, and says how the run ends.
    pub fn conclude(&self, report: &Report) -> ExitStatus {
        // Who reads JSON waits for an answer, also when nothing was found.
        if !report.is_empty() || self.format == MessageFormat::Json {
            self.report(report);
        }
        if report.has_errors() { ExitStatus::Mistakes } else { ExitStatus::Success }
    }

    /// Says why a command could not do its work.
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
        let width = if terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
        Appearance { color, unicode: shows_unicode(), width: width.unwrap_or(Appearance::WIDEST) }
    }
}

impl Color {
    /// What `--color` will be, before the arguments are parsed.
    pub fn foretold(arguments: &[OsString]) -> Self {
        let value = arguments.iter().enumerate().find_map(|(position, argument)| match argument.to_str()? {
            "--color" => arguments.get(position + 1)?.to_str(),
            argument => argument.strip_prefix("--color="),
        });
        value.and_then(|value| Self::from_str(value, false).ok()).unwrap_or(Self::Auto)
    }
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

/// Whether the locale says that text is UTF-8. The first variable that is set decides, as in the C library.
fn shows_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(|name| is_set(name)).and_then(env::var_os);
    let locale = locale.map(|value| value.to_string_lossy().to_lowercase()).unwrap_or_default();
    (locale.contains("utf-8") || locale.contains("utf8")) && env::var_os("TERM").is_none_or(|term| term != "linux")
}
