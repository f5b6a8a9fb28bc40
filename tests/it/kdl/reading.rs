//! How the reader reads valid text, feature by feature, and where its limits are.

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::limits;
use canaryc::internals::syntax::tree::Scalar;
use canaryc::source::Source;

use super::support::{mistakes, read, read_valid, scalar, tree};

/// The values of the first node of a text.
fn values(text: &str) -> Vec<String> {
    let document = read_valid(text);
    document.nodes[0].entries.iter().map(|entry| scalar(&entry.value.value)).collect()
}

/// The codes of the mistakes in a text.
fn codes(text: &str) -> Vec<&'static str> {
    let (_, diagnostics, _) = read(text);
    diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect()
}

#[test]
fn words_that_need_no_quotes() {
    assert_eq!(
        values("node a-b a.b + - +a -.b .a ...  X-Staff ünï_ ノード a,b a:b $x %5 <> a'b"),
        [
            "\"a-b\"",
            "\"a.b\"",
            "\"+\"",
            "\"-\"",
            "\"+a\"",
            "\"-.b\"",
            "\".a\"",
            "\"...\"",
            "\"X-Staff\"",
            "\"ünï_\"",
            "\"ノード\"",
            "\"a,b\"",
            "\"a:b\"",
            "\"$x\"",
            "\"%5\"",
            "\"<>\"",
            "\"a'b\"",
        ]
    );
}

