//! In: a mapping whose keys are names, where a list of items with a `name` is due: `environment: {dev: {…}}`. Out: what
//! to write instead, and the nodes that were meant.

use super::mistakes::first_line;
use super::{Content, Reader, as_argument};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::lower::written_as;
use crate::source::{Span, Spanned};
use crate::syntax::tree::{Children, Entry, Node, Scalar, Text};
use crate::syntax::yaml::{Style, Value, Yaml};
use crate::vocabulary::{NodeSpec, Word};

/// What to write, and the edits that write it if they are certain.
pub(super) struct Advice {
    pub(super) text: String,
    pub(super) fix: Option<Fix>,
}

/// Whether each key of a mapping is the name of an item.
pub(super) fn are_named(spec: &NodeSpec, value: &Yaml) -> bool {
    let has_name = spec.argument_spec().is_some_and(|argument| argument.field == Word::Name);
    has_name
        && !value.entries().is_empty()
        && value.entries().iter().all(|(key, inner)| is_name(spec, &key.value, inner))
}

fn is_name(spec: &NodeSpec, key: &str, inner: &Yaml) -> bool {
    let is_unknown = !knows(spec, key);
    match &inner.value {
        Value::Mapping(entries) => {
            is_unknown || !entries.is_empty() && entries.iter().all(|(key, _)| knows(spec, &key.value))
        }
        Value::Null => is_unknown,
        Value::Sequence(_) => false,
        _ => is_unknown && written_as::condition(spec).is_some(),
    }
}

/// Whether a node has this key in YAML.
fn knows(spec: &NodeSpec, key: &str) -> bool {
    Word::find(key).is_some_and(|word| {
        spec.property(word).is_some()
            || spec.child(word).is_some()
            || spec.argument_spec().is_some_and(|argument| argument.field == word)
    })
}

