//! In: the text of a YAML or JSON file. Out: one spanned [`Yaml`] tree for each document, and a diagnostic for each
//! mistake. `saphyr-parser` produces the events; this module decides what they mean and enforces every limit.

mod builder;
mod characters;
mod locate;
mod offsets;
mod resolve;
mod syntax_error;

pub use resolve::{Reading, Trap, can_mean_more, readings};

use std::str::FromStr;

use saphyr_parser::Parser;

use crate::diagnostic::Diagnostics;
use crate::secrets;
use crate::source::{Source, Span, Spanned};

use super::tree::Text;
use builder::{Builder, Step};
use offsets::Offsets;

/// The most syntax errors that are reported for one file. Each ends its document; the next document is still read.
const SYNTAX_ERRORS: usize = 20;

/// The most mistakes that are reported for one file. A file with more is probably the wrong file.
const MISTAKES: usize = 200;

/// A value of a YAML document and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Yaml {
    /// The value, as YAML 1.2 understands it.
    pub value: Value,
    /// Its place: it includes quotes and brackets but not anchors and tags. For a block, it is the content.
    pub span: Span,
    /// How it is written.
    pub style: Style,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes, which some readers do not read as a string.
    Plain {
        /// As written; line breaks folded.
        raw: Text,
    },
    /// A string in single or double quotes, or one that `!!str` makes a string.
    Quoted,
    /// A string as a `|` or `>` block.
    Block,
    /// A sequence or mapping, in any form.
    Collection,
}

/// What a YAML value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A whole number in the range of `i64`.
    Integer(i64),
    /// Any other number. It is infinite or NaN for `.inf`, `.nan` and numbers that are too large.
    Number(f64),
    /// A string.
    String(Text),
    /// A sequence.
    Sequence(Vec<Yaml>),
    /// A mapping. Keys are unique strings in the order written.
    Mapping(Vec<(Spanned<Text>, Yaml)>),
}

impl Yaml {
    /// The text of a plain scalar as written.
    pub fn raw(&self) -> Option<&Text> {
        match &self.style {
            Style::Plain { raw } => Some(raw),
            _ => None,
        }
    }

    /// The disagreement of YAML readers about this value, if there is one. A string must then be quoted.
    pub fn trap(&self) -> Option<Trap> {
        self.raw().and_then(|raw| Trap::of(raw))
    }

    /// What kind of value it is, for messages: "a string", "a mapping" …
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) | Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(existing, _)| &*existing.value == key).map(|(_, value)| value)
    }

    /// The entries of a mapping; none for any other value.
    pub fn entries(&self) -> &[(Spanned<Text>, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for any other value.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads all documents of a stream. A document with a syntax error is left out; an empty one is `Null`.
///
/// Merge keys (`<<`) are resolved. The value is a mapping or a list of mappings. What is written below `<<` overrides
/// what is merged, and in a list the first mapping that has a key wins. A key that is written above `<<` and merged
/// again is an error, because readers disagree about it. Aliases become copies that keep the spans of the anchor.
pub fn read(source: &Source, diagnostics: &mut Diagnostics) -> Vec<Yaml> {
    let mut found = Diagnostics::new();
    let documents = read_all(source, &mut found);
    secrets::redact(found.as_mut_slice(), source);
    diagnostics.append(found);
    documents
}

fn read_all(source: &Source, diagnostics: &mut Diagnostics) -> Vec<Yaml> {
    let mut documents = Vec::new();
    if !characters::check(source, diagnostics) {
        return documents;
    }
    let mut start = if source.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for _ in 0..SYNTAX_ERRORS {
        match read_from(source, start, &mut documents, diagnostics) {
            Some(next) => start = next,
            None => break,
        }
    }
    documents
}

/// Reads documents from byte `start` on. After a syntax error, returns where to continue, if there is such a place.
fn read_from(source: &Source, start: usize, documents: &mut Vec<Yaml>, diagnostics: &mut Diagnostics) -> Option<usize> {
    let offsets = Offsets::new(&source.text, start);
    let mut builder = Builder::new(source, &offsets, diagnostics);
    let mut parser = Parser::new_from_str(&source.text[start..]);
    while let Some(event) = parser.next_event() {
        let error = match event {
            Ok((event, span)) => match builder.event(event, span) {
                Step::Continue => continue,
                Step::Document(document) => {
                    documents.push(document);
                    continue;
                }
                Step::Stop => return None,
            },
            // The parser has consumed the alias and is ready for what follows it.
            Err(error) if error.info().ends_with("unknown anchor") => {
                let at = offsets.byte(error.marker().index());
                if !builder.unknown_alias(at) {
                    return None;
                }
                continue;
            }
            Err(error) => error,
        };
        let next = next_document(&source.text, builder.position());
        // Inside brackets the parser continues past `---`, but for the reader the document ends there.
        let end = next.unwrap_or(source.text.len());
        let at = offsets.byte(error.marker().index());
        let words = if at > end { "found unexpected document indicator" } else { error.info() };
        let document = builder.document_start();
        let explained = builder.tab_reported();
        if !explained {
            diagnostics.push(syntax_error::diagnostic(source, document, at.min(end), words));
        }
        return next;
    }
    None
}

/// The first line after `at` that is a `---` marker.
fn next_document(text: &str, at: usize) -> Option<usize> {
    let mut search = at;
    while let Some(found) = text.as_bytes().get(search..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let line = search + found + 1;
        let rest = text.get(line..)?;
        if rest.strip_prefix("---").is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t', '\r', '\n']))
        {
            return Some(line);
        }
        search = line;
    }
    None
}

/// The number in a text that has the form of a number; infinite when it is too large.
fn double(text: &str) -> f64 {
    f64::from_str(text).unwrap_or(f64::NAN)
}
