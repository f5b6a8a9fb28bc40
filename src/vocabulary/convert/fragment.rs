//! In: a diagnostic about a YAML policy, with advice written in KDL. Out: the same diagnostic with advice in YAML,
//! which can be pasted.

use super::super::{DOCUMENT, NodeSpec, PROFILE, RELEASE, Word, every_node};
use super::data::{self, Data};
use super::yaml;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Source;
use crate::syntax::kdl;
use crate::syntax::tree::{Document, Node};

/// Writes the fragments of a policy in YAML.
pub fn in_yaml(diagnostic: &mut Diagnostic) {
    diagnostic.message.rewrite_code(property);
    for label in &mut diagnostic.labels {
        label.message.rewrite_code(property);
    }
    for advice in [&mut diagnostic.why, &mut diagnostic.help].into_iter().flatten() {
        advice.rewrite_code(|fragment| property(fragment).or_else(|| nodes(fragment)));
    }
    for edit in diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        if let Some(keyword) = edit.replacement.strip_prefix('#') {
            edit.replacement = keyword.to_owned();
        }
    }
}

/// `pause="10m"` is `pause: 10m`, and `pause=` is `pause:`; `#true` is `true`.
fn property(fragment: &str) -> Option<String> {
    if let "#true" | "#false" | "#null" = fragment {
        return Some(fragment[1..].to_owned());
    }
    let (name, value) = fragment.split_once('=')?;
    Word::find(name)?;
    if value.is_empty() {
        return Some(format!("{name}:"));
    }
    let document = read(&format!("{name} {value}"))?;
    let [only] = document.nodes.as_slice() else { return None };
    let mut arguments = only.arguments();
    let (Some(value), None) = (arguments.next(), arguments.next()) else { return None };
    (only.children.is_none() && only.properties().next().is_none())
        .then(|| format!("{name}: {}", yaml::flow(&Data::Scalar(value.value.value.clone()))))
}

/// `stage weight="5%" pause="10m"` is `stage: [{weight: 5%, pause: 10m}]`.
fn nodes(fragment: &str) -> Option<String> {
    if let Some(start) = fragment.strip_suffix(" { … }") {
        let text = nodes(start)?;
        return Some(format!("{}, …}}]", text.strip_suffix("}]")?));
    }
    let inner = fragment.strip_prefix("{ ").and_then(|rest| rest.strip_suffix(" }")).unwrap_or(fragment);
    let document = read(inner)?;
    let is_bare_word = |node: &Node| node.entries.is_empty() && node.children.is_none();
    if document.nodes.is_empty() || document.nodes.iter().any(is_bare_word) {
        return None;
    }
    let parent = parent(&document)?;
    let Data::Map(entries) = data::within(parent, &document) else { return None };
    let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {}", yaml::flow(value))).collect();
    Some(entries.join(", "))
}

/// The node whose braces may contain the fragment.
fn parent(document: &Document) -> Option<&'static NodeSpec> {
    let visits = every_node();
    let mut parents = [&DOCUMENT, &RELEASE, &PROFILE].into_iter().chain(visits.iter().map(|visit| visit.node));
    parents.find(|parent| {
        document.nodes.iter().all(|node| Word::find(&node.name.value).is_some_and(|word| parent.child(word).is_some()))
    })
}

fn read(text: &str) -> Option<Document> {
    let mut diagnostics = Diagnostics::new();
    let document = kdl::read(&Source::new("help.kdl", text), &mut diagnostics);
    (diagnostics.is_empty() && !document.nodes.iter().any(has_gap)).then_some(document)
}

/// Whether the fragment leaves something out.
fn has_gap(node: &Node) -> bool {
    &*node.name.value == "…"
        || node.arguments().any(|entry| entry.value.value.as_str() == Some("…"))
        || node.children().iter().any(has_gap)
}
