//! In: `metadata.managedFields` of an object, or a conflict reported by the API server. Out: who owns which fields.

use kube::api::DynamicObject;
use kube::core::Status;
use serde_json::Value;

use crate::backends::BACKENDS;

/// The field manager of canaryc.
pub const MANAGER: &str = "canaryc";

/// The owners of an object's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ownership(Vec<Holder>);

#[derive(Clone, Debug, PartialEq)]
struct Holder {
    manager: String,
    is_apply: bool,
    fields: Value,
}

/// A field that somebody else owns with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Its owner.
    pub manager: String,
    /// The field, in the syntax of the API server: `.spec.rules`.
    pub field: String,
}

impl Ownership {
    /// Reads an object.
    pub fn of(object: &DynamicObject) -> Self {
        let entries = object.metadata.managed_fields.iter().flatten();
        Self(
            entries
                .map(|entry| Holder {
                    manager: entry.manager.clone().unwrap_or_default(),
                    is_apply: entry.operation.as_deref() == Some("Apply"),
                    fields: entry.fields_v1.as_ref().map(|fields| fields.0.clone()).unwrap_or_default(),
                })
                .collect(),
        )
    }

    /// Whether canaryc has applied this object before.
    pub fn is_applied_by_us(&self) -> bool {
        self.0.iter().any(Holder::is_us)
    }

    /// Whether canaryc owns the field under these keys.
    pub fn is_ours(&self, keys: &[&str]) -> bool {
        self.0.iter().filter(|holder| holder.is_us()).any(|holder| {
            let mut at = Some(&holder.fields);
            for key in keys {
                at = at.and_then(|fields| fields.get(format!("f:{key}")));
            }
            at.is_some()
        })
    }

    /// The other owners of fields, without the controllers and without duplicates.
    pub fn others(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for Holder { manager, .. } in &self.0 {
            if manager != MANAGER && !is_controller(manager) && !found.contains(&manager.as_str()) {
                found.push(manager);
            }
        }
        found
    }
}

impl Holder {
    fn is_us(&self) -> bool {
        self.is_apply && self.manager == MANAGER
    }
}

impl Conflict {
    /// The conflicts of an answer 409; none if the answer says that the object has changed in the meantime.
    pub fn read(status: &Status) -> Vec<Self> {
        let causes = status.details.iter().flat_map(|details| &details.causes);
        causes
            .filter(|cause| cause.reason == "FieldManagerConflict")
            .map(|cause| Self {
                manager: cause.message.split('"').nth(1).unwrap_or(&cause.message).to_owned(),
                field: cause.field.clone(),
            })
            .collect()
    }

    /// Whether it is a conflict with another command of canaryc that has changed the field since.
    pub fn is_with_ourselves(&self) -> bool {
        self.manager == MANAGER
    }

    /// Whether it is a conflict with a part of the release itself: the controller, its plugin, or an autoscaler.
    pub fn is_with_controller(&self) -> bool {
        is_controller(&self.manager)
    }
}

/// Whether a field manager is a part of the release itself.
fn is_controller(manager: &str) -> bool {
    matches!(manager, "rollouts-controller" | "kube-controller-manager" | "kube-apiserver" | "keda" | "keda-operator")
        || BACKENDS.routers.is_manager(manager)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_applied_by_canaryc_belongs_to_it() {
        let entry = |manager: &str, operation: &str, fields: Value| json!({"manager": manager, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": fields});
        let object = serde_json::from_value(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web",
        "managedFields": [
            entry("canaryc", "Apply", json!({"f:spec": {"f:ports": {"k:{\"port\":80}": {}}}})),
            entry("canaryc", "Update", json!({"f:spec": {"f:type": {}}})),
            entry("rollouts-controller", "Update", json!({"f:spec": {"f:selector": {}}})),
            entry("helm", "Update", json!({"f:spec": {"f:type": {}}})),
            entry("helm", "Apply", json!({})),
        ]}}));
        let ownership = Ownership::of(&object.unwrap());
        assert!(ownership.is_applied_by_us());
        assert!(ownership.is_ours(&["spec", "ports"]));
        assert!(!ownership.is_ours(&["spec", "selector"]));
        assert!(!ownership.is_ours(&["spec", "type"]));
        assert_eq!(ownership.others(), ["helm"]);
        assert!(!Ownership::default().is_applied_by_us());
    }

    #[test]
    fn a_conflict_names_the_managers_and_fields() {
        let status = serde_json::from_value(json!({"status": "Failure", "code": 409, "reason": "Conflict",
            "message": "Apply failed with 2 conflicts", "details": {"causes": [
                {"reason": "FieldManagerConflict", "message": "conflict with \"kubectl-client-side-apply\" using v1",
                 "field": ".spec.ports"},
                {"reason": "FieldManagerConflict", "message": "conflict with \"x\" with subresource \"scale\" using v1",
                 "field": ".spec.replicas"}]}}));
        let conflicts = Conflict::read(&status.unwrap());
        let pairs: Vec<_> = conflicts.iter().map(|found| (&*found.manager, &*found.field)).collect();
        assert_eq!(pairs, [("kubectl-client-side-apply", ".spec.ports"), ("x", ".spec.replicas")]);
    }
}
