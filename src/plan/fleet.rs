//! In: a release. Out: the number of pods in its fleet.

use crate::manifest::{Field, Object};
use crate::policy::workload::AutoscalerSource;
use crate::policy::{Release, Sourced};

/// The size of a fleet, as far as the policy determines it.
#[derive(Clone, Copy, Debug)]
pub struct Fleet {
    /// The smallest size; `None` when only the cluster knows.
    pub least: Option<Sourced<u32>>,
    /// The largest size; `None` when only the cluster knows.
    pub most: Option<u32>,
}

impl Fleet {
    /// The fleet of a release.
    pub fn of(release: &Release) -> Self {
        if let Some(replicas) = &release.workload.replicas {
            return Self { least: Some(*replicas), most: Some(replicas.value) };
        }
        let Some(autoscaler) = &release.autoscaler else { return Self { least: None, most: None } };
        let most = match &autoscaler.source {
            AutoscalerSource::Emitted { max, .. } => Some(max.value),
            AutoscalerSource::File(object) => largest(object),
            AutoscalerSource::Existing => None,
        };
        Self { least: autoscaler.min, most }
    }

    /// The size, if no autoscaler changes it.
    pub fn fixed(self) -> Option<u32> {
        self.least.map(|least| least.value).filter(|least| self.most == Some(*least))
    }
}

fn largest(autoscaler: &Object) -> Option<u32> {
    let field = |key| autoscaler.root.at(&["spec", key]).and_then(Field::as_integer);
    field("maxReplicas").or_else(|| field("maxReplicaCount")).and_then(|most| u32::try_from(most).ok())
}
