//! Diagnostics for objects that do not match their schema: one message for each mistake, at the field responsible.

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::kubernetes::schema::{check, shape_of};
use canaryc::manifest::{Field, Object, Origin, Value};
use canaryc::source::Source;

/// A field from JSON; every scalar and collection has the given origin.
fn field(value: &serde_json::Value, origin: Origin) -> Field {
    let value = match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Boolean(*value),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Number(number.as_f64().unwrap()), Value::Integer)
        }
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::Sequence(items.iter().map(|item| field(item, origin)).collect()),
        serde_json::Value::Object(map) => {
            Value::Mapping(map.iter().map(|(key, value)| (key.clone().into(), field(value, origin))).collect())
        }
    };
    Field::new(value, origin)
}

/// `message (label); help` of every finding.
fn findings(json: serde_json::Value) -> Vec<String> {
    let source = Source::new("object.yaml", "x");
    let mut diagnostics = Diagnostics::new();
    check(&Object { root: field(&json, Origin::written(source.span())) }, &mut diagnostics);
    let text = |found: &canaryc::diagnostic::Diagnostic| {
        format!("{} ({}); {}", found.message, found.labels[0].message, found.help.as_deref().unwrap_or_default())
    };
    diagnostics.iter().map(text).collect()
}

fn rollout(spec: serde_json::Value) -> serde_json::Value {
    let mut spec = spec;
    spec["workloadRef"] = serde_json::json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
    serde_json::json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "web"}, "spec": spec
    })
}

fn canary(canary: serde_json::Value) -> Vec<String> {
    findings(rollout(serde_json::json!({"strategy": {"canary": canary}})))
}

#[test]
fn a_misspelt_field_is_reported_once() {
    assert_eq!(
        canary(serde_json::json!({"maxSurg": 1})),
        ["`spec.strategy.canary` has no field `maxSurg` (did you mean `maxSurge`?); name the field `maxSurge`"]
    );
    // The required field is misspelled, not missing, and a choice was made.
    assert_eq!(
        findings(rollout(serde_json::json!({"stratgy": {"canary": {}}}))),
        ["`spec` has no field `stratgy` (did you mean `strategy`?); name the field `strategy`"]
    );
    assert_eq!(
        canary(serde_json::json!({"steps": [{"setWieght": 5}]})),
        [
            "`spec.strategy.canary.steps[0]` has no field `setWieght` (did you mean `setWeight`?); name the field `setWeight`"
        ]
    );
}

#[test]
fn a_step_does_one_thing() {
    assert_eq!(
        canary(serde_json::json!({"steps": [{"setWeight": 5, "pause": {}}]})),
        ["`spec.strategy.canary.steps[0]` has both `setWeight` and `pause` (`pause`); keep one of them"]
    );
    assert_eq!(canary(serde_json::json!({"steps": [{}]})).len(), 1);
}

#[test]
fn values_say_what_to_write() {
    assert_eq!(
        canary(serde_json::json!({"steps": [{"setWeight": "5"}, {"pause": {"duration": "1d"}}, {"pause": null}]})),
        [
            "`spec.strategy.canary.steps[0].setWeight` must be an integer, found a string (a string); write 5 \
             without quotes",
            "`spec.strategy.canary.steps[1].pause.duration` has the invalid value `1d` (not a duration); write seconds, or numbers \
             with units, such as `30s` or `1h30m`; a day is `24h`",
            "`spec.strategy.canary.steps[2].pause` is empty (a mapping is missing here); write a mapping, or remove the \
             field",
        ]
    );
    assert_eq!(
        canary(serde_json::json!({"abortScaleDownDelaySeconds": -1})),
        ["`spec.strategy.canary.abortScaleDownDelaySeconds` is too small: -1 (out of range); write a number of \
          at least 0"]
    );
    let mut wrong = rollout(serde_json::json!({"strategy": {"canary": {}}}));
    wrong["spec"]["workloadRef"]["scaleDown"] = "onSuccess".into();
    wrong["metadata"]["labels"] = serde_json::json!({"app": 5});
    assert_eq!(
        findings(wrong),
        [
            "`metadata.labels.app` must be a string, found an integer (an integer); put it in quotes; without \
             quotes YAML reads a number or a boolean",
            "`spec.workloadRef.scaleDown` has the invalid value `onSuccess` (did you mean `onsuccess`?); write `never`, \
             `onsuccess` or `progressively`",
        ]
    );
}

#[test]
fn keys_with_points_are_shown_whole() {
    let mut wrong = rollout(serde_json::json!({"strategy": {"canary": {}}}));
    wrong["metadata"]["labels"] = serde_json::json!({"app.kubernetes.io/name": "a b"});
    let found = findings(wrong);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("`metadata.labels[\"app.kubernetes.io/name\"]` has the invalid value `a b`"),
        "{found:?}"
    );
}

#[test]
fn the_type_of_a_filter_says_what_goes_with_it() {
    let route = |filter: serde_json::Value| {
        findings(serde_json::json!({
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "web"},
            "spec": {"rules": [{"filters": [filter]}]}
        }))
    };
    assert_eq!(
        route(serde_json::json!({"type": "URLRewrite"})),
        ["`spec.rules[0].filters[0]` has no `urlRewrite` (`urlRewrite` is missing here); add `urlRewrite`"]
    );
    assert_eq!(route(serde_json::json!({"type": "UrlRewrite", "urlRewrite": {}})).len(), 1);
    assert_eq!(route(serde_json::json!({})).len(), 1);
    assert_eq!(route(serde_json::json!({"type": 1})).len(), 1);
    assert_eq!(
        route(serde_json::json!({"type": "CORS", "cors": {}, "urlRewrite": {}})),
        ["`spec.rules[0].filters[0]` has no field `urlRewrite` (unknown field); the fields are `cors` and `type`"]
    );
}

#[test]
fn only_known_kinds_have_a_shape() {
    assert!(shape_of("argoproj.io/v1alpha1", "Rollout").is_some());
    assert!(shape_of("argoproj.io/v1alpha1", "Experiment").is_none());
}
