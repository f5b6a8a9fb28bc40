//! In: the types beside this file. Out: their JSON Schemas in one plain form: closed mappings, choices as mappings of
//! exactly one key, no `null`, every enumeration a list.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::scalars::{HeaderName, LabelKey};

/// The schema of a type.
pub fn schema<T: JsonSchema>() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let mut value = schema.to_value();
    plain(&mut value);
    if let Some(Value::Object(definitions)) = value.get_mut("$defs") {
        definitions.sort_keys();
    }
    value
}

fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(plain);
            without_null(map);
            bounded(map);
            keyed(map);
            choice(map);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// An `Option` may be absent but not `null`, which the API server rejects in custom resources.
fn without_null(map: &mut Map<String, Value>) {
    if map.get("default") == Some(&Value::Null) {
        map.remove("default");
    }
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|name| name != "null");
        if let [single] = types.as_slice() {
            let single = single.clone();
            map.insert("type".into(), single);
        }
    }
    if let Some(Value::Array(values)) = map.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(branches)) = map.get_mut("anyOf") {
        branches.retain(|branch| branch["type"] != "null");
        if let [Value::Object(single)] = branches.as_slice() {
            let single = single.clone();
            map.remove("anyOf");
            for (key, inner) in single {
                map.entry(key).or_insert(inner);
            }
        }
    }
}

/// Adds the limits of the integer types of Kubernetes.
fn bounded(map: &mut Map<String, Value>) {
    match map.get("format").and_then(Value::as_str) {
        Some("uint32") => {
            map.remove("format");
            map.insert("maximum".into(), i32::MAX.into());
        }
        Some("int32") => {
            map.remove("format");
            map.insert("minimum".into(), i32::MIN.into());
            map.insert("maximum".into(), i32::MAX.into());
        }
        _ => {}
    }
    if map.get("format") == Some(&json!("text")) {
        for key in ["format", "pattern", "maxLength"] {
            map.remove(key);
        }
    }
}

/// A mapping with keys in a format: schemars writes the pattern of the keys, and editors need their names.
fn keyed(map: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = map.remove("patternProperties") else { return };
    for (pattern, values) in patterns {
        let format = ["label-key", "header-name"].into_iter().find(|format| pattern_of(format) == pattern);
        map.insert("propertyNames".into(), json!({ "format": format, "pattern": pattern }));
        map.insert("additionalProperties".into(), values);
    }
}

fn pattern_of(format: &str) -> String {
    let mut generator = schemars::SchemaGenerator::default();
    let schema = match format {
        "label-key" => LabelKey::json_schema(&mut generator),
        _ => HeaderName::json_schema(&mut generator),
    };
    schema.get("pattern").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Turns the `oneOf` that schemars writes for an enum into a list of values, or a mapping with exactly one key.
fn choice(map: &mut Map<String, Value>) {
    if let Some(constant) = map.remove("const") {
        map.insert("enum".into(), json!([constant]));
    }
    let Some(Value::Array(branches)) = map.get("oneOf") else { return };
    if branches.iter().all(|branch| branch["type"] == "string" && branch["enum"].is_array()) {
        let values: Vec<Value> =
            branches.iter().flat_map(|branch| branch["enum"].as_array().cloned().unwrap_or_default()).collect();
        map.remove("oneOf");
        map.insert("type".into(), "string".into());
        map.insert("enum".into(), values.into());
        return;
    }
    let single = |branch: &Value| branch["properties"].as_object().is_some_and(|properties| properties.len() == 1);
    if branches.iter().all(|branch| single(branch) && branch["additionalProperties"] == false) {
        let mut properties = Map::new();
        for branch in branches {
            for (key, inner) in branch["properties"].as_object().into_iter().flatten() {
                let mut inner = inner.clone();
                if let (Value::Object(inner), Some(description)) = (&mut inner, branch.get("description")) {
                    inner.insert("description".into(), description.clone());
                }
                properties.insert(key.clone(), inner);
            }
        }
        map.remove("oneOf");
        map.insert("type".into(), "object".into());
        map.insert("properties".into(), properties.into());
        map.insert("minProperties".into(), 1.into());
        map.insert("maxProperties".into(), 1.into());
        map.insert("additionalProperties".into(), false.into());
    }
}
