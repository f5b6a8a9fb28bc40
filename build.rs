//! In: `schemas/kubernetes/*.json`. Out: `shapes.rs`, the same schemas as static tables for `kubernetes::schema`, so that
//! a run neither parses nor compiles a schema. A keyword that the tables cannot hold stops the build.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a build script reads and writes files")]
#![allow(clippy::expect_used, clippy::panic, reason = "a schema that cannot be translated has to stop the build")]

#[path = "src/kubernetes/schema/order.rs"]
mod order;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// Keywords that say nothing about validity, or that another keyword stands for (`pattern` for `format`).
const SILENT: &[&str] = &["$schema", "$defs", "title", "description", "pattern", "additionalProperties"];

fn main() {
    let folder = Path::new("schemas/kubernetes");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/kubernetes/schema/order.rs");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder of schemas")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in ASCII"))
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    let mut text = String::new();
    let mut kinds = String::new();
    for name in &names {
        let json = fs::read_to_string(folder.join(format!("{name}.json"))).expect("a schema");
        let schema: Value = serde_json::from_str(&json).expect("valid JSON");
        let file = File { name, schema: &schema };
        file.write_static(&mut text, "", &schema);
        for (definition, value) in schema["$defs"].as_object().into_iter().flatten() {
            file.write_static(&mut text, definition, value);
        }
        if let (Some(version), Some(kind)) = (file.constant("apiVersion"), file.constant("kind")) {
            writeln!(kinds, "    ({version:?}, {kind:?}, &{}),", identifier(name, "")).expect("memory");
        }
    }
    writeln!(text, "pub(super) static KINDS: &[(&str, &str, &Shape)] = &[\n{kinds}];").expect("memory");
    let out = Path::new(&env::var_os("OUT_DIR").expect("OUT_DIR")).join("shapes.rs");
    fs::write(out, text).expect("a writable OUT_DIR");
}

/// One schema file.
struct File<'a> {
    name: &'a str,
    schema: &'a Value,
}

