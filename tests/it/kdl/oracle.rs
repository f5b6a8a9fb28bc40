//! Our reader and the kdl crate agree: both accept or both refuse a text, and they read the same tree.
//!
//! The test skips texts where our reader is stricter on purpose or where the crate is wrong: see [`stricter`] and
//! [`crate_is_wrong`].

use canaryc::diagnostic::{Code, Diagnostics};
use canaryc::internals::syntax::tree::{Node, Scalar};
use proptest::prelude::*;

use super::support;

/// Texts that our reader refuses although KDL accepts them, because nobody means them.
fn stricter(diagnostics: &Diagnostics) -> bool {
    let codes = [Code::KdlForeignQuotes, Code::KdlComma, Code::KdlColon, Code::KdlOtherLanguage, Code::KdlTooDeep];
    diagnostics.iter().any(|diagnostic| codes.contains(&diagnostic.code))
}

/// Texts that the crate (6.7.1) reads wrongly according to the specification. It
/// - accepts forbidden characters in `//` comments;
/// - refuses `/-` directly after the name of a node (`node/-1`), and `;` after a hidden node (`/-node;`);
/// - accepts more on the line of a hidden node's block (`/-a { b } c`), and a hidden value after a block;
/// - accepts a raw string on one line whose text begins with two quotes (`#"""a"#`).
fn crate_is_wrong(text: &str, diagnostics: &Diagnostics) -> bool {
    let forbidden_only = diagnostics.iter().all(|diagnostic| diagnostic.code == Code::KdlForbiddenCharacter);
    let forbidden_in_comment = text.contains("//") && !diagnostics.is_empty() && forbidden_only;
    let behind = |(at, _): (usize, &str)| text[at + 1..].trim_start_matches([' ', '\t', '\u{A0}']).chars().next();
    let ends = |next: Option<char>| next.is_none_or(|next| next.is_whitespace() || matches!(next, ';' | '}'));
    let without_space = |(at, _): (usize, &str)| text[..at].ends_with(|before: char| !before.is_whitespace());
    let hides = text.contains("/-")
        && (text.match_indices("/-").any(without_space)
            || text.split_once("/-").is_some_and(|(_, behind)| behind.contains(';'))
            || !text.match_indices('}').map(behind).all(ends));
    let raw =
        text.match_indices("#\"\"\"").any(|(at, _)| !text[at + 4..].starts_with(['\n', '\r', '\u{85}', '\u{2028}']));
    forbidden_in_comment || hides || raw
}

fn same_nodes(ours: &[Node], theirs: &[kdl::KdlNode]) -> bool {
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same_node(ours, theirs))
}

fn same_node(ours: &Node, theirs: &kdl::KdlNode) -> bool {
    let annotation = ours.type_annotation.as_ref().map(|name| &*name.value);
    *ours.name.value == *theirs.name().value()
        && annotation == theirs.ty().map(kdl::KdlIdentifier::value)
        && ours.entries.len() == theirs.entries().len()
        && ours.entries.iter().zip(theirs.entries()).all(|(ours, theirs)| {
            ours.name.as_ref().map(|name| &*name.value) == theirs.name().map(kdl::KdlIdentifier::value)
                && ours.type_annotation.as_ref().map(|name| &*name.value) == theirs.ty().map(kdl::KdlIdentifier::value)
                && same_value(&ours.value.value, theirs.value())
        })
        && same_nodes(ours.children(), theirs.children().map_or(&[], |children| children.nodes()))
}

fn same_value(ours: &Scalar, theirs: &kdl::KdlValue) -> bool {
    match (ours, theirs) {
        (Scalar::String(ours), kdl::KdlValue::String(theirs)) => **ours == **theirs,
        (Scalar::Integer(ours), kdl::KdlValue::Integer(theirs)) => i128::from(*ours) == *theirs,
        (Scalar::Number { value, .. }, kdl::KdlValue::Float(theirs)) => {
            value == theirs || value.is_nan() && theirs.is_nan()
        }
        (Scalar::Number { value, .. }, kdl::KdlValue::Integer(theirs)) => *value == *theirs as f64,
        (Scalar::Boolean(ours), kdl::KdlValue::Bool(theirs)) => ours == theirs,
        (Scalar::Null, kdl::KdlValue::Null) => true,
        _ => false,
    }
}

