//! In: a tree. Out: KDL text in the style of the policy language: values quoted, names bare, short blocks on one line.

use super::character::{Class, class};
use super::strings;
use super::token::Kind;
use super::words;
use crate::syntax::tree::{Document, Entry, Node, Scalar};

/// The widest line that a one-line block may produce.
const WIDTH: usize = 100;
/// The most nodes in a one-line block.
const NODES_ON_A_LINE: usize = 3;
/// One level of nesting.
const INDENTATION: &str = "    ";

/// Writes a tree as KDL. Reading it again gives the same tree.
pub fn print(document: &Document) -> String {
    let mut out = String::new();
    for node in &document.nodes {
        print_node(node, 0, &mut out);
        out.push('\n');
    }
    out
}

/// Appends a node, from its name to its end, with its line indented by `depth` levels.
fn print_node(node: &Node, depth: usize, out: &mut String) {
    indent(depth, out);
    let line_start = out.rfind('\n').map_or(0, |newline| newline + 1);
    print_head(node, depth, out);
    let Some(children) = &node.children else { return };
    if children.nodes.is_empty() {
        out.push_str(" {}");
        return;
    }
    let head = &out[line_start..];
    if !head.contains("\"\"\"")
        && let Some(block) = block_on_a_line(&children.nodes, WIDTH.saturating_sub(head.chars().count()))
    {
        out.push_str(&block);
        return;
    }
    out.push_str(" {\n");
    for child in &children.nodes {
        print_node(child, depth + 1, out);
        out.push('\n');
    }
    indent(depth, out);
    out.push('}');
}

/// ` { a; b }`, if it is short enough.
fn block_on_a_line(nodes: &[Node], room: usize) -> Option<String> {
    if nodes.len() > NODES_ON_A_LINE {
        return None;
    }
    let mut block = String::from(" { ");
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            block.push_str("; ");
        }
        if node.entries.iter().any(|entry| spans_lines(&entry.value.value)) {
            return None;
        }
        print_head(node, 0, &mut block);
        if let Some(children) = &node.children {
            if children.nodes.is_empty() {
                block.push_str(" {}");
            } else if nodes.len() == 1 {
                block.push_str(&block_on_a_line(&children.nodes, room.saturating_sub(block.chars().count() + 2))?);
            } else {
                return None;
            }
        }
        if block.len() > 4 * room {
            return None;
        }
    }
    block.push_str(" }");
    (block.chars().count() <= room).then_some(block)
}

/// Name, arguments and properties.
fn print_head(node: &Node, depth: usize, out: &mut String) {
    if let Some(annotation) = &node.type_annotation {
        print_annotation(&annotation.value, out);
    }
    print_name(&node.name.value, out);
    for entry in &node.entries {
        out.push(' ');
        print_entry(entry, depth, out);
    }
}

fn print_entry(entry: &Entry, depth: usize, out: &mut String) {
    if let Some(name) = &entry.name {
        print_name(&name.value, out);
        out.push('=');
    }
    if let Some(annotation) = &entry.type_annotation {
        print_annotation(&annotation.value, out);
    }
    match &entry.value.value {
        Scalar::String(text) if spans_lines(&entry.value.value) => print_block(text, depth + 1, out),
        Scalar::String(text) => out.push_str(&strings::quote(text)),
        Scalar::Integer(value) => out.push_str(&value.to_string()),
        Scalar::Number { value, text } => out.push_str(&number(*value, text)),
        Scalar::Boolean(true) => out.push_str("#true"),
        Scalar::Boolean(false) => out.push_str("#false"),
        Scalar::Null => out.push_str("#null"),
    }
}

/// A number as it was written, if KDL can read that. Trees that come from YAML contain other spellings.
fn number(value: f64, text: &str) -> String {
    if words::kind(text) == Kind::Number {
        return text.to_owned();
    }
    if value.is_nan() {
        "#nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "#inf" } else { "#-inf" }.to_owned()
    } else {
        format!("{value:?}")
    }
}

fn print_annotation(name: &str, out: &mut String) {
    out.push('(');
    print_name(name, out);
    out.push(')');
}

/// A name, without quotes where possible.
fn print_name(name: &str, out: &mut String) {
    if is_bare(name) { out.push_str(name) } else { out.push_str(&strings::quote(name)) }
}

/// Whether a name can be written without quotes and cannot be mistaken for anything else.
pub fn is_bare(name: &str) -> bool {
    let Some(first) = name.chars().next() else { return false };
    words::end(name, 0) == name.len()
        && name != "---"
        && words::kind(name) == Kind::Identifier
        && !matches!(first, '\'' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2018}' | '\u{2019}' | ',')
        && !name.ends_with([':', ','])
}

/// Whether a value is written as a `"""` block: it has several lines, and none of them needs an escape. Many editors
/// remove white space at the end of a line, so text with such white space stays quoted.
fn spans_lines(value: &Scalar) -> bool {
    let Scalar::String(text) = value else { return false };
    let fits = |line: &str| {
        line.chars().all(|character| !matches!(class(character), Class::Newline | Class::Forbidden))
            && line.chars().next_back().is_none_or(|last| class(last) != Class::Space)
    };
    text.split('\n').filter(|line| !line.is_empty()).count() > 1 && text.split('\n').all(fits)
}

/// A block, indented by `depth` levels. It is raw when that avoids escapes.
fn print_block(text: &str, depth: usize, out: &mut String) {
    let raw = text.contains('\\') || text.contains("\"\"\"");
    let hashes = if raw { strings::raw_hashes(text) } else { String::new() };
    out.push_str(&hashes);
    out.push_str("\"\"\"\n");
    for line in text.split('\n') {
        if !line.is_empty() {
            indent(depth, out);
            out.push_str(line);
        }
        out.push('\n');
    }
    indent(depth, out);
    out.push_str("\"\"\"");
    out.push_str(&hashes);
}

fn indent(depth: usize, out: &mut String) {
    for _ in 0..depth {
        out.push_str(INDENTATION);
    }
}
