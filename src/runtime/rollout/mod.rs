//! In: a Rollout as the API server gives it. Out: what the controller says of it, typed, and the stages of its policy.

mod phase;
mod plan;
mod status;

pub use phase::{Phase, Standing};
pub use plan::{Plan, PlannedStage};
pub use status::{PauseCondition, PauseReason, Status, Weights};

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use crate::emit::plan_annotation;

/// A Rollout of a cluster.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The version of its specification; grows with every change of it.
    pub generation: i64,
    /// The revision of the workload, counted by the controller; 1 is the first deployment.
    pub revision: Option<u64>,
    /// Its specification.
    pub spec: Value,
    /// What the controller says of it.
    pub status: Status,
    /// The stages of the policy that it was compiled from; `None` for one that was not, or whose plan cannot be read.
    pub plan: Option<Plan>,
}

impl Rollout {
    /// Reads an object. What is missing or odd is taken as absent: a cluster may hold anything.
    pub fn read(object: &DynamicObject) -> Self {
        let annotation = |key: &str| object.annotations().get(key);
        let status = object.data.get("status").cloned().unwrap_or_default();
        Self {
            namespace: object.namespace().unwrap_or_default(),
            name: object.name_any(),
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

    /// How many pods are wanted. The controller's default is 1.
    pub fn replicas(&self) -> i64 {
        self.spec["replicas"].as_i64().unwrap_or(1)
    }

    /// Has somebody paused it by `spec.paused`?
    pub fn is_paused_by_hand(&self) -> bool {
        self.spec["paused"] == true
    }

    /// Has the controller seen the newest specification?
    pub fn is_observed(&self) -> bool {
        self.status.observed_generation.as_deref().and_then(|text| text.parse().ok()) == Some(self.generation)
    }

    /// Is a new version on its way: begun, not yet stable, and not taken back?
    pub fn is_in_flight(&self) -> bool {
        let status = &self.status;
        !status.abort && status.stable_hash.is_some() && status.stable_hash != status.current_pod_hash
    }

    /// Where it stands.
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