/// Pieces of documents. Random combinations are usually invalid.
fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b-c",
        "node",
        "-",
        "+",
        ".",
        "-a",
        "x1",
        "é",
        "ノ",
        "true",
        "nan",
        "#true",
        "#null",
        "#inf",
        "#-inf",
        "#x",
        "0",
        "-1",
        "1.5",
        "+2e3",
        "0xF_",
        "0b12",
        "1_",
        "1.",
        ".5",
        "1e",
        "10m",
        "5%",
        "\"s\"",
        "\"a b\"",
        "\"\\n\"",
        "\"\\q\"",
        "\"\\u{e9}\"",
        "\"\\  \n b\"",
        "\"",
        "\"\"",
        "#\"r\\\"#",
        "##\"q\"#\"##",
        "#\"",
        "\"\"\"\n  m\n    n\n  \"\"\"",
        "\"\"\"\n\"\"\"",
        "\"\"\"x\"\"\"",
        "\"\"\"\n m\n  \"\"\"",
        "#\"\"\"\n\tm\\\n\t\"\"\"#",
        "\"\"\"\n  a\\\n   b \\s\n  \"\"\"",
        "=",
        " = ",
        "= ",
        "(t)",
        "( u )",
        "(",
        ")",
        "{",
        "}",
        " {",
        "}\n",
        " { ",
        " }",
        ";",
        "; ",
        "\n",
        "\n",
        "\n",
        " ",
        " ",
        " ",
        "  ",
        "\t",
        "\r\n",
        "\u{85}",
        "\u{A0}",
        "\u{2028}",
        "\\\n",
        "\\ // c\n",
        "\\",
        "// c\n",
        "//",
        "/* c */",
        "/* /* */ */",
        "/*",
        "/-",
        "/- ",
        "/-\n",
        "[",
        "/",
        "\u{0}",
        "\u{FEFF}",
        "\u{200E}",
        "r",
        "a=1",
        "k=\"v\"",
        "b = 2",
        "n 1 k=2 { c }",
    ])
}

/// Nodes that are correct, with comments, hidden parts and odd white space.
fn valid_line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "node", "\"q n\"", "(t)x", "( t )y", "#\"r\"#", "/-h", "-", "é"]);
    let space = prop::sample::select(vec![" ", "  ", "\t", "\u{A0}", " /* c */ ", " \\\n ", " \\ // c\n"]);
    let value = prop::sample::select(vec![
        "1",
        "-0x1F",
        "1.5e-3",
        "#true",
        "#nan",
        "#-inf",
        "word",
        "\"s\"",
        "\"\\u{1F600}\\\\ \\\n  x\"",
        "#\"\\\"#",
        "\"\"\"\n   l1\n\n     l2\\n\n   \"\"\"",
        "##\"\"\"\n \"\"\"#\n \"\"\"##",
        "(t)5",
        "( t ) \"x\"",
        "12345678901234567890",
        "0b1_01",
        "+1_0",
        "1e400",
        "-9223372036854775808",
    ]);
    let key = prop::sample::select(vec!["", "", "k=", "\"a b\"=", "k = ", "/-", "/- ", "/-k=", "#\"r\"# ="]);
    let entries = prop::collection::vec((space, key, value), 0..5);
    let end = prop::sample::select(vec![
        "\n",
        "\n\n",
        ";",
        " // c\n",
        "\r\n",
        " {}\n",
        " { c; d 1 }\n",
        " /-{ c }\n",
        " {\n /-c\n d { e }\n}\n",
        "\\\n\n",
    ]);
    (name, entries, end).prop_map(|(name, entries, end)| {
        let mut line = name.to_owned();
        for (space, key, value) in entries {
            line.extend([space, key, value]);
        }
        line + end
    })
}

fn compare(text: &str) -> Result<(), TestCaseError> {
    let (document, diagnostics, source) = support::read(text);
    if stricter(&diagnostics) || crate_is_wrong(text, &diagnostics) {
        return Ok(());
    }
    let theirs = kdl::KdlDocument::parse_v2(text);
    match theirs {
        Ok(theirs) => {
            prop_assert!(
                diagnostics.is_empty(),
                "only we refuse {text:?}\n{}",
                support::mistakes(&diagnostics, &source)
            );
            prop_assert!(
                same_nodes(&document.nodes, theirs.nodes()),
                "read differently: {text:?}\n{}\n{theirs:?}",
                support::tree(&document.nodes)
            );
        }
        Err(_) => prop_assert!(!diagnostics.is_empty(), "only we accept {text:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_pieces(pieces in prop::collection::vec(fragment(), 0..14)) {
        let text = pieces.concat();
        // The crate needs exponential time for nested hidden blocks.
        if text.matches("/-").count() <= 3 {
            compare(&text)?;
        }
    }

    #[test]
    fn valid_documents(lines in prop::collection::vec(valid_line(), 0..6)) {
        let text = lines.concat();
        if text.matches("/-").count() <= 6 {
            compare(&text)?;
        }
    }
}
