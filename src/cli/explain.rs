//! `canaryc explain`: the page of a code, the reference of a word, or the list of all codes.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Report, suggest};
use crate::reference;
use crate::source::Sources;
use crate::vocabulary::Word;
use clap::Args;
use serde::Serialize;

use super::arguments::Format;
use super::page::Page;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Explain the code of a diagnostic, or a word of the language
///
/// Every diagnostic has a code, in brackets before its message. The page of a code says what to avoid, what to write
/// instead, and why. The page of a word is its section of the language reference.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc explain file/not-utf8
  canaryc explain not-utf8                 the part after the slash, if it is unique
  canaryc explain stage                    a word of the language
  canaryc explain weight                   a property, and the nodes that have it
  canaryc explain exposure                 a term of the glossary
  canaryc explain query                    a word, and the codes of the group `query/`
  canaryc explain --list
  canaryc explain --reference > language.md
  canaryc explain --list --format json | jq -r '.[].code'")]
pub struct Arguments {
    /// The code, such as `file/not-utf8`, or the word, such as `stage`
    #[arg(value_name = "CODE|WORD", required_unless_present_any = ["list", "reference"])]
    name: Option<String>,
    /// List all codes, each with one sentence
    #[arg(long, conflicts_with_all = ["name", "reference"])]
    list: bool,
    /// Print the whole language reference as Markdown
    #[arg(long, conflicts_with_all = ["name", "format"])]
    reference: bool,
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

/// The reference of a word, and the codes of the group with its name.
#[derive(Serialize)]
struct OfWord {
    word: String,
    /// Markdown.
    reference: Vec<String>,
    codes: Vec<Listed>,
}

impl Listed {
    fn new(code: Code) -> Self {
        Self { code: code.name(), severity: code.severity().name(), summary: Page::of(code).summary() }
    }
}

/// Prints the page or the list.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    match (&arguments.name, arguments.format) {
        (Some(name), format) => match find(name).ok_or_else(|| Failure::Asked(unknown(name)))? {
            Found::Code(code) => shell.print(explained(code, format, shell)?)?,
            Found::Word(found) => shell.print(of_word(&found, format, shell)?)?,
        },
        (None, _) if arguments.reference => {
            // The links between pages name these files.
            let pages = reference::reference().into_iter().map(|page| format!("<!-- {} -->\n{}", page.file, page.text));
            let pages: Vec<String> = pages.collect();
            shell.print(pages.join("\n"))?;
        }
        (None, Format::Text) => shell.print(list(sorted().collect()))?,
        (None, Format::Json) => shell.print(json(&sorted().map(Listed::new).collect::<Vec<_>>())?)?,
    }
    Ok(ExitStatus::Success)
}

fn explained(code: Code, format: Format, shell: &Shell) -> Result<Vec<u8>, Failure> {
    let page = Page::of(code);
    match format {
        Format::Text => Ok(page.render(shell.appearance()).into_bytes()),
        Format::Json => {
            let section = |heading| page.section(heading).trim().to_owned();
            json(&Explained {
                listed: Listed::new(code),
                avoid: section("Avoid"),
                prefer: section("Prefer"),
                why: section("Why"),
            })
        }
    }
}