#[test]
fn escapes() {
    assert_eq!(values(r#"node "\n\r\t\\\"\b\f\s\u{e9}\u{10FFFF}""#), [r#""\n\r\t\\\"\u{8}\u{c} é\u{10ffff}""#]);
    assert_eq!(values("node \"a\\   \n\t  b\""), ["\"ab\""]);
    for wrong in ["\\x", "\\/", "\\u{}", "\\u{d800}", "\\u{110000}", "\\u{0000041}", "\\u41", "\\'"] {
        assert_eq!(codes(&format!("node \"{wrong}\"")), ["kdl/invalid-escape"], "{wrong}");
    }
}

#[test]
fn raw_strings() {
    assert_eq!(
        values(r####"node #""# #"\n"# ##"a"#b"## #"a"b"#"####),
        [r#""""#, r#""\\n""#, r##""a\"#b""##, r#""a\"b""#]
    );
}

#[test]
fn blocks_of_text() {
    assert_eq!(values("node \"\"\"\n    a\n      b\n\n   \t\n    c\n    \"\"\""), [r#""a\n  b\n\n\nc""#]);
    assert_eq!(values("node \"\"\"\n\"\"\" \"\"\"\n   \"\"\""), [r#""""#, r#""""#]);
    assert_eq!(values("node \"\"\"\r\n  a\r\n  b\r\n  \"\"\""), [r#""a\nb""#]);
    assert_eq!(values("node \"\"\"\n  a \\\n      b\\n\n  \\\"\"\"\n  \"\"\""), [r#""a b\n\n\"\"\"""#]);
    assert_eq!(values("node ##\"\"\"\n  \\d \"\"\"# \"\n  \"\"\"##"), [r##""\\d \"\"\"# \"""##]);
}

#[test]
fn a_backslash_in_a_block_is_resolved_before_its_indentation_and_after_it() {
    assert_eq!(values("node \"\"\"\n  a\n  \\   \"\"\""), [r#""a""#]);
    assert_eq!(codes("node \"\"\"\n  a\\\n  \"\"\""), ["kdl/multi-line-string"]);
    assert_eq!(codes("node \"\"\"\n\\s a\n  b\n  \"\"\""), ["kdl/multi-line-string"]);
    assert_eq!(codes("node \"\"\"\\\n  \"\"\""), ["kdl/multi-line-string"]);
}

#[test]
fn numbers() {
    assert_eq!(
        values("node 0 -0 +1 1_000 0xFf -0o17 0b1_0 9223372036854775807 -9223372036854775808"),
        ["0", "0", "1", "1000", "255", "-15", "2", "9223372036854775807", "-9223372036854775808",]
    );
    assert_eq!(
        values("node 1.5 -1e3 9223372036854775808 1e400 #inf #-inf #nan"),
        [
            "1.5~1.5",
            "-1000.0~-1e3",
            "9.223372036854776e18~9223372036854775808",
            "inf~1e400",
            "inf~#inf",
            "-inf~#-inf",
            "NaN~#nan",
        ]
    );
}

#[test]
fn keywords() {
    assert_eq!(values("node #true #false #null a=#true"), ["#true", "#false", "#null", "#true"]);
}

#[test]
fn properties_and_arguments_keep_their_order() {
    let text = "node 1 a=2 \"b c\"=3 a = 4 #\"d\"#  =  5 (t)6 e=(u)7";
    assert_eq!(tree(&read_valid(text).nodes), "node 1 a=2 b c=3 a=4 d=5 (t)6 e=(u)7\n");
}

#[test]
fn type_annotations() {
    assert_eq!(tree(&read_valid("( a )node ( \"b c\" ) 1 d=( /* x */ e )2").nodes), "(a)node (b c)1 d=(e)2\n");
}

#[test]
fn slashdash() {
    let text =
        "a /-1 2 /- /* x */ b=3 c=4 /-{ x } { y } /-{ z }\n/- d {\n  e\n}\nf {\n  /-g\n  h /-\n  1 2\n}\n/- // end\ni";
    assert_eq!(tree(&read_valid(text).nodes), "a 2 c=4\n  y\nf\n  h 2\n");
}

#[test]
fn the_version_marker_is_a_hidden_node() {
    assert_eq!(tree(&read_valid("\u{FEFF}/- kdl-version 2\nnode\n").nodes), "node\n");
}

#[test]
fn newlines_and_spaces_of_all_kinds() {
    let text = "a\r\nb\rc\u{85}d\u{B}e\u{C}f\u{2028}g\u{2029}h\u{A0}1\u{3000}2\u{1680}\u{2003}3\u{202F}4";
    assert_eq!(tree(&read_valid(text).nodes), "a\nb\nc\nd\ne\nf\ng\nh 1 2 3 4\n");
}

#[test]
fn comments() {
    let text = "/* a /* b */ c */ node /* d */ 1 // e\n// f\n/* g\n*/ other /**/ 2 /***/ 3 /* // */ 4";
    assert_eq!(tree(&read_valid(text).nodes), "node 1\nother 2 3 4\n");
}

#[test]
fn continued_lines() {
    let text = "a \\\n  1 \\ // why\n  2 \\ /* x */ \n 3\\\n\n\\\nb \\";
    assert_eq!(tree(&read_valid(text).nodes), "a 1 2 3\nb\n");
}

#[test]
fn blocks_and_semicolons() {
    assert_eq!(tree(&read_valid("a {}; b{c;d 1;}\ne { f { g } }").nodes), "a {}\nb\n  c\n  d 1\ne\n  f\n    g\n");
}

#[test]
fn valid_kdl_that_nobody_means_is_rejected() {
    assert_eq!(codes("web url=https://x"), ["kdl/missing-quotes"]);
    assert_eq!(codes("stage 'x'"), ["kdl/foreign-quotes"]);
    assert_eq!(codes("stage a, b"), ["kdl/comma"]);
    assert_eq!(codes("a\nstage: b"), ["kdl/colon"]);
}

#[test]
fn spans_cover_the_quotes_and_the_whole_node() {
    let (document, diagnostics, source) = read("(t)a #\"b\"# \"c\"=\"\"\"\n  d\n  \"\"\" 0x1 { e } // f\n");
    assert!(diagnostics.is_empty());
    let node = &document.nodes[0];
    assert_eq!(source.slice(node.span), "(t)a #\"b\"# \"c\"=\"\"\"\n  d\n  \"\"\" 0x1 { e }");
    assert_eq!(source.slice(node.entries[0].value.span), "#\"b\"#");
    assert_eq!(source.slice(node.entries[1].span), "\"c\"=\"\"\"\n  d\n  \"\"\"");
    assert_eq!(source.slice(node.entries[1].name.as_ref().unwrap().span), "\"c\"");
    assert_eq!(source.slice(node.entries[1].value.span), "\"\"\"\n  d\n  \"\"\"");
    assert_eq!(source.slice(node.children.as_ref().unwrap().span), "{ e }");
    assert_eq!(source.slice(node.type_annotation.as_ref().unwrap().span), "t");
}

#[test]
fn nesting_is_limited_and_reported_once() {
    let nested = |depth: usize| format!("{}x{}\nafter", "a { ".repeat(depth), " }".repeat(depth));
    assert_eq!(codes(&nested(limits::DEPTH)), [""; 0]);
    let (document, diagnostics, source) = read(&nested(limits::DEPTH + 1));
    assert_eq!(diagnostics.len(), 1, "{}", mistakes(&diagnostics, &source));
    assert_eq!(diagnostics.iter().next().unwrap().code.name(), "kdl/too-deep");
    assert_eq!(document.nodes.len(), 2);
    for endless in ["a{", "a /-{", "/-a{", "a/-{ ", "{"] {
        assert!(codes(&endless.repeat(50_000)).len() <= 3, "{endless}");
    }
}

#[test]
fn hostile_texts_are_read_to_their_end() {
    let texts = [
        "\0".repeat(100_000),
        "\"".repeat(100_000),
        "\"\"\"\n".repeat(25_000),
        "\"\"\"a\n".repeat(25_000),
        "a \"\"\"\nb\"\"\"\n".repeat(10_000),
        "/*".repeat(50_000),
        "/* /* */ x ".repeat(10_000),
        "}".repeat(100_000),
        "{}".repeat(50_000),
        "{{a}}".repeat(20_000),
        "#".repeat(100_000),
        "#\"a\" ".repeat(20_000),
        "a \"b c=\"d ".repeat(10_000),
        "(".repeat(100_000),
        "a(".repeat(50_000),
        "a=".repeat(50_000),
        "a=\"b\nc".repeat(15_000),
        "\\".repeat(100_000),
        "\\ ".repeat(50_000),
        "'a ".repeat(30_000),
        "a,".repeat(50_000),
        "a, ".repeat(30_000),
        "/-".repeat(50_000),
        "1".repeat(100_000),
        format!("0x{}", "f".repeat(100_000)),
        format!("1e{}", "9".repeat(100_000)),
        "\u{201C}".repeat(30_000),
        "\u{FEFF}a".repeat(20_000),
        (1..440).map(|hashes| format!("{}\"\"\"\n", "#".repeat(hashes))).collect(),
        "a {\n".repeat(25_000),
        format!("{}{}", "a {\n".repeat(12_000), "  }\n".repeat(13_000)),
    ];
    for text in texts {
        let (document, diagnostics, _) = read(&text);
        assert!(diagnostics.len() <= 201);
        assert!(!diagnostics.is_empty() || !document.nodes.is_empty(), "{}", &text[..20]);
    }
}

/// Found by fuzzing.
#[test]
fn texts_that_were_once_misread() {
    assert_eq!(codes("a \"\\u\\\n}\""), ["kdl/invalid-escape"]);
    assert_eq!(tree(&read_valid("a {b /- ,}\na {b /-,}").nodes), "a\n  b\na\n  b\n");
}

#[test]
fn numbers_of_any_length_are_numbers() {
    let document = read_valid(&format!("node 1{}", "0".repeat(10_000)));
    let Scalar::Number { value, text } = &document.nodes[0].entries[0].value.value else { panic!("no number") };
    assert!(value.is_infinite() && text.len() == 10_001);
}

/// The label of an unclosed raw string once began within a character.
#[test]
fn labels_of_a_split_raw_string_are_whole_characters() {
    let source = Source::new("a.kdl", "#\"\n \u{FFFD}\" ");
    let mut found = Diagnostics::new();
    canaryc::internals::syntax::kdl::read(&source, &mut found);
    assert!(found.iter().any(|found| found.code.to_string() == "kdl/multi-line-string"));
    for span in found.iter().flat_map(|found| found.spans()) {
        assert!(source.text.is_char_boundary(span.start as usize) && source.text.is_char_boundary(span.end as usize));
    }
}
