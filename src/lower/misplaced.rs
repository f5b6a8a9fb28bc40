//! In: a word in a place where it is not allowed. Out: the diagnostic, and the table line that was probably meant.

use super::written_as::{self, has_property, shown};
use super::{as_argument, habits, listed};
use crate::diagnostic::{Applicability, Code, Diagnostic, foreign, suggest};
use crate::model::Block;
use crate::source::{Span, Spanned, Syntax};
use crate::syntax::limits;
use crate::syntax::tree::{Children, Entry, Node, Scalar, Text};
use crate::vocabulary::{Argument, ChildSpec, DOCUMENT, NodeSpec, PropertySpec, Word, belongs, every_node};

/// A node that is unknown in the parent.
pub(super) fn unknown_node(parent: &NodeSpec, node: &Node) -> (Diagnostic, Option<&'static ChildSpec>) {
    let written = &*node.name.value;
    let place = place(parent);
    let diagnostic = Diagnostic::new(Code::WordUnknownNode, node.name.span, format!("there is no `{written}` {place}"));
    if let Some(sentence) = foreign::sentence_here(parent.word.as_str(), written) {
        return (diagnostic.label("has another form here").help(sentence), None);
    }
    if let (Word::Release, Some(use_of), "profile", []) =
        (parent.word, parent.child(Word::Use), written, node.children())
    {
        let name = node.arguments().next().map_or_else(|| "\"…\"".to_owned(), |entry| shown(&entry.value.value));
        let diagnostic =
            diagnostic.label("declares a profile").help(format!("write `use {name}` to apply the profile"));
        return (diagnostic.fix(node.name.span, Word::Use.as_str()), Some(use_of));
    }
    if let (Word::Document, Some(provider)) = (parent.word, parent.child(Word::Provider))
        && let Some(kind) = provider.node.children.iter().find(|child| child.node.word.as_str() == written)
        && kind.choice.is_some()
    {
        let own = written_as::properties(node, |name| has_property(kind.node, name));
        let name = node.arguments().next().map_or_else(|| "\"main\"".to_owned(), |entry| shown(&entry.value.value));
        return (
            diagnostic.label("a kind of `provider`").help(format!("write `provider {name} {{ {written}{own} }}`")),
            None,
        );
    }
    // A node with braces is not meant as one that has no such content.
    let holds = |child: &&ChildSpec| {
        let known = |inner: &Node| child.node.children.iter().any(|own| own.node.word.as_str() == &*inner.name.value);
        !child.node.children.is_empty() && node.children().iter().any(known)
    };
    let any_holds = parent.children.iter().any(|child| holds(&child));
    let fitting = || {
        parent.children.iter().filter(|child| match node.children() {
            [] => node.children.is_none() || !child.node.children.is_empty(),
            _ if any_holds => holds(child),
            _ => !child.node.children.is_empty(),
        })
    };
    let meant = suggest::nearest(written, fitting().map(|child| child.node.word.as_str()))
        .and_then(|name| parent.children.iter().find(|child| child.node.word.as_str() == name));
    let plural = meant.map(|child| child.node.word.as_str()).filter(|word| written.strip_suffix('s') == Some(word));
    let is_property = parent.properties.iter().any(|property| property.word.as_str() == written);
    if let Some(foreign) =
        foreign::word(written).filter(|foreign| plural.is_none_or(|word| word == foreign.called_here))
    {
        let child = parent.children.iter().find(|child| child.node.word.as_str() == foreign.called_here);
        return (
            diagnostic
                .label(if is_property {
                    "a property, not a node".to_owned()
                } else {
                    format!("the keyword here is `{}`", foreign.called_here)
                })
                .help(foreign.sentence),
            child.filter(|_| meant.is_some()),
        );
    }
    if let Some(child) = meant {
        let name = child.node.word.as_str();
        return (
            diagnostic
                .label(format!("did you mean `{name}`?"))
                .help(format!("write `{name}`"))
                .fix(node.name.span, name)
                .applicability(Applicability::MaybeIncorrect),
            Some(child),
        );
    }
    if let Some(foreign) =
        foreign::word("canary").filter(|_| written == Word::Strategy.as_str() && !node.children().is_empty())
    {
        return (diagnostic.label("Argo's word").help(foreign.sentence), None);
    }
    if let Some(property) = parent.properties.iter().find(|property| property.word.as_str() == written) {
        let value = node.arguments().next().map_or_else(|| "…".to_owned(), |entry| shown(&entry.value.value));
        return (
            diagnostic
                .label("a property, not a node")
                .help(format!("write `{}={value}` after `{}`, before its braces", property.word, parent.word)),
            None,
        );
    }
    if let Some(help) = habits::declared_elsewhere(parent, node) {
        return (diagnostic.label("belongs in the release").help(help), None);
    }
    if let (Argument::List(_), Some(entry)) = (parent.argument, node.arguments().next()) {
        let name = shown(&entry.value.value);
        return (
            diagnostic
                .label("not allowed here")
                .help(format!("write only the names after `{0}`: `{0} {name}`", parent.word)),
            None,
        );
    }
    let is_choice = |child: &&ChildSpec| child.choice.is_some() && has_property(child.node, written);
    if let (Some(kind), Some(entry)) = (parent.children.iter().find(is_choice), node.arguments().next()) {
        let value = shown(&entry.value.value);
        return (
            diagnostic
                .label(format!("a property of `{}`", kind.node.word))
                .help(format!("write `{} {written}={value}`", kind.node.word)),
            None,
        );
    }
    let holds = |child: &&ChildSpec| child.node.children.iter().any(|inner| inner.node.word.as_str() == written);
    let mut holders = parent.children.iter().filter(holds).filter(|child| !child.repeats);
    if let (Some(holder), None) = (holders.next(), holders.next())
        && let Some(inner) = holder.node.children.iter().find(|inner| inner.node.word.as_str() == written)
    {
        let head = written_as::head(node, inner.node);
        let body = if node.children().is_empty() { "" } else { " { … }" };
        return (
            diagnostic
                .label(format!("belongs in `{}`", holder.node.word))
                .help(format!("write it in braces: `{} {{ {head}{body} }}`", holder.node.word)),
            None,
        );
    }
    if let Some(belongs) = Word::find(written).and_then(belongs) {
        return (diagnostic.label("not allowed here").help(belongs), None);
    }
    let known = listed(parent.children.iter().map(|child| child.node.word.as_str()));
    (diagnostic.label("unknown keyword").help(format!("{place} you can use {known}")), None)
}

