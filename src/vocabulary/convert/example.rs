//! In: a node with an example. Out: the example in YAML, at its place below the enclosing keys.

use super::super::{DOCUMENT, NodeSpec, every_node};
use super::{data, yaml};
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
    let source = Source::new("example.kdl", node.example);
    let mut diagnostics = Diagnostics::new();
    let document = kdl::read(&source, &mut diagnostics);
    let parent = parents_of(node, &document)?;
    diagnostics.is_empty().then(|| yaml::print(&data::within(parent, &document), std::ptr::eq(parent, &DOCUMENT)))
}