fn of_word(found: &OfWord, format: Format, shell: &Shell) -> Result<Vec<u8>, Failure> {
    if format == Format::Json {
        return json(found);
    }
    let sections = found.reference.iter().map(|section| Page::new(section).render(shell.appearance()));
    let mut parts: Vec<String> = sections.collect();
    let codes: Vec<Code> = sorted().filter(|code| code.group().0 == found.word).collect();
    if !codes.is_empty() {
        parts.push(format!("Diagnostics:\n{}", list(codes)));
    }
    Ok(parts.join("\n").into_bytes())
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

/// What a name stands for.
enum Found {
    Code(Code),
    Word(OfWord),
}

/// Finds a code by its whole name, a word of the language or a group of codes, or a code by the part after the slash.
fn find(name: &str) -> Option<Found> {
    let name = name.trim().trim_start_matches('[').trim_end_matches(']');
    if let Some(code) = Code::from_name(name) {
        return Some(Found::Code(code));
    }
    let codes: Vec<Listed> = sorted().filter(|code| code.group().0 == name).map(Listed::new).collect();
    let mut reference = Word::find(name).map(reference::of_word).unwrap_or_default();
    let (meaning, is_refused) = reference::of_name(name);
    match meaning {
        Some(meaning) if is_refused => reference = vec![meaning],
        Some(meaning) if reference.is_empty() || Word::find(name).is_some() => reference.push(meaning),
        _ => {}
    }
    if !reference.is_empty() || !codes.is_empty() {
        return Some(Found::Word(OfWord { word: name.to_owned(), reference, codes }));
    }
    let mut tails = sorted().filter(|code| tail(*code) == name);
    tails.next().filter(|_| tails.next().is_none()).map(Found::Code)
}

fn tail(code: Code) -> &'static str {
    code.name().split_once('/').map_or(code.name(), |(_, tail)| tail)
}

fn unknown(name: &str) -> Report {
    let words: Vec<&str> = reference::words().into_iter().map(Word::as_str).collect();
    let names = || sorted().map(Code::name).chain(words.iter().copied());
    let same_tail: Vec<_> = sorted().filter(|code| tail(*code) == name).map(Code::name).collect();
    let by_tail = || {
        let nearest = suggest::nearest(name.split_once('/').map_or(name, |(_, tail)| tail), sorted().map(tail))?;
        sorted().find(|code| tail(*code) == nearest).map(Code::name)
    };
    let help = match suggest::nearest(name, names()).or_else(by_tail) {
        _ if !same_tail.is_empty() => format!("say which one: {}", suggest::one_of(same_tail)),
        Some(code) => format!("did you mean `{code}`?"),
        None => {
            "`canaryc explain --list` lists all codes, and `canaryc explain --reference` prints all words".to_owned()
        }
    };
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::without_place(Code::CommandUnknownCode, format!("there is no code or word `{name}`")).help(help),
    );
    Report::new([(Sources::default(), found)])
}

fn list(codes: Vec<Code>) -> String {
    let width = codes.iter().map(|code| code.name().len()).max().unwrap_or(0);
    codes
        .into_iter()
        .map(|code| {
            let listed = Listed::new(code);
            format!("{:width$}  {:7}  {}\n", listed.code, listed.severity, listed.summary)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::text::Appearance;

    fn code(name: &str) -> Option<Code> {
        match find(name)? {
            Found::Code(code) => Some(code),
            Found::Word(_) => None,
        }
    }

    #[test]
    fn a_code_is_found_by_its_last_part() {
        assert_eq!(code("not-utf8"), Some(Code::FileNotUtf8));
        assert_eq!(code("[file/not-utf8]"), Some(Code::FileNotUtf8));
        assert!(find("utf8").is_none());
    }

    #[test]
    fn a_word_comes_before_the_last_part_of_a_code() {
        // `act/stage` ends in a word.
        let Some(Found::Word(stage)) = find("stage") else { panic!("`stage` is a word") };
        assert!(stage.reference[0].contains("| `weight` |"), "{:?}", stage.reference);
        assert!(stage.codes.iter().any(|listed| listed.code == "stage/weight-falls"));
        let Some(Found::Word(group)) = find("kdl") else { panic!("`kdl` is a group of codes") };
        assert!(group.reference.is_empty() && group.codes.len() > 5);
    }

    #[test]
    fn the_section_of_a_word_is_readable_without_markdown() {
        for word in reference::words() {
            for section in reference::of_word(word) {
                let page = Page::new(&section).render(Appearance::PLAIN);
                let wrong =
                    page.lines().find(|line| line.contains("](") || line.contains("|---") || line.contains("**"));
                assert_eq!(wrong, None, "{word}:\n{page}");
            }
        }
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