/// A property that is unknown in the node.
pub(super) fn unknown_property(
    spec: &NodeSpec,
    name: &Spanned<Text>,
    entry: &Entry,
    node: &Node,
) -> (Diagnostic, Option<&'static PropertySpec>) {
    let written = &*name.value;
    let properties: &'static [PropertySpec] = spec.properties;
    let diagnostic =
        Diagnostic::new(Code::WordUnknownProperty, name.span, format!("`{}` has no property `{written}`", spec.word));
    if let Some(sentence) = foreign::sentence_here(spec.word.as_str(), written) {
        return (diagnostic.label("has another form here").help(sentence), None);
    }
    if spec.word == Word::Release && written == "profile" {
        let name = shown(&entry.value.value);
        return (diagnostic.label("a node, not a property").help(format!("write `use {name}` in the braces")), None);
    }
    let meant = suggest::nearest(written, properties.iter().map(|property| property.word.as_str()))
        .and_then(|name| properties.iter().find(|property| property.word.as_str() == name));
    if let Some(foreign) = foreign::word(written).filter(|_| meant.is_none()) {
        return (
            diagnostic.label(format!("the keyword here is `{}`", foreign.called_here)).help(foreign.sentence),
            None,
        );
    }
    if let Some(property) = meant {
        let sentence =
            foreign::word(written).filter(|foreign| foreign.called_here == property.word.as_str()).map_or_else(
                || format!("write `{}={}`", property.word, shown(&entry.value.value)),
                |foreign| foreign.sentence.to_owned(),
            );
        return (
            diagnostic
                .label(format!("did you mean `{}`?", property.word))
                .help(sentence)
                .fix(name.span, property.word.as_str())
                .applicability(Applicability::MaybeIncorrect),
            Some(property),
        );
    }
    if let Some(child) = spec.children.iter().find(|child| child.node.word.as_str() == written) {
        let own = written_as::properties(node, |name| !has_property(spec, name) && has_property(child.node, name));
        let head = written_as::head(node, spec);
        let child = written_as::child(child.node, &entry.value.value, &own);
        return (
            diagnostic.label("a node, not a property").help(format!("write it in braces: `{head} {{ {child} }}`")),
            None,
        );
    }
    if is_named_by_a_property(spec, node)
        && let Some(condition) = written_as::condition(spec)
    {
        let value = shown(&entry.value.value);
        return (
            diagnostic
                .label("a name, not a property")
                .help(format!("write `{} \"{written}\" {}={value}`", spec.word, condition.word)),
            None,
        );
    }
    if let Some(name) = object_reference(spec, node).filter(|_| matches!(written, "name" | "namespace")) {
        return (diagnostic.label("not a property").help(format!("write `{} \"{name}\"`", spec.word)), None);
    }
    if let Some(property) = same_property(spec, written, &entry.value.value) {
        let value = shown(&entry.value.value);
        return (
            diagnostic
                .label(format!("here it is `{}`", property.word))
                .help(format!("write `{}={value}`", property.word))
                .fix(name.span, property.word.as_str())
                .applicability(Applicability::MaybeIncorrect),
            Some(property),
        );
    }
    let holder = node.children().iter().find_map(|inner| {
        let child = spec.children.iter().find(|child| child.node.word.as_str() == &*inner.name.value)?;
        child.node.properties.iter().any(|property| property.word.as_str() == written).then_some(inner)
    });
    if let Some(holder) = holder {
        let value = shown(&entry.value.value);
        return (
            diagnostic
                .label(format!("belongs to `{}`", holder.name.value))
                .help(format!("move it: `{} {written}={value}`", holder.name.value)),
            None,
        );
    }
    if let Some(kind) = meant_kind(spec, node) {
        let own = written_as::properties(node, |name| has_property(kind, name));
        let head = written_as::head(node, spec);
        return (
            diagnostic
                .label(format!("a property of `{}`", kind.word))
                .help(format!("write it in braces: `{head} {{ {}{own} }}`", kind.word)),
            None,
        );
    }
    if let Some(help) = habits::measure_elsewhere(spec.word, written, None) {
        return (diagnostic.label("belongs in the release").help(help), None);
    }
    if let Some(belongs) = Word::find(written).and_then(belongs) {
        return (diagnostic.label("not allowed here").help(belongs), None);
    }
    let help = if properties.is_empty() {
        format!("`{}` has no properties", spec.word)
    } else {
        format!("`{}` has {}", spec.word, listed(properties.iter().map(|property| property.word.as_str())))
    };
    (diagnostic.label("unknown property").help(help), None)
}

