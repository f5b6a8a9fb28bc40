//! In: mappings, lists and scalars. Out: YAML as a person would write it: small values are on one line, long values are
//! below their key, and only text that some reader would misread is quoted.

use super::data::{self, Data};
use super::json;
use crate::hidden::is_hidden;
use crate::syntax::tree::Scalar;
use crate::syntax::yaml::{Reading, readings};

/// Widest line of a flow collection.
const WIDTH: usize = 100;
/// The deepest nesting on one line.
const FLOW_DEPTH: usize = 4;

/// The whole text, with a line break at its end. The top level of a policy is never written on one line.
pub(super) fn print(data: &Data, is_policy: bool) -> String {
    let mut text = String::new();
    match data {
        Data::Map(entries) if entries.is_empty() => text.push_str("{}\n"),
        Data::Map(entries) => {
            for (key, value) in entries {
                let framed = is_policy
                    && matches!(value, Data::List(items) if items.iter().any(|item| matches!(item, Data::Map(_))));
                entry(key, value, 0, framed, &mut text);
            }
        }
        other => {
            text.push_str(&flow(other));
            text.push('\n');
        }
    }
    text
}

/// `key: value` at an indentation. The cursor is where the key begins.
fn entry(key: &str, value: &Data, indent: usize, framed: bool, text: &mut String) {
    text.push_str(&in_brackets(key));
    text.push(':');
    let used = indent + key.chars().count() + 2;
    match value {
        Data::Scalar(Scalar::String(string)) if is_block(string) => block(string, indent, text),
        Data::Scalar(value) => {
            text.push(' ');
            text.push_str(&scalar(value, false));
            text.push('\n');
        }
        collection if !framed && fits(collection, used) => {
            text.push(' ');
            text.push_str(&flow(collection));
            text.push('\n');
        }
        Data::Map(entries) => {
            text.push('\n');
            for (key, value) in entries {
                text.push_str(&" ".repeat(indent + 2));
                entry(key, value, indent + 2, false, text);
            }
        }
        Data::List(items) => {
            text.push('\n');
            for item in items {
                text.push_str(&" ".repeat(indent));
                text.push_str("- ");
                list_item(item, indent, framed, text);
            }
        }
    }
}

/// The item after a dash.
fn list_item(value: &Data, indent: usize, framed: bool, text: &mut String) {
    match value {
        Data::Map(entries) if !entries.is_empty() && (framed || !fits(value, indent + 2)) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    text.push_str(&" ".repeat(indent + 2));
                }
                entry(key, value, indent + 2, false, text);
            }
        }
        Data::Scalar(Scalar::String(string)) if is_block(string) => {
            block_with_header(string, indent, text);
        }
        Data::Scalar(value) => {
            text.push_str(&scalar(value, false));
            text.push('\n');
        }
        collection => {
            text.push_str(&flow(collection));
            text.push('\n');
        }
    }
}

/// Whether a collection fits on one line after `used` characters.
fn fits(data: &Data, used: usize) -> bool {
    !has_block(data)
        && depth(data) <= FLOW_DEPTH
        && used + flow(data).chars().count() <= WIDTH
        && !matches!(data, Data::List(items) if items.len() > 1 && items.iter().any(|item| matches!(item, Data::Map(_))))
}

fn depth(data: &Data) -> usize {
    let inner = match data {
        Data::Scalar(_) => return 0,
        Data::List(items) => items.iter().map(depth).max(),
        Data::Map(entries) => entries.iter().map(|(_, value)| depth(value)).max(),
    };
    1 + inner.unwrap_or(0)
}

fn has_block(data: &Data) -> bool {
    match data {
        Data::Scalar(Scalar::String(text)) => is_block(text),
        Data::Scalar(_) => false,
        Data::List(items) => items.iter().any(has_block),
        Data::Map(entries) => entries.iter().any(|(_, value)| has_block(value)),
    }
}

/// A value on one line.
pub(super) fn flow(data: &Data) -> String {
    match data {
        Data::Scalar(value) => scalar(value, true),
        Data::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Data::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", in_brackets(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn scalar(value: &Scalar, in_flow: bool) -> String {
    match value {
        Scalar::String(text) if is_plain(text, in_flow) => text.to_string(),
        Scalar::String(text) => json::string(text),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number { value, text } => data::number(*value, text).unwrap_or_else(|| not_finite(*value).to_owned()),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Null => "null".to_owned(),
    }
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        ".nan"
    } else if value > 0.0 {
        ".inf"
    } else {
        "-.inf"
    }
}

/// A string as a key, or between brackets: with quotes if a reader would misread it without.
pub fn in_brackets(text: &str) -> String {
    if is_plain(text, true) { text.to_owned() } else { json::string(text) }
}

/// Whether every reader reads a text as the same string without quotes.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let found = readings(text);
    let all_strings = [found.core, found.kubectl, found.older].iter().all(|reading| *reading == Reading::String);
    let starts_plain =
        text.starts_with(|first: char| !first.is_whitespace() && !"-?:,[]{}#&*!|>'\"%@`".contains(first));
    let is_safe = |character: char| !(is_hidden(character) || in_flow && ",[]{}".contains(character));
    // A colon at the end of a word makes it a key. Between brackets, some readers treat any colon that way.
    let colons = text.contains(": ") || text.ends_with(':') || (in_flow && text.contains(':'));
    all_strings && starts_plain && !text.ends_with(' ') && !text.contains(" #") && !colons && text.chars().all(is_safe)
}

/// Whether a string is best written as a `|` block: several lines, all of them printable.
fn is_block(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && text.chars().all(|character| character == '\n' || !is_hidden(character))
        && !text.lines().any(|line| line.ends_with(' '))
}

/// ` |` and the lines, deeper than a key at `indent`.
fn block(string: &str, indent: usize, text: &mut String) {
    text.push(' ');
    block_with_header(string, indent, text);
}

fn block_with_header(string: &str, indent: usize, text: &mut String) {
    let body = string.trim_end_matches('\n');
    let breaks = string.len() - body.len();
    text.push_str(match breaks {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            text.push_str(&" ".repeat(indent + 2));
            text.push_str(line);
        }
        text.push('\n');
    }
    for _ in 1..breaks {
        text.push('\n');
    }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
