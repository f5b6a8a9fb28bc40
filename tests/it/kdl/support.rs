//! Shared helpers: read a text, show its tree and its mistakes, and check its spans.

use std::fmt::Write as _;
use std::sync::Arc;

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::kdl;
use canaryc::internals::syntax::tree::{Document, Node, Scalar};
use canaryc::source::{Source, Span};

/// Reads a text, and checks that every span is valid.
pub fn read(text: &str) -> (Document, Diagnostics, Arc<Source>) {
    let source = Source::new("test.kdl", text);
    let mut diagnostics = Diagnostics::new();
    let document = kdl::read(&source, &mut diagnostics);
    for diagnostic in diagnostics.iter() {
        diagnostic.spans().for_each(|span| check(&source, span, source.span()));
    }
    check_nodes(&source, &document.nodes, source.span());
    (document, diagnostics, source)
}

/// Reads a text that has no mistakes.
pub fn read_valid(text: &str) -> Document {
    let (document, diagnostics, source) = read(text);
    assert!(diagnostics.is_empty(), "{text}\n{}", mistakes(&diagnostics, &source));
    document
}

fn check(source: &Source, span: Span, parent: Span) {
    assert!(span.start <= span.end && span.source == source.id, "{span:?}");
    assert!(
        parent.start <= span.start && span.end <= parent.end,
        "{span:?} lies outside of {parent:?}\n{}",
        source.text
    );
    assert!(
        source.text.is_char_boundary(span.start as usize) && source.text.is_char_boundary(span.end as usize),
        "{span:?}"
    );
}

fn check_nodes(source: &Source, nodes: &[Node], parent: Span) {
    for node in nodes {
        check(source, node.span, parent);
        check(source, node.name.span, node.span);
        node.type_annotation.iter().for_each(|annotation| check(source, annotation.span, node.span));
        for entry in &node.entries {
            check(source, entry.span, node.span);
            check(source, entry.value.span, entry.span);
            entry.name.iter().for_each(|name| check(source, name.span, entry.span));
        }
        if let Some(children) = &node.children {
            check(source, children.span, node.span);
            check_nodes(source, &children.nodes, children.span);
        }
    }
}

/// A tree in short: `name argument property=value`, children indented.
pub fn tree(nodes: &[Node]) -> String {
    let mut out = String::new();
    write_nodes(nodes, 0, &mut out);
    out
}

fn write_nodes(nodes: &[Node], depth: usize, out: &mut String) {
    for node in nodes {
        let indentation = "  ".repeat(depth);
        let annotation = node.type_annotation.as_ref().map_or(String::new(), |name| format!("({})", name.value));
        write!(out, "{indentation}{annotation}{}", node.name.value).unwrap();
        for entry in &node.entries {
            let name = entry.name.as_ref().map_or(String::new(), |name| format!("{}=", name.value));
            let annotation = entry.type_annotation.as_ref().map_or(String::new(), |name| format!("({})", name.value));
            write!(out, " {name}{annotation}{}", scalar(&entry.value.value)).unwrap();
        }
        if node.children.as_ref().is_some_and(|children| children.nodes.is_empty()) {
            out.push_str(" {}");
        }
        out.push('\n');
        write_nodes(node.children(), depth + 1, out);
    }
}

/// A value in a form that differs from every other value.
pub fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => format!("{text:?}"),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Number { value, text } => format!("{value:?}~{text}"),
        Scalar::Boolean(value) => format!("#{value}"),
        Scalar::Null => "#null".to_owned(),
    }
}

/// The mistakes with the text that each label underlines.
pub fn mistakes(diagnostics: &Diagnostics, source: &Source) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        writeln!(out, "{}: {}", diagnostic.code, diagnostic.message).unwrap();
        for label in &diagnostic.labels {
            let (line, column) = source.line_column(label.span.start);
            let text = source.text.lines().nth(line - 1).unwrap_or_default();
            let width = source.slice(label.span).lines().next().unwrap_or_default().chars().count().max(1);
            let shown = |character: char| if is_visible(character) { character } else { '\u{FFFD}' };
            let printable: String = text.chars().map(shown).collect();
            writeln!(out, "{line:4} | {printable}").unwrap();
            writeln!(out, "     | {}{} {}", " ".repeat(column - 1), "^".repeat(width), label.message).unwrap();
        }
        if let Some(why) = &diagnostic.why {
            writeln!(out, "     = why: {why}").unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "     = help: {help}").unwrap();
        }
        for edit in diagnostic.edits() {
            writeln!(out, "     = fix: {:?} becomes {:?}", source.slice(edit.span), edit.replacement).unwrap();
        }
        out.push('\n');
    }
    out
}

fn is_visible(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{FEFF}')
}

/// Whether two trees are equal, ignoring places. Numbers are compared by value, not by spelling.
pub fn same(left: &[Node], right: &[Node]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| {
            left.name.value == right.name.value
                && left.type_annotation.as_ref().map(|name| &name.value)
                    == right.type_annotation.as_ref().map(|name| &name.value)
                && left.children.is_some() == right.children.is_some()
                && left.entries.len() == right.entries.len()
                && left.entries.iter().zip(&right.entries).all(|(left, right)| {
                    left.name.as_ref().map(|name| &name.value) == right.name.as_ref().map(|name| &name.value)
                        && left.type_annotation.as_ref().map(|name| &name.value)
                            == right.type_annotation.as_ref().map(|name| &name.value)
                        && same_value(&left.value.value, &right.value.value)
                })
                && same(left.children(), right.children())
        })
}

fn same_value(left: &Scalar, right: &Scalar) -> bool {
    match (left, right) {
        (Scalar::Number { value: left, .. }, Scalar::Number { value: right, .. }) => {
            left == right || left.is_nan() && right.is_nan()
        }
        (left, right) => left == right,
    }
}