/// A Kubernetes manifest in place of a policy: one diagnostic for all of its keys.
pub(super) fn manifest(nodes: &[Node]) -> Option<Diagnostic> {
    let find = |name: &str| nodes.iter().find(|node| &*node.name.value == name);
    let (version, _) = (find("apiVersion")?, find("kind")?);
    Some(
        Diagnostic::new(Code::WordUnknownNode, version.name.span, "this is a Kubernetes manifest, not a policy")
            .label("a policy has no `apiVersion`")
            .help(foreign::word("apiVersion").map_or("a policy starts with a `release`", |foreign| foreign.sentence)),
    )
}

/// An `slo` with a measure of a `check`, or the reverse: it is read as the other.
pub(super) fn other_word(
    parent: &NodeSpec,
    child: &ChildSpec,
    node: &Node,
) -> Option<(&'static ChildSpec, Diagnostic)> {
    let other = match child.node.word {
        Word::Slo => Word::Check,
        Word::Check => Word::Slo,
        _ => return None,
    };
    let children: &'static [ChildSpec] = parent.children;
    let spec = children.iter().find(|child| child.node.word == other)?;
    let holds = |spec: &NodeSpec, name: &str| spec.children.iter().any(|child| child.node.word.as_str() == name);
    let wrong = node
        .children()
        .iter()
        .find(|inner| !holds(child.node, &inner.name.value) && holds(spec.node, &inner.name.value))?;
    let name = node.arguments().next().map_or_else(|| "\"…\"".to_owned(), |entry| shown(&entry.value.value));
    let article = |word: Word| if word == Word::Slo { "an `slo`" } else { "a `check`" };
    let diagnostic = Diagnostic::new(
        Code::WordUnknownNode,
        wrong.name.span,
        format!("{} does not support `{}`", article(child.node.word), wrong.name.value),
    )
    .label(format!("a measure of {}", article(other)))
    .also(node.name.span, format!("write `{other}`"))
    .help(format!("write `{other} {name}`: an `slo` measures users' requests, and a `check` is any other condition"))
    .fix(node.name.span, other.as_str());
    Some((spec, diagnostic))
}

