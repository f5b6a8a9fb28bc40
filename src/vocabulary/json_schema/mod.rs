//! In: the table. Out: the JSON Schema (draft 2020-12) of policies in YAML and JSON, for editors and for programs. It
//! validates one layer of one file: identities are required, but not what only the resolved policy must have. A choice
//! is a set of properties that exclude each other, because editors complete from properties and not from `oneOf`.

mod types;

use serde_json::{Map, Value, json};

use super::convert::json_of_example;
use super::{
    Argument, ArgumentSpec, ChildSpec, DOCUMENT, FreeKeys, Merge, NodeSpec, Presence, PropertySpec, Type, Visit,
    every_node,
};

/// Where the schema is published.
const ID: &str = "https://canaryc.dev/schemas/policy.json";

/// The schema of a policy.
fn json_schema() -> Value {
    let visits = every_node();
    let mut definitions = types::definitions();
    for visit in visits.iter().filter(|visit| !visit.node.is_bare()) {
        if visit.node.word != DOCUMENT.word {
            definitions.insert(definition_name(&visits, visit.node), mapping(&visits, visit.node));
        }
    }
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("$id".to_owned(), json!(ID));
    schema.insert("title".to_owned(), json!("Release policy of canaryc"));
    if let Value::Object(document) = mapping(&visits, &DOCUMENT) {
        schema.extend(document);
    }
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}

/// The schema of a policy as it is published.
pub fn json_schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&json_schema()).unwrap_or_default();
    text.push('\n');
    text
}

/// The path of a node from the top of the file, such as `release.stage.gate`.
fn definition_name(visits: &[Visit], node: &'static NodeSpec) -> String {
    let path = visits.iter().find(|visit| std::ptr::eq(visit.node, node)).map_or(&[][..], |visit| &visit.path);
    let words: Vec<&str> = path.iter().copied().chain([node.word]).map(|word| word.as_str()).collect();
    words.join(".")
}

/// A node that is a mapping.
fn mapping(visits: &[Visit], node: &'static NodeSpec) -> Value {
    let mut properties = Map::new();
    if let Some(argument) = node.argument_spec() {
        properties.insert(argument.field.as_str().to_owned(), self::argument(node.argument, argument));
    }
    for property in node.properties {
        properties.insert(property.word.as_str().to_owned(), self::property(property));
    }
    for child in node.children {
        properties.insert(child.node.word.as_str().to_owned(), self::child(visits, child));
    }
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(node.doc));
    schema.insert("type".to_owned(), json!("object"));
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    let required = required(node);
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if let Some(exclusive) = exclusive(node) {
        schema.insert("dependentSchemas".to_owned(), exclusive);
    }
    match node.free {
        Some(free) => {
            schema.insert("propertyNames".to_owned(), types::free_key(free));
            schema.insert("additionalProperties".to_owned(), types::free_value(free));
        }
        None => {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
    }
    Value::Object(schema)
}

/// The keys that a node needs in every layer: its identity, and everything if later layers cannot amend it.
fn required(node: &NodeSpec) -> Vec<&'static str> {
    let identity = match node.argument {
        Argument::One(argument) if !node.is_bare() => Some(argument.field.as_str()),
        Argument::List(argument) if !node.is_bare() && is_whole(node) => Some(argument.field.as_str()),
        _ => None,
    };
    let properties =
        node.properties.iter().filter(|property| is_whole(node) && property.presence == Presence::Required);
    identity.into_iter().chain(properties.map(|property| property.word.as_str())).collect()
}

/// Whether each node of it is written as a whole: later layers replace or add nodes.
fn is_whole(node: &NodeSpec) -> bool {
    matches!(node.merge, Merge::Replace | Merge::Append)
}

/// The argument of a node under its field's name.
fn argument(takes: Argument, argument: ArgumentSpec) -> Value {
    let one = types::schema(argument.value_type);
    match takes {
        Argument::List(_) => json!({ "description": argument.doc, "type": "array", "items": one }),
        _ => described(argument.doc.to_owned(), one),
    }
}

