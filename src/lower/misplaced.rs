//! In: a word in a place where it is not allowed. Out: the diagnostic, and the table line that was probably meant.

use super::listed;
use crate::diagnostic::{Applicability, Code, Diagnostic, foreign, suggest};
use crate::model::Block;
use crate::source::{Span, Spanned, Syntax};
use crate::syntax::limits;
use crate::syntax::tree::{Children, Entry, Node, Scalar, Text};
use crate::vocabulary::{Argument, ChildSpec, DOCUMENT, NodeSpec, PropertySpec, Word, belongs};

/// A node that is unknown in the parent.
pub(super) fn unknown_node(parent: &NodeSpec, node: &Node) -> (Diagnostic, Option<&'static ChildSpec>) {
    let written = &*node.name.value;
    let place = place(parent);
    let diagnostic = Diagnostic::new(Code::WordUnknownNode, node.name.span, format!("there is no `{written}` {place}"));
    let meant = suggest::nearest(written, parent.children.iter().map(|child| child.node.word.as_str()))
        .and_then(|name| parent.children.iter().find(|child| child.node.word.as_str() == name))
        .filter(|child| node.children().is_empty() || !child.node.children.is_empty());
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
    if let Some(property) = parent.properties.iter().find(|property| property.word.as_str() == written) {
        let value = node.arguments().next().map_or_else(|| "…".to_owned(), |entry| shown(&entry.value.value));
        return (
            diagnostic
                .label("a property, not a node")
                .help(format!("write `{}={value}` after `{}`, before its braces", property.word, parent.word)),
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
        let belonging = node.properties().filter(|(name, _)| {
            spec.properties.iter().all(|property| property.word.as_str() != &*name.value)
                && child.node.properties.iter().any(|property| property.word.as_str() == &*name.value)
        });
        let properties: String =
            belonging.map(|(name, entry)| format!(" {}={}", name.value, shown(&entry.value.value))).collect();
        let argument =
            node.arguments().next().map_or_else(String::new, |entry| format!(" {}", shown(&entry.value.value)));
        return (
            diagnostic.label("a node, not a property").help(format!(
                "write it in braces: `{}{argument} {{ {} {}{properties} }}`",
                spec.word,
                child.node.word,
                shown(&entry.value.value)
            )),
            None,
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

/// Whether a property belongs to a child that is also written as a property; the diagnostic about that covers it.
pub(super) fn belongs_to_written(spec: &NodeSpec, written: &str, node: &Node) -> bool {
    spec.children.iter().any(|child| {
        child.node.properties.iter().any(|property| property.word.as_str() == written)
            && node.properties().any(|(name, _)| &*name.value == child.node.word.as_str())
    })
}

/// Arguments that the node does not take: one diagnostic for all of them.
pub(super) fn surplus_arguments(block: &Block, surplus: &[Spanned<Scalar>]) -> Option<Diagnostic> {
    let (first, last) = (surplus.first()?, surplus.last()?);
    let word = block.spec.word;
    let diagnostic = Diagnostic::new(
        Code::WordSurplusArgument,
        first.span.to(last.span),
        match block.spec.argument {
            Argument::None => format!("`{word}` takes no argument"),
            _ => format!("`{word}` takes one argument"),
        },
    )
    .label("unexpected argument");
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
    if block.spec.free.is_some() || !block.spec.properties.is_empty() {
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

/// A value in the syntax of the policy.
fn shown(value: &Scalar) -> String {
    match value {
        Scalar::String(text) if text.contains('"') || text.contains('\n') => "…".to_owned(),
        other => other.to_string(),
    }
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
