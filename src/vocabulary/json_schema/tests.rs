//! The schema is up to date, accepts the whole corpus, and refuses what is not in the language.

use std::path::Path;

use serde_json::{Value, json};

use super::{json_schema, json_schema_text};
use crate::vocabulary::convert::corpus;
use crate::vocabulary::{Format, convert};

#[test]
fn the_published_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/policy.json");
    let text = json_schema_text();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == text, "schemas/policy.json is stale: run `UPDATE_SCHEMAS=1 cargo test --lib schema`");
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&json_schema()).unwrap()
}

fn mistakes(policy: &Value) -> Vec<String> {
    validator().iter_errors(policy).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_is_valid() {
    assert!(jsonschema::draft202012::meta::is_valid(&json_schema()));
}

#[test]
fn every_policy_of_the_corpus_fits() {
    let validator = validator();
    for path in corpus::files() {
        let json: Value = serde_json::from_str(&convert(&corpus::read(&path), Format::Json)).unwrap();
        let mistakes: Vec<String> =
            validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(mistakes.is_empty(), "{}: {mistakes:#?}", path.display());
    }
}

#[test]
fn unknown_words_are_rejected_once_at_their_position() {
    let release = |inner: Value| {
        let mut release = json!({ "name": "web" });
        release.as_object_mut().unwrap().extend(inner.as_object().unwrap().clone());
        json!({ "release": [release] })
    };
    for (policy, place) in [
        (json!({ "relese": [{ "name": "web" }] }), ""),
        (json!({ "release": { "name": "web" } }), "/release"),
        (json!({ "release": [{ "namespace": "shop" }] }), "/release/0"),
        (json!({ "release": [{ "name": "Web" }] }), "/release/0/name"),
        (release(json!({ "strategy": "bluegreen" })), "/release/0/strategy"),
        (release(json!({ "stage": [{ "weight": 5 }] })), "/release/0/stage/0/weight"),
        (release(json!({ "stage": [{ "weight": "105%" }] })), "/release/0/stage/0/weight"),
        (release(json!({ "stage": [{ "puase": "5m" }] })), "/release/0/stage/0"),
        (release(json!({ "stage": [{ "pause": "5 minutes" }] })), "/release/0/stage/0/pause"),
        (release(json!({ "stage": [{ "pause": "5m1h" }] })), "/release/0/stage/0/pause"),
        (release(json!({ "stage": [{ "pause": "" }] })), "/release/0/stage/0/pause"),
        (release(json!({ "stage": [{ "gate": ["smoke"] }] })), "/release/0/stage/0/gate/0"),
        (release(json!({ "watch": ["availability"] })), "/release/0/watch"),
        (release(json!({ "workload": { "replicas": -1 } })), "/release/0/workload/replicas"),
        (release(json!({ "workload": { "replicas": "6" } })), "/release/0/workload/replicas"),
        (release(json!({ "service": { "port": [{ "number": 70000 }] } })), "/release/0/service/port/0/number"),
        (release(json!({ "router": { "smi": null } })), "/release/0/router/smi"),
        (release(json!({ "load": { "rate": "120" } })), "/release/0/load/rate"),
        (release(json!({ "labels": { "team": 5 } })), "/release/0/labels/team"),
        (release(json!({ "labels": { "-team": "a" } })), "/release/0/labels"),
        (release(json!({ "remove": { "stage": "25%" } })), "/release/0/remove/stage"),
        (release(json!({ "slo": [{ "name": "a", "success-ratio": {}, "latency": {} }] })), "/release/0/slo/0/"),
        (json!({ "profile": [{ "name": "p", "namespace": "shop" }] }), "/profile/0"),
        (json!({ "guardrail": [{ "name": "g", "watched": { "names": ["a"] } }] }), "/guardrail/0/watched"),
        (json!({ "guardrail": [{ "name": "g", "routers": ["gateway"] }] }), "/guardrail/0/routers/0"),
    ] {
        let found = mistakes(&policy);
        assert!(!found.is_empty(), "{policy} is refused");
        assert!(found.iter().all(|mistake| mistake.starts_with(place)), "{policy}: {found:#?}");
    }
}

#[test]
fn a_layer_may_contain_a_partial_node_and_parameters() {
    let policy = json!({ "profile": [{
        "name": "p",
        "param": [{ "name": "bake", "type": "duration" }],
        "workload": { "replicas": "{{replicas}}" },
        "slo": [{ "name": "latency", "max": "150ms" }],
        "stage": [{ "name": "first", "weight": "{{first}}", "pause": "{{bake}}" }, {}],
        "use": [{ "profile": "q", "bake": 5, "strict": true }],
    }] });
    assert_eq!(mistakes(&policy), Vec::<String>::new());
}

#[test]
fn all_mappings_except_maps_are_closed() {
    fn walk(value: &Value, path: &str, open: &mut Vec<String>) {
        if let Value::Object(object) = value {
            if object.get("type") == Some(&json!("object")) && object.get("additionalProperties") != Some(&json!(false))
            {
                open.push(path.to_owned());
            }
            for (key, inner) in object {
                walk(inner, &format!("{path}/{key}"), open);
            }
        }
    }
    let mut open = Vec::new();
    walk(&json_schema(), "", &mut open);
    let names: Vec<&str> = open.iter().map(|path| path.rsplit(['.', '/']).next().unwrap()).collect();
    let maps = [
        "annotations",
        "canary-annotations",
        "cluster-template",
        "env",
        "labels",
        "metric",
        "selector",
        "source",
        "template",
        "use",
    ];
    for name in &names {
        assert!(maps.contains(name), "{open:#?}");
    }
}
