//! Trees as KDL text and as JSON.

use canaryc::internals::syntax::tree::{Children, Document, Entry, Node, Scalar, Text};
use canaryc::internals::syntax::{kdl, tree_json};
use canaryc::source::{Source, Span, Spanned};
use proptest::prelude::*;

use super::support::{read, read_valid, same};

#[test]
fn style() {
    let text = r##"
        release   checkout namespace=shop{
          workload replicas=6 {selector app=checkout}
          "quoted name" "quoted key"=1 "true" 'x
          remove { router; watch; audience "staff"; stage "half"; }
          router { gateway-api infra/x }
          check a { job b { args "-z" "1m"; env A=b }; }
          a #"say "hi" \d"# "line\ttab" "" "é" "one \u{200e} two" #true #null #-inf 0x1F 1_000 1.50
          patch Service yaml="a: 1\n  b: \"2\"\n\nc" name=x { d }
          patch Service yaml="^\\d\nx"
          e "trailing \n" "\n" " \n x" {}
          (t)f (u)1 g=(w)"x"
        }"##
    .replace("infra/x", "\"infra/x\"")
    .replace(" 'x", " \"'x\"");
    insta::assert_snapshot!(kdl::print(&read_valid(&text)));
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, nowhere())
}

fn nowhere() -> Span {
    Source::new("nowhere", "").span()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,8}",
        "[ -~]{0,12}",
        "[\"#\\\\\n\t a:,'{}\\-+.0-9]{0,10}",
        "\\PC{0,6}",
        prop::collection::vec(
            prop::sample::select(vec![
                "\n", "  ", "\"\"\"", "\\", "#", "a", "\r", "\u{85}", "\u{200e}", "\0", "\u{A0}"
            ]),
            0..8
        )
        .prop_map(|pieces| pieces.concat()),
        prop::sample::select(vec!["true", "null", "-inf", "---", "-", "a:", "b,", ",c", "5%", ".5", "\u{201C}q", "'q"])
            .prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = Spanned<Text>> {
    text().prop_map(|text| spanned(Text::from(text)))
}

fn value() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        4 => text().prop_map(|text| Scalar::String(text.into())),
        1 => any::<i64>().prop_map(Scalar::Integer),
        1 => any::<f64>().prop_map(|value| Scalar::Number { value, text: "".into() }),
        1 => any::<bool>().prop_map(Scalar::Boolean),
        1 => Just(Scalar::Null),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    (prop::option::of(name()), prop::option::weighted(0.1, name()), value()).prop_map(
        |(name, type_annotation, value)| Entry { name, type_annotation, value: spanned(value), span: nowhere() },
    )
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = (prop::option::weighted(0.1, name()), name(), prop::collection::vec(entry(), 0..4)).prop_map(
        |(type_annotation, name, entries)| Node { type_annotation, name, entries, children: None, span: nowhere() },
    );
    leaf.prop_recursive(4, 24, 4, |inner| {
        (inner.clone(), prop::option::of(prop::collection::vec(inner, 0..4))).prop_map(|(mut node, nodes)| {
            node.children = nodes.map(|nodes| Children { nodes, span: nowhere() });
            node
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_text_reads_the_same(nodes in prop::collection::vec(node(), 0..4)) {
        let printed = kdl::print(&Document { nodes: nodes.clone() });
        let source = Source::new("printed.kdl", printed.as_str());
        let mut diagnostics = canaryc::diagnostic::Diagnostics::new();
        let read = kdl::read(&source, &mut diagnostics);
        prop_assert!(diagnostics.is_empty(), "{printed}\n{}", super::support::mistakes(&diagnostics, &source));
        prop_assert!(same(&nodes, &read.nodes), "{printed}\n{}", super::support::tree(&read.nodes));
        prop_assert_eq!(kdl::print(&read), printed);
    }
}

/// Found by fuzzing: the tree contained the block that was nested too deeply as an empty one.
#[test]
fn a_text_that_is_nested_too_deep_can_be_printed() {
    let text = format!("{}x{}", "a { ".repeat(140), " }".repeat(140));
    let (document, diagnostics, _) = read(&text);
    assert_eq!(diagnostics.len(), 1);
    read_valid(&kdl::print(&document));
}

#[test]
fn json() {
    let text =
        "(t)a 1 b=\"x\\n\" c=(u)#null {\n  é #inf 1e400 99999999999999999999 0.5 0xFFFFFFFFFFFFFFFFFFFF\n}\nd {}\n";
    let source = Source::new("test.kdl", text);
    let document = kdl::read(&source, &mut canaryc::diagnostic::Diagnostics::new());
    insta::assert_json_snapshot!(tree_json(&document, &source));
}

#[test]
fn json_places_are_lines_and_characters() {
    let text = format!("{}\n{} a", "é".repeat(300), "ノ".repeat(300));
    let source = Source::new("test.kdl", text.as_str());
    let document = kdl::read(&source, &mut canaryc::diagnostic::Diagnostics::new());
    let json = tree_json(&document, &source);
    let span = &json["nodes"][1]["arguments"][0]["span"];
    assert_eq!(span["start"], serde_json::json!({ "offset": 1502, "line": 2, "column": 302 }));
    assert_eq!(span["end"], serde_json::json!({ "offset": 1503, "line": 2, "column": 303 }));
}
