//! In: a Rollout from the API server. Out: its status, typed, and the stages of its policy.

mod phase;
mod plan;
mod status;

pub use phase::{Phase, Standing};
pub use plan::{Plan, PlannedCheck, PlannedStage, Unit};
pub use status::{PauseReason, RunReference, Status};

use jiff::Timestamp;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use crate::emit::plan_annotation;

/// A Rollout of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollout {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its identity: another Rollout with the same name has another UID.
    pub uid: String,
    /// The version of the object.
    pub resource_version: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// The version of its specification, which increases with every change.
    pub generation: i64,
    /// The revision of the workload, which the controller counts; 1 is the first deployment.
    pub revision: Option<u64>,
    /// Its specification.
    pub spec: Value,
    /// Its status, from the controller.
    pub status: Status,
    /// The stages of the policy that it was compiled from; `None` without a policy, or with an unreadable plan.
    pub plan: Option<Plan>,
}

impl Rollout {
    /// Reads an object. Missing and malformed parts are treated as absent, because a cluster may contain anything.
    pub fn read(object: &DynamicObject) -> Self {
        let annotation = |key: &str| object.annotations().get(key);
        let status = object.data.get("status").cloned().unwrap_or_default();
        Self {
            namespace: object.namespace().unwrap_or_default(),
            name: object.name_any(),
            uid: object.uid().unwrap_or_default(),
            resource_version: object.resource_version().unwrap_or_default(),
            created: object.metadata.creation_timestamp.as_ref().map(|time| time.0),
            generation: object.metadata.generation.unwrap_or_default(),
            revision: annotation("rollout.argoproj.io/revision").and_then(|text| text.parse().ok()),
            spec: object.data.get("spec").cloned().unwrap_or_default(),
            status: serde_json::from_value(status).unwrap_or_default(),
            plan: annotation(plan_annotation::KEY).and_then(|text| Plan::read(text)),
        }
    }

    /// The steps of a canary; none for blue/green.
    pub fn steps(&self) -> &[Value] {
        self.spec["strategy"]["canary"]["steps"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Whether it switches all requests at once instead of step by step.
    pub fn is_blue_green(&self) -> bool {
        self.spec["strategy"].get("blueGreen").is_some_and(|strategy| !strategy.is_null())
    }

    /// What the controller rejects about the specification. It does nothing more until somebody corrects it.
    pub fn invalid_spec(&self) -> Option<&str> {
        let conditions = &self.status.conditions;
        let found = conditions.iter().find(|condition| condition.kind == "InvalidSpec" && condition.status == "True");
        found.map(|condition| condition.message.as_str())
    }

    /// The desired number of pods. The controller's default is 1.
    pub fn replicas(&self) -> i64 {
        self.spec["replicas"].as_i64().unwrap_or(1)
    }

    /// Whether somebody paused it with `spec.paused`.
    pub fn is_paused_manually(&self) -> bool {
        self.spec["paused"] == true
    }

    /// Whether the controller has observed the newest specification.
    pub fn is_observed(&self) -> bool {
        self.status.observed_generation.as_deref().and_then(|text| text.parse().ok()) == Some(self.generation)
    }

    /// Whether the controller has observed the newest specification, including that of the object of its `workloadRef`.
    /// `workload` is the generation of that object.
    pub fn has_observed(&self, workload: Option<i64>) -> bool {
        let observed = self.status.workload_observed_generation.as_deref();
        let observed: i64 = observed.and_then(|text| text.parse().ok()).unwrap_or(0);
        self.is_observed() && workload.is_none_or(|generation| observed >= generation)
    }

    /// Whether a release is in flight: started, not yet stable, and not aborted.
    pub fn is_in_flight(&self) -> bool {
        let status = &self.status;
        !status.abort && status.stable_hash.is_some() && status.stable_hash != status.current_pod_hash
    }

    /// Its phase, and the reason.
    pub fn standing(&self) -> Standing {
        phase::standing(self)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A Rollout from its JSON.
    pub(crate) fn rollout(json: Value) -> Rollout {
        Rollout::read(&serde_json::from_value(json).unwrap())
    }
}
