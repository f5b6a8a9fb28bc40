//! In: a document tree and the table. Out: a [`Block`] of known words and values of the right type. This phase reports
//! unknown words, wrong places, wrong types and wrong units. It reads a misspelt word as the intended one, so that it
//! is reported only once.

mod as_argument;
mod from_yaml;
mod habits;
mod hosts;
mod misplaced;
mod misread;
mod orphan;
mod read;
mod threshold;
pub mod value;
mod written_as;

pub use from_yaml::read_yaml;
pub use misread::mark as mark_misread;
pub use read::read;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, foreign, suggest};
use crate::model::{Block, LayerId, Meaning, Property, Value};
use crate::source::{Source, Span, Spanned, Syntax};
use crate::syntax::limits;
use crate::syntax::tree::{Document, Entry, Node, Scalar, Text};
use crate::vocabulary::{Argument, ChildSpec, FreeKeys, NodeSpec, PropertySpec, Type};

/// Lowers a whole file by the table line of its root.
pub fn lower(document: &Document, root: &'static NodeSpec, source: &Source, diagnostics: &mut Diagnostics) -> Block {
    let mut syntax: Vec<(Span, Code)> =
        diagnostics.iter().filter_map(|diagnostic| Some((diagnostic.span()?, diagnostic.code))).collect();
    syntax.retain(|(span, _)| span.source == source.id);
    syntax.sort_by_key(|(span, _)| span.start);
    let mut lowering = Lowering { source, diagnostics, syntax };
    let mut block = Block {
        spec: root,
        keyword: source.span().at_start(),
        span: source.span(),
        arguments: Vec::new(),
        properties: Vec::new(),
        free: Vec::new(),
        children: Vec::new(),
        layer: LayerId::default(),
        misread: false,
    };
    lowering.children(&document.nodes, &mut block, None);
    block
}

struct Lowering<'a> {
    source: &'a Source,
    diagnostics: &'a mut Diagnostics,
    /// The places and codes of the syntax errors, in order.
    syntax: Vec<(Span, Code)>,
}

/// Codes of a word whose meaning is certain although its spelling is wrong.
const SPELLING: &[Code] = &[
    Code::KdlMissingQuotes,
    Code::KdlBareKeyword,
    Code::KdlUnknownKeyword,
    Code::KdlForeignQuotes,
    Code::KdlOldRawString,
];

/// Codes of a string whose content is only a guess.
const GUESSED: &[Code] = &[Code::KdlUnclosedString, Code::KdlInvalidEscape];