impl Reader<'_> {
    /// The list to write in place of a mapping with the names as keys.
    pub(super) fn items_by_name(&self, spec: &NodeSpec, value: &Yaml) -> Option<Advice> {
        if !are_named(spec, value) {
            return None;
        }
        let text = self.source.slice(value.span);
        let is_flow = text.starts_with('{');
        let edits = self.edits(spec, value, is_flow);
        let word = self.key(spec.word);
        let written = edits.as_ref().filter(|_| is_flow && !text.contains('\n')).and_then(|edits| {
            let fix = Fix { applicability: Applicability::Certain, edits: edits.clone() };
            let all = fix.apply(self.source)?;
            let length = all.len() + text.len();
            let start = value.span.start as usize;
            all.get(start..start + length.checked_sub(self.source.text.len())?).map(str::to_owned)
        });
        let first = value.entries().first()?;
        let text = match (written, self.item(spec, &first.0, &first.1)) {
            (Some(list), _) => format!("write `{word}: {list}`"),
            (None, Some(item)) => format!("start each item with a dash and its name: `- {item}`"),
            (None, None) => {
                format!(
                    "start each item with a dash and its name: `- {}: {}`",
                    self.key(Word::Name),
                    self.string(&first.0.value)
                )
            }
        };
        Some(Advice { text, fix: edits.map(|edits| Fix { applicability: Applicability::Certain, edits }) })
    }

    fn edits(&self, spec: &NodeSpec, value: &Yaml, is_flow: bool) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        if is_flow {
            let (open, close) =
                (value.span.part(0, 1), self.source.range(value.span.end as usize - 1, value.span.end as usize));
            edits.push(Edit { span: open, replacement: "[".to_owned() });
            edits.push(Edit { span: close, replacement: "]".to_owned() });
        }
        for (key, inner) in value.entries() {
            let dash = if is_flow { "" } else { "- " };
            let edit = match (self.item(spec, key, inner), inner.entries().first()) {
                (Some(item), _) if inner.value != Value::Null => {
                    Edit { span: key.span.to(inner.span), replacement: format!("{dash}{item}") }
                }
                (None, Some((first, _))) if !is_flow && !self.source.slice(inner.span).starts_with('{') => {
                    self.named_below(key, first, "-")?
                }
                _ => return None,
            };
            edits.push(edit);
        }
        Some(edits)
    }

    /// `errs:` above its keys as `name: errs` among them, after a dash if one is due.
    fn named_below(&self, key: &Spanned<Text>, first: &Spanned<Text>, dash: &str) -> Option<Edit> {
        let span = key.span.to(first.span.at_start());
        let column = |span: Span| {
            let before = self.source.text.get(..span.start as usize)?;
            Some(before.rsplit('\n').next()?.chars().count())
        };
        let (outer, inner) = (column(key.span)?, column(first.span)?);
        let gap = self.source.slice(key.span.at_end().to(first.span.at_start()));
        let is_plain = gap.trim() == ":" && inner >= outer + 2;
        let space = " ".repeat(inner.checked_sub(outer)?.checked_sub(dash.len())?);
        let name = format!("{dash}{space}{}: {}\n{}", self.key(Word::Name), self.string(&key.value), " ".repeat(inner));
        is_plain.then_some(Edit { span, replacement: name })
    }

    /// `{name: dev, replicas: 1}`, if the value is on one line.
    fn item(&self, spec: &NodeSpec, key: &Spanned<Text>, inner: &Yaml) -> Option<String> {
        let name = format!("{}: {}", self.key(Word::Name), self.string(&key.value));
        let rest = match &inner.value {
            Value::Null => String::new(),
            Value::Mapping(_) => {
                let text = self.source.slice(inner.span);
                let rest = text.strip_prefix('{')?.trim_start();
                if rest == "}" { String::new() } else { rest.strip_suffix('}')?.trim_end().to_owned() }
            }
            _ if inner.style == Style::Block => return None,
            _ => format!("{}: {}", self.key(written_as::condition(spec)?.word), self.in_brackets(inner)?),
        };
        Some(if rest.is_empty() { format!("{{{name}}}") } else { format!("{{{name}, {rest}}}") })
    }

    /// `- errs: {max: 5}`: an item of a list whose only key is its name.
    pub(super) fn item_by_name(&mut self, spec: &'static NodeSpec, word: &Spanned<Text>, item: &Yaml) -> Option<Node> {
        let [(key, inner)] = item.entries() else { return None };
        let holds_known = inner.entries().iter().any(|(key, _)| knows(spec, &key.value));
        if !are_named(spec, item) || !holds_known {
            return None;
        }
        let mut diagnostic = Diagnostic::new(
            Code::YamlListDue,
            first_line(self.source, item),
            format!("an item of `{}` has its name as a value in YAML", spec.word),
        )
        .label("its name is a key");
        let written = self.item(spec, key, inner);
        diagnostic = match &written {
            Some(text) if !text.contains('\n') => diagnostic.help(format!("write `{text}`")),
            _ => diagnostic.help(format!(
                "write `{}: {}` beside its other keys",
                self.key(Word::Name),
                self.string(&key.value)
            )),
        };
        let is_flow = self.source.slice(item.span).starts_with('{');
        let edit = match (written, inner.entries().first()) {
            (Some(text), _) => {
                Some(Edit { span: if is_flow { item.span } else { key.span.to(inner.span) }, replacement: text })
            }
            (None, Some((first, _))) if !is_flow => self.named_below(key, first, ""),
            _ => None,
        };
        diagnostic.fix = edit.map(|edit| Fix { applicability: Applicability::Certain, edits: vec![edit] });
        self.diagnostics.push(diagnostic);
        self.named_node(spec, word, key, inner)
    }

    /// The item that a key names.
    pub(super) fn named_node(
        &mut self,
        spec: &'static NodeSpec,
        word: &Spanned<Text>,
        key: &Spanned<Text>,
        inner: &Yaml,
    ) -> Option<Node> {
        let content = match (&inner.value, written_as::condition(spec)) {
            (Value::Mapping(entries), _) => self.content(spec, entries),
            (Value::Null, _) => Content::default(),
            (_, Some(condition)) => {
                let name = Spanned::new(Text::from(condition.word.as_str()), inner.span);
                let value = Spanned::new(super::scalar::plainly(inner), inner.span);
                let entry = Entry { name: Some(name), type_annotation: None, value, span: inner.span };
                Content { properties: vec![entry], ..Content::default() }
            }
            _ => return None,
        };
        let mut entries = vec![as_argument(Spanned::new(Scalar::String(key.value.clone()), key.span))];
        entries.extend(content.properties);
        let children = (!content.nodes.is_empty()).then_some(Children { nodes: content.nodes, span: inner.span });
        let name = Spanned::new(word.value.clone(), key.span);
        Some(Node { type_annotation: None, name, entries, children, span: key.span.to(inner.span) })
    }
}
