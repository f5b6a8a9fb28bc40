//! In: keys as Kubernetes and Argo Rollouts write them in YAML: `setWeight` and `pause` as two steps, `matchLabels`,
//! `ports` with `targetPort`. Out: one diagnostic for each, with the values of the file, and the nodes that were meant.

use super::{Content, Reader, as_argument};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, foreign, suggest};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{Children, Entry, Node, Scalar, Text};
use crate::syntax::yaml::{Value, Yaml};
use crate::vocabulary::{Argument, NodeSpec, Word};

/// The entries of a mapping.
type Pairs = Vec<(Spanned<Text>, Yaml)>;

/// The keys of a port of a Service in Kubernetes, and those of this language.
const PORT_KEYS: &[(&str, Word)] =
    &[("port", Word::Number), ("container-port", Word::Number), ("target-port", Word::Target)];

impl Reader<'_> {
    /// Reads a key that stands in the form of another tool. Returns whether it is one.
    pub(super) fn habit(
        &mut self,
        spec: &'static NodeSpec,
        key: &Spanned<Text>,
        value: &Yaml,
        content: &mut Content,
    ) -> bool {
        match (spec.word, &*key.value) {
            (Word::Stage, "pause") => match self.pause(key, value) {
                Some(entry) => {
                    content.properties.push(entry);
                    true
                }
                None => false,
            },
            (Word::Service, "port" | "ports") => match self.kubernetes_ports(spec, key, value) {
                Some(nodes) => {
                    content.nodes.extend(nodes);
                    true
                }
                None => false,
            },
            (Word::Release, "strategy") if matches!(value.value, Value::Mapping(_)) => {
                self.strategy(key, value);
                true
            }
            (_, written) => self.argument_in_singular(spec, (key, written), value, content),
        }
    }

    /// `strategy: {canary: {steps: …}}` of a Rollout.
    fn strategy(&mut self, key: &Spanned<Text>, value: &Yaml) {
        let inner = value.entries().first().map_or(key, |(inner, _)| inner);
        let word = if value.get("blueGreen").is_some() { "blueGreen" } else { "canary" };
        let help = foreign::word(word).map_or("put the stages directly inside `release`", |foreign| foreign.sentence);
        self.diagnostics.push(
            Diagnostic::new(Code::YamlValueDue, inner.span, "`strategy` takes one value, a keyword")
                .label("found a mapping")
                .help(format!(
                    "{help} A step `setWeight` and its `pause` are one stage: `stage weight=\"20%\" pause=\"10m\"`."
                )),
        );
    }

    /// `gate: [{name: smoke}]`: the argument is called `names`, and is a list.
    fn argument_in_singular(
        &mut self,
        spec: &'static NodeSpec,
        (key, written): (&Spanned<Text>, &str),
        value: &Yaml,
        content: &mut Content,
    ) -> bool {
        let Argument::List(argument) = spec.argument else { return false };
        let field = argument.field.as_str();
        let is_known =
            Word::find(written).is_some_and(|word| spec.property(word).is_some() || spec.child(word).is_some());
        let is_meant = field.strip_suffix('s') == Some(written)
            || argument.field == Word::Names && matches!(written, "check" | "checks" | "slo" | "slos");
        if !is_meant || is_known || spec.free.is_some() {
            return false;
        }
        let values: Vec<Spanned<Scalar>> = match &value.value {
            Value::Sequence(items) => {
                items.iter().map(|item| Spanned::new(super::scalar::plainly(item), item.span)).collect()
            }
            Value::Mapping(_) | Value::Null => return false,
            _ => vec![Spanned::new(super::scalar::plainly(value), value.span)],
        };
        let shown: Vec<String> = values.iter().map(|value| self.scalar_text(&value.value)).collect();
        let pair = format!("{}: [{}]", self.key(argument.field), shown.join(", "));
        self.diagnostics.push(
            Diagnostic::new(
                Code::WordUnknownProperty,
                key.span,
                format!("`{}` has no property `{written}`", spec.word),
            )
            .label(format!("here it is `{field}`, a list"))
            .help(format!("write `{pair}`"))
            .fix(key.span.to(value.span), pair),
        );
        content.arguments.extend(values.into_iter().map(as_argument));
        true
    }

    /// `pause: {duration: 10m}`, and `pause: {}`, which waits for a person.
    fn pause(&mut self, key: &Spanned<Text>, value: &Yaml) -> Option<Entry> {
        let (word, meant) = meant_pause(value)?;
        let written = format!("{}: {}", self.key(word), self.string(&meant));
        let diagnostic = Diagnostic::new(Code::YamlValueDue, value.span, "`pause` takes one value, a duration")
            .label(format!("found {}", value.kind()));
        let span = key.span.to(value.span);
        self.diagnostics.push(match word {
            Word::Pause => diagnostic.help(format!("write `{written}`")).fix(span, written),
            _ => diagnostic
                .help(format!("write `{written}`: the stage then lasts until a person promotes it"))
                .fix(span, written),
        });
        Some(property(word, &meant, Spanned::new(key.value.clone(), span)))
    }

    /// `setWeight` and the `pause` after it: two steps that are one stage.
    pub(super) fn step(
        &mut self,
        spec: &NodeSpec,
        word: &Spanned<Text>,
        step: &Yaml,
        next: Option<&Yaml>,
    ) -> Option<Node> {
        let (Word::Stage, [(key, weight)]) = (spec.word, step.entries()) else { return None };
        let next = next?;
        let [(pause, duration)] = next.entries() else { return None };
        if suggest::kebab_case(&key.value) != "set-weight" || &*pause.value != Word::Pause.as_str() {
            return None;
        }
        let weight_text = match &weight.value {
            Value::Integer(number) if (0..=100).contains(number) => format!("{number}%"),
            Value::String(text) => text.to_string(),
            _ => return None,
        };
        let (how, meant) = match &duration.value {
            Value::String(text) => (Word::Pause, text.to_string()),
            _ => meant_pause(duration)?,
        };
        let stage = format!(
            "{{{}: {}, {}: {}}}",
            self.key(Word::Weight),
            self.string(&weight_text),
            self.key(how),
            self.string(&meant)
        );
        let both = step.span.to(next.span);
        let mut diagnostic = Diagnostic::new(
            Code::WordUnknownProperty,
            key.span,
            format!("a step is not a stage: `{}` and the `pause` after it are one stage", key.value),
        )
        .label("one step")
        .also(pause.span, "belongs to the same stage")
        .help(format!("write `{stage}` in place of both"));
        if !self.source.slice(both).contains('#') {
            diagnostic = diagnostic.fix(both, stage);
        }
        self.diagnostics.push(diagnostic);
        let weight = property(Word::Weight, &weight_text, Spanned::new(key.value.clone(), weight.span));
        let pause = property(how, &meant, Spanned::new(pause.value.clone(), duration.span));
        let name = Spanned::new(word.value.clone(), key.span);
        Some(Node { type_annotation: None, name, entries: vec![weight, pause], children: None, span: both })
    }

    /// `selector: {matchLabels: {app: web}}`
    pub(super) fn kubernetes_selector(&mut self, spec: &'static NodeSpec, value: &Yaml) -> Option<Content> {
        let find = |name: &str| value.entries().iter().find(|(key, _)| &*key.value == name);
        let (labels, expressions) = (find("matchLabels"), find("matchExpressions"));
        let (key, _) = expressions.or(labels).filter(|_| spec.word == Word::Selector)?;
        let mut labels = match labels.map(|(_, labels)| &labels.value) {
            Some(Value::Mapping(labels)) => labels.clone(),
            Some(_) if expressions.is_none() => return None,
            _ => Vec::new(),
        };
        let is_label = |key: &str| !matches!(key, "matchLabels" | "matchExpressions");
        labels.extend(value.entries().iter().filter(|(key, _)| is_label(&key.value)).cloned());
        let pairs: Option<Vec<String>> = labels
            .iter()
            .map(|(key, value)| Some(format!("{}: {}", self.string(&key.value), self.in_brackets(value)?)))
            .collect();
        let pairs = pairs.filter(|pairs| !pairs.is_empty()).map(|pairs| format!("{{{}}}", pairs.join(", ")));
        let diagnostic =
            Diagnostic::new(Code::WordUnknownNode, key.span, format!("there is no `{}` in `selector`", key.value));
        let written = pairs.as_ref().map(|pairs| format!("{}: {pairs}", self.key(Word::Selector)));
        let written = written.unwrap_or_else(|| "selector: {app: …}".to_owned());
        self.diagnostics.push(match (expressions, pairs) {
            (Some(_), _) => diagnostic
                .label("a selector here is only labels")
                .help(format!("write labels that all pods of the release have: `{written}`")),
            (None, Some(pairs)) if value.entries().len() == 1 => diagnostic
                .label("the labels stand directly in `selector`")
                .help(format!("write `{written}`"))
                .fix(value.span, pairs),
            (None, _) => diagnostic.label("the labels stand directly in `selector`").help(format!("write `{written}`")),
        });
        Some(self.content(spec, &labels))
    }

    /// `env: [{name: A, value: b}]`, as in a container of Kubernetes: the pairs.
    pub(super) fn pairs_as_list(&mut self, spec: &NodeSpec, name: &Spanned<Text>, value: &Yaml) -> Option<Pairs> {
        spec.free.filter(|_| spec.argument_spec().is_none() && !value.items().is_empty())?;
        let pairs: Option<Pairs> = value
            .items()
            .iter()
            .map(|item| {
                let key = item.get("name").or_else(|| item.get("key"))?;
                let is_pair = item.entries().len() == 2;
                Some((Spanned::new(key.as_str().filter(|_| is_pair)?.into(), key.span), item.get("value")?.clone()))
            })
            .collect();
        let pairs = pairs?;
        let written: Option<Vec<String>> = pairs
            .iter()
            .map(|(key, value)| Some(format!("{}: {}", self.string(&key.value), self.in_brackets(value)?)))
            .collect();
        let written = format!("{{{}}}", written?.join(", "));
        self.diagnostics.push(
            Diagnostic::new(
                Code::YamlMappingDue,
                name.span,
                format!("`{}` is not a list of names and values", spec.word),
            )
            .label("found a list")
            .help(format!("write `{}: {written}`", self.key(spec.word)))
            .fix(name.span.to(value.span), format!("{}: {written}", self.key(spec.word))),
        );
        Some(pairs)
    }

    /// `ports: [{port: 80, targetPort: 8080}]` of a Service.
    fn kubernetes_ports(&mut self, spec: &'static NodeSpec, key: &Spanned<Text>, value: &Yaml) -> Option<Vec<Node>> {
        let child = spec.child(Word::Port)?;
        let items = value.items();
        let meant =
            |key: &str| PORT_KEYS.iter().find(|(known, _)| *known == suggest::kebab_case(key)).map(|(_, word)| *word);
        let foreign: Vec<(&Spanned<Text>, Word)> =
            items.iter().flat_map(Yaml::entries).filter_map(|(key, _)| Some((key, meant(&key.value)?))).collect();
        let is_plural = &*key.value != Word::Port.as_str();
        let are_ports = !items.is_empty() && items.iter().all(|item| !item.entries().is_empty());
        if !are_ports || (foreign.is_empty() && !is_plural) {
            return None;
        }
        let translated: Vec<(&Yaml, Pairs)> = items
            .iter()
            .map(|item| {
                let entries = item.entries().iter().map(|(key, value)| {
                    let word = meant(&key.value).map_or(key.value.clone(), |word| word.as_str().into());
                    (Spanned::new(word, key.span), value.clone())
                });
                (item, entries.collect())
            })
            .collect();
        let written: Option<Vec<String>> = translated
            .iter()
            .map(|(_, entries)| {
                let pairs: Option<Vec<String>> = entries
                    .iter()
                    .map(|(key, value)| Some(format!("{}: {}", self.string(&key.value), self.in_brackets(value)?)))
                    .collect();
                Some(format!("{{{}}}", pairs?.join(", ")))
            })
            .collect();
        let written = written?.join(", ");
        let (place, message) = match foreign.first() {
            _ if is_plural => (key.span, format!("there is no `{}` in `service`", key.value)),
            Some((first, _)) => (first.span, format!("`port` has no property `{}`", first.value)),
            None => return None,
        };
        let port = self.key(Word::Port);
        let mut edits: Vec<Edit> =
            foreign.iter().map(|(key, word)| Edit { span: key.span, replacement: self.key(*word) }).collect();
        if is_plural {
            edits.push(Edit { span: key.span, replacement: port.clone() });
        }
        let mut diagnostic = Diagnostic::new(Code::WordUnknownNode, place, message)
            .label("a word of Kubernetes")
            .help(format!("write `{port}: [{written}]`"));
        if !is_plural {
            diagnostic.code = Code::WordUnknownProperty;
        }
        diagnostic.fix = Some(Fix { applicability: Applicability::Certain, edits });
        self.diagnostics.push(diagnostic);
        let nodes = translated.into_iter().map(|(item, entries)| {
            let content = self.content(child.node, &entries);
            let mut all = content.arguments;
            all.extend(content.properties);
            let children = (!content.nodes.is_empty()).then_some(Children { nodes: content.nodes, span: item.span });
            let name = Spanned::new(Word::Port.as_str().into(), item.span);
            Node { type_annotation: None, name, entries: all, children, span: item.span }
        });
        Some(nodes.collect())
    }
}

