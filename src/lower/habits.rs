//! In: what another tool, or a person in a hurry, would write at one place: `port "80:8080"`, `pause=#true`, `matchLabels`
//! in a selector, a measure in a gate. Out: one diagnostic that says what to write there, with the values of the file.

use super::written_as::{self, shown};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, foreign, suggest};
use crate::model::Block;
use crate::source::Spanned;
use crate::syntax::tree::{Children, Entry, Node, Scalar, Text};
use crate::units::ratio_as_percent;
use crate::vocabulary::{FreeKeys, NodeSpec, PropertySpec, RELEASE, Type, Word};

/// `port "80:8080"`, as in Docker and kubectl: the number, and what to write.
pub(super) fn two_ports(spec: &NodeSpec, entry: &Entry) -> Option<(u16, Diagnostic)> {
    let (number, target) = entry.value.value.as_str().and_then(written_as::port_pair)?;
    if spec.word != Word::Port || spec.property(Word::Target).is_none() {
        return None;
    }
    let target = if target.parse::<u16>().is_ok() { target.to_owned() } else { format!("\"{target}\"") };
    let pair = format!("{number} target={target}");
    let diagnostic = Diagnostic::new(Code::ValueType, entry.value.span, "a port is one number")
        .label("two ports")
        .help(format!("write `port {pair}`"))
        .fix(entry.value.span, pair);
    Some((number, diagnostic))
}

/// A value that means another property of its node, or that the property has no word for.
pub(super) fn in_place(spec: &NodeSpec, property: &PropertySpec, entry: &Entry, mistake: Diagnostic) -> Diagnostic {
    match (spec.word, property.word, &entry.value.value) {
        (Word::Stage, Word::Pause, Scalar::Boolean(true)) => mistake.help(
            "write `pause=\"10m\"`; for a stage that lasts until a person promotes it, write `promote=\"manual\"`",
        ),
        (Word::Stage, Word::Pause, Scalar::Boolean(false)) => {
            mistake.help("remove `pause=`: without it, the stage has no pause of its own")
        }
        (Word::Port, Word::Protocol, Scalar::String(text))
            if matches!(&*text.to_lowercase(), "grpc" | "http" | "https" | "http2" | "h2c" | "ws" | "wss") =>
        {
            let written = match &*text.to_lowercase() {
                "h2c" | "http2" => "app-protocol=\"kubernetes.io/h2c\"".to_owned(),
                text => format!("app-protocol=\"{text}\""),
            };
            let mut mistake = mistake.label("not a transport protocol").help(format!("write `{written}`"));
            mistake.fix = Some(certain(vec![Edit { span: entry.span, replacement: written }]));
            mistake
        }
        _ => mistake,
    }
}

/// A property that has another name at this place, and the value that it has there: `backoffLimit` of a `job` is
/// `retries`.
pub(super) fn property(
    spec: &NodeSpec,
    name: &Spanned<Text>,
    entry: &Entry,
) -> Option<(Diagnostic, &'static PropertySpec, Entry)> {
    let word = foreign::here(spec.word.as_str(), &name.value)?;
    let properties: &'static [PropertySpec] = spec.properties;
    let property = properties.iter().find(|property| property.word.as_str() == word)?;
    let mut meant = entry.clone();
    let converted = converted(property, &entry.value.value);
    if let Some(value) = &converted {
        meant.value.value = value.clone();
    }
    let value = shown(&meant.value.value);
    let mut diagnostic = Diagnostic::new(
        Code::WordUnknownProperty,
        name.span,
        format!("`{}` has no property `{}`", spec.word, name.value),
    )
    .label(format!("here it is `{word}`"))
    .help(format!("write `{word}={value}`"));
    let mut edits = vec![Edit { span: name.span, replacement: word.to_owned() }];
    edits.extend(converted.map(|_| Edit { span: entry.value.span, replacement: value }));
    diagnostic.fix = Some(certain(edits));
    Some((diagnostic, property, meant))
}

/// A value in the form that this language has for it: seconds, and a quantile.
fn converted(property: &PropertySpec, value: &Scalar) -> Option<Scalar> {
    match (property.word, property.value_type, value) {
        (Word::Cpu | Word::Memory, _, Scalar::Integer(percent)) if (1..=1000).contains(percent) => {
            Some(Scalar::String(format!("{percent}%").into()))
        }
        (_, Type::Duration, Scalar::Integer(seconds)) if *seconds > 0 => {
            Some(Scalar::String(format!("{seconds}s").into()))
        }
        (Word::Percentile, _, Scalar::Number { value, .. }) => {
            let percent = ratio_as_percent(*value)?;
            let text = percent.trim_end_matches('%');
            Some(match (text.parse(), text.parse()) {
                (Ok(whole), _) => Scalar::Integer(whole),
                (_, Ok(value)) => Scalar::Number { value, text: text.into() },
                _ => return None,
            })
        }
        _ => None,
    }
}

