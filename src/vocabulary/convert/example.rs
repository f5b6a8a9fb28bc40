//! In: a node with an example. Out: the example in YAML, at its place below the enclosing keys.

use super::super::{DOCUMENT, NodeSpec, every_node};
use super::{data, json, yaml};
use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::syntax::kdl;
use crate::syntax::tree::Document;

/// The node whose braces enclose an example: a parent of its node, or that parent's parent when the example shows the
/// node within its parent.
pub fn parents_of(node: &'static NodeSpec, example: &Document) -> Option<&'static NodeSpec> {
    let first = &example.nodes.first()?.name.value;
    let visits = every_node();
    let parents = |of: &'static NodeSpec| -> Vec<&'static NodeSpec> {
        let holds = |parent: &NodeSpec| parent.children.iter().any(|child| std::ptr::eq(child.node, of));
        visits.iter().map(|visit| visit.node).filter(|parent| holds(parent)).collect()
    };
    let near = parents(node);
    let far: Vec<&'static NodeSpec> = near.iter().rev().flat_map(|parent| parents(parent)).collect();
    near.iter().chain(&far).copied().find(|parent| {
        parent.children.iter().any(|child| {
            child.node.word.as_str() == &**first && (child.node.word != node.word || std::ptr::eq(child.node, node))
        })
    })
}

/// A node's example in YAML.
pub fn yaml_of_example(node: &'static NodeSpec) -> Option<String> {
    let (document, parent) = read(node)?;
    Some(yaml::print(&data::within(parent, &document), std::ptr::eq(parent, &DOCUMENT)))
}

/// The value of a node's keyword in its example, or in that of a parent: a list where it may repeat.
pub fn json_of_example(node: &'static NodeSpec) -> Option<serde_json::Value> {
    let holds = |parent: &NodeSpec| parent.children.iter().any(|child| std::ptr::eq(child.node, node));
    let parents = every_node().into_iter().map(|visit| visit.node).filter(|parent| holds(parent));
    let shown = std::iter::once(node).chain(parents).find(|shown| !shown.example.is_empty())?;
    let (document, parent) = read(shown)?;
    let example = serde_json::from_str(&json::print(&data::within(parent, &document))).ok()?;
    value_of(&example, node.word.as_str()).cloned()
}

/// The first value of a key, at the top or below.
fn value_of<'v>(value: &'v serde_json::Value, key: &str) -> Option<&'v serde_json::Value> {
    match value {
        serde_json::Value::Object(object) => {
            object.get(key).or_else(|| object.values().find_map(|inner| value_of(inner, key)))
        }
        serde_json::Value::Array(items) => items.iter().find_map(|inner| value_of(inner, key)),
        _ => None,
    }
}

/// A node's example, and the node whose braces enclose it.
fn read(node: &'static NodeSpec) -> Option<(Document, &'static NodeSpec)> {
    let source = Source::new("example.kdl", node.example);
    let mut diagnostics = Diagnostics::new();
    let document = kdl::read(&source, &mut diagnostics);
    let parent = parents_of(node, &document)?;
    diagnostics.is_empty().then_some((document, parent))
}
