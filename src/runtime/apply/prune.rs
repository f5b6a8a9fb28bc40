//! In: the objects in the cluster with the labels of a release, and the objects of the policy. Out: which ones to
//! delete, and which ones to keep because something still uses them.

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use super::decide::{Action, Decision, Write};
use super::desired::{Identity, Wanted};
use super::release_state::ReleaseState;
use crate::backends::BACKENDS;
use crate::emit::metadata;
use crate::kubernetes::kinds::Kind;
use crate::router::live::Traffic;

/// The label selector for the objects of a release.
pub fn selector(release: &str) -> String {
    format!("{}=canaryc,{}={release}", metadata::MANAGED_BY, metadata::RELEASE)
}

/// What to do about the existing objects of a kind.
/// `revisions` are the ReplicaSets that the controller still keeps.
pub fn prune(
    kind: Kind,
    found: &[DynamicObject],
    wanted: &Wanted,
    release_state: &ReleaseState,
    revisions: &[DynamicObject],
) -> Vec<Decision> {
    let has = |object: &DynamicObject| {
        wanted.objects.iter().any(|desired| desired.identity.kind == kind && desired.identity.name == object.name_any())
    };
    let is_ours = |object: &&DynamicObject| {
        let label = |key: &str| object.labels().get(key).map(String::as_str);
        label(metadata::MANAGED_BY) == Some("canaryc")
            && label(metadata::RELEASE) == Some(wanted.name.as_str())
            && object.namespace().as_deref() == Some(wanted.namespace.as_str())
            // A controller deletes what it owns: the Rollout's owns the canary Ingress, for example.
            && !object.owner_references().iter().any(|owner| owner.controller == Some(true))
    };
    found
        .iter()
        .filter(is_ours)
        .filter(|object| !has(object))
        .map(|object| one(kind, object, wanted, release_state, revisions))
        .collect()
}

fn one(
    kind: Kind,
    object: &DynamicObject,
    wanted: &Wanted,
    release_state: &ReleaseState,
    revisions: &[DynamicObject],
) -> Decision {
    let name = object.name_any();
    let new = wanted.rollout().map(|desired| &desired.body["spec"]);
    let old = release_state.rollout.as_ref().filter(|_| release_state.is_in_flight()).map(|live| &live.spec);
    let is_used = |spec: Option<&Value>| spec.is_some_and(|spec| uses(spec, kind, &name));
    let note = match (is_used(new), is_used(old)) {
        (true, _) => Some("the Rollout refers to it".to_owned()),
        (false, true) => Some("the release in progress uses it: prune after its end".to_owned()),
        (false, false) if revisions.iter().any(|revision| mentions(&revision.data["spec"]["template"], &name)) => {
            Some("a revision that is kept refers to it".to_owned())
        }
        (false, false) => None,
    };
    let write = Write::Delete { uid: object.uid() };
    Decision {
        identity: Identity { kind, namespace: wanted.namespace.clone(), name },
        action: if note.is_some() { Action::Keep } else { Action::Delete },
        differences: Vec::new(),
        write: note.is_none().then_some(write),
        note,
    }
}

/// Whether a Rollout with this specification needs the object.
fn uses(spec: &Value, kind: Kind, name: &str) -> bool {
    let canary = &spec["strategy"]["canary"];
    match kind {
        Kind::Service => ["stableService", "canaryService"].iter().any(|field| canary[*field] == name),
        Kind::AnalysisTemplate => names_template(canary, name),
        Kind::ConfigMap => mentions(&spec["template"], name),
        // The autoscaler refers to the Rollout, not the reverse.
        kind if kind.is_autoscaler() => false,
        route => Traffic::of(BACKENDS.routers, spec).is_some_and(|traffic| traffic.uses(route, name)),
    }
}

/// Whether a value contains this text.
fn mentions(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own == text,
        Value::Array(items) => items.iter().any(|item| mentions(item, text)),
        Value::Object(fields) => fields.values().any(|field| mentions(field, text)),
        _ => false,
    }
}

