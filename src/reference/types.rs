//! In: a type of the table. Out: its description for the reference.

use crate::vocabulary::Type;

/// A type in a cell of a table of properties.
pub(super) fn cell(value_type: Type) -> String {
    match value_type {
        Type::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Type::Integer { min, max } if max < i64::from(i32::MAX) => format!("integer, {min} to {max}"),
        Type::Integer { min: 0, .. } => "integer".to_owned(),
        Type::Integer { min, .. } => format!("integer, at least {min}"),
        Type::Reference(reference) => reference.noun().to_owned(),
        Type::Yaml => "YAML text".to_owned(),
        Type::DurationOrNever => "duration, `never`".to_owned(),
        Type::Name => "name".to_owned(),
        Type::ObjectName => "object name".to_owned(),
        Type::String => "string".to_owned(),
        Type::Host => "host".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Duration => "duration".to_owned(),
        Type::Percent => "percent".to_owned(),
        Type::Rate => "rate".to_owned(),
        Type::IntegerOrPercent => "integer or percent".to_owned(),
        Type::Threshold => "threshold".to_owned(),
        Type::Scalar => "any scalar".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Path => "path".to_owned(),
        Type::Port => "port".to_owned(),
        Type::Regex => "regular expression".to_owned(),
    }
}

/// The types, each with its forms and notes.
const ROWS: &[(Type, &str, &str)] = &[
    (
        Type::Name,
        "`checkout`",
        "Lower-case letters, digits and hyphens, at most 63 characters (a DNS-1123 label). Names that get a suffix must leave room for it.",
    ),
    (
        Type::ObjectName,
        "`checkout`, `shop.example.com`",
        "A name that may also contain dots, at most 253 characters (a DNS-1123 subdomain).",
    ),
    (Type::String, "`\"any text\"`", "No control characters except line breaks and tabs."),
    (Type::Host, "`shop.example.com`, `*.example.com`", "A DNS name."),
    (Type::Boolean, "`#true`, `#false`; YAML `true`, `false`", ""),
    (Type::Integer { min: 0, max: i64::MAX }, "`6`", "An integer; each property says its bounds."),
    (Type::Number, "`14.4`", ""),
    (
        Type::Duration,
        "`\"30s\"`, `\"1h30m\"`, `\"250ms\"`, `\"1d\"`",
        "Units `ms`, `s`, `m`, `h`, `d`, the largest first, each once. The unit is required.",
    ),
    (
        Type::Percent,
        "`\"5%\"`, `\"99.95%\"`",
        "0% to 100%. A weight must be a whole percentage, unless the router supports fractions.",
    ),
    (Type::Rate, "`\"120/s\"`, `\"90/m\"`, `\"5000/h\"`", "Per second, minute or hour."),
    (Type::IntegerOrPercent, "`3`, `\"25%\"`", "As in Kubernetes; a whole percentage."),
    (
        Type::Threshold,
        "`\"99.5%\"`, `\"300ms\"`, `\"1/s\"`, `100`",
        "The measure determines the type: a ratio has a percentage, a latency a duration. Another unit is an error.",
    ),
    (Type::Date, "`\"2027-03-31\"`", ""),
    (Type::Path, "`\"k8s/web.yaml\"`", "Relative to the file that contains it."),
    (Type::Port, "`8080`, `\"http\"`", "The number or name of a port."),
    (Type::Regex, "`\"5..\"`", "RE2, as in Prometheus and most routers. It matches the whole value."),
    (
        Type::Yaml,
        "`\"{routes: [web]}\"`",
        "For content that the language does not define, such as the configuration of a plugin.",
    ),
    (Type::Scalar, "`\"ok\"`, `3`, `#true`", "A string, a number or a boolean."),
];

/// The table of the types.
pub(super) fn table() -> String {
    let mut text = "| type | form | notes |\n|---|---|---|\n".to_owned();
    for (value_type, forms, notes) in ROWS {
        text.push_str(&format!("| {} | {} | {} |\n", cell(*value_type), forms, notes));
    }
    text
}
