//! In: a value that stands beside a keyword in a form that the language does not have. Out: the form that it has, ready
//! to copy.

use crate::syntax::tree::{Node, Scalar};
use crate::vocabulary::{Argument, NodeSpec, Presence, PropertySpec, Type, Word};

/// A value in the syntax of the policy.
pub(super) fn shown(value: &Scalar) -> String {
    match value {
        Scalar::String(text) if text.contains('\n') => "…".to_owned(),
        Scalar::String(text) if text.contains(['"', '\\']) => format!("#\"{text}\"#"),
        other => other.to_string(),
    }
}

/// A node with its arguments and the properties that it may have, without its braces.
pub(super) fn head(node: &Node, spec: &NodeSpec) -> String {
    let arguments = node.arguments().map(|entry| format!(" {}", shown(&entry.value.value)));
    let arguments = arguments.filter(|_| !matches!(spec.argument, Argument::None)).collect::<String>();
    format!("{}{arguments}{}", spec.word, properties(node, |name| has_property(spec, name)))
}

/// The properties of a node whose names `chosen` accepts, each with a space before it.
pub(super) fn properties(node: &Node, chosen: impl Fn(&str) -> bool) -> String {
    let chosen = node.properties().filter(|(name, _)| chosen(&name.value));
    chosen.map(|(name, entry)| format!(" {}={}", name.value, shown(&entry.value.value))).collect()
}

/// Whether the table gives a node this property.
pub(super) fn has_property(spec: &NodeSpec, name: &str) -> bool {
    spec.properties.iter().any(|property| property.word.as_str() == name)
}

/// A child as it is written in braces. `value` was given to its keyword, `properties` are its own.
pub(super) fn child(spec: &NodeSpec, value: &Scalar, properties: &str) -> String {
    let word = spec.word;
    if spec.free.is_some()
        && let Some(pairs) = value.as_str().and_then(pairs)
    {
        return format!("{word}{pairs}");
    }
    if let Some((number, target)) = value.as_str().and_then(port_pair).filter(|_| spec.word == Word::Port) {
        let quote = if target.parse::<u16>().is_ok() { "" } else { "\"" };
        return format!("{word} {number} target={quote}{target}{quote}{properties}");
    }
    if let Some((name, text)) = value.as_str().and_then(pair)
        && let Some(condition) = condition(spec)
    {
        return format!("{word} \"{name}\" {}=\"{text}\"", condition.word);
    }
    if matches!(spec.argument, Argument::None) {
        let window = match value {
            Scalar::String(text) if text.starts_with(|first: char| first.is_ascii_digit()) => shown(value),
            _ => "\"5m\"".to_owned(),
        };
        let missing = spec.properties.iter().filter(|property| {
            let needed = property.presence == Presence::Required || property.word == Word::Window;
            needed && !properties.contains(&format!(" {}=", property.word))
        });
        let missing: String =
            missing.map(|property| format!(" {}={}", property.word, example(property, &window))).collect();
        return format!("{word}{properties}{missing}");
    }
    format!("{word} {}{properties}", shown(value))
}

/// A value of a required property that is not written.
fn example(property: &PropertySpec, duration: &str) -> String {
    match property.value_type {
        Type::Duration => duration.to_owned(),
        Type::Percent => "\"5%\"".to_owned(),
        Type::Integer { .. } | Type::Number | Type::IntegerOrPercent | Type::Port => "1".to_owned(),
        Type::Boolean => "#true".to_owned(),
        _ => "\"…\"".to_owned(),
    }
}

/// The property that holds the value of a node with a name: `exact` of a matcher, `value` of a header.
pub(super) fn condition(spec: &NodeSpec) -> Option<&'static PropertySpec> {
    let properties: &'static [PropertySpec] = spec.properties;
    matches!(spec.argument, Argument::One(_)).then_some(())?;
    [Word::Exact, Word::Value].iter().find_map(|word| properties.iter().find(|property| property.word == *word))
}

/// `80:8080`: the port of a Service and that of the container, which may have a name.
pub(super) fn port_pair(text: &str) -> Option<(u16, &str)> {
    let (number, target) = text.split_once(':')?;
    let target = target.trim_end_matches("/TCP").trim_end_matches("/tcp");
    let is_port = !target.is_empty() && target.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    Some((number.parse().ok().filter(|number| *number > 0 && is_port)?, target))
}

/// The argument and properties of a node that one text stands for: `80:8080` of a port, `5%` of a stage, `web.example.com` of
/// a route, `5m` of a measure, `X-Staff: yes` of a header.
pub(super) fn keys(spec: &NodeSpec, text: &str) -> Option<Vec<(Word, Scalar)>> {
    let string = |text: &str| Scalar::String(text.into());
    let is_duration = || crate::units::Duration::parse(text).is_ok();
    match spec.word {
        Word::Port if spec.property(Word::Target).is_some() => {
            let (number, target) = port_pair(text)?;
            let target = target.parse().map_or_else(|_| string(target), Scalar::Integer);
            Some(vec![(Word::Number, Scalar::Integer(number.into())), (Word::Target, target)])
        }
        Word::Stage if text.ends_with('%') => Some(vec![(Word::Weight, string(text))]),
        Word::Route if spec.property(Word::Host).is_some() && text.contains('.') => {
            Some(vec![(Word::Host, string(text))])
        }
        _ if matches!(spec.argument, Argument::None) && spec.property(Word::Window).is_some() && is_duration() => {
            Some(vec![(Word::Window, string(text))])
        }
        _ => {
            let (condition, (name, value)) = (condition(spec)?, pair(text)?);
            Some(vec![(spec.argument_spec()?.field, string(name)), (condition.word, string(value))])
        }
    }
}

/// `app=web,tier=x` or `app: web` as properties, each with a space before it.
pub(super) fn pairs(text: &str) -> Option<String> {
    let pairs: Option<Vec<(&str, &str)>> = text.split(',').map(pair).collect();
    Some(pairs?.into_iter().map(|(key, value)| format!(" {key}=\"{value}\"")).collect())
}

fn pair(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(['=', ':'])?;
    let (key, value) = (key.trim(), value.trim());
    let plain = |text: &str| !text.is_empty() && !text.contains(['"', '\\', '=', ' ', '{', '}']);
    (plain(key) && plain(value) && !value.starts_with('/')).then_some((key, value))
}