/// Whether another diagnostic about the node covers an unknown property: it belongs to a child that is written as a
/// property or as an argument, or an earlier property has the same mistake.
pub(super) fn is_covered(spec: &NodeSpec, written: &Spanned<Text>, node: &Node) -> bool {
    let of_child = spec.children.iter().any(|child| {
        has_property(child.node, &written.value)
            && node.properties().any(|(name, _)| &*name.value == child.node.word.as_str())
    });
    let mut earlier = node.properties().map(|(name, _)| name).filter(|name| name.span.start < written.span.start);
    let of_kind = || {
        let Some(kind) = meant_kind(spec, node) else { return false };
        let is_of_kind = |(name, entry): &(&Spanned<Text>, &Entry)| {
            has_property(kind, &name.value) && !has_property(spec, &name.value)
                || names_a_kind(spec, &name.value, &entry.value.value)
        };
        let own = node.properties().find(|(name, _)| name.span == written.span);
        own.as_ref().is_some_and(is_of_kind)
            && node.properties().any(|pair| pair.0.span.start < written.span.start && is_of_kind(&pair))
    };
    let names = |name: &str| matches!(name, "name" | "namespace");
    let is_named_beside = || {
        let value = node.properties().find(|(name, _)| name.span == written.span);
        value.is_some_and(|(_, entry)| renamed(spec, &written.value, &entry.value.value).is_some())
            && node.properties().any(|(name, _)| as_argument::names_the_argument(spec, &name.value, node).is_some())
    };
    of_child
        || is_named_beside()
        || child_as_argument(spec, node).is_some()
        || object_reference(spec, node).is_some() && names(&written.value) && earlier.any(|name| names(&name.value))
        || of_kind()
}

/// The child whose keyword stands as an argument: `router "gateway-api"`.
fn child_as_argument(spec: &NodeSpec, node: &Node) -> Option<&'static NodeSpec> {
    if !matches!(spec.argument, Argument::None) {
        return None;
    }
    let first = node.arguments().next()?.value.value.as_str()?;
    spec.children.iter().find(|child| child.node.word.as_str() == first).map(|child| child.node)
}

/// `type="prometheus"`: a property that says the kind of a node, which is a node of its own here.
fn names_a_kind(spec: &NodeSpec, name: &str, value: &Scalar) -> bool {
    let is_kind = |child: &ChildSpec| child.choice.is_some() && value.as_str() == Some(child.node.word.as_str());
    matches!(name, "type" | "kind" | "provider") && !has_property(spec, name) && spec.children.iter().any(is_kind)
}

/// The kind of a node (of a provider, a router) that has its unknown properties. An argument may name it.
fn meant_kind(spec: &NodeSpec, node: &Node) -> Option<&'static NodeSpec> {
    let kinds: Vec<&'static NodeSpec> =
        spec.children.iter().filter(|child| child.choice.is_some()).map(|child| child.node).collect();
    let typed = node.properties().find(|(name, entry)| names_a_kind(spec, &name.value, &entry.value.value));
    let type_name = typed.map(|(name, _)| name.span);
    let unknown = || {
        let names = node.properties().map(|(name, _)| name).filter(|name| Some(name.span) != type_name);
        names.map(|name| &*name.value).filter(|name| !has_property(spec, name))
    };
    let named = typed.map(|(_, entry)| entry).or(node.arguments().next()).and_then(|entry| entry.value.value.as_str());
    let has_none_written =
        node.children().iter().all(|inner| kinds.iter().all(|kind| kind.word.as_str() != &*inner.name.value));
    let mut fitting =
        kinds.iter().copied().filter(|kind| has_none_written && unknown().all(|name| has_property(kind, name)));
    let first = fitting.clone().next()?;
    let by_name = fitting.clone().find(|kind| named == Some(kind.word.as_str()));
    let only = fitting.nth(1).is_none() || spec.word == Word::Provider;
    by_name.or_else(|| only.then_some(first))
}

/// Whether a property of a node without a name has its name as its key: `header X-Staff="yes"`.
pub(super) fn is_named_by_a_property(spec: &NodeSpec, node: &Node) -> bool {
    let unknown = node.properties().any(|(name, _)| {
        Word::find(&name.value).is_none()
            && suggest::nearest(&name.value, spec.properties.iter().map(|property| property.word.as_str())).is_none()
    });
    unknown && node.arguments().next().is_none() && written_as::condition(spec).is_some()
}

