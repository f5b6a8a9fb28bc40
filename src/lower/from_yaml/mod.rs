//! In: a YAML or JSON policy. Out: the same document tree that the KDL reader would make of the policy. The table
//! guides the mapping, which is mechanical. Unknown keys go into the tree unchanged, and the lowering reports them with
//! a suggestion. This file reports only shapes that YAML alone can get wrong.

mod habits;
mod mistakes;
mod named;
mod scalar;
mod text;

use crate::diagnostic::{Diagnostics, suggest};
use crate::source::{Source, Span, Spanned};
use crate::syntax::tree::{Children, Document, Entry, Node, Scalar, Text};
use crate::syntax::yaml::{self, Value, Yaml};

use super::{misplaced, written_as};
use crate::vocabulary::{Argument, ArgumentSpec, ChildSpec, DOCUMENT, NodeSpec, Word};
use scalar::Expected;

/// Reads a YAML or JSON policy.
pub fn read_yaml(source: &Source, diagnostics: &mut Diagnostics) -> Document {
    let documents = yaml::read(source, diagnostics);
    let mut reader = Reader { source, diagnostics };
    let mut written = documents.iter().filter(|document| document.value != Value::Null);
    let Some(first) = written.next() else { return Document::default() };
    if let Some(second) = written.next() {
        reader.second_document(second, first);
    }
    reader.document(first)
}

struct Reader<'a> {
    source: &'a Source,
    diagnostics: &'a mut Diagnostics,
}

/// The contents of a mapping.
#[derive(Default)]
struct Content {
    arguments: Vec<Entry>,
    properties: Vec<Entry>,
    nodes: Vec<Node>,
}

