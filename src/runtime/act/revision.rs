//! In: ReplicaSets. Out: the revisions of a Rollout, each with its original pod template, without the additions of the
//! controller.

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::{Map, Value};

use crate::kubernetes::labels::POD_TEMPLATE_HASH;

const REVISION: &str = "rollout.argoproj.io/revision";
/// What `canaryMetadata` and `stableMetadata` added to the pods, in JSON.
const EPHEMERAL: &str = "rollout.argoproj.io/ephemeral-metadata";

/// A version of the workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its number; the newest has the highest.
    pub number: u64,
    /// The hash of its pods.
    pub hash: String,
    /// When its ReplicaSet was created, in RFC 3339.
    pub created: String,
    /// The template of its pods.
    pub template: Value,
}

/// The revisions of the Rollout with this UID, by number.
pub fn read_revisions(owner: &str, replica_sets: &[DynamicObject]) -> Vec<Revision> {
    let is_owned = |object: &&DynamicObject| {
        object.owner_references().iter().any(|reference| reference.uid == owner && reference.controller == Some(true))
    };
    let mut revisions: Vec<_> = replica_sets.iter().filter(is_owned).filter_map(read).collect();
    revisions.sort_by_key(|revision| revision.number);
    revisions
}

fn read(object: &DynamicObject) -> Option<Revision> {
    let created = object.creation_timestamp().map(|time| time.0.to_string()).unwrap_or_default();
    let ephemeral = object.annotations().get(EPHEMERAL).and_then(|text| serde_json::from_str(text).ok());
    let mut template = object.data["spec"].get("template")?.clone();
    clean(&mut template, &ephemeral.unwrap_or_default());
    Some(Revision {
        number: object.annotations().get(REVISION)?.parse().ok()?,
        hash: object.labels().get(POD_TEMPLATE_HASH)?.clone(),
        created,
        template,
    })
}

/// Removes the additions of the controller. They would become a permanent part of the template, and make it a different
/// one.
fn clean(template: &mut Value, ephemeral: &Value) {
    if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["labels", "annotations"] {
            if let Some(entries) = metadata.get_mut(field).and_then(Value::as_object_mut) {
                let added = ephemeral[field].as_object();
                entries.retain(|key, _| key != POD_TEMPLATE_HASH && added.is_none_or(|added| !added.contains_key(key)));
            }
            remove_if_empty(metadata, field);
        }
        metadata.retain(|_, value| !value.is_null());
    }
    let Some(spec) = template.get_mut("spec").and_then(Value::as_object_mut) else { return };
    let Some(affinity) = spec.get_mut("affinity").and_then(Value::as_object_mut) else { return };
    if let Some(rules) = affinity.get_mut("podAntiAffinity").and_then(Value::as_object_mut) {
        for field in
            ["requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"]
        {
            if let Some(terms) = rules.get_mut(field).and_then(Value::as_array_mut) {
                terms.retain(|term| !is_added(term.get("podAffinityTerm").unwrap_or(term)));
            }
            remove_if_empty(rules, field);
        }
        remove_if_empty(affinity, "podAntiAffinity");
    }
    remove_if_empty(spec, "affinity");
}

/// Whether this is the rule that keeps the versions on different nodes.
fn is_added(term: &Value) -> bool {
    let expressions = term["labelSelector"]["matchExpressions"].as_array();
    expressions.is_some_and(|expressions| expressions.iter().any(|expression| expression["key"] == POD_TEMPLATE_HASH))
}

fn remove_if_empty(fields: &mut Map<String, Value>, field: &str) {
    let is_empty = match fields.get(field) {
        Some(Value::Object(entries)) => entries.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        _ => false,
    };
    if is_empty {
        fields.remove(field);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn replica_set(owner: &str, number: &str, template: Value, annotations: Value) -> DynamicObject {
        let mut object = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {"name": format!("web-{number}"), "labels": {POD_TEMPLATE_HASH: format!("hash{number}")},
                "annotations": {REVISION: number}, "creationTimestamp": "2026-01-01T00:00:00Z",
                "ownerReferences": [{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web", "uid": owner,
                    "controller": true}]},
            "spec": {"template": template},
        });
        json_patch::merge(&mut object["metadata"]["annotations"], &annotations);
        serde_json::from_value(object).unwrap()
    }

    #[test]
    fn the_revisions_of_a_rollout_are_ordered() {
        let template = json!({"spec": {}});
        let objects = [
            replica_set("u1", "10", template.clone(), json!({})),
            replica_set("u1", "9", template.clone(), json!({})),
            replica_set("other", "8", template.clone(), json!({})),
            replica_set("u1", "none", template, json!({})),
        ];
        let revisions = read_revisions("u1", &objects);
        assert_eq!(revisions.iter().map(|revision| revision.number).collect::<Vec<_>>(), [9, 10]);
        assert_eq!((revisions[1].hash.as_str(), revisions[1].created.as_str()), ("hash10", "2026-01-01T00:00:00Z"));
    }

    #[test]
    fn additions_of_the_controller_are_removed() {
        let rule = |key: &str| json!({"labelSelector": {"matchExpressions": [{"key": key}]}, "topologyKey": "host"});
        let template = json!({
            "metadata": {"creationTimestamp": null, "labels": {"app": "web", POD_TEMPLATE_HASH: "h", "role": "canary"},
                "annotations": {"role": "canary"}},
            "spec": {"containers": [], "affinity": {"podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [rule(POD_TEMPLATE_HASH)],
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 1, "podAffinityTerm": rule(POD_TEMPLATE_HASH)}, {"weight": 2, "podAffinityTerm": rule("zone")}],
            }}},
        });
        let ephemeral = json!({"labels": {"role": "canary"}, "annotations": {"role": "canary"}});
        let objects = [replica_set("u1", "1", template, json!({EPHEMERAL: ephemeral.to_string()}))];
        let expected = json!({
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [], "affinity": {"podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 2, "podAffinityTerm": rule("zone")}]}}},
        });
        assert_eq!(read_revisions("u1", &objects)[0].template, expected);
    }

    #[test]
    fn empty_fields_are_removed() {
        let rule = json!({"labelSelector": {"matchExpressions": [{"key": POD_TEMPLATE_HASH}]}});
        let template = json!({"metadata": {"labels": {POD_TEMPLATE_HASH: "h"}}, "spec": {"affinity": {"podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [rule]}}}});
        let objects = [replica_set("u1", "1", template, json!({}))];
        assert_eq!(read_revisions("u1", &objects)[0].template, json!({"metadata": {}, "spec": {}}));
    }
}
