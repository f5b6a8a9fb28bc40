//! In: a document tree. Out: the same content as mappings, lists and scalars for YAML and JSON, guided by the table.

use super::super::{Argument, DOCUMENT, NodeSpec, Word};
use crate::syntax::tree::{Document, Entry, Node, Scalar};

/// The data model of YAML and JSON.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    /// Anything but a collection.
    Scalar(Scalar),
    /// `[…]`
    List(Vec<Data>),
    /// `{…}`, in order.
    Map(Vec<(String, Data)>),
}

/// A whole policy.
pub(super) fn of(document: &Document) -> Data {
    within(&DOCUMENT, document)
}

/// Nodes in the braces of another node.
pub(super) fn within(parent: &'static NodeSpec, document: &Document) -> Data {
    let mut map = Vec::new();
    nodes(Some(parent), &document.nodes, &mut map);
    Data::Map(map)
}

/// The nodes of a block. Those of one keyword are grouped at the position of the first.
fn nodes(parent: Option<&'static NodeSpec>, nodes: &[Node], map: &mut Vec<(String, Data)>) {
    let mut groups: Vec<(&str, Vec<&Node>)> = Vec::new();
    for node in nodes {
        match groups.iter_mut().find(|(name, _)| *name == &*node.name.value) {
            Some((_, group)) => group.push(node),
            None => groups.push((&node.name.value, vec![node])),
        }
    }
    for (name, group) in groups {
        let child = parent.and_then(|parent| Word::find(name).and_then(|word| parent.child(word)));
        let mut values: Vec<Data> = group.iter().map(|node| node_data(child.map(|child| child.node), node)).collect();
        let single = child.is_none_or(|child| !child.repeats) && values.len() == 1;
        let value = if single { values.remove(0) } else { Data::List(values) };
        map.push((name.to_owned(), value));
    }
}

fn node_data(spec: Option<&'static NodeSpec>, node: &Node) -> Data {
    let arguments = arguments(spec, node);
    let Some(spec) = spec.filter(|spec| !spec.is_bare() || spec.argument_spec().is_none()) else {
        // With arguments only, the value is the scalar or the list of scalars itself.
        return arguments.unwrap_or(Data::Map(Vec::new()));
    };
    let mut map = Vec::new();
    if let (Some(argument), Some(value)) = (spec.argument_spec(), arguments) {
        map.push((argument.field.as_str().to_owned(), value));
    }
    for (name, entry) in node.properties() {
        map.push((name.value.as_ref().to_owned(), scalar(entry)));
    }
    nodes(Some(spec), node.children(), &mut map);
    Data::Map(map)
}

/// The arguments of a node, if it has any.
fn arguments(spec: Option<&'static NodeSpec>, node: &Node) -> Option<Data> {
    let mut values: Vec<Data> = node.arguments().map(scalar).collect();
    match spec.map(|spec| spec.argument) {
        _ if values.is_empty() => None,
        Some(Argument::List(_)) => Some(Data::List(values)),
        _ if values.len() == 1 => values.pop(),
        _ => Some(Data::List(values)),
    }
}

fn scalar(entry: &Entry) -> Data {
    Data::Scalar(entry.value.value.clone())
}

/// A number as JSON and YAML write it; `None` when it is infinite or not a number.
pub(super) fn number(value: f64, text: &str) -> Option<String> {
    let plain = text.replace('_', "");
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    if serde_json::from_str::<serde_json::Number>(plain).is_ok() || is_large_whole(plain) {
        return Some(plain.to_owned());
    }
    value.is_finite().then(|| format!("{value:?}"))
}

/// Whether a text is a whole number without leading zeros, however large.
fn is_large_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}
