//! Decisions about objects, with answers of a real API server.

use serde_json::json;

use super::super::desired::testing::desired;
use super::super::release_state::Flight;
use super::super::release_state::testing::release_state;
use super::*;
use crate::diagnostic::Code;

const LABELS: &str = r#"{"app.kubernetes.io/managed-by": "canaryc", "canaryc.dev/release": "web"}"#;

fn labels() -> Value {
    serde_json::from_str(LABELS).unwrap()
}

/// A live object with these field managers.
fn live(kind: &str, labels: Value, spec: Value, managers: &[(&str, &str, Value)]) -> DynamicObject {
    let api_version = match kind {
        "Service" => "v1",
        "HTTPRoute" => "gateway.networking.k8s.io/v1",
        _ => "argoproj.io/v1alpha1",
    };
    let entry = |(manager, operation, fields): &(&str, &str, Value)| json!({"manager": manager, "operation": operation, "fieldsV1": fields});
    let managers: Vec<Value> = managers.iter().map(entry).collect();
    serde_json::from_value(json!({"apiVersion": api_version, "kind": kind, "spec": spec,
        "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7", "labels": labels,
            "managedFields": managers}}))
    .unwrap()
}

/// The decision about an object with this desired spec, if the server predicts `result`.
fn decided(
    live: &DynamicObject,
    spec: Value,
    result: &Value,
    conflicts: &[(&str, &str)],
    flight: Flight,
    permissions: Permissions,
) -> Decision {
    let api_version = live.types.as_ref().unwrap().api_version.clone();
    let kind = live.types.as_ref().unwrap().kind.clone();
    let desired = desired(&json!({"apiVersion": api_version, "kind": kind,
        "metadata": {"name": "web", "labels": labels()}, "spec": spec}));
    let release_state = release_state(flight);
    let case =
        Case { release: "web", desired: &desired, live, release_state: &release_state, is_scaled: false, permissions };
    if let Some(refused) = case.refused_at_once() {
        return refused;
    }
    let mut whole = serde_json::to_value(live).unwrap();
    whole["metadata"]["labels"] = labels();
    whole["spec"] = result.clone();
    let conflicts = conflicts.iter();
    let conflicts = conflicts.map(|(manager, field)| Conflict { manager: (*manager).into(), field: (*field).into() });
    case.decide(case.compose(), &Preview { result: whole, conflicts: conflicts.collect() })
}

fn code(decision: &Decision) -> Option<Code> {
    match &decision.action {
        Action::Refuse(diagnostic) => Some(diagnostic.code),
        _ => None,
    }
}

const US: (&str, &str, Value) = ("canaryc", "Apply", Value::Null);

#[test]
fn an_unchanged_object_is_not_written() {
    let spec = json!({"ports": [{"port": 80}]});
    let live = live("Service", labels(), spec.clone(), &[US]);
    let decision = decided(&live, spec.clone(), &spec, &[], Flight::AtRest, Permissions::default());
    assert_eq!((decision.action, decision.write), (Action::Unchanged, None));
}

#[test]
fn a_write_names_the_version_it_is_based_on() {
    let live = live("Service", labels(), json!({"ports": [{"port": 80}]}), &[US]);
    let spec = json!({"ports": [{"port": 81}]});
    let decision = decided(&live, spec.clone(), &spec, &[], Flight::AtRest, Permissions::default());
    assert_eq!(decision.action, Action::Change);
    let Some(Write::Apply { body, force: false }) = decision.write else { panic!("{decision:?}") };
    assert_eq!(body["metadata"]["resourceVersion"], "7");
    assert_eq!(decision.differences[0].path.to_string(), "spec.ports[0].port");
}

#[test]
fn objects_applied_by_kubectl_become_ours() {
    let spec = json!({"ports": [{"port": 80}]});
    let live = live("Service", labels(), spec.clone(), &[("kubectl-client-side-apply", "Update", json!({}))]);
    let decision = decided(&live, spec.clone(), &spec, &[], Flight::AtRest, Permissions::default());
    assert_eq!(decision.action, Action::Adopt);
    assert!(decision.note.unwrap().contains("kubectl-client-side-apply"));
    assert!(!decision.action.is_difference() || decision.write.is_none());
}

#[test]
fn a_foreign_object_changes_only_with_permission() {
    let spec = json!({"ports": [{"port": 80}]});
    let live = live("Service", json!({}), spec.clone(), &[("helm", "Update", json!({}))]);
    let decision = decided(&live, spec.clone(), &spec, &[], Flight::AtRest, Permissions::default());
    assert_eq!(code(&decision), Some(Code::ApplyForeignOwner));
    let allowed = Permissions { take_over: true, ..Permissions::default() };
    assert_eq!(decided(&live, spec.clone(), &spec, &[], Flight::AtRest, allowed).action, Action::Change);
}

#[test]
fn an_object_of_another_release_is_never_changed() {
    let other = json!({"app.kubernetes.io/managed-by": "canaryc", "canaryc.dev/release": "api"});
    let live = live("Service", other, json!({}), &[US]);
    let allowed = Permissions { take_over: true, restart_release: true };
    let decision = decided(&live, json!({}), &json!({}), &[], Flight::AtRest, allowed);
    assert_eq!(code(&decision), Some(Code::ApplyForeignOwner));
}