/// Whether an analysis uses this template, in a step or in the background.
fn names_template(value: &Value, name: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| names_template(item, name)),
        Value::Object(fields) => {
            fields.get("templateName").is_some_and(|own| own == name)
                || fields.values().any(|field| names_template(field, name))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::desired::testing::desired;
    use super::super::release_state::Flight;
    use super::super::release_state::testing::release_state;
    use super::*;
    use crate::source::Sources;

    fn decisions(flight: Flight, stable_service: &str, names: &[(&str, &str)]) -> Vec<(String, bool)> {
        let rollout = desired(&json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": {"name": "web"}, "spec": {"strategy": {"canary": {"stableService": stable_service}}}}));
        let service = desired(&json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kept"}}));
        let wanted = Wanted {
            name: "web".to_owned(),
            namespace: "shop".to_owned(),
            objects: vec![service, rollout],
            sources: Sources::default(),
        };
        let found: Vec<DynamicObject> = names
            .iter()
            .map(|(name, release)| {
                let labels = json!({(metadata::MANAGED_BY): "canaryc", (metadata::RELEASE): release});
                let metadata = json!({"name": name, "namespace": "shop", "labels": labels});
                serde_json::from_value(json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata})).unwrap()
            })
            .collect();
        let decisions = prune(Kind::Service, &found, &wanted, &release_state(flight), &[]);
        decisions.into_iter().map(|found| (found.identity.name, found.action == Action::Delete)).collect()
    }

    #[test]
    fn the_stable_ingress_of_a_rollout_is_kept() {
        let spec =
            |routing: Value| json!({"strategy": {"canary": {"stableService": "web", "trafficRouting": routing}}});
        let one = spec(json!({"nginx": {"stableIngress": "web"}}));
        let several = spec(json!({"nginx": {"stableIngresses": ["web", "admin"]}}));
        assert!(uses(&one, Kind::Ingress, "web") && !uses(&one, Kind::Ingress, "admin"));
        assert!(uses(&several, Kind::Ingress, "web") && uses(&several, Kind::Ingress, "admin"));
    }

    #[test]
    fn objects_owned_by_a_controller_are_not_deleted() {
        let metadata = |owner: Value| {
            json!({"name": "web-web-canary", "namespace": "shop", "ownerReferences": [owner],
                "labels": {(metadata::MANAGED_BY): "canaryc", (metadata::RELEASE): "web"}})
        };
        let deleted = |owner: Value| {
            let object = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata(owner)});
            let found = [serde_json::from_value(object).unwrap()];
            let wanted = Wanted {
                name: "web".to_owned(),
                namespace: "shop".to_owned(),
                objects: Vec::new(),
                sources: Sources::default(),
            };
            prune(Kind::Ingress, &found, &wanted, &release_state(Flight::AtRest), &[]).len()
        };
        let owner = json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web", "uid": "u"});
        let mut controller = owner.clone();
        controller["controller"] = true.into();
        assert_eq!((deleted(controller), deleted(owner)), (0, 1));
    }

    #[test]
    fn only_objects_that_left_the_policy_are_deleted() {
        let found = [("kept", "web"), ("gone", "web"), ("other", "api")];
        assert_eq!(decisions(Flight::AtRest, "kept", &found), [("gone".to_owned(), true)]);
    }

    #[test]
    fn objects_used_by_a_release_in_flight_are_kept() {
        let found = [("web-canary", "web")];
        assert_eq!(decisions(Flight::UnderWay, "kept", &found), [("web-canary".to_owned(), false)]);
        assert_eq!(decisions(Flight::AtRest, "kept", &found), [("web-canary".to_owned(), true)]);
    }

    #[test]
    fn a_template_of_an_analysis_is_used() {
        let steps = json!([{"setWeight": 5}, {"analysis": {"templates": [{"templateName": "web-alive"}]}}]);
        let spec = json!({"strategy": {"canary": {"stableService": "web", "steps": steps}}});
        assert!(uses(&spec, Kind::AnalysisTemplate, "web-alive"));
        assert!(!uses(&spec, Kind::AnalysisTemplate, "web"));
        assert!(!uses(&spec, Kind::HorizontalPodAutoscaler, "web"), "a name of another kind");
    }

    #[test]
    fn objects_that_the_rollout_uses_are_kept() {
        let found = [("web", "web")];
        assert_eq!(decisions(Flight::AtRest, "web", &found), [("web".to_owned(), false)]);
    }

    #[test]
    fn a_copy_of_configuration_stays_as_long_as_a_revision_refers_to_it() {
        let rollout = desired(&json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": {"name": "web"}, "spec": {}}));
        let wanted = Wanted {
            name: "web".to_owned(),
            namespace: "shop".to_owned(),
            objects: vec![rollout],
            sources: Sources::default(),
        };
        let copy = |name: &str| {
            let labels = json!({(metadata::MANAGED_BY): "canaryc", (metadata::RELEASE): "web"});
            let object = json!({"apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": name, "namespace": "shop", "labels": labels}});
            serde_json::from_value::<DynamicObject>(object).unwrap()
        };
        let revision = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web-1"}, "spec":
            {"template": {"spec": {"volumes": [{"name": "settings", "configMap": {"name": "settings-1"}}]}}}});
        let revisions = [serde_json::from_value(revision).unwrap()];
        let found = [copy("settings-0"), copy("settings-1")];
        let decisions = prune(Kind::ConfigMap, &found, &wanted, &release_state(Flight::AtRest), &revisions);
        let kept: Vec<bool> = decisions.iter().map(|decision| decision.action == Action::Keep).collect();
        assert_eq!(kept, [false, true]);
    }
}
