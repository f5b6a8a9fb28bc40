//! Formatting: the samples in `tests/kdl/formatting/`, and properties of every text.

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::kdl;
use canaryc::source::Source;
use proptest::prelude::*;

use super::support::{read, same};

fn format(text: &str) -> Option<String> {
    kdl::format(&Source::new("test.kdl", text), &mut Diagnostics::new())
}

/// Formats, and checks that only white space has changed.
fn check(text: &str) -> Option<String> {
    let formatted = format(text)?;
    let (before, _, _) = read(text);
    let (after, diagnostics, source) = read(&formatted);
    assert!(
        diagnostics.is_empty(),
        "{text:?} became {formatted:?}\n{}",
        super::support::mistakes(&diagnostics, &source)
    );
    assert!(same(&before.nodes, &after.nodes), "{text:?} became {formatted:?}");
    let letters = |text: &str| {
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ';' | '\\' | '\u{FEFF}')).collect::<String>()
    };
    assert_eq!(letters(text), letters(&formatted), "{text:?} became {formatted:?}");
    let again = format(&formatted);
    assert_eq!(again.as_ref(), Some(&formatted), "{text:?}");
    assert!(formatted.is_empty() || formatted.ends_with('\n'));
    Some(formatted)
}

#[test]
fn samples() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kdl/formatting");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 5);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let formatted = check(&text).unwrap_or_else(|| panic!("{path:?} has mistakes"));
        insta::assert_snapshot!(format!("formatted-{}", path.file_stem().unwrap().to_string_lossy()), formatted);
    }
}

#[test]
fn a_text_with_mistakes_is_unchanged() {
    let mut diagnostics = Diagnostics::new();
    assert_eq!(kdl::format(&Source::new("test.kdl", "stage weight=5%"), &mut diagnostics), None);
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_hidden_node_named_like_the_version_marker_is_formatted_once() {
    let once = format("/-\nkdl-version //\ny { \"\" {} }\n").unwrap();
    assert_eq!(once, "/- kdl-version //\ny { \"\" {} }\n");
    assert_eq!(format(&once), Some(once));
}

#[test]
fn newlines_become_line_feeds() {
    assert_eq!(
        check("a {\r\n\r\nb\r\n\r\n\r\nc \"\"\"\r\n x\r\n \"\"\"\r\n}").unwrap(),
        "a {\n    b\n\n    c \"\"\"\n        x\n        \"\"\"\n}\n"
    );
    assert_eq!(check("\u{FEFF}a\u{85}\u{A0}b").unwrap(), "a\nb\n");
    assert_eq!(check("").unwrap(), "");
    assert_eq!(check("\n\n").unwrap(), "");
}

/// Pieces of documents with everything that is allowed between them.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b",
        "node",
        " ",
        " ",
        "  ",
        "   ",
        "\t",
        "\n",
        "\n",
        "\n\n",
        "\n\n\n",
        " // c\n",
        "// d\n",
        " /* e */ ",
        "/* f\n g */",
        " \\\n",
        " \\ // h\n",
        " {",
        "{",
        "}",
        " }",
        "\n}\n",
        ";",
        "; ",
        "/-",
        " /- ",
        "=",
        " = ",
        "k=",
        "(t)",
        "( t )",
        "1",
        "\"s\"",
        "#\"r\"#",
        "\"\"\"\n   x\n     y\n\n   \"\"\"",
        "\"\"\"\n x \\\n  y\n \"\"\"",
        "##\"\"\"\n\tq\n\t\"\"\"##",
        "n { m }",
        "n { m; l }",
        "n {\n m\n}",
        "n k=1 // x\n",
        "n    k=1    // x\n",
        "nn   k=1    // x\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_white_space_changes_and_only_once(pieces in prop::collection::vec(piece(), 0..16)) {
        check(&pieces.concat());
    }
}

/// Whether a `\` continues anything was decided by reading all lines behind it.
#[test]
fn many_continued_lines_are_formatted() {
    const LINES: usize = 100_000;
    for piece in ["\\\n", "\\ // c\n", "/* c */ \\\n"] {
        let text = format!("release \"a\" {{\n    workload {}replicas=4\n}}\n", piece.repeat(LINES));
        let formatted = format(&text).unwrap();
        assert!(formatted.ends_with("replicas=4\n}\n"), "{piece:?}");
        assert_eq!(formatted.matches('\\').count(), LINES, "{piece:?}");
        let nothing = format!("a {}\nb\n", piece.repeat(LINES));
        assert!(format(&nothing).unwrap().ends_with("b\n"), "{piece:?}");
    }
}
