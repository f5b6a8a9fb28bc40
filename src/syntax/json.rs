//! In: a document tree. Out: the same as JSON, for programs that want to read a policy without reading KDL.
//! A number that JSON cannot hold exactly is `{"number": "…"}` with its text.

use serde_json::{Map, Value, json};

use super::tree::{Document, Entry, Node, Scalar, Text};
use crate::source::{Source, Span, Spanned};

/// The tree as JSON: `{"nodes": […]}`, each node with its name, type, arguments, properties, children and spans.
pub fn tree_json(document: &Document, source: &Source) -> Value {
    let lines = Lines::new(source);
    json!({ "nodes": nodes(&document.nodes, &lines) })
}

/// Where each line begins, and how many characters stand before each stretch of the text, so that a place is found
/// without reading the text again.
struct Lines<'a> {
    text: &'a [u8],
    starts: Vec<u32>,
    characters: Vec<usize>,
}

/// Bytes in a stretch.
const STRETCH: usize = 256;

impl<'a> Lines<'a> {
    fn new(source: &'a Source) -> Self {
        let text = source.text.as_bytes();
        let newlines = text.iter().zip(1_u32..).filter(|(byte, _)| **byte == b'\n').map(|(_, next)| next);
        let mut before = 0;
        let mut characters = Vec::with_capacity(text.len() / STRETCH + 1);
        for stretch in text.chunks(STRETCH) {
            characters.push(before);
            before += count(stretch);
        }
        Self { text, starts: std::iter::once(0).chain(newlines).collect(), characters }
    }

    /// Line and column from 1; the column counts characters.
    fn place(&self, offset: u32) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (line, self.characters_before(offset) - self.characters_before(start) + 1)
    }

    fn characters_before(&self, offset: u32) -> usize {
        let offset = (offset as usize).min(self.text.len());
        let Some(stretch) = offset.checked_sub(1).map(|last| last / STRETCH) else { return 0 };
        self.characters.get(stretch).copied().unwrap_or(0) + count(&self.text[stretch * STRETCH..offset])
    }

    fn span(&self, span: Span) -> Value {
        let (line, column) = self.place(span.start);
        let (end_line, end_column) = self.place(span.end);
        json!({
            "start": span.start, "end": span.end,
            "line": line, "column": column, "endLine": end_line, "endColumn": end_column,
        })
    }
}

/// Characters that begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn nodes(nodes: &[Node], lines: &Lines<'_>) -> Value {
    nodes.iter().map(|one| node(one, lines)).collect()
}

fn node(node: &Node, lines: &Lines<'_>) -> Value {
    let arguments: Vec<Value> = node.arguments().map(|entry| self::entry(entry, lines)).collect();
    let properties: Vec<Value> = node.properties().map(|(_, entry)| self::entry(entry, lines)).collect();
    json!({
        "name": &*node.name.value,
        "nameSpan": lines.span(node.name.span),
        "type": annotation(node.type_annotation.as_ref()),
        "arguments": arguments,
        "properties": properties,
        "children": node.children.as_ref().map(|children| nodes(&children.nodes, lines)),
        "span": lines.span(node.span),
    })
}

fn entry(entry: &Entry, lines: &Lines<'_>) -> Value {
    let mut object = Map::new();
    if let Some(name) = &entry.name {
        object.insert("name".to_owned(), json!(&*name.value));
        object.insert("nameSpan".to_owned(), lines.span(name.span));
    }
    object.insert("type".to_owned(), annotation(entry.type_annotation.as_ref()));
    object.insert("value".to_owned(), scalar(&entry.value.value));
    object.insert("valueSpan".to_owned(), lines.span(entry.value.span));
    object.insert("span".to_owned(), lines.span(entry.span));
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

/// A JSON number when that says the same: finite, and not a whole number too large for a double.
fn number(value: f64, text: &str) -> Value {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    let fraction = text.contains(['.', 'e', 'E']) && !text.contains(['x', 'X']);
    if value.is_finite() && (value.abs() <= LARGEST_EXACT || fraction) {
        json!(value)
    } else {
        json!({ "number": text })
    }
}
