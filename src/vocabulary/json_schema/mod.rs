//! In: the table. Out: the JSON Schema (draft 2020-12) of policies in YAML and JSON, for editors and for programs. It
//! validates one layer of one file: identities are required, but not what only the resolved policy must have. A choice
//! is a set of properties that exclude each other, because editors complete from properties and not from `oneOf`.

mod types;

use serde_json::{Map, Value, json};

use super::{
    Argument, ArgumentSpec, ChildSpec, DOCUMENT, FreeKeys, NodeSpec, Presence, PropertySpec, Visit, every_node,
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
    if let (Argument::One(argument), false) = (node.argument, node.is_bare()) {
        schema.insert("required".to_owned(), json!([argument.field.as_str()]));
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
        Presence::Optional | Presence::Default(_) => property.doc.to_owned(),
    };
    let mut schema = described(description, types::schema(property.value_type));
    if let (Presence::Default(default), Value::Object(schema)) = (property.presence, &mut schema) {
        schema.insert("default".to_owned(), types::default(property.value_type, default));
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
    if child.repeats { json!({ "description": node.doc, "type": "array", "items": one }) } else { one }
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