impl Lowering<'_> {
    /// The code of a syntax error in a value.
    fn syntax_error(&self, value: Span) -> Option<Code> {
        let from = self.syntax.partition_point(|(span, _)| span.start < value.start);
        self.syntax.get(from).filter(|(span, _)| span.start < value.end).map(|(_, code)| *code)
    }

    /// Removes a syntax error at a place, because another diagnostic says more. Returns whether there was one.
    fn forget(&mut self, place: Span, codes: &[Code]) -> bool {
        self.diagnostics.take(|one| codes.contains(&one.code) && one.span() == Some(place)).is_some()
    }

    fn node(&mut self, node: &Node, spec: &'static NodeSpec) -> Block {
        let mut block = Block {
            spec,
            keyword: node.name.span,
            span: node.span,
            arguments: Vec::new(),
            properties: Vec::with_capacity(node.entries.len()),
            free: Vec::new(),
            children: Vec::with_capacity(node.children().len()),
            layer: LayerId::default(),
            misread: false,
        };
        self.refuse_annotation(node.type_annotation.as_ref());
        let mut surplus = Vec::new();
        if let Some(entry) = node.entries.get(limits::ITEMS) {
            self.diagnostics.push(misplaced::too_many_values(spec, entry));
        }
        let mut orphans: Vec<&Entry> = Vec::new();
        for entry in node.entries.iter().take(limits::ITEMS) {
            self.refuse_annotation(entry.type_annotation.as_ref());
            if let Some(name) = entry.name.as_ref().filter(|_| self.is_orphan(entry, node)) {
                if self.orphan(name, entry, &mut block, node) {
                    continue;
                }
                if written_as::has_property(spec, &name.value) || spec.free.is_some() {
                    orphans.push(entry);
                }
            }
            match &entry.name {
                Some(name) if self.argument_as_property(name, entry, &mut block, node) => {}
                Some(name) => self.property(name, entry, &mut block, node),
                None if self.property_as_argument(entry, &mut block, node) => {}
                None => self.argument(entry, &mut block, &mut surplus),
            }
        }
        self.own_orphans(node, &block, &orphans);
        if let Some(diagnostic) = misplaced::surplus_arguments(&block, &surplus, node) {
            self.diagnostics.push(diagnostic);
            block.misread = true;
        }
        let named_by_property = misplaced::is_named_by_a_property(spec, node);
        if matches!(spec.argument, Argument::One(_)) && block.arguments.is_empty() && !named_by_property {
            self.diagnostics.push(misplaced::missing_argument(&block, self.source.syntax()));
        }
        if spec.children.is_empty() {
            let inner: Vec<&Node> = node.children().iter().collect();
            let is_kdl = self.source.syntax() == Syntax::Kdl;
            if is_kdl && inner.iter().all(|inner| as_argument::is_property(spec, inner)) {
                self.properties_as_nodes(&inner, &mut block, node);
            } else if let Some(children) = node.children.as_ref().filter(|children| !children.nodes.is_empty()) {
                let diagnostic = habits::block(&block, children);
                self.diagnostics.push(diagnostic.unwrap_or_else(|| misplaced::no_block(&block, children)));
                block.misread = true;
            }
        } else if !node.children().is_empty() {
            self.children(node.children(), &mut block, Some(node));
        }
        for (name, _) in node.properties().filter(|_| block.misread) {
            // `slo window=… { success-ratio }`: the window is not missing, but in the wrong place.
            let stray = block.spec.properties.iter().all(|property| property.word.as_str() != &*name.value);
            let belongs =
                |child: &&mut Block| child.spec.properties.iter().any(|known| known.word.as_str() == &*name.value);
            block.children.iter_mut().filter(|_| stray).filter(belongs).for_each(|child| child.misread = true);
        }
        block
    }

    fn refuse_annotation(&mut self, annotation: Option<&Spanned<Text>>) {
        if let Some(annotation) = annotation {
            self.diagnostics.push(
                Diagnostic::new(Code::WordTypeAnnotation, annotation.span, "this language has no type annotations")
                    .label(format!("`({})`", annotation.value))
                    .help("remove the parentheses; every keyword already has a type"),
            );
        }
    }

    fn argument(&mut self, entry: &Entry, block: &mut Block, surplus: &mut Vec<Spanned<Scalar>>) {
        let spec = match block.spec.argument {
            Argument::One(spec) | Argument::Optional(spec) if block.arguments.is_empty() => spec,
            Argument::List(spec) => spec,
            _ => return surplus.push(entry.value.clone()),
        };
        let value = match habits::two_ports(block.spec, entry) {
            Some((number, diagnostic)) => {
                self.diagnostics.push(diagnostic);
                let number = Spanned::new(Scalar::Integer(number.into()), entry.value.span);
                self.parsed(&number, spec.value_type).0
            }
            None => self.value(&entry.value, spec.value_type),
        };
        block.arguments.push(value);
    }

    fn property(&mut self, name: &Spanned<Text>, entry: &Entry, block: &mut Block, node: &Node) {
        let known = block.spec.properties.iter().find(|property| property.word.as_str() == &*name.value);
        if known.is_none() && block.spec.free.is_some() {
            if let Some(diagnostic) = habits::not_a_label(block.spec, name, entry) {
                self.diagnostics.push(diagnostic);
                block.misread = true;
                return;
            }
            return self.free_property(name, entry, block);
        }
        if let Some(diagnostic) = hosts::several(block.spec, name, entry, node, self.source.syntax()) {
            self.diagnostics.push(diagnostic);
            block.misread = true;
            return;
        }
        let (spec, meant) = match known {
            Some(spec) => (Some(spec), true),
            None if misplaced::is_covered(block.spec, name, node) => {
                block.misread = true;
                return;
            }
            None if let Some((diagnostic, spec, meant)) = habits::property(block.spec, name, entry) => {
                self.diagnostics.push(diagnostic);
                return self.known_property(spec, name, &meant, block, (node, false));
            }
            None => {
                let (diagnostic, spec) = misplaced::unknown_property(block.spec, name, entry, node);
                // `router = { gateway-api = "…" }`: how to write the property includes the node.
                let assigned = node.name.span.at_end().to(name.span.at_start());
                self.diagnostics.take(|one| {
                    let place = one.span().filter(|_| one.code == Code::KdlMisplacedBlock && node.children.is_none());
                    place.is_some_and(|place| {
                        assigned.source == place.source && assigned.start <= place.start && place.end <= assigned.end
                    })
                });
                self.diagnostics.push(diagnostic);
                (spec, false)
            }
        };
        block.misread |= spec.is_none();
        if let Some(spec) = spec {
            self.known_property(spec, name, entry, block, (node, meant));
        }
    }

    fn known_property(
        &mut self,
        spec: &'static PropertySpec,
        name: &Spanned<Text>,
        entry: &Entry,
        block: &mut Block,
        (node, meant): (&Node, bool),
    ) {
        if let Some(first) = block.properties.iter().find(|property| property.word == spec.word) {
            if meant {
                self.diagnostics.push(
                    Diagnostic::new(Code::WordDuplicateProperty, name.span, format!("`{}` is set twice", spec.word))
                        .label("second")
                        .also(first.name, "first")
                        .why("KDL silently uses the last one, and a reader would not know which one applies.")
                        .help("keep one of them"),
                );
            }
            return;
        }
        let (value, mistake) = self.parsed(&entry.value, spec.value_type);
        if let Some(mistake) = mistake {
            let mistake = match spec.value_type {
                Type::Threshold => {
                    threshold::in_the_unit_of_the_measure((spec.word, name.span), node, &value, self.source, mistake)
                }
                _ => habits::in_place(block.spec, spec, entry, mistake),
            };
            self.of_named_value(name.span, value.span, mistake, meant);
        }
        block.properties.push(Property { word: spec.word, name: name.span, value });
    }

    fn free_property(&mut self, name: &Spanned<Text>, entry: &Entry, block: &mut Block) {
        if let Some((first, _)) = block.free.iter().find(|(first, _)| first.value == name.value) {
            self.diagnostics.push(
                Diagnostic::new(Code::WordDuplicateProperty, name.span, format!("`{}` is set twice", name.value))
                    .label("second")
                    .also(first.span, "first")
                    .help("keep one of them"),
            );
            return;
        }
        let value_type = match block.spec.free {
            Some(FreeKeys::Parameters) => Type::Scalar,
            _ => Type::String,
        };
        let value = self.value(&entry.value, value_type);
        block.free.push((name.clone(), value));
    }

    fn value(&mut self, written: &Spanned<Scalar>, value_type: Type) -> Value {
        let (value, mistake) = self.parsed(written, value_type);
        if let Some(mistake) = mistake {
            self.of_value(value.span, mistake);
        }
        value
    }

    /// Reports that a value does not fit, once: a word that only lacks its quotes is explained by its type, and a value
    /// with another syntax error is not judged.
    fn of_value(&mut self, value: Span, mistake: Diagnostic) {
        match self.syntax_error(value) {
            Some(code) if SPELLING.contains(&code) => {
                self.forget(value, SPELLING);
            }
            Some(_) => return,
            None => {}
        }
        self.diagnostics.push(mistake);
    }

    /// The same for the value of a property. A property of another tool has its value in the form of that tool: one
    /// mistake, and one correction.
    fn of_named_value(&mut self, name: Span, value: Span, mistake: Diagnostic, meant: bool) {
        let of_name = |one: &Diagnostic| one.code == Code::WordUnknownProperty && one.span() == Some(name);
        let Some(mut unknown) = (!meant).then(|| self.diagnostics.take(of_name)).flatten() else {
            return self.of_value(value, mistake);
        };
        self.forget(value, SPELLING);
        let replaced = mistake.edits().next().map(|edit| edit.replacement.clone());
        if let (Some(fix), Some(value_fix)) = (&mut unknown.fix, &mistake.fix) {
            if let (Some(edit), Some(value)) = (fix.edits.first(), &replaced) {
                unknown.help = Some(format!("write `{}={value}`", edit.replacement).into());
            }
            fix.edits.extend(value_fix.edits.iter().cloned());
            self.diagnostics.push(unknown);
        } else if unknown.fix.is_some() && foreign::word(self.source.slice(name)).is_some() {
            // Its sentence shows a value.
            self.diagnostics.push(unknown);
        } else {
            self.diagnostics.push(unknown);
            self.diagnostics.push(mistake);
        }
    }

    fn parsed(&self, written: &Spanned<Scalar>, value_type: Type) -> (Value, Option<Diagnostic>) {
        let mut value = Value {
            scalar: written.value.clone(),
            meaning: Meaning::Unfilled,
            span: written.span,
            via: None,
            layer: LayerId::default(),
        };
        let mistake = value::parse(&mut value, value_type, self.source);
        if self.syntax_error(value.span).is_some_and(|code| GUESSED.contains(&code)) {
            value.meaning = Meaning::Invalid;
        }
        (value, mistake)
    }

    fn children(&mut self, nodes: &[Node], block: &mut Block, parent: Option<&Node>) {
        let mut guessed = Vec::new();
        // One more for unknown words.
        let mut counts = vec![0; block.spec.children.len() + 1];
        if let Some(diagnostic) = misplaced::manifest(nodes).filter(|_| parent.is_none()) {
            self.diagnostics.push(diagnostic);
            return;
        }
        let is_property = |node: &&Node| {
            parent.is_some() && self.source.syntax() == Syntax::Kdl && as_argument::is_property(block.spec, node)
        };
        let as_nodes: Vec<&Node> = nodes.iter().filter(is_property).collect();
        if let Some(parent) = parent {
            self.properties_as_nodes(&as_nodes, block, parent);
        }
        for node in nodes.iter().filter(|node| as_nodes.is_empty() || !is_property(node)) {
            let position = block.spec.children.iter().position(|child| child.node.word.as_str() == &*node.name.value);
            let count = &mut counts[position.unwrap_or(block.spec.children.len())];
            *count += 1;
            if *count > limits::ITEMS {
                if *count == limits::ITEMS + 1 {
                    self.diagnostics.push(misplaced::too_many_nodes(block.spec, node));
                }
                continue;
            }
            let (child, meant) = match position.and_then(|position| block.spec.children.get(position)) {
                Some(child) => (Some(child), true),
                None => {
                    let (diagnostic, child) = misplaced::unknown_node(block.spec, node);
                    self.diagnostics.push(diagnostic);
                    (child, false)
                }
            };
            let Some(child) = child else {
                block.misread = true;
                continue;
            };
            if meant && !child.repeats && guessed.contains(&child.node.word) {
                // A misspelt word was read as this one. The correctly written one stays, and the other is not reported
                // again.
                block.children.retain(|other| other.word() != child.node.word);
            }
            if !meant {
                guessed.push(child.node.word);
            }
            match misplaced::other_word(block.spec, child, node) {
                Some((other, diagnostic)) => {
                    self.diagnostics.push(diagnostic);
                    self.child(other, node, block, meant);
                }
                None => self.child(child, node, block, meant),
            }
        }
    }

    fn child(&mut self, child: &'static ChildSpec, node: &Node, block: &mut Block, meant: bool) {
        if let Some(choice) = child.choice.filter(|choice| !choice.several) {
            let other = block.children.iter().find(|other| {
                other.spec.word != child.node.word
                    && block
                        .spec
                        .child(other.spec.word)
                        .and_then(|spec| spec.choice)
                        .is_some_and(|c| c.name == choice.name)
            });
            if let Some(other) = other {
                if meant {
                    self.diagnostics.push(
                        Diagnostic::new(
                            Code::WordSecondChoice,
                            node.name.span,
                            format!("`{}` takes one {}, found a second", block.spec.word, choice.name),
                        )
                        .label("second")
                        .also(other.keyword, "first")
                        .help(format!("keep `{}` or `{}`", other.spec.word, child.node.word)),
                    );
                }
                return;
            }
        }
        let mut lowered = self.node(node, child.node);
        // What was meant is only a guess, so a missing part is not reported.
        lowered.misread |= !meant;
        if !child.repeats
            && let Some(first) = block.child(child.node.word)
        {
            if meant {
                let first = first.keyword;
                self.diagnostics.push(misplaced::duplicate_node(block.spec, &lowered, first));
            }
            return;
        }
        match block.children.iter().find(|other| other.is_namesake_of(&lowered)) {
            // A diagnostic already covers a word that was read as another, and they may not be the same.
            Some(first) if first.misread || lowered.misread => {}
            Some(first) => self.diagnostics.push(lowered.declared_twice(first)),
            None => block.children.push(lowered),
        }
    }
}

/// The words as a phrase, for help that lists the words that are allowed somewhere.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    suggest::one_of(words)
}
