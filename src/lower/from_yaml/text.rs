//! In: a YAML value that belongs between brackets. Out: its text there, on one line, or the words that it holds.

use super::Reader;
use crate::syntax::tree::{Scalar, Text};
use crate::syntax::yaml::{Style, Value, Yaml};
use crate::vocabulary::{ArgumentSpec, Type, Word, in_brackets};

impl Reader<'_> {
    /// A value on one line, with quotes where brackets need them. `None` if it must stay on several lines.
    pub(super) fn in_brackets(&self, value: &Yaml) -> Option<String> {
        let text = self.source.slice(value.span);
        let is_one_line = !text.is_empty() && !text.contains('\n');
        match &value.value {
            Value::String(_) if value.style == Style::Block => None,
            Value::String(_) if value.style == Style::Quoted && text.starts_with(['"', '\'']) => {
                is_one_line.then(|| text.to_owned())
            }
            Value::String(string) => Some(in_brackets(string)),
            Value::Sequence(_) | Value::Mapping(_) => {
                (is_one_line && text.starts_with(['[', '{'])).then(|| text.to_owned())
            }
            _ => is_one_line.then(|| text.to_owned()),
        }
    }

    /// A string as this file writes it: JSON has no strings without quotes.
    pub(super) fn string(&self, text: &str) -> String {
        if self.is_json() { serde_json::Value::from(text).to_string() } else { in_brackets(text) }
    }

    /// A scalar as this file writes it.
    pub(super) fn scalar_text(&self, value: &Scalar) -> String {
        match value {
            Scalar::String(text) => self.string(text),
            other => other.to_string(),
        }
    }

    /// A key as it is written in this file: JSON has no keys without quotes.
    pub(super) fn key(&self, word: Word) -> String {
        if self.is_json() { format!("\"{word}\"") } else { word.to_string() }
    }

    fn is_json(&self) -> bool {
        self.source.path.extension().is_some_and(|extension| extension == "json")
    }
}

/// The values that one text without quotes holds, where a list of them is due: `dev, prod`, `run --vus 20`.
pub(super) fn words(argument: ArgumentSpec, value: &Yaml) -> Option<Vec<Text>> {
    let text = value.as_str().filter(|_| matches!(value.style, Style::Plain { .. }))?;
    let words = match argument.value_type {
        Type::Name | Type::ObjectName | Type::Reference(_) => {
            text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).map(Text::from).collect()
        }
        Type::String if matches!(argument.field, Word::Args | Word::Command) => shell_words(text)?,
        _ => return None,
    };
    (words.len() > 1).then_some(words)
}

/// The words of a command, as a shell splits them. `None` if a quote is open.
fn shell_words(text: &str) -> Option<Vec<Text>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take().map(Text::from)),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word.map(Text::from));
    quote.is_none().then_some(words)
}
