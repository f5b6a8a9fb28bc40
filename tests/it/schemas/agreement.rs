//! The tables that `kubernetes::schema` walks, compared with the `jsonschema` crate on the same schemas: both must
//! accept the samples, and must agree on every sample with one to three random changes.

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::kubernetes::schema::check;
use canaryc::manifest::{Field, Object, Origin, Value as Node};
use canaryc::source::Source;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::{samples, schemas};

/// The crate's validator for the kind of an object.
struct Oracle(Vec<(String, jsonschema::Validator)>);

impl Oracle {
    fn new() -> Self {
        let published = schemas();
        let mut registry = jsonschema::Registry::new();
        for (name, schema) in &published {
            registry = registry.add(format!("https://example.com/{name}.json"), schema.clone()).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let validator = |name: &str, schema: &Value| {
            jsonschema::options()
                .with_registry(&registry)
                .with_base_uri(format!("https://example.com/{name}.json"))
                .build(schema)
                .unwrap()
        };
        let kind = |schema: &Value| -> Option<String> {
            let kind = &schema["properties"]["kind"];
            let target = kind["$ref"].as_str().map_or(Some(kind), |target| schema.pointer(&target[1..]));
            Some(target?["enum"][0].as_str()?.to_owned())
        };
        Self(published.iter().filter_map(|(name, schema)| Some((kind(schema)?, validator(name, schema)))).collect())
    }

    fn accepts(&self, object: &Value) -> bool {
        let kind = object["kind"].as_str().unwrap();
        let (_, validator) = self.0.iter().find(|(name, _)| name == kind).unwrap();
        validator.is_valid(object)
    }
}

fn field(value: &Value, origin: Origin) -> Field {
    let node = match value {
        Value::Null => Node::Null,
        Value::Bool(value) => Node::Boolean(*value),
        Value::Number(number) => number.as_i64().map_or_else(|| Node::Number(number.as_f64().unwrap()), Node::Integer),
        Value::String(text) => Node::from(text.as_str()),
        Value::Array(items) => Node::Sequence(items.iter().map(|item| field(item, origin)).collect()),
        Value::Object(map) => {
            Node::Mapping(map.iter().map(|(key, value)| (key.clone().into(), field(value, origin))).collect())
        }
    };
    Field::new(node, origin)
}

fn findings(value: &Value) -> Diagnostics {
    let source = Source::new("object.yaml", "");
    let mut diagnostics = Diagnostics::new();
    check(&Object { root: field(value, Origin::written(source.span())) }, &mut diagnostics);
    diagnostics
}

/// Every place of an object, as a JSON pointer. Version and kind are left out, because they select the schema.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.replace('/', "~1"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (part, value) in inner {
        let place = format!("{at}/{part}");
        if place != "/apiVersion" && place != "/kind" {
            places(value, &place, found);
            found.push(place);
        }
    }
}

fn change(object: &mut Value, place: usize, with: usize) {
    let mut found = Vec::new();
    places(object, "", &mut found);
    let Some(place) = found.get(place % found.len().max(1)) else { return };
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(-2),
        json!(70_000),
        json!(3_000_000_000_i64),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("Upper"),
        json!("a b"),
        json!("10m"),
        json!("1h30m"),
        json!("1d"),
        json!("25%"),
        json!("7"),
        json!("-1"),
        json!("{{args.x}}"),
        json!("a.b"),
        json!("-a"),
        json!("a--b"),
        json!("a/b"),
        json!("x".repeat(64)),
        json!("x".repeat(300)),
        json!("Exists"),
        json!("TCP"),
        json!("128Mi"),
        json!([]),
        json!({}),
        json!(["x"]),
        json!([{}]),
        json!({"x": 1}),
        json!({"a b": "x"}),
        json!({"example.com/a": "x y"}),
        json!({"name": "x"}),
        json!({"exact": "x", "prefix": "y"}),
        json!({"regex": "x"}),
    ];
    let (parent, key) = place.rsplit_once('/').unwrap();
    match with % (values.len() + 2) {
        0 => match object.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.remove(&key.replace("~1", "/"))),
            Value::Array(items) => drop(items.remove(key.parse::<usize>().unwrap())),
            _ => {}
        },
        1 => {
            if let Some(Value::Object(map)) = object.pointer_mut(place) {
                map.insert("unheardOf".into(), json!(1));
            }
        }
        with => *object.pointer_mut(place).unwrap() = values[with - 2].clone(),
    }
}

#[test]
fn samples_are_valid() {
    let oracle = Oracle::new();
    for sample in samples::all() {
        let found = findings(&sample);
        assert!(found.is_empty(), "{sample:#}\n{:#?}", found.iter().map(|found| &found.message).collect::<Vec<_>>());
        assert!(oracle.accepts(&sample), "{sample:#}");
    }
}

#[test]
fn changed_samples_are_judged_the_same() {
    let oracle = Oracle::new();
    let config = ProptestConfig { cases: 4000, failure_persistence: None, ..Default::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let changes = prop::collection::vec((any::<usize>(), any::<usize>()), 1..=3);
    runner
        .run(&(0..samples::all().len(), changes), |(sample, changes)| {
            let mut object = samples::all().swap_remove(sample);
            for (place, with) in changes {
                change(&mut object, place, with);
            }
            let ours = findings(&object);
            let messages: Vec<&str> = ours.iter().map(|found| found.message.as_str()).collect();
            prop_assert_eq!(ours.is_empty(), oracle.accepts(&object), "{:#}\n{:#?}", object, messages);
            Ok(())
        })
        .unwrap();
}