fn property(property: &PropertySpec) -> Value {
    let description = match property.presence {
        Presence::Required => format!("{} Required.", property.doc),
        Presence::Otherwise(what) => format!("{} Default: {what}.", property.doc),
        // Not as `default`: editors insert that, and it would then be written everywhere.
        Presence::Default(default) => format!("{} Default: {}.", property.doc, default.trim_start_matches('#')),
        Presence::Optional => property.doc.to_owned(),
    };
    let mut schema = described(description, types::schema(property.value_type));
    if let (Type::Integer { min, .. }, Value::Object(schema)) = (property.value_type, &mut schema) {
        // Editors insert the first example, and 0 without one.
        let default = match property.presence {
            Presence::Default(default) => default.parse().ok(),
            _ => None,
        };
        schema.insert("examples".to_owned(), json!([default.unwrap_or(min.max(1))]));
    }
    schema
}

fn described(description: String, schema: Value) -> Value {
    let mut described = Map::new();
    described.insert("description".to_owned(), json!(description));
    if let Value::Object(schema) = schema {
        described.extend(schema);
    }
    Value::Object(described)
}

/// A child under its keyword: a list where it may repeat.
fn child(visits: &[Visit], child: &ChildSpec) -> Value {
    let node = child.node;
    let one = if !node.is_bare() {
        json!({ "$ref": format!("#/$defs/{}", definition_name(visits, node)) })
    } else if let Some(argument) = node.argument_spec() {
        let mut bare = self::argument(node.argument, argument);
        if let Value::Object(bare) = &mut bare {
            bare.insert("description".to_owned(), json!(node.doc));
        }
        bare
    } else {
        json!({ "description": node.doc, "type": "object", "additionalProperties": false })
    };
    if child.repeats {
        return json!({ "description": node.doc, "type": "array", "items": one });
    }
    match json_of_example(node).filter(|_| !node.is_bare()) {
        // Not a keyword of JSON Schema. Editors insert it, so that what they write is complete; below `allOf`, because
        // they would otherwise complete from `required` alone.
        Some(example) => json!({
            "description": node.doc,
            "allOf": [one],
            "defaultSnippets": [{ "label": node.word.as_str(), "body": snippet(example) }],
        }),
        None => one,
    }
}

/// An example as the body of a snippet: editors write a text after `^` as it is, and others without quotes.
fn snippet(example: Value) -> Value {
    match example {
        Value::String(text) if needs_quotes(&text) => json!(format!("^{}", json!(text))),
        Value::Array(items) => items.into_iter().map(snippet).collect(),
        Value::Object(object) => object.into_iter().map(|(key, value)| (key, snippet(value))).collect(),
        other => other,
    }
}

/// Whether YAML reads a text without quotes as something else.
fn needs_quotes(text: &str) -> bool {
    let is_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '/' | '.' | '-' | '%' | '_');
    let is_number = text.parse::<f64>().is_ok();
    is_number
        || !text.chars().all(is_word)
        || matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "")
}

/// For each alternative of a choice, the alternatives that may not be combined with it.
fn exclusive(node: &NodeSpec) -> Option<Value> {
    let mut schemas = Map::new();
    for child in node.children {
        let Some(choice) = child.choice.filter(|choice| !choice.several) else { continue };
        let others: Map<String, Value> = node
            .children
            .iter()
            .filter(|other| !std::ptr::eq(other.node, child.node))
            .filter(|other| other.choice.is_some_and(|other| std::ptr::eq(other, choice)))
            .map(|other| (other.node.word.as_str().to_owned(), json!(false)))
            .collect();
        schemas.insert(child.node.word.as_str().to_owned(), json!({ "properties": others }));
    }
    (!schemas.is_empty()).then_some(Value::Object(schemas))
}

/// Whether the schema cannot restrict the free keys.
const fn is_open(free: FreeKeys) -> bool {
    matches!(free, FreeKeys::Parameters | FreeKeys::TemplateArguments)
}

#[cfg(test)]
mod tests;