/// A node with these keys, which one text stood for.
pub(super) fn content(spec: &NodeSpec, keys: Vec<(Word, Scalar)>, place: Span) -> Content {
    let mut content = Content::default();
    for (word, value) in keys {
        let value = Spanned::new(value, place);
        if spec.argument_spec().is_some_and(|argument| argument.field == word) {
            content.arguments.push(as_argument(value));
        } else {
            let name = Some(Spanned::new(word.as_str().into(), place));
            content.properties.push(Entry { name, type_annotation: None, value, span: place });
        }
    }
    content
}

/// What a step of Argo Rollouts means by its pause: a duration, or a promotion by a person.
fn meant_pause(value: &Yaml) -> Option<(Word, String)> {
    let Value::Mapping(entries) = &value.value else { return None };
    let duration = match entries.as_slice() {
        [] => return Some((Word::Promote, "manual".to_owned())),
        [(key, duration)] if &*key.value == Word::Duration.as_str() => duration,
        _ => return None,
    };
    let text = match &duration.value {
        Value::Integer(seconds) => format!("{seconds}s"),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => format!("{text}s"),
        Value::String(text) => text.to_string(),
        _ => return None,
    };
    Some((Word::Pause, text))
}

/// A property with a text. `written` is what stands in the file.
fn property(word: Word, value: &str, written: Spanned<Text>) -> Entry {
    let value = Spanned::new(Scalar::String(value.into()), written.span);
    Entry {
        name: Some(Spanned::new(word.as_str().into(), written.span)),
        type_annotation: None,
        value,
        span: written.span,
    }
}
