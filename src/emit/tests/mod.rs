//! Hand-written releases, and the objects that they must produce.

mod analysis;
mod annotation;
mod inline;
mod origins;
mod patches;
mod routes;
mod whole;

use serde_json::{Map, Value as Json};

use crate::emit::{Bundle, emit};
use crate::manifest::{Field, Object, Pointer, Value};
use crate::plan::testing::Places;
use crate::plan::testing::planned;
use crate::policy::Release;

/// The objects of a release.
fn bundle(release: &Release) -> Bundle {
    emit(release, &planned(release)).unwrap()
}

fn json(field: &Field) -> Json {
    match &field.value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Integer(number) => Json::from(*number),
        Value::Number(number) => Json::from(*number),
        Value::String(text) => Json::from(&**text),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            Json::Object(entries.iter().map(|(key, field)| (key.to_string(), json(field))).collect::<Map<_, _>>())
        }
    }
}

/// The reverse, with a place of its own for each field.
fn field(p: &mut Places, json: &Json) -> Field {
    let origin = p.origin();
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => Value::Integer(number.as_i64().unwrap()),
        Json::String(text) => Value::String(text.as_str().into()),
        Json::Array(items) => Value::Sequence(items.iter().map(|item| field(p, item)).collect()),
        Json::Object(entries) => {
            Value::Mapping(entries.iter().map(|(key, value)| (key.clone().into(), field(p, value))).collect())
        }
    };
    Field { value, origin }
}

fn yaml(bundle: &Bundle) -> String {
    let documents: Vec<_> =
        bundle.objects.iter().map(|object| serde_saphyr::to_string(&json(&object.root)).unwrap()).collect();
    documents.join("---\n")
}

fn names(bundle: &Bundle) -> Vec<String> {
    bundle.objects.iter().map(|object| format!("{}/{}", object.kind(), object.name())).collect()
}

fn object<'a>(bundle: &'a Bundle, kind: &str, name: &str) -> &'a Object {
    bundle.objects.iter().find(|object| object.kind() == kind && object.name() == name).unwrap()
}

fn at<'a>(object: &'a Object, path: &str) -> &'a Field {
    let pointer = Pointer::parse(path).unwrap();
    pointer.find(&object.root).unwrap_or_else(|| panic!("{path} in {:#}", json(&object.root)))
}

fn value(object: &Object, path: &str) -> Json {
    json(at(object, path))
}
