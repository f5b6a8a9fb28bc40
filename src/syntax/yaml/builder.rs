//! In: the events of the YAML parser. Out: [`Yaml`] trees, and diagnostics for forbidden content. Open collections are
//! on an explicit stack, so deep nesting is a diagnostic and never a stack overflow.

use std::collections::HashMap;

use saphyr_parser::{Event, ScalarStyle, Span as Marks, Tag};

use super::offsets::Offsets;
use super::resolve::{self, Reading};
use super::{MISTAKES, Style, Value, Yaml, characters, locate};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Source, Span, Spanned};
use crate::syntax::limits;
use crate::syntax::tree::Text;

/// The result of an event.
pub(super) enum Step {
    /// The document is not complete yet.
    Continue,
    /// A document is complete.
    Document(Yaml),
    /// A limit was exceeded; reading stops.
    Stop,
}

/// A finished value with the information that anchors need.
#[derive(Clone)]
struct Node {
    yaml: Yaml,
    /// How many values it contains, including itself.
    nodes: usize,
    /// How many levels deep it is.
    height: usize,
}

/// A collection that has not ended yet.
struct Frame {
    content: Content,
    start: usize,
    anchor: usize,
    flow: bool,
    nodes: usize,
    height: usize,
    /// End of the last value in it.
    end: usize,
}

enum Content {
    Sequence(Vec<Yaml>),
    Mapping { entries: Vec<(Spanned<Text>, Yaml)>, seen: HashMap<Text, Span>, key: Key, merges: Vec<Merge> },
}

/// A mapping with fewer entries is searched linearly. A larger one uses the table `seen`.
const FEW: usize = 12;

/// What a mapping expects next.
enum Key {
    /// A key.
    Awaited,
    /// The value of this key.
    Given(Spanned<Text>),
    /// The value of `<<`.
    Merge(Span),
    /// The value of a rejected key. It is read and dropped.
    Refused(Span),
}

/// The value of a `<<`, and how many entries preceded it.
struct Merge {
    key: Span,
    value: Yaml,
    position: usize,
}

