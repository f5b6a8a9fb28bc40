//! In: mappings, lists and scalars. Out: JSON, indented by two spaces for each level.

use super::data::{self, Data};
use crate::hidden::is_hidden;
use crate::syntax::tree::Scalar;

/// The whole text, with a line break at its end.
pub(super) fn print(data: &Data) -> String {
    let mut text = String::new();
    write(data, 0, &mut text);
    text.push('\n');
    text
}

fn write(data: &Data, depth: usize, text: &mut String) {
    match data {
        Data::Scalar(value) => text.push_str(&scalar(value)),
        Data::List(items) if items.is_empty() => text.push_str("[]"),
        Data::Map(entries) if entries.is_empty() => text.push_str("{}"),
        Data::List(items) if items.iter().all(|item| matches!(item, Data::Scalar(_))) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    let mut inner = String::new();
                    write(item, 0, &mut inner);
                    inner
                })
                .collect();
            text.push_str(&format!("[{}]", items.join(", ")));
        }
        Data::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                line(index, depth + 1, text);
                write(item, depth + 1, text);
            }
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
            text.push(']');
        }
        Data::Map(entries) => {
            text.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                line(index, depth + 1, text);
                text.push_str(&string(key));
                text.push_str(": ");
                write(value, depth + 1, text);
            }
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
            text.push('}');
        }
    }
}

fn line(index: usize, depth: usize, text: &mut String) {
    text.push_str(if index == 0 { "\n" } else { ",\n" });
    text.push_str(&"  ".repeat(depth));
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => string(text),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number { value, text } => data::number(*value, text).unwrap_or_else(|| string(text)),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Null => "null".to_owned(),
    }
}

/// A string in double quotes. Invisible characters are written as escapes, which YAML reads as well.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    quoted.push_str(&format!("\\u{unit:04x}"));
                }
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
