//! Parameters. In: the nodes of a profile or a release. Out: the same nodes with some values replaced by parameters,
//! and their `param`s.

use super::node::{Node, Value, named, node};
use super::random::Random;

/// The values that may become parameters: the node, its property, the type, and the name of the parameter.
const OPEN: &[(&str, &str, &str, &str)] = &[
    ("stage", "pause", "duration", "bake"),
    ("rollout", "progress-deadline", "duration", "patience"),
    ("workload", "replicas", "integer", "size"),
    ("rollout", "max-unavailable", "integer", "missing"),
    ("route", "host", "host", "host"),
    ("rollout", "progress-deadline-abort", "boolean", "strict"),
    ("notify", "to", "string", "whom"),
    ("slo", "min", "percent", "level"),
    ("slo", "max", "number", "burn"),
    ("check", "min", "rate", "busy"),
];

/// Replaces values by parameters.
pub fn open(nodes: &mut [Node], random: &mut Random) -> Vec<Node> {
    let mut declared = Vec::new();
    for (keyword, property, kind, name) in OPEN {
        if random.one_in(3) {
            continue;
        }
        let fits = |value: &Value| match *kind {
            _ if matches!(value, Value::Text(text) if text.starts_with("{{")) => false,
            "integer" => matches!(value, Value::Integer(_)),
            "number" => matches!(value, Value::Number(_)),
            "rate" => matches!(value, Value::Text(text) if text.contains('/')),
            "percent" => matches!(value, Value::Text(text) if text.ends_with('%')),
            _ => true,
        };
        let found = nodes.iter_mut().filter(|node| node.keyword == *keyword).find_map(|node| {
            node.properties.iter_mut().find(|(key, value)| key == property && fits(value)).map(|(_, value)| value)
        });
        let Some(value) = found else { continue };
        let default = std::mem::replace(value, format!("{{{{{name}}}}}").into());
        let mut param = named("param", *name).with("type", *kind).with("default", default.clone());
        param = match (*kind, &default) {
            ("duration", _) if random.one_in(3) => param.with("min", "1s").with("max", "7d"),
            ("integer", _) if random.one_in(3) => param.with("min", 0),
            ("string" | "rate", _) if random.one_in(2) => {
                let other: Value = if *kind == "rate" { "1/s".into() } else { "nobody".into() };
                param.child(node("one-of").args([default.clone(), other]))
            }
            _ => param,
        };
        declared.push(param);
    }
    declared
}