/// `namespace/name` of an object, if a node that takes such names as arguments has them as properties.
fn object_reference(spec: &NodeSpec, node: &Node) -> Option<String> {
    spec.argument_spec().filter(|argument| argument.doc.contains("`namespace/name`"))?;
    let value = |wanted: &str| {
        node.properties().find(|(name, _)| &*name.value == wanted).and_then(|(_, entry)| entry.value.value.as_str())
    };
    let name = value("name")?;
    Some(format!("{}/{name}", value("namespace").unwrap_or("namespace")))
}

/// The property that a node of the same keyword has elsewhere under another name: `value` of a header is `exact` here.
fn same_property(spec: &NodeSpec, written: &str, value: &Scalar) -> Option<&'static PropertySpec> {
    value.as_str()?;
    if matches!(written, "value" | "equals" | "equal" | "eq" | "is")
        && let Some(condition) = written_as::condition(spec)
    {
        return Some(condition);
    }
    let word = Word::find(written)?;
    let elsewhere =
        every_node().into_iter().any(|visit| visit.node.word == spec.word && visit.node.property(word).is_some());
    written_as::condition(spec).filter(|_| elsewhere)
}

/// The name that an unknown property has here.
pub(super) fn renamed(spec: &NodeSpec, written: &str, value: &Scalar) -> Option<&'static str> {
    let here = foreign::here(spec.word.as_str(), written);
    here.or_else(|| same_property(spec, written, value).map(|property| property.word.as_str()))
        .filter(|_| !has_property(spec, written))
}

/// Arguments that the node does not take: one diagnostic for all of them.
pub(super) fn surplus_arguments(block: &Block, surplus: &[Spanned<Scalar>], node: &Node) -> Option<Diagnostic> {
    let (first, last) = (surplus.first()?, surplus.last()?);
    let word = block.spec.word;
    if let Some(diagnostic) = setting_without_equals(block, node) {
        return Some(diagnostic);
    }
    let diagnostic = Diagnostic::new(
        Code::WordSurplusArgument,
        first.span.to(last.span),
        match block.spec.argument {
            Argument::None => format!("`{word}` takes no argument"),
            _ => format!("`{word}` takes one argument"),
        },
    )
    .label("unexpected argument");
    if block.spec.free.is_some() {
        let texts: Option<Vec<&str>> = surplus.iter().map(|value| value.value.as_str()).collect();
        let texts = texts.unwrap_or_default();
        let pairs = match texts.as_slice() {
            [key, value] => written_as::pairs(&format!("{key}={value}")),
            texts => written_as::pairs(&texts.join(",")),
        };
        let help =
            pairs.map_or_else(|| format!("write `{word} name=\"value\"`"), |pairs| format!("write `{word}{pairs}`"));
        return Some(diagnostic.help(help));
    }
    if let Some(child) = child_as_argument(block.spec, node) {
        let values = node
            .properties()
            .filter(|(name, _)| !has_property(child, &name.value) && !has_property(block.spec, &name.value));
        let values: String = values.map(|(_, entry)| format!(" {}", shown(&entry.value.value))).collect();
        let own = written_as::properties(node, |name| has_property(child, name));
        let head = written_as::properties(node, |name| has_property(block.spec, name));
        return Some(diagnostic.help(format!("write it in braces: `{word}{head} {{ {}{values}{own} }}`", child.word)));
    }
    if let (Some(condition), Some(name)) = (written_as::condition(block.spec), block.argument())
        && block.property(condition.word).is_none()
    {
        let (name, value) = (shown(&name.scalar), shown(&first.value));
        return Some(diagnostic.help(format!("write `{word} {name} {}={value}`", condition.word)));
    }
    if let (Word::Port, [Spanned { value: Scalar::Integer(target), .. }], None) =
        (word, surplus, block.property(Word::Target))
        && let Some(number) = block.argument()
    {
        let help = format!("write `{word} {} target={target}`", shown(&number.scalar));
        return Some(diagnostic.help(help).fix(first.span, format!("target={target}")));
    }
    let named = block.spec.property(Word::Name).filter(|_| block.property(Word::Name).is_none());
    Some(match (named, first.value.as_str()) {
        (Some(_), Some(_)) => diagnostic.help(format!("write `{word} name={}`", shown(&first.value))),
        _ if block.spec.properties.is_empty() => diagnostic.help("remove it"),
        _ => {
            let known = listed(block.spec.properties.iter().map(|property| property.word.as_str()));
            diagnostic.help(format!("write a setting as `name=value`; `{word}` has {known}"))
        }
    })
}