impl Reader<'_> {
    fn document(&mut self, yaml: &Yaml) -> Document {
        let Value::Mapping(entries) = &yaml.value else {
            self.no_policy(yaml);
            return Document::default();
        };
        let content = self.content(&DOCUMENT, entries);
        let mut nodes = content.nodes;
        // A file has no properties. An unknown key becomes a node, and is reported as one.
        nodes.extend(content.properties.into_iter().filter_map(|entry| {
            let name = entry.name?;
            Some(Node {
                type_annotation: None,
                name,
                entries: vec![as_argument(entry.value)],
                children: None,
                span: entry.span,
            })
        }));
        nodes.sort_by_key(|node| node.span.start);
        Document { nodes }
    }

    /// The keys of a mapping that represents a node.
    fn content(&mut self, spec: &'static NodeSpec, entries: &[(Spanned<Text>, Yaml)]) -> Content {
        let mut content = Content::default();
        for (key, value) in entries {
            let word = Word::find(&key.value);
            let property = word.and_then(|word| spec.property(word));
            let child = word.and_then(|word| spec.child(word));
            if self.habit(spec, key, value, &mut content) {
            } else if let Some(argument) = spec.argument_spec().filter(|argument| Some(argument.field) == word) {
                content.arguments.extend(self.arguments(spec, argument, value, key.span));
            } else if let Some(property) = property {
                content.properties.extend(self.property(key, value, Expected::Type(property.value_type)));
            } else if let Some(child) = child {
                self.child(child, key, value, &mut content.nodes);
            } else if let Some(free) = spec.free {
                content.properties.extend(self.property(key, value, Expected::Free(free)));
            } else {
                self.unknown(spec, key, value, &mut content);
            }
        }
        content
    }

    /// Whether a value is an alias without an anchor, which was reported.
    fn is_lost_alias(&self, value: &Yaml) -> bool {
        value.value == Value::Null && self.source.slice(value.span).starts_with('*')
    }

    fn property(&mut self, key: &Spanned<Text>, value: &Yaml, due: Expected) -> Option<Entry> {
        if self.is_lost_alias(value) {
            return None;
        }
        let scalar = self.scalar(&key.value, key.span, value, due)?;
        Some(Entry { name: Some(key.clone()), type_annotation: None, span: key.span.to(scalar.span), value: scalar })
    }

    /// A key that the table does not know here. It is kept without its content, so it is reported once.
    fn unknown(&mut self, spec: &'static NodeSpec, key: &Spanned<Text>, value: &Yaml, content: &mut Content) {
        let is_collection = matches!(value.value, Value::Sequence(_) | Value::Mapping(_));
        let meant = suggest::nearest(&key.value, spec.children.iter().map(|child| child.node.word.as_str()))
            .and_then(|name| spec.children.iter().find(|child| child.node.word.as_str() == name));
        if let (Some(child), Value::Sequence(_)) = (meant.filter(|child| child.repeats), &value.value) {
            // Read as the intended word. The first node keeps the misspelt word, so it is reported once.
            let before = content.nodes.len();
            let name = Spanned::new(child.node.word.as_str().into(), key.span);
            self.child(child, &name, value, &mut content.nodes);
            if let Some(first) = content.nodes.get_mut(before) {
                first.name = key.clone();
                first.span = key.span.to(first.span);
            }
            return;
        }
        if let (Some(child), Value::Mapping(_)) = (meant.filter(|child| !child.repeats), &value.value) {
            content.nodes.extend(self.node(child.node, key.clone(), value, key.span.to(value.span)));
            return;
        }
        if is_collection && !spec.children.is_empty() {
            content.nodes.push(Node {
                type_annotation: None,
                name: key.clone(),
                entries: Vec::new(),
                children: None,
                span: key.span.to(value.span),
            });
            return;
        }
        let scalar = if is_collection { Scalar::String("…".into()) } else { scalar::plainly(value) };
        let entry = Entry {
            name: Some(key.clone()),
            type_annotation: None,
            value: Spanned::new(scalar, value.span),
            span: key.span.to(value.span),
        };
        if is_collection {
            // Left out: otherwise its value would be judged too.
            let node =
                Node { type_annotation: None, name: key.clone(), entries: Vec::new(), children: None, span: key.span };
            self.diagnostics.push(misplaced::unknown_property(spec, key, &entry, &node).0);
        } else {
            content.properties.push(entry);
        }
    }

    /// The value of a key that stands for one node, or several.
    fn child(&mut self, child: &ChildSpec, key: &Spanned<Text>, value: &Yaml, nodes: &mut Vec<Node>) {
        if self.is_lost_alias(value) {
            return;
        }
        if !child.repeats {
            nodes.extend(self.node(child.node, key.clone(), value, key.span.to(value.span)));
            return;
        }
        match &value.value {
            Value::Sequence(items) => {
                let mut after_step = false;
                for (index, item) in items.iter().enumerate() {
                    if self.is_lost_alias(item) || std::mem::take(&mut after_step) {
                        continue;
                    }
                    if let Some(node) = self.step(child.node, key, item, items.get(index + 1)) {
                        nodes.push(node);
                        after_step = true;
                        continue;
                    }
                    if let Some(node) = self.item_by_name(child.node, key, item) {
                        nodes.push(node);
                        continue;
                    }
                    let place = item.entries().first().map_or(item.span, |(first, _)| first.span);
                    let name = Spanned::new(key.value.clone(), place);
                    nodes.extend(self.node(child.node, name, item, item.span));
                }
            }
            _ => {
                self.list_due(child.node, key, value);
                if named::are_named(child.node, value) {
                    nodes.extend(
                        value
                            .entries()
                            .iter()
                            .filter_map(|(name, inner)| self.named_node(child.node, key, name, inner)),
                    );
                } else if let Some(keys) = written_as::keys(child.node, value.as_str().unwrap_or_default()) {
                    let content = habits::content(child.node, keys, value.span);
                    let mut entries = content.arguments;
                    entries.extend(content.properties);
                    let span = key.span.to(value.span);
                    nodes.push(Node { type_annotation: None, name: key.clone(), entries, children: None, span });
                } else if is_plausible(child.node, value) {
                    nodes.extend(self.node(child.node, key.clone(), value, key.span.to(value.span)));
                }
            }
        }
    }

    /// One node.
    fn node(&mut self, spec: &'static NodeSpec, name: Spanned<Text>, value: &Yaml, span: Span) -> Option<Node> {
        let content = match &value.value {
            Value::Mapping(entries) if spec.is_bare() && spec.argument_spec().is_some() => {
                self.bare_due(spec, &name, value);
                match entries.as_slice() {
                    [(key, inner)]
                        if spec.argument_spec().is_some_and(|argument| argument.field.as_str() == &*key.value) =>
                    {
                        self.bare(spec, &name, inner)
                    }
                    _ => return None,
                }
            }
            Value::Mapping(entries) => match self.kubernetes_selector(spec, value) {
                Some(content) => content,
                None => self.content(spec, entries),
            },
            _ if spec.is_bare() && spec.argument_spec().is_some() => self.bare(spec, &name, value),
            Value::Sequence(_) if let Some(pairs) = self.pairs_as_list(spec, &name, value) => {
                self.content(spec, &pairs)
            }
            Value::Sequence(items) if !matches!(spec.argument, Argument::List(_)) => {
                self.one_due(spec, &name, value);
                match items.as_slice() {
                    [only] if is_plausible(spec, only) => return self.node(spec, name, only, span),
                    _ => return None,
                }
            }
            _ => {
                self.mapping_due(spec, &name, value);
                match written_as::keys(spec, value.as_str().unwrap_or_default()) {
                    Some(keys) => habits::content(spec, keys, value.span),
                    None => Content { arguments: self.meant_arguments(spec, &name, value), ..Content::default() },
                }
            }
        };
        let mut entries = content.arguments;
        entries.extend(content.properties);
        let children = (!content.nodes.is_empty()).then_some(Children { nodes: content.nodes, span: value.span });
        Some(Node { type_annotation: None, name, entries, children, span })
    }

    /// A node with only arguments: its value is the scalar, or the list of scalars.
    fn bare(&mut self, spec: &'static NodeSpec, name: &Spanned<Text>, value: &Yaml) -> Content {
        let arguments =
            spec.argument_spec().map(|argument| self.arguments(spec, argument, value, name.span)).unwrap_or_default();
        Content { arguments, ..Content::default() }
    }

    /// The intended arguments of a value that should have been a mapping. Its shape was reported.
    fn meant_arguments(&mut self, spec: &'static NodeSpec, name: &Spanned<Text>, value: &Yaml) -> Vec<Entry> {
        let Some(argument) = spec.argument_spec() else { return Vec::new() };
        let values = match &value.value {
            Value::Sequence(items) => items.as_slice(),
            Value::Null => &[],
            _ => std::slice::from_ref(value),
        };
        let due = Expected::Type(argument.value_type);
        if let Some(words) = text::words(argument, value).filter(|_| matches!(spec.argument, Argument::List(_))) {
            return words.into_iter().map(|word| as_argument(Spanned::new(Scalar::String(word), value.span))).collect();
        }
        let scalars = values.iter().filter_map(|value| self.scalar(&name.value, name.span, value, due));
        scalars.map(as_argument).collect()
    }

    /// The arguments of a node: one scalar, or a list of them.
    fn arguments(&mut self, spec: &'static NodeSpec, argument: ArgumentSpec, value: &Yaml, key: Span) -> Vec<Entry> {
        let due = Expected::Type(argument.value_type);
        let name = if spec.is_bare() { spec.word } else { argument.field };
        let values: Vec<Spanned<Scalar>> = match (&value.value, spec.argument) {
            (Value::Sequence(items), Argument::List(_)) => {
                items.iter().filter_map(|item| self.scalar(name.as_str(), key, item, due)).collect()
            }
            (Value::Mapping(_) | Value::Null, Argument::List(_)) => {
                self.values_due(name, argument, key, value);
                Vec::new()
            }
            (_, Argument::List(_)) => {
                self.values_due(name, argument, key, value);
                if let Some(words) = text::words(argument, value) {
                    let words = words.into_iter().map(|word| Spanned::new(Scalar::String(word), value.span));
                    return words.map(as_argument).collect();
                }
                self.scalar(name.as_str(), key, value, due).into_iter().collect()
            }
            _ => self.scalar(name.as_str(), key, value, due).into_iter().collect(),
        };
        values.into_iter().map(as_argument).collect()
    }
}

/// An argument.
fn as_argument(value: Spanned<Scalar>) -> Entry {
    Entry { name: None, type_annotation: None, span: value.span, value }
}

/// Whether a value of the wrong shape was probably meant as this node, so its content is worth reading.
fn is_plausible(spec: &NodeSpec, value: &Yaml) -> bool {
    let is_known = |key: &str| {
        Word::find(key).is_some_and(|word| {
            spec.property(word).is_some()
                || spec.child(word).is_some()
                || spec.argument_spec().is_some_and(|argument| argument.field == word)
        })
    };
    match &value.value {
        Value::Mapping(entries) => entries.iter().any(|(key, _)| is_known(&key.value)),
        Value::Sequence(_) | Value::Null => false,
        _ => spec.is_bare() && spec.argument_spec().is_some(),
    }
}