impl File<'_> {
    fn write_static(&self, text: &mut String, definition: &str, schema: &Value) {
        let name = identifier(self.name, definition);
        writeln!(text, "pub(super) static {name}: Shape = {};", self.shape(schema)).expect("memory");
    }

    /// The only value that `apiVersion` or `kind` may have.
    fn constant(&self, property: &str) -> Option<&str> {
        let mut schema = &self.schema["properties"][property];
        if let Some(target) = schema["$ref"].as_str() {
            schema = self.schema.pointer(target.strip_prefix('#')?)?;
        }
        schema["enum"][0].as_str()
    }

    /// The expression of a shape.
    fn shape(&self, schema: &Value) -> String {
        let Some(map) = schema.as_object() else { panic!("{}: not a mapping: {schema}", self.name) };
        let expect = |known: &[&str]| {
            let surplus = map.keys().find(|key| !known.contains(&key.as_str()) && !SILENT.contains(&key.as_str()));
            assert!(surplus.is_none(), "{}: {surplus:?} is not supported here: {schema}", self.name);
        };
        if let Some(target) = schema["$ref"].as_str() {
            expect(&["$ref"]);
            return format!("Shape::Same(&{})", self.target(target));
        }
        if schema.get("type").is_none() && schema["oneOf"].is_array() {
            expect(&["oneOf"]);
            return self.tagged(&schema["oneOf"]);
        }
        if schema.get("type").is_none() && schema["anyOf"].is_array() {
            expect(&["anyOf"]);
            let [first, second] = items(&schema["anyOf"]) else { panic!("two branches: {schema}") };
            return format!("Shape::Either(&{}, &{})", self.shape(first), self.shape(second));
        }
        let nullable = schema["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "null"));
        let name = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("");
        let bounds = |least: &str, most: &str| {
            format!("{}, {}", schema[least].as_u64().unwrap_or(0), schema[most].as_u64().unwrap_or(u32::MAX.into()))
        };
        match name {
            "boolean" => {
                expect(&["type"]);
                "Shape::Boolean".into()
            }
            "integer" => {
                expect(&["type", "minimum", "maximum"]);
                let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
                format!("Shape::Integer({}, {})", least.unwrap_or(i64::MIN), most.unwrap_or(i64::MAX))
            }
            "number" => {
                expect(&["type"]);
                "Shape::Number".into()
            }
            "string" => {
                expect(&["type", "format", "enum", "minLength", "maxLength"]);
                assert!(
                    map.contains_key("format") || !map.contains_key("pattern"),
                    "a pattern without format: {schema}"
                );
                let values: Vec<&str> = items(&schema["enum"]).iter().filter_map(Value::as_str).collect();
                let (format, lengths) = (format(&schema["format"]), bounds("minLength", "maxLength"));
                format!(
                    "Shape::String(&Text {{ format: {format}, values: &{values:?}, length: ({lengths}), nullable: {nullable} }})"
                )
            }
            "array" => {
                expect(&["type", "items", "minItems", "maxItems", "uniqueItems"]);
                format!("Shape::List(&{}, {})", self.shape(&schema["items"]), bounds("minItems", "maxItems"))
            }
            "object" if schema["additionalProperties"] == false => {
                format!("Shape::Mapping(&{})", self.mapping(schema))
            }
            "object" => {
                expect(&["type", "propertyNames", "minProperties", "maxProperties"]);
                let values = match &schema["additionalProperties"] {
                    Value::Null | Value::Bool(true) => "Shape::Anything".into(),
                    values => self.shape(values),
                };
                let (keys, sizes) =
                    (format(&schema["propertyNames"]["format"]), bounds("minProperties", "maxProperties"));
                format!("Shape::Map {{ keys: {keys}, values: &{values}, size: ({sizes}) }}")
            }
            _ => {
                expect(&[]);
                "Shape::Anything".into()
            }
        }
    }

    /// A mapping with known keys.
    fn mapping(&self, schema: &Value) -> String {
        const KNOWN: &[&str] =
            &["type", "properties", "required", "minProperties", "maxProperties", "oneOf", "anyOf", "not"];
        for key in schema.as_object().into_iter().flat_map(|map| map.keys()) {
            let known = KNOWN.contains(&key.as_str()) || SILENT.contains(&key.as_str());
            assert!(known, "{}: `{key}` is not supported in a mapping: {schema}", self.name);
        }
        let required: BTreeSet<&str> = items(&schema["required"]).iter().filter_map(Value::as_str).collect();
        let mut properties: Vec<(&String, &Value)> = schema["properties"].as_object().into_iter().flatten().collect();
        properties.sort_by_key(|(name, _)| *name);
        let needed: Vec<&String> =
            properties.iter().map(|(name, _)| *name).filter(|name| required.contains(name.as_str())).collect();
        let mut ordered = properties.clone();
        ordered.sort_by_key(|(name, _)| (order::order(name), *name));
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut group = |kind, names| groups.push((kind, names));
        if let (Some(1), Some(1)) = (schema["minProperties"].as_u64(), schema["maxProperties"].as_u64()) {
            // In the order of the schema: the most usual comes first there.
            let all = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            group("ExactlyOne", all);
        } else if schema["minProperties"].as_u64() == Some(1) {
            group("AtLeastOne", properties.iter().map(|(name, _)| name.as_str()).collect());
        }
        for (keyword, kind) in [("oneOf", "ExactlyOne"), ("anyOf", "AtLeastOne")] {
            if schema.get(keyword).is_some() {
                let branches = items(&schema[keyword]).iter();
                group(kind, branches.flat_map(|branch| strings(&branch["required"])).collect());
            }
        }
        if schema.get("not").is_some() {
            group("AtMostOne", strings(&schema["not"]["required"]).collect());
        }
        let mut fields = String::new();
        for (name, value) in ordered {
            let (order, shape, required) = (order::order(name), self.shape(value), required.contains(name.as_str()));
            let choices: u32 = groups
                .iter()
                .enumerate()
                .filter(|(_, (_, names))| names.contains(&name.as_str()))
                .map(|(index, _)| 1 << index)
                .sum();
            write!(fields, "Known {{ name: {name:?}, order: {order}, shape: &{shape}, required: {required}, choices: {choices} }}, ").expect("memory");
        }
        let choices: String = groups.iter().map(|(kind, names)| format!("(Choice::{kind}, &{names:?}), ")).collect();
        format!("Mapping {{ fields: &[{fields}], required: &{needed:?}, choices: &[{choices}] }}")
    }

    /// `oneOf` mappings that differ in the value of one key.
    fn tagged(&self, branches: &Value) -> String {
        let branches = items(branches);
        let constant = |branch: &Value, key: &str| match items(&branch["properties"][key]["enum"]) {
            [Value::String(value)] => Some(value.clone()),
            _ => None,
        };
        let tag = branches[0]["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
            .find(|key| branches.iter().all(|branch| constant(branch, key).is_some()))
            .unwrap_or_else(|| panic!("{}: branches without a key that tells them apart", self.name));
        let mut variants = String::new();
        for branch in branches {
            let value = constant(branch, tag).unwrap_or_default();
            write!(variants, "({value:?}, &{}), ", self.mapping(branch)).expect("memory");
        }
        format!("Shape::Tagged {{ tag: {tag:?}, variants: &[{variants}] }}")
    }

    /// The static that a reference means.
    fn target(&self, reference: &str) -> String {
        let (file, definition) = reference.split_once("#/$defs/").unwrap_or((reference, ""));
        identifier(if file.is_empty() { self.name } else { file.trim_end_matches(".json") }, definition)
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    items(value).iter().filter_map(Value::as_str)
}

/// `dns-label` is `Some(Format::DnsLabel)`; one that the library does not know does not compile.
fn format(value: &Value) -> String {
    let Some(name) = value.as_str() else { return "None".into() };
    let mut variant = String::new();
    for word in name.split('-') {
        variant.push_str(&word[..1].to_uppercase());
        variant.push_str(&word[1..]);
    }
    format!("Some(Format::{variant})")
}

/// `HTTP_ROUTE`, `HTTP_ROUTE_HTTP_RULE`.
fn identifier(file: &str, definition: &str) -> String {
    let mut name = file.replace('-', "_").to_uppercase();
    if !definition.is_empty() {
        name.push_str("__");
        name.push_str(&definition.to_uppercase());
    }
    name
}