#[test]
fn fields_of_another_tool_are_taken_over_only_with_permission() {
    let live = live("Service", labels(), json!({"ports": [{"port": 80}]}), &[US]);
    let spec = json!({"ports": [{"port": 81}]});
    let conflicts = [("kubectl-edit", ".spec.ports")];
    let decide = |permissions| decided(&live, spec.clone(), &spec, &conflicts, Flight::AtRest, permissions);
    let refused = decide(Permissions::default());
    assert_eq!(code(&refused), Some(Code::ApplyForeignOwner));
    assert!(!refused.differences.is_empty() && refused.write.is_none());
    let allowed = decide(Permissions { take_over: true, ..Permissions::default() });
    assert!(matches!(allowed.write, Some(Write::Apply { force: true, .. })));
}

#[test]
fn fields_of_the_controller_are_never_taken_over() {
    let live = live("Service", labels(), json!({"selector": {"rollouts-pod-template-hash": "abc"}}), &[US]);
    let spec = json!({"selector": {"app": "web"}});
    let allowed = Permissions { take_over: true, restart_release: true };
    let conflicts = [("rollouts-controller", ".spec.selector")];
    let decision = decided(&live, spec.clone(), &spec, &conflicts, Flight::AtRest, allowed);
    assert_eq!(code(&decision), Some(Code::ApplyForeignOwner));
}

fn rule(path: &str, weights: (u8, u8)) -> Value {
    json!({"matches": [{"path": {"value": path}}], "backendRefs": [
        {"name": "web", "weight": weights.0}, {"name": "web-canary", "weight": weights.1}]})
}

fn staff() -> Value {
    json!({"name": "web-staff", "backendRefs": [{"name": "web-canary", "weight": 1}]})
}

/// The plugin owns the rules of a route.
const PLUGIN: [(&str, &str); 1] = [("gatewayAPI", ".spec.rules")];

#[test]
fn a_route_of_a_release_in_flight_is_unchanged_despite_its_weights() {
    let live = live("HTTPRoute", labels(), json!({"rules": [rule("/", (75, 25)), staff()]}), &[US]);
    let spec = json!({"rules": [rule("/", (100, 0))]});
    let decision = decided(&live, spec.clone(), &spec, &PLUGIN, Flight::UnderWay, Permissions::default());
    assert_eq!((decision.action, decision.write), (Action::Unchanged, None));
}

#[test]
fn a_changed_route_keeps_its_weights_and_header_rules() {
    let live = live("HTTPRoute", labels(), json!({"rules": [rule("/", (75, 25)), staff()]}), &[US]);
    let spec = json!({"hostnames": ["a.example.com"], "rules": [rule("/", (100, 0))]});
    let decision = decided(&live, spec.clone(), &spec, &PLUGIN, Flight::UnderWay, Permissions::default());
    let Some(Write::Apply { body, force: true }) = &decision.write else { panic!("{decision:?}") };
    assert_eq!(body["spec"]["rules"], json!([rule("/", (75, 25)), staff()]));
    assert_eq!(decision.differences.len(), 1);
}

#[test]
fn path_changes_wait_while_an_audience_is_admitted() {
    let live = live("HTTPRoute", labels(), json!({"rules": [rule("/", (100, 0)), staff()]}), &[US]);
    let spec = json!({"rules": [rule("/shop", (100, 0))]});
    let decision = decided(&live, spec.clone(), &spec, &PLUGIN, Flight::UnderWay, Permissions::default());
    assert_eq!(code(&decision), Some(Code::ApplyInFlight));
}

#[test]
fn foreign_rules_are_not_mistaken_for_those_of_the_plugin() {
    let live = live("HTTPRoute", labels(), json!({"rules": [rule("/", (100, 0))]}), &[US]);
    let spec = json!({"rules": [rule("/shop", (100, 0))]});
    let conflicts = [("kubectl-edit", ".spec.rules")];
    let decision = decided(&live, spec.clone(), &spec, &conflicts, Flight::AtRest, Permissions::default());
    assert_eq!(code(&decision), Some(Code::ApplyForeignOwner));
}

#[test]
fn a_release_in_flight_restarts_only_with_permission() {
    let mut spec = release_state(Flight::UnderWay).rollout.unwrap().spec;
    spec["strategy"]["canary"]["steps"] = json!([{"setWeight": 5}]);
    let live = live("Rollout", labels(), spec.clone(), &[US]);
    spec["strategy"]["canary"]["steps"] = json!([{"setWeight": 10}]);
    let decide = |flight, permissions| decided(&live, spec.clone(), &spec, &[], flight, permissions);
    let refused = decide(Flight::UnderWay, Permissions::default());
    assert_eq!(code(&refused), Some(Code::ApplyInFlight));
    assert_eq!(refused.differences.len(), 1);
    let allowed = Permissions { restart_release: true, ..Permissions::default() };
    assert_eq!(decide(Flight::UnderWay, allowed).action, Action::Change);
    assert_eq!(decide(Flight::AtRest, Permissions::default()).action, Action::Change);
}