/// `workload replicas 4`: a property without its `=`.
fn setting_without_equals(block: &Block, node: &Node) -> Option<Diagnostic> {
    let arguments: Vec<&Entry> = node.arguments().collect();
    let (name, value) = arguments.windows(2).find_map(|pair| {
        let [name, value] = pair else { return None };
        let word = Word::find(name.value.value.as_str()?)?;
        (block.spec.property(word).is_some() && block.property(word).is_none()).then_some((name, value))
    })?;
    let (word, shown) = (name.value.value.as_str().unwrap_or_default(), shown(&value.value.value));
    Some(
        Diagnostic::new(Code::WordSurplusArgument, name.span.to(value.span), format!("property `{word}` needs `=`"))
            .label("two arguments")
            .help(format!("write `{word}={shown}`"))
            .fix(name.span.to(value.span), format!("{word}={shown}")),
    )
}

/// A node without a required argument.
pub(super) fn missing_argument(block: &Block, syntax: Syntax) -> Diagnostic {
    let word = block.spec.word;
    let (noun, doc) = block.spec.argument_spec().map_or(("a value", ""), |spec| (spec.value_type.noun(), spec.doc));
    let diagnostic = Diagnostic::new(Code::WordMissingArgument, block.keyword, format!("`{word}` needs {noun}"))
        .label(format!("{noun} is missing after this"));
    if let (Syntax::Yaml, Some(argument)) = (syntax, block.spec.argument_spec()) {
        let field = argument.field;
        return diagnostic
            .label(format!("no `{field}:` beside this"))
            .help(format!("write `{field}: …`: {}", lower_first(doc)));
    }
    match block.property(Word::Name).and_then(|value| value.as_str()) {
        Some(name) => diagnostic.help(format!("write the name after the keyword: `{word} \"{name}\"`")),
        None => diagnostic.help(format!("write `{word} \"…\"`: {}", lower_first(doc))),
    }
}

/// Braces on a node that has no children.
pub(super) fn no_block(block: &Block, children: &Children) -> Diagnostic {
    let word = block.spec.word;
    let diagnostic = Diagnostic::new(Code::WordUnexpectedBlock, children.span, format!("`{word}` has no children"))
        .label("not allowed");
    let names: Vec<String> = children
        .nodes
        .iter()
        .filter_map(|node| node.arguments().next())
        .map(|entry| shown(&entry.value.value))
        .collect();
    if matches!(block.spec.argument, Argument::List(_)) && block.arguments.is_empty() && !names.is_empty() {
        diagnostic.help(format!("write only the names after `{word}`: `{word} {}`", names.join(" ")))
    } else if block.spec.free.is_some() || !block.spec.properties.is_empty() {
        diagnostic.help(format!("write its contents as `name=value` after `{word}`"))
    } else {
        diagnostic.help("remove the braces")
    }
}

/// The second occurrence of a node that may occur once.
pub(super) fn duplicate_node(parent: &NodeSpec, second: &Block, first: Span) -> Diagnostic {
    let word = second.spec.word;
    Diagnostic::new(Code::WordDuplicateNode, second.keyword, format!("`{word}` appears twice {}", place(parent)))
        .label("second")
        .also(first, "first")
        .help(format!("merge both into one `{word}`"))
}

fn place(parent: &NodeSpec) -> String {
    if parent.word == DOCUMENT.word { "at the top of a policy".to_owned() } else { format!("in `{}`", parent.word) }
}

fn lower_first(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_lowercase(), characters.as_str().trim_end_matches('.'))
    })
}

/// The first of too many nodes of one keyword.
pub(super) fn too_many_nodes(parent: &NodeSpec, node: &Node) -> Diagnostic {
    too_many(parent, node.name.span, "nodes of one keyword")
}

/// The first of too many values of one node.
pub(super) fn too_many_values(spec: &NodeSpec, entry: &Entry) -> Diagnostic {
    too_many(spec, entry.span, "values")
}

fn too_many(owner: &NodeSpec, span: Span, what: &str) -> Diagnostic {
    let owner = match owner.word {
        Word::Document => "a file".to_owned(),
        word => format!("`{word}`"),
    };
    Diagnostic::new(Code::WordTooMany, span, format!("{owner} has more than {} {what}", limits::ITEMS))
        .label("ignored from here on")
        .help("check the program that wrote the file; you can split releases into several files")
}
