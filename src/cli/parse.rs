//! `canaryc parse`: the document tree of a file.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostics, Lines, Report};
use crate::disk::Disk;
use crate::hidden;
use crate::lower;
use crate::source::{Source, Sources};
use crate::syntax::tree::{Document, Node, Scalar};
use crate::syntax::tree_json;
use clap::Args;

use super::arguments::{Format, StandardInput};
use super::input;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Print the document tree of a file
///
/// Shows the syntax of the file before it is checked: nodes, arguments, properties and children, with their byte ranges.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc parse checkout.canary.kdl
  canaryc parse checkout.canary.kdl --format json | jq '.nodes[].name'")]
pub struct Arguments {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub standard_input: StandardInput,
    /// The format of the tree
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Prints the tree, or reports why the file has none.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let source = input::file(&arguments.file, &arguments.standard_input, &Disk::default())?;
    let mut diagnostics = Diagnostics::new();
    let document = lower::read(&source, &mut diagnostics);
    if !diagnostics.has_errors() {
        shell.print(match arguments.format {
            Format::Text => tree(&document, &source),
            Format::Json => hidden::json(&format!("{:#}\n", tree_json(&document, &source))).into_owned(),
        })?;
    }
    let mut sources = Sources::default();
    sources.add(source);
    Ok(shell.conclude(&Report::new([(sources, diagnostics)])))
}

/// One line for each node: its position and its content.
fn tree(document: &Document, source: &Source) -> String {
    let lines = Lines::new(source);
    let mut text = String::new();
    for node in &document.nodes {
        write_node(node, 0, &lines, &mut text);
    }
    text
}

fn write_node(node: &Node, depth: usize, lines: &Lines<'_>, text: &mut String) {
    let position = lines.position(node.span.start as usize);
    let place = format!("{}:{}", position.line, position.column);
    text.push_str(&format!("{place:8}{}", "  ".repeat(depth)));
    if let Some(annotation) = &node.type_annotation {
        text.push_str(&format!("({})", quoted(&annotation.value)));
    }
    text.push_str(&name(&node.name.value));
    for entry in &node.entries {
        text.push(' ');
        if let Some(property) = &entry.name {
            text.push_str(&format!("{}=", name(&property.value)));
        }
        if let Some(annotation) = &entry.type_annotation {
            text.push_str(&format!("({})", quoted(&annotation.value)));
        }
        text.push_str(&match &entry.value.value {
            Scalar::String(string) => quoted(string),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Number { text, .. } => text.to_string(),
            Scalar::Boolean(value) => format!("#{value}"),
            Scalar::Null => "#null".to_owned(),
        });
    }
    text.push('\n');
    for child in node.children() {
        write_node(child, depth + 1, lines, text);
    }
}

/// A name, in quotes if it needs them.
fn name(name: &str) -> String {
    let plain =
        !name.is_empty() && name.chars().all(|character| character.is_alphanumeric() || "-_.".contains(character));
    if plain { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    hidden::json(&serde_json::Value::from(text).to_string()).into_owned()
}
