//! The KDL reader, printer and formatter on any text.

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::tree::{Document, Node};
use canaryc::internals::syntax::{kdl, tree_json};
use canaryc::source::{Source, Span};

/// The samples of the tests.
pub fn seeds() -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/kdl/");
    let mut paths: Vec<_> = ["mistakes", "formatting"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(format!("{root}{folder}")).ok())
        .flat_map(|entries| entries.filter_map(|entry| entry.ok().map(|entry| entry.path())))
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl"))
        .collect();
    paths.sort();
    let seeds: Vec<String> = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(!seeds.is_empty(), "no samples beneath {root}");
    seeds
}

/// Pieces of KDL, and pieces that people mistake for KDL.
pub const TOKENS: &[&str] = &[
    "{",
    "}",
    " { ",
    " }\n",
    "{}",
    "(",
    ")",
    "(t)",
    "[",
    "]",
    "=",
    " = ",
    ";",
    "\n",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    " ",
    "    ",
    "\t",
    "\u{A0}",
    "\\",
    "\\\n",
    " \\ // c\n",
    "//",
    "// c\n",
    "/*",
    "*/",
    "/* c */",
    "/-",
    "/- ",
    "/-{",
    "\"",
    "\"\"",
    "\"\"\"",
    "\"\"\"\n",
    "\n    \"\"\"",
    "#\"",
    "\"#",
    "##\"",
    "\"##",
    "#\"\"\"\n",
    "\"\"\"#",
    "#",
    "##",
    "r\"",
    "r#\"",
    "'",
    "\u{201C}",
    "\u{201D}",
    "\u{2019}",
    ",",
    ", ",
    ":",
    ": ",
    "---",
    "-",
    "+",
    ".",
    ".5",
    "1.",
    "0x",
    "0b12",
    "1_0",
    "1e9",
    "5%",
    "10m",
    "120/s",
    "https://x/y",
    "{{a}}",
    "{{",
    "}}",
    "true",
    "nan",
    "#true",
    "#null",
    "#inf",
    "#-inf",
    "#nan",
    "#yes",
    "\\n",
    "\\u{e9}",
    "\\u{",
    "\\q",
    "\\  \n ",
    "\u{0}",
    "\u{1}",
    "\u{FEFF}",
    "\u{200E}",
    "é",
    "ノ",
    "\u{1F600}",
    "a",
    "node",
    "stage",
    "weight=",
    "weight=\"5%\"",
    "release \"a\" {\n",
    "    gate \"x\"\n",
    "kdl-version 2",
    "\"s\"",
    "#\"r\"#",
    "\"\"\"\n  m\n  \"\"\"",
    "99999999999999999999",
    "rate(x[5m])",
    "C:\\t",
];

fn spans(source: &Source, span: Span, parent: Span) -> Result<(), String> {
    let text = &source.text;
    let sound = span.source == source.id
        && parent.start <= span.start
        && span.start <= span.end
        && span.end <= parent.end
        && text.is_char_boundary(span.start as usize)
        && text.is_char_boundary(span.end as usize);
    if sound { Ok(()) } else { Err(format!("{span:?} is not a sound part of {parent:?}")) }
}

fn nodes(source: &Source, nodes_: &[Node], parent: Span) -> Result<(), String> {
    for node in nodes_ {
        spans(source, node.span, parent)?;
        spans(source, node.name.span, node.span)?;
        for entry in &node.entries {
            spans(source, entry.span, node.span)?;
            spans(source, entry.value.span, entry.span)?;
            if let Some(name) = &entry.name {
                spans(source, name.span, entry.span)?;
            }
        }
        if let Some(children) = &node.children {
            spans(source, children.span, node.span)?;
            nodes(source, &children.nodes, children.span)?;
        }
    }
    Ok(())
}

fn read_text(text: &str) -> Result<(Document, Diagnostics), String> {
    let source = Source::new("fuzz.kdl", text);
    let mut diagnostics = Diagnostics::new();
    let document = kdl::read(&source, &mut diagnostics);
    for diagnostic in diagnostics.iter() {
        for span in diagnostic.spans() {
            spans(&source, span, source.span())?;
        }
        if diagnostic.message.is_empty() || diagnostic.labels.is_empty() || diagnostic.message.contains('\n') {
            return Err(format!("{} says nothing that can be shown", diagnostic.code));
        }
    }
    nodes(&source, &document.nodes, source.span())?;
    let json = tree_json(&document, &source);
    if json["nodes"].as_array().is_none_or(|nodes| nodes.len() != document.nodes.len()) {
        return Err("nodes are missing in the JSON".to_owned());
    }
    Ok((document, diagnostics))
}

/// Reads the text. However wrong the text is, the tree can be printed and read again without a mistake.
pub fn read(text: &str) -> Result<(), String> {
    let (document, _) = read_text(text)?;
    let printed = kdl::print(&document);
    let (again, diagnostics) = read_text(&printed)?;
    if !diagnostics.is_empty() {
        let first: Vec<String> =
            diagnostics.iter().take(3).map(|found| format!("{}: {}", found.code, found.message)).collect();
        return Err(format!("what was printed has mistakes: {first:?}"));
    }
    if kdl::print(&again) != printed {
        return Err("what was printed reads differently".to_owned());
    }
    Ok(())
}

/// Formats the text, if it is valid. Its meaning stays, and formatting again changes nothing.
pub fn format(text: &str) -> Result<(), String> {
    let formatted = |text: &str| kdl::format(&Source::new("fuzz.kdl", text), &mut Diagnostics::new());
    let Some(once) = formatted(text) else { return Ok(()) };
    let (before, _) = read_text(text)?;
    let (after, diagnostics) = read_text(&once)?;
    if !diagnostics.is_empty() || kdl::print(&before) != kdl::print(&after) {
        return Err("formatting changed the meaning".to_owned());
    }
    match formatted(&once) {
        Some(twice) if twice == once => Ok(()),
        other => Err(format!("formatting again gives {other:?}")),
    }
}