/// Builds documents.
pub(super) struct Builder<'a> {
    source: &'a Source,
    offsets: &'a Offsets<'a>,
    diagnostics: &'a mut Diagnostics,
    stack: Vec<Frame>,
    root: Option<Yaml>,
    anchors: HashMap<usize, Node>,
    /// How many nodes anchors and aliases may still copy. `None` when the document cannot contain an alias.
    budget: Option<usize>,
    document_start: usize,
    /// The position of the last event.
    position: usize,
    /// Reading stops at this number of diagnostics.
    enough: usize,
    has_tabs: bool,
    tab_reported: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a Source, offsets: &'a Offsets<'a>, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            source,
            offsets,
            enough: diagnostics.len() + MISTAKES,
            diagnostics,
            stack: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            budget: source.text.contains('*').then_some(limits::ALIAS_NODES),
            document_start: offsets.byte(0),
            position: offsets.byte(0),
            has_tabs: source.text.contains('\t'),
            tab_reported: false,
        }
    }

    /// The start of the current document.
    pub(super) fn document_start(&self) -> usize {
        self.document_start
    }

    /// The furthest byte at which something was read.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Whether tabs in the indentation of this document were already reported. They explain later syntax errors.
    pub(super) fn tab_reported(&self) -> bool {
        self.tab_reported
    }

    /// Processes the next event.
    pub(super) fn event(&mut self, event: Event<'_>, marks: Marks) -> Step {
        let (start, end) = (self.offsets.byte(marks.start.index()), self.offsets.byte(marks.end.index()));
        self.position = self.position.max(start);
        match event {
            Event::DocumentStart(_) => {
                self.anchors.clear();
                self.document_start = start;
                self.tab_reported = false;
            }
            Event::DocumentEnd => {
                if let Some(root) = self.root.take() {
                    return Step::Document(root);
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, tag.as_deref(), start, end);
                return self.finish(node, anchor);
            }
            Event::Alias(anchor) => return self.alias(anchor, self.source.range(start, end)),
            Event::SequenceStart(anchor, tag) => {
                return self.open(Content::Sequence(Vec::new()), start, anchor, tag.as_deref());
            }
            Event::MappingStart(anchor, tag) => {
                let content = Content::Mapping {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: Key::Awaited,
                    merges: Vec::new(),
                };
                return self.open(content, start, anchor, tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(start),
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
        }
        Step::Continue
    }

    /// Handles an alias whose anchor the parser does not know. Returns false when reading cannot continue.
    pub(super) fn unknown_alias(&mut self, at: usize) -> bool {
        let span = self.source.range(at, at + locate::property_length(&self.source.text[at..]));
        let name = self.source.slice(span).trim_start_matches('*');
        self.diagnostics.push(
            Diagnostic::new(Code::YamlUnknownAlias, span, format!("there is no anchor `&{name}` before this alias"))
                .label("unknown anchor")
                .help(format!("add `&{name}` before the value, or quote the text if it is not an alias")),
        );
        let node = self.plain("", span);
        matches!(self.finish(node, 0), Step::Continue)
    }

    fn open(&mut self, content: Content, properties: usize, anchor: usize, tag: Option<&Tag>) -> Step {
        let start = self.skip_properties(properties, anchor, tag);
        let start = locate::sequence_dash(&self.source.text, start, matches!(content, Content::Sequence(_)));
        if let Some(tag) = tag {
            let expected = if matches!(content, Content::Sequence(_)) { "seq" } else { "map" };
            if !(tag.is_yaml_core_schema() && tag.suffix == expected) {
                self.refuse_tag(tag, properties);
            }
        }
        self.check_indentation(start);
        if self.stack.len() >= limits::DEPTH {
            let first = self.source.text[start..].chars().next().map_or(0, char::len_utf8);
            self.too_deep(self.source.range(start, start + first));
            return Step::Stop;
        }
        let flow = matches!(self.source.text.as_bytes().get(start), Some(b'[' | b'{'));
        self.stack.push(Frame { content, start, anchor, flow, nodes: 1, height: 1, end: start });
        Step::Continue
    }

    fn close(&mut self, closing: usize) -> Step {
        let Some(frame) = self.stack.pop() else { return Step::Continue };
        let bracket = matches!(self.source.text.as_bytes().get(closing), Some(b']' | b'}'));
        let end = if frame.flow && bracket { closing + 1 } else { frame.end.max(frame.start) };
        let span = self.source.range(frame.start, end);
        let value = match frame.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { entries, merges, .. } => Value::Mapping(self.merge(entries, merges)),
        };
        let yaml = Yaml { value, span, style: Style::Collection };
        self.finish(Node { yaml, nodes: frame.nodes, height: frame.height }, frame.anchor)
    }

    /// Stores an anchored value and passes it to its collection.
    fn finish(&mut self, node: Node, anchor: usize) -> Step {
        if anchor > 0 && self.budget.is_some() {
            if !self.spend(&node) {
                return Step::Stop;
            }
            self.anchors.insert(anchor, node.clone());
        }
        self.deliver(node);
        if self.diagnostics.len() > self.enough { Step::Stop } else { Step::Continue }
    }

    /// Subtracts a copy of `node` from the budget. Returns false when the budget is spent.
    fn spend(&mut self, node: &Node) -> bool {
        let left = self.budget.and_then(|budget| budget.checked_sub(node.nodes));
        if left.is_none() {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::YamlTooManyAliases,
                    node.yaml.span,
                    "the aliases of this file expand to too many values",
                )
                .label(format!("exceeds {} copied values", limits::ALIAS_NODES))
                .why("A few lines of nested aliases can expand to more values than any machine can store.")
                .help("write the values out, or use fewer aliases"),
            );
        }
        self.budget = left.or(Some(0));
        left.is_some()
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Step {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            self.diagnostics.push(
                Diagnostic::new(Code::YamlUnknownAlias, span, "this alias refers to a value that is not complete yet")
                    .label("inside its own anchor, or in another document")
                    .help("write the value"),
            );
            let node = self.plain("", span);
            self.deliver(node);
            return Step::Continue;
        };
        if self.stack.len() + node.height > limits::DEPTH {
            self.too_deep(span);
            return Step::Stop;
        }
        if !self.spend(&node) {
            return Step::Stop;
        }
        let end = span.end as usize;
        self.deliver(node);
        if let Some(frame) = self.stack.last_mut() {
            frame.end = end;
        }
        Step::Continue
    }

    fn too_deep(&mut self, span: Span) {
        self.diagnostics.push(
            Diagnostic::new(Code::YamlTooDeep, span, format!("nested more than {} levels deep", limits::DEPTH))
                .label("exceeds the limit")
                .help("no policy and no manifest needs this depth; look for repeated brackets or indentation"),
        );
    }

    /// Puts a value into the innermost open collection, or makes it the document.
    fn deliver(&mut self, node: Node) {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node.yaml);
            return;
        };
        frame.nodes = frame.nodes.saturating_add(node.nodes);
        frame.height = frame.height.max(node.height + 1);
        frame.end = frame.end.max(node.yaml.span.end as usize);
        match &mut frame.content {
            Content::Sequence(items) => items.push(node.yaml),
            Content::Mapping { entries, key, merges, .. } => match std::mem::replace(key, Key::Awaited) {
                Key::Awaited => self.key(node.yaml),
                Key::Given(name) => {
                    let value = placed(node.yaml, name.span);
                    entries.push((name, value));
                }
                Key::Merge(at) => merges.push(Merge { key: at, value: node.yaml, position: entries.len() }),
                Key::Refused(_) => {}
            },
        }
    }

    /// Processes a value in the position of a key.
    fn key(&mut self, yaml: Yaml) {
        let span = yaml.span;
        let key = match (yaml.value, yaml.style) {
            (Value::String(_), Style::Plain { raw }) if &*raw == "<<" => Key::Merge(span),
            (Value::String(text), Style::Quoted | Style::Block) => self.unique(text, span),
            (_, Style::Plain { raw }) => match resolve::Trap::of(&raw) {
                None if resolve::core(&raw) == Reading::String => self.unique(raw, span),
                trap => {
                    let reading = trap
                        .map_or_else(|| format!("parsers read it as {}", resolve::core(&raw)), |trap| trap.to_string());
                    let mut diagnostic = Diagnostic::new(
                        Code::YamlKeyNotString,
                        span,
                        if raw.is_empty() {
                            "missing key before the colon".to_owned()
                        } else {
                            format!("key `{raw}` is not a string")
                        },
                    )
                    .label(if raw.is_empty() { "empty key".to_owned() } else { reading })
                    .why("Every key of a policy or manifest is a string, and parsers convert other keys differently.");
                    if !raw.is_empty() {
                        diagnostic = diagnostic.help(format!("quote it: `\"{raw}\"`")).fix(span, format!("\"{raw}\""));
                    }
                    self.diagnostics.push(diagnostic);
                    Key::Refused(span)
                }
            },
            _ => {
                self.collection_key(span);
                Key::Refused(span)
            }
        };
        if let Some(Frame { content: Content::Mapping { key: slot, .. }, .. }) = self.stack.last_mut() {
            *slot = key;
        }
    }

    /// A list or mapping as a key: nearly always `{{ … }}` without quotes.
    fn collection_key(&mut self, span: Span) {
        let start = span.start as usize;
        let doubled = start > 0 && self.source.text.as_bytes().get(start - 1..=start) == Some(b"{{");
        let diagnostic = if doubled {
            let closing = self.source.text[start..].find("}}").map_or(span.end as usize, |at| start + at + 2);
            Diagnostic::new(Code::YamlKeyNotString, self.source.range(start - 1, closing), "`{{…}}` needs quotes")
                .label("without quotes this is a mapping inside a mapping")
                .help("put the whole value in double quotes: `\"{{name}}\"`")
        } else {
            Diagnostic::new(Code::YamlKeyNotString, span, "a list or mapping cannot be a key")
                .label("expected a key")
                .help("write a string before the colon; quote it if it starts with `[`, `{` or `?`")
        };
        self.diagnostics.push(diagnostic);
    }

    /// A key, unless the mapping has it already.
    fn unique(&mut self, text: Text, span: Span) -> Key {
        let Some(Frame { content: Content::Mapping { entries, seen, .. }, .. }) = self.stack.last_mut() else {
            return Key::Refused(span);
        };
        if entries.len() >= FEW && seen.is_empty() {
            seen.extend(entries.iter().map(|(key, _)| (key.value.clone(), key.span)));
        }
        let first = if entries.len() < FEW {
            entries.iter().find(|(key, _)| key.value == text).map(|(key, _)| &key.span)
        } else {
            seen.get(&text)
        };
        if let Some(first) = first {
            self.diagnostics.push(
                Diagnostic::new(Code::YamlDuplicateKey, span, format!("duplicate key `{text}`"))
                    .label("again")
                    .also(*first, "first")
                    .why("Parsers disagree on which value wins.")
                    .help("delete one of them"),
            );
            return Key::Refused(span);
        }
        if entries.len() >= FEW {
            seen.insert(text.clone(), span);
        }
        Key::Given(Spanned::new(text, span))
    }

    /// Inserts merged entries where their `<<` was. Written keys win, then earlier merges.
    fn merge(&mut self, entries: Vec<(Spanned<Text>, Yaml)>, merges: Vec<Merge>) -> Vec<(Spanned<Text>, Yaml)> {
        let Some(first) = merges.first() else { return entries };
        let written: HashMap<Text, Span> = entries.iter().map(|(key, _)| (key.value.clone(), key.span)).collect();
        let (position, at) = (first.position, first.key);
        if let Some(second) = merges.get(1) {
            self.diagnostics.push(
                Diagnostic::new(Code::YamlMergeKey, second.key, "duplicate `<<`")
                    .label("again")
                    .also(first.key, "first")
                    .help("write one `<<` with a list: `<<: [*a, *b]`"),
            );
        }
        let mut merged: Vec<(Spanned<Text>, Yaml)> = Vec::new();
        let mut taken: HashMap<Text, ()> = HashMap::new();
        let sources = merges.into_iter().flat_map(|merge| match merge.value.value {
            Value::Sequence(items) => items,
            _ => vec![merge.value],
        });
        for source in sources {
            let Value::Mapping(pairs) = source.value else {
                self.diagnostics.push(
                    Diagnostic::new(Code::YamlMergeKey, source.span, "`<<` can only merge mappings")
                        .label(format!("found {}", source.kind()))
                        .help("write an alias of a mapping after `<<`, or a list of such aliases"),
                );
                continue;
            };
            for (key, value) in pairs {
                let fresh = taken.insert(key.value.clone(), ()).is_none();
                match written.get(&key.value) {
                    None if fresh => merged.push((key, value)),
                    Some(before) if fresh && before.start < at.start => {
                        self.written_before_merge(&key.value, *before, at)
                    }
                    _ => {}
                }
            }
        }
        let mut result = entries;
        result.splice(position..position, merged);
        result
    }

    /// kubectl prefers the merged value to a value written above `<<`; all other readers prefer the written value.
    fn written_before_merge(&mut self, key: &str, written: Span, merge: Span) {
        self.diagnostics.push(
            Diagnostic::new(Code::YamlMergeKey, merge, format!("this `<<` repeats key `{key}`, which is above it"))
                .label("merges the key again")
                .also(written, "written here")
                .why("kubectl uses the merged value, and other parsers use the written one.")
                .help("write `<<` as the first line of the mapping"),
        );
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, start: usize, end: usize) -> Node {
        let properties = start;
        let start = self.skip_properties(start, usize::from(self.is_property(start)), tag);
        self.check_indentation(properties);
        let end = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                locate::closing_quote(&self.source.text, start).unwrap_or(end)
            }
            _ if text.is_empty() => start,
            _ => start + self.source.text.get(start..end).unwrap_or("").trim_end().len(),
        };
        let empty = text.is_empty() && style == ScalarStyle::Plain;
        let span = if empty { self.empty_place(properties, start) } else { self.source.range(start, end) };
        if let Some(character) = text.chars().find(|character| characters::refused_in_value(*character)) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::YamlControlCharacter,
                    span,
                    format!("this string contains {}", characters::name(character)),
                )
                .label("in an escape")
                .why("Kustomize and other tools silently change such characters.")
                .help("remove it"),
            );
        }
        let mut node = match style {
            ScalarStyle::Plain => self.plain(text, span),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => string(text, span, Style::Quoted),
            ScalarStyle::Literal | ScalarStyle::Folded => string(text, span, Style::Block),
        };
        if let Some(tag) = tag {
            let wanted = if tag.is_yaml_core_schema() { tag.suffix.as_str() } else { "" };
            match (wanted, &node.yaml.value) {
                ("str", _) => node = string(text, span, Style::Quoted),
                _ if tag.handle.is_empty() && tag.suffix == "!" => node = string(text, span, Style::Quoted),
                ("int", Value::Integer(_))
                | ("float", Value::Integer(_) | Value::Number(_))
                | ("bool", Value::Boolean(_))
                | ("null", Value::Null) => {}
                _ => self.refuse_tag(tag, properties),
            }
        }
        node
    }

    /// A scalar without quotes.
    fn plain(&self, text: &str, span: Span) -> Node {
        let raw: Text = text.into();
        let value = match resolve::core(text) {
            Reading::Null => Value::Null,
            Reading::Boolean(value) => Value::Boolean(value),
            Reading::Integer(number) => Value::Integer(number),
            Reading::Number(number) => Value::Number(number),
            Reading::Timestamp | Reading::Special | Reading::String => Value::String(raw.clone()),
        };
        Node { yaml: Yaml { value, span, style: Style::Plain { raw } }, nodes: 1, height: 0 }
    }

    /// The place of an empty value: just after the text before it.
    fn empty_place(&self, properties: usize, start: usize) -> Span {
        if properties < start {
            let end = properties + self.source.text[properties..start].trim_end().len();
            return self.source.range(end, end);
        }
        if let Some(Frame { content: Content::Mapping { key, .. }, .. }) = self.stack.last()
            && let Key::Given(Spanned { span, .. }) | Key::Merge(span) | Key::Refused(span) = key
        {
            return span.at_end();
        }
        self.source.range(start, start)
    }

    /// `properties` is where the anchor and the tag start.
    fn refuse_tag(&mut self, tag: &Tag, properties: usize) {
        let text = &self.source.text;
        let byte_at = |at: usize| text.as_bytes().get(at).copied();
        let from =
            if byte_at(properties) == Some(b'&') { locate::after_property(text, properties) } else { properties };
        let length = if byte_at(from) == Some(b'!') { locate::property_length(&text[from..]) } else { 0 };
        let span = self.source.range(from, from + length);
        let shown = self.source.slice(span);
        let message = if tag.is_yaml_core_schema() && matches!(&*tag.suffix, "int" | "float" | "bool" | "null") {
            format!("the value does not fit its tag `{shown}`")
        } else {
            format!("the tag `{shown}` is not supported")
        };
        self.diagnostics.push(
            Diagnostic::new(Code::YamlTag, span, message)
                .label("this tag")
                .help("delete the tag; to get a string, add quotes"),
        );
    }

    /// Whether an anchor or a tag stands at a byte.
    fn is_property(&self, at: usize) -> bool {
        matches!(self.source.text.as_bytes().get(at), Some(b'&' | b'!'))
    }

    /// The byte after an anchor and a tag, which do not belong to the span of a value.
    fn skip_properties(&self, start: usize, anchor: usize, tag: Option<&Tag>) -> usize {
        let mut at = start;
        let count = usize::from(anchor > 0) + usize::from(tag.is_some());
        for _ in 0..count {
            if !self.is_property(at) {
                break;
            }
            at = locate::after_property(&self.source.text, at);
        }
        at
    }

    /// Reports the first tab that indents something outside brackets.
    fn check_indentation(&mut self, start: usize) {
        if !self.has_tabs || self.tab_reported || self.stack.iter().any(|frame| frame.flow) {
            return;
        }
        if let Some((from, to)) = locate::tab_before(&self.source.text, start) {
            self.tab_reported = true;
            self.diagnostics.push(super::syntax_error::tab(self.source, from, to));
        }
    }
}

/// An empty value is placed right after its key, wherever the parser reported it.
fn placed(mut yaml: Yaml, key: Span) -> Yaml {
    if yaml.span.start < key.end && yaml.span.source == key.source && yaml.raw().is_some_and(|raw| raw.is_empty()) {
        yaml.span = key.at_end();
    }
    yaml
}

fn string(text: &str, span: Span, style: Style) -> Node {
    Node { yaml: Yaml { value: Value::String(text.into()), span, style }, nodes: 1, height: 0 }
}
