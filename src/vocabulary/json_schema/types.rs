//! In: a type of the table. Out: its JSON Schema, with the forms that the compiler accepts, and `{{name}}` where it is
//! allowed.

use serde_json::{Map, Value, json};

use super::super::{FreeKeys, Reference, Type};
use super::is_open;

/// `{{name}}` alone.
const HOLE: &str = r"\{\{[a-z0-9-]+\}\}";
const DURATION: &str = r"(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?";
const PERCENT: &str = r"(100(\.0+)?|\d{1,2}(\.\d+)?)%";
const ANY_PERCENT: &str = r"\d+(\.\d+)?%";
const RATE: &str = r"\d+(\.\d+)?/[smh]";
const DATE: &str = r"\d{4}-\d{2}-\d{2}";
const NAME: &str = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
const OBJECT_NAME: &str = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*";
const HOST: &str = r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*";

/// The definitions of the types that have a form of their own.
pub(super) fn definitions() -> Map<String, Value> {
    let text = |description: &str, pattern: String, examples: Value| json!({ "description": description, "type": "string", "pattern": pattern, "examples": examples });
    let mut definitions = Map::new();
    // `errorMessage` is not a keyword of JSON Schema: editors show it instead of the pattern.
    let mut add = |name: &str, mut schema: Value| {
        if let Value::Object(schema) = &mut schema {
            let example = schema.get("examples").and_then(|examples| examples.get(0)).map(Value::to_string);
            let due = schema.get("description").and_then(Value::as_str).unwrap_or_default().trim_end_matches('.');
            let message = example.map_or_else(|| format!("{due}."), |example| format!("{due}, such as {example}."));
            schema.insert("errorMessage".to_owned(), json!(message));
        }
        definitions.insert(format!("type.{name}"), schema);
    };
    add(
        "duration",
        text("A duration with its units: `ms`, `s`, `m`, `h`, `d`.", open(&[DURATION]), json!(["30s", "10m", "1h30m"])),
    );
    add(
        "duration-or-never",
        text("A duration with its units, or `never`.", open(&[DURATION, "never"]), json!(["10m", "never"])),
    );
    add("percent", text("A percentage from 0% to 100%.", open(&[PERCENT]), json!(["5%", "25%", "99.9%"])));
    add("rate", text("A rate per second, minute or hour.", open(&[RATE]), json!(["120/s", "90/m", "5000/h"])));
    add("date", text("A date: year, month, day.", open(&[DATE]), json!(["2027-03-31"])));
    add("host", text("A DNS name; a leading `*.` is allowed.", open(&[HOST]), json!(["shop.example.com"])));
    let mut name = text("Lower-case letters, digits and hyphens.", whole(&[NAME]), json!([]));
    if let Value::Object(name) = &mut name {
        name.remove("examples");
        name.insert("maxLength".to_owned(), json!(63));
    }
    add("name", name);
    let mut name = text("A name that may contain dots.", whole(&[OBJECT_NAME]), json!(["checkout"]));
    if let Value::Object(name) = &mut name {
        name.insert("maxLength".to_owned(), json!(253));
    }
    add("object-name", name);
    add(
        "integer-or-percent",
        json!({ "description": "An integer or a percentage.", "type": ["integer", "string"], "minimum": 0,
                "pattern": open(&[r"\d+%"]), "examples": [2, "25%"] }),
    );
    add(
        "threshold",
        json!({ "description": "A percentage, a duration, a rate or a number, depending on the measure.",
                "type": ["number", "string"], "pattern": open(&[ANY_PERCENT, DURATION, RATE]),
                "examples": ["99.5%", "300ms", "1/s"] }),
    );
    add(
        "port",
        json!({ "description": "The number or name of a port.", "type": ["integer", "string"], "minimum": 1,
                "maximum": 65535, "pattern": open(&[NAME]), "examples": [8080] }),
    );
    definitions
}

/// The schema of a type where it is used.
pub(super) fn schema(value_type: Type) -> Value {
    let defined = |name: &str| json!({ "$ref": format!("#/$defs/type.{name}") });
    match value_type {
        Type::Name => defined("name"),
        Type::ObjectName => defined("object-name"),
        Type::Host => defined("host"),
        Type::Duration => defined("duration"),
        Type::DurationOrNever => defined("duration-or-never"),
        Type::Percent => defined("percent"),
        Type::Rate => defined("rate"),
        Type::IntegerOrPercent => defined("integer-or-percent"),
        Type::Threshold => defined("threshold"),
        Type::Date => defined("date"),
        Type::Port => defined("port"),
        Type::Boolean => json!({ "type": ["boolean", "string"], "pattern": whole(&[HOLE]) }),
        Type::Integer { min, max } => {
            let mut schema = json!({ "type": ["integer", "string"], "minimum": min, "pattern": whole(&[HOLE]) });
            if let (Value::Object(schema), true) = (&mut schema, max < i64::from(i32::MAX)) {
                schema.insert("maximum".to_owned(), json!(max));
            }
            schema
        }
        Type::Number => json!({ "type": ["number", "string"], "pattern": whole(&[HOLE]) }),
        Type::String | Type::Yaml => json!({ "type": "string" }),
        Type::Path | Type::Regex => json!({ "type": "string", "minLength": 1 }),
        Type::Scalar => json!({ "type": ["string", "number", "boolean"] }),
        Type::OneOf(words) => json!({ "type": "string", "enum": words }),
        Type::Reference(Reference::GuardrailRule) => json!({ "type": "string", "pattern": "^[^/]+/[^/]+$" }),
        Type::Reference(_) => json!({ "type": "string", "minLength": 1 }),
    }
}

/// The schema of a free key.
pub(super) fn free_key(free: FreeKeys) -> Value {
    match free {
        FreeKeys::Labels | FreeKeys::Annotations => {
            json!({ "pattern": "^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$" })
        }
        FreeKeys::Environment => json!({ "pattern": "^[A-Za-z_.-][A-Za-z0-9_.-]*$" }),
        FreeKeys::Parameters | FreeKeys::TemplateArguments => json!({ "minLength": 1 }),
    }
}

/// The schema of the value of a free key.
pub(super) fn free_value(free: FreeKeys) -> Value {
    if is_open(free) { schema(Type::Scalar) } else { schema(Type::String) }
}

/// A text that matches one of these forms completely.
fn whole(forms: &[&str]) -> String {
    format!("^({})$", forms.join("|"))
}

/// The same, or a text that contains `{{name}}`.
fn open(forms: &[&str]) -> String {
    format!("^({}|.*{HOLE}.*)$", forms.join("|"))
}
