//! Every policy of `tests/language` survives the conversion to YAML or JSON and back.

use super::corpus::{self, read_source};
use super::{Format, convert};
use crate::source::Source;
use crate::syntax::tree::{Node, Scalar};

/// A tree without spans, with properties and the keywords of a block in alphabetical order. The order of stages has a
/// meaning; the order of a stage and a watch has none.
fn meaning(nodes: &[Node]) -> Vec<String> {
    let mut lines: Vec<(String, String)> = nodes
        .iter()
        .map(|node| {
            let scalar = |value: &Scalar| match value {
                Scalar::Number { value, .. } => format!("{value}"),
                other => format!("{other:?}"),
            };
            let arguments: Vec<String> = node.arguments().map(|entry| scalar(&entry.value.value)).collect();
            let mut properties: Vec<String> = node
                .properties()
                .map(|(name, entry)| format!("{}={}", name.value, scalar(&entry.value.value)))
                .collect();
            properties.sort();
            let inner = meaning(node.children());
            (node.name.value.to_string(), format!("{arguments:?} {properties:?} {inner:?}"))
        })
        .collect();
    lines.sort_by(|left, right| left.0.cmp(&right.0));
    lines.into_iter().map(|(name, rest)| format!("{name} {rest}")).collect()
}

#[test]
fn every_policy_survives_conversion_to_yaml_and_json() {
    for path in corpus::files() {
        let document = corpus::read(&path);
        for (format, name) in [(Format::Yaml, "policy.yaml"), (Format::Json, "policy.json")] {
            let there = Source::new(name, convert(&document, format));
            let read_there = read_source(&there);
            let place = path.display();
            assert_eq!(meaning(&document.nodes), meaning(&read_there.nodes), "{place} as {format:?}:\n{}", there.text);
            let back = Source::new("policy.kdl", convert(&read_there, Format::Kdl));
            assert_eq!(meaning(&document.nodes), meaning(&read_source(&back).nodes), "{place}, back:\n{}", back.text);
        }
    }
}

#[test]
fn the_yaml_form_of_a_policy_means_the_same_as_its_kdl_form() {
    let kdl = corpus::read(&corpus::root().join("44-design-example.kdl"));
    let yaml = corpus::read(&corpus::root().join("43-yaml-form.canary.yaml"));
    assert_eq!(meaning(&kdl.nodes), meaning(&yaml.nodes));
}