/// `matchLabels` as a label of a selector.
pub(super) fn not_a_label(spec: &NodeSpec, name: &Spanned<Text>, entry: &Entry) -> Option<Diagnostic> {
    let is_foreign = matches!(&*suggest::kebab_case(&name.value), "match-labels" | "match-expressions");
    if !is_foreign || spec.word != Word::Selector || !matches!(spec.free, Some(FreeKeys::Labels)) {
        return None;
    }
    let diagnostic = Diagnostic::new(
        Code::WordUnknownProperty,
        name.span,
        format!("`{}` is not a label: the labels stand directly in `selector`", name.value),
    )
    .label("no pod has this label");
    Some(match entry.value.value.as_str().and_then(written_as::pairs) {
        Some(pairs) => {
            let edit = Edit { span: entry.span, replacement: pairs.trim_start().to_owned() };
            let mut diagnostic = diagnostic.help(format!("write `selector{pairs}`"));
            diagnostic.fix = Some(certain(vec![edit]));
            diagnostic
        }
        None => diagnostic.help("write each label as a property, such as `selector app=\"checkout\"`"),
    })
}

/// Braces that hold what belongs elsewhere: `matchLabels` of a selector, a measure of a gate.
pub(super) fn block(block: &Block, children: &Children) -> Option<Diagnostic> {
    match block.spec.word {
        Word::Selector => labels_in_a_block(block, children),
        Word::Gate | Word::Watch => measure_in_a_block(block, children),
        _ => None,
    }
}

fn labels_in_a_block(block: &Block, children: &Children) -> Option<Diagnostic> {
    let [node] = children.nodes.as_slice() else { return None };
    let name = suggest::kebab_case(&node.name.value);
    let diagnostic = Diagnostic::new(
        Code::WordUnexpectedBlock,
        children.span,
        format!("there is no `{}` in `{}`", node.name.value, block.spec.word),
    )
    .label("the labels stand directly in `selector`");
    if name == "match-expressions" {
        return Some(diagnostic.help("write labels that all pods of the release have: `selector app=\"checkout\"`"));
    }
    let inner = node.children().iter().filter_map(|label| {
        let value = label.arguments().next()?;
        Some(format!(" {}={}", label.name.value, shown(&value.value.value)))
    });
    let pairs = written_as::properties(node, |_| true) + &inner.collect::<String>();
    (name == "match-labels" && !pairs.is_empty()).then(|| {
        let mut diagnostic = diagnostic.help(format!("write `selector{pairs}`"));
        let edit = Edit { span: children.span, replacement: pairs.trim_start().to_owned() };
        diagnostic.fix = Some(certain(vec![edit]));
        diagnostic
    })
}

fn measure_in_a_block(block: &Block, children: &Children) -> Option<Diagnostic> {
    let word = block.spec.word;
    let name = block.arguments.first().and_then(|name| name.as_str());
    let (measure, help) = children
        .nodes
        .iter()
        .find_map(|node| Some((&node.name.value, measure_elsewhere(word, &node.name.value, name)?)))?;
    Some(
        Diagnostic::new(Code::WordUnexpectedBlock, children.span, format!("`{word}` only names checks"))
            .label(format!("`{measure}` belongs in the release"))
            .help(help),
    )
}

/// Where a measure belongs that stands in a `gate` or a `watch`.
pub(super) fn measure_elsewhere(place: Word, measure: &str, name: Option<&str>) -> Option<String> {
    let holds = |word: Word| {
        RELEASE
            .child(word)
            .is_some_and(|holder| Word::find(measure).is_some_and(|measure| holder.node.child(measure).is_some()))
    };
    let (holder, start, example) = match place {
        Word::Gate | Word::Watch if holds(Word::Slo) => (Word::Slo, "min=\"99.5%\"", "availability"),
        Word::Gate | Word::Watch if holds(Word::Check) => (Word::Check, "equals=\"ok\"", "smoke"),
        _ => return None,
    };
    let name = name.unwrap_or(example);
    Some(format!(
        "declare it in the release, as in `{holder} \"{name}\" {start} {{ {measure} … }}`, and name it here: `{place} \"{name}\"`"
    ))
}

/// Where a node belongs that stands in a stage, a `gate` or a `watch`: a condition, or a measure.
pub(super) fn declared_elsewhere(parent: &NodeSpec, node: &Node) -> Option<String> {
    let written = Word::find(&node.name.value)?;
    let name = node.arguments().next().and_then(|entry| entry.value.value.as_str());
    match (parent.word, written, name) {
        (Word::Stage, Word::Slo | Word::Check, Some(name)) => {
            Some(format!("declare it in the release, and name it here: `gate \"{name}\"`"))
        }
        _ => measure_elsewhere(parent.word, &node.name.value, None),
    }
}

fn certain(edits: Vec<Edit>) -> Fix {
    Fix { applicability: Applicability::Certain, edits }
}
