//! In: a release. Out: the number of pods in its fleet, and how many of them the controller gives to the canary.

use crate::manifest::{Field, Object};
use crate::plan::CanaryScale;
use crate::pods::share_of_pods;
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

/// The number of pods of a scale in a fleet. The controller's minimum for a ReplicaSet applies to percentages, not to
/// numbers, and may exceed the fleet.
pub fn pods(scale: CanaryScale, fleet: u32, min_pods: u32) -> u32 {
    match scale {
        CanaryScale::Replicas(replicas) => replicas,
        CanaryScale::Weight(percent) => match share_of_pods(percent, fleet) {
            0 => 0,
            pods => pods.max(min_pods),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_share_is_never_under() {
        assert_eq!(share_of_pods(26, 5), 2);
        assert_eq!(share_of_pods(1, 100), 1);
        assert_eq!(share_of_pods(0, 100), 0);
        assert_eq!(pods(CanaryScale::Weight(1), 6, 2), 2);
        assert_eq!(pods(CanaryScale::Weight(0), 6, 2), 0);
        assert_eq!(pods(CanaryScale::Weight(1), 1, 2), 2);
        assert_eq!(pods(CanaryScale::Replicas(1), 6, 2), 1);
    }
}
