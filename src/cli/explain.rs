//! `canaryc explain`: the page of a code, or the list of all codes.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Report, suggest};
use crate::source::Sources;
use clap::Args;
use serde::Serialize;

use super::arguments::Format;
use super::page::Page;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Explain the code of a diagnostic
///
/// Every diagnostic has a code, in brackets before its message. The page of a code says what to avoid, what to write
/// instead, and why.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc explain file/not-utf8
  canaryc explain not-utf8                 the part after the slash, if it is unique
  canaryc explain --list
  canaryc explain --list --format json | jq -r '.[].code'")]
pub struct Arguments {
    /// The code, such as `file/not-utf8`
    #[arg(value_name = "CODE", required_unless_present = "list")]
    code: Option<String>,
    /// List all codes, each with one sentence
    #[arg(long, conflicts_with = "code")]
    list: bool,
    /// The format of the page or list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Listed {
    code: &'static str,
    severity: &'static str,
    summary: String,
}

#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    listed: Listed,
    avoid: String,
    prefer: String,
    why: String,
}

impl Listed {
    fn new(code: Code) -> Self {
        Self { code: code.name(), severity: code.severity().name(), summary: Page::of(code).summary() }
    }
}

/// Prints the page or the list.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    match (&arguments.code, arguments.format) {
        (Some(name), format) => {
            let code = find(name).ok_or_else(|| Failure::Asked(unknown(name)))?;
            let page = Page::of(code);
            match format {
                Format::Text => shell.print(page.render(shell.appearance()))?,
                Format::Json => {
                    let section = |heading| page.section(heading).trim().to_owned();
                    shell.print(json(&Explained {
                        listed: Listed::new(code),
                        avoid: section("Avoid"),
                        prefer: section("Prefer"),
                        why: section("Why"),
                    })?)?;
                }
            }
        }
        (None, Format::Text) => shell.print(list())?,
        (None, Format::Json) => shell.print(json(&sorted().map(Listed::new).collect::<Vec<_>>())?)?,
    }
    Ok(ExitStatus::Success)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(std::io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn sorted() -> impl Iterator<Item = Code> {
    let mut codes = Code::ALL.to_vec();
    codes.sort_unstable_by_key(|code| code.name());
    codes.into_iter()
}

/// Finds a code by its name, with or without its group.
fn find(name: &str) -> Option<Code> {
    let name = name.trim().trim_start_matches('[').trim_end_matches(']');
    Code::from_name(name).or_else(|| {
        let mut tails = sorted().filter(|code| tail(*code) == name);
        tails.next().filter(|_| tails.next().is_none())
    })
}

fn tail(code: Code) -> &'static str {
    code.name().split_once('/').map_or(code.name(), |(_, tail)| tail)
}

fn unknown(name: &str) -> Report {
    let codes = || sorted().map(Code::name);
    let same_tail: Vec<_> = sorted().filter(|code| tail(*code) == name).map(Code::name).collect();
    let by_tail = || {
        let nearest = suggest::nearest(name.split_once('/').map_or(name, |(_, tail)| tail), sorted().map(tail))?;
        sorted().find(|code| tail(*code) == nearest).map(Code::name)
    };
    let help = match suggest::nearest(name, codes()).or_else(by_tail) {
        _ if !same_tail.is_empty() => format!("say which one: {}", suggest::one_of(same_tail)),
        Some(code) => format!("did you mean `{code}`?"),
        None => "`canaryc explain --list` lists all codes".to_owned(),
    };
    let mut found = Diagnostics::new();
    found.push(Diagnostic::without_place(Code::CommandUnknownCode, format!("there is no code `{name}`")).help(help));
    Report::new([(Sources::default(), found)])
}

fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or(0);
    sorted()
        .map(|code| {
            let listed = Listed::new(code);
            format!("{:width$}  {:7}  {}\n", listed.code, listed.severity, listed.summary)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_its_last_part() {
        assert_eq!(find("not-utf8"), Some(Code::FileNotUtf8));
        assert_eq!(find("[file/not-utf8]"), Some(Code::FileNotUtf8));
        assert_eq!(find("utf8"), None);
    }

    #[test]
    fn every_code_has_a_page_of_the_same_form() {
        let is_whole = |code: &Code| {
            let page = Page::of(*code);
            page.title() == code.name()
                && page.summary().ends_with('.')
                && page.headings() == ["Avoid", "Prefer", "Why"]
        };
        let wrong: Vec<_> = sorted().filter(|code| !is_whole(code)).map(Code::name).collect();
        assert!(wrong.is_empty(), "title, a sentence, Avoid, Prefer, Why: {} pages lack some: {wrong:?}", wrong.len());
    }
}
