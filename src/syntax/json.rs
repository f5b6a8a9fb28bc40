//! In: a document tree. Out: the same as JSON, for programs that want to read a policy without reading KDL.
//! A number that JSON cannot hold exactly is `{"number": "…"}` with its text.

use serde_json::{Map, Value, json};

use super::tree::{Document, Entry, Node, Scalar, Text};
use crate::diagnostic::{Lines, Position};
use crate::source::{Source, Span, Spanned};

/// The tree as JSON: `{"nodes": […]}`, each node with its name, type, arguments, properties, children and spans.
pub fn tree_json(document: &Document, source: &Source) -> Value {
    let lines = Lines::new(source);
    object([("nodes", nodes(&document.nodes, &lines))])
}

/// A span as in the JSON of diagnostics: bytes count from 0, lines and columns from 1.
fn place(span: Span, lines: &Lines<'_>) -> Value {
    let point = |offset: u32| {
        let Position { line, column } = lines.position(offset as usize);
        json!({ "offset": offset, "line": line, "column": column })
    };
    object([("start", point(span.start)), ("end", point(span.end))])
}

fn nodes(nodes: &[Node], lines: &Lines<'_>) -> Value {
    nodes.iter().map(|one| node(one, lines)).collect()
}

fn node(node: &Node, lines: &Lines<'_>) -> Value {
    let arguments = node.arguments().map(|entry| self::entry(entry, lines)).collect();
    let properties = node.properties().map(|(_, entry)| self::entry(entry, lines)).collect();
    let children = node.children.as_ref().map_or(Value::Null, |children| nodes(&children.nodes, lines));
    object([
        ("name", json!(&*node.name.value)),
        ("nameSpan", place(node.name.span, lines)),
        ("type", annotation(node.type_annotation.as_ref())),
        ("arguments", Value::Array(arguments)),
        ("properties", Value::Array(properties)),
        ("children", children),
        ("span", place(node.span, lines)),
    ])
}

/// An object of values that are moved. `json!` would copy the children of a node at each level.
fn object<const COUNT: usize>(fields: [(&str, Value); COUNT]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn entry(entry: &Entry, lines: &Lines<'_>) -> Value {
    let mut object = Map::new();
    if let Some(name) = &entry.name {
        object.insert("name".to_owned(), json!(&*name.value));
        object.insert("nameSpan".to_owned(), place(name.span, lines));
    }
    object.insert("type".to_owned(), annotation(entry.type_annotation.as_ref()));
    object.insert("value".to_owned(), scalar(&entry.value.value));
    object.insert("valueSpan".to_owned(), place(entry.value.span, lines));
    object.insert("span".to_owned(), place(entry.span, lines));
    Value::Object(object)
}

fn annotation(name: Option<&Spanned<Text>>) -> Value {
    name.map_or(Value::Null, |name| json!(&*name.value))
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::String(text) => json!(&**text),
        Scalar::Integer(value) => json!(value),
        Scalar::Number { value, text } => number(*value, text),
        Scalar::Boolean(value) => json!(value),
        Scalar::Null => Value::Null,
    }
}

/// A JSON number if JSON can hold the value exactly: it is finite, and not a whole number too large for a double.
fn number(value: f64, text: &str) -> Value {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    let fraction = text.contains(['.', 'e', 'E']) && !text.contains(['x', 'X']);
    if value.is_finite() && (value.abs() <= LARGEST_EXACT || fraction) {
        json!(value)
    } else {
        json!({ "number": text })
    }
}
