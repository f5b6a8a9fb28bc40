//! In: a pod from the API server. Out: the part of it that a tree shows.

use jiff::Timestamp;
use kube::ResourceExt as _;
use kube::api::DynamicObject;

use crate::kubernetes::kinds::Kind;
use crate::runtime::track::PodProblem;

/// A pod.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// The ReplicaSet that owns it.
    pub owner: String,
    /// `Running`, `Pending`, …; `Terminating` while it is being deleted.
    pub phase: String,
    /// Why it is not ready, if it is not.
    pub problem: Option<PodProblem>,
    /// Number of ready containers.
    pub ready: usize,
    /// Number of containers.
    pub containers: usize,
    /// How often its containers were restarted.
    pub restarts: i64,
    /// When it was created.
    pub created: Option<Timestamp>,
}

impl Pod {
    /// Reads a pod that a ReplicaSet owns.
    pub fn read(object: &DynamicObject) -> Option<Self> {
        let owners = object.owner_references();
        let owner = owners.iter().find(|owner| owner.kind == Kind::ReplicaSet.name())?.name.clone();
        let status = &object.data["status"];
        let containers = status["containerStatuses"].as_array().map_or(&[][..], Vec::as_slice);
        let is_going = object.metadata.deletion_timestamp.is_some();
        let phase = if is_going { "Terminating" } else { status["phase"].as_str().unwrap_or("Pending") };
        Some(Self {
            name: object.name_any(),
            owner,
            phase: phase.to_owned(),
            problem: if is_going { None } else { PodProblem::of(object) },
            ready: containers.iter().filter(|container| container["ready"] == true).count(),
            containers: object.data["spec"]["containers"].as_array().map_or(0, Vec::len),
            restarts: containers.iter().filter_map(|container| container["restartCount"].as_i64()).sum(),
            created: object.metadata.creation_timestamp.as_ref().map(|time| time.0),
        })
    }
}
