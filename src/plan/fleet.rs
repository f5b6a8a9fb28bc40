//! In: a release. Out: how many pods its fleet has, and how many of them the controller gives to the canary.
//! The two rules of the controller are here: one where a router splits requests, one where pods are the split.

use crate::manifest::{Field, Object};
use crate::plan::CanaryScale;
use crate::policy::Release;
use crate::policy::workload::AutoscalerSource;
use crate::units::IntOrPercent;

/// The size of a fleet, as far as the policy says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fleet {
    /// The smallest size; `None` when only the cluster knows.
    pub least: Option<u32>,
    /// The largest size; `None` when only the cluster knows.
    pub most: Option<u32>,
}

impl Fleet {
    /// The fleet of a release.
    pub fn of(release: &Release) -> Self {
        if let Some(replicas) = &release.workload.replicas {
            return Self { least: Some(replicas.value), most: Some(replicas.value) };
        }
        let Some(autoscaler) = &release.autoscaler else { return Self { least: None, most: None } };
        let most = match &autoscaler.source {
            AutoscalerSource::Emitted { max, .. } => Some(max.value),
            AutoscalerSource::File(object) => largest(object),
            AutoscalerSource::Existing => None,
        };
        Self { least: autoscaler.min.as_ref().map(|min| min.value), most }
    }

    /// The size, when it does not change by itself.
    pub fn fixed(self) -> Option<u32> {
        self.least.filter(|least| self.most == Some(*least))
    }
}

fn largest(autoscaler: &Object) -> Option<u32> {
    let field = |key| autoscaler.root.at(&["spec", key]).and_then(Field::as_integer);
    field("maxReplicas").or_else(|| field("maxReplicaCount")).and_then(|most| u32::try_from(most).ok())
}

/// How many pods a percentage of a fleet is, rounded up, as the controller does it where a router splits requests.
pub fn share_of_pods(percent: u8, fleet: u32) -> u32 {
    u32::try_from((u64::from(percent) * u64::from(fleet)).div_ceil(100)).unwrap_or(fleet)
}

/// How many pods a scale is in a fleet. The controller's smallest ReplicaSet binds percentages, not numbers.
pub fn pods(scale: CanaryScale, fleet: u32, min_pods: u32) -> u32 {
    match scale {
        CanaryScale::Replicas(replicas) => replicas,
        CanaryScale::Weight(percent) => match share_of_pods(percent, fleet) {
            0 => 0,
            pods => pods.max(min_pods.min(fleet)),
        },
    }
}

/// Pods of the canary and of both versions together when pods are the split: the pair, out of those that fit
/// the fleet and one surplus pod, whose ratio is nearest to the weight.
pub fn split_by_pods(fleet: u32, weight: u8, max_surge: IntOrPercent) -> (u32, u32) {
    if fleet == 0 {
        return (0, 0);
    }
    let surge = max_surge.of_rounded_up(fleet) > 0;
    let scaled = u64::from(fleet) * u64::from(weight);
    let pods = |count: u64| u32::try_from(count).unwrap_or(fleet);
    let (up, down) = (pods(scaled.div_ceil(100)), pods(scaled / 100));
    // Some of the canary and some of the stable version stay, unless the fleet is one pod that may not surge.
    let none_allowed = weight == 0 || weight >= 100 || (fleet == 1 && !surge);
    let tied = |total: u32| (u64::from(total) * u64::from(weight)) % 100 == 50;
    let mut options = Vec::with_capacity(4);
    if up < fleet || none_allowed {
        options.push((up, fleet));
    }
    if !tied(fleet) && (down != 0 || none_allowed) {
        options.push((down, fleet));
    }
    if surge {
        options.push((up, fleet + 1));
        if !tied(fleet + 1) && (down != 0 || none_allowed) {
            options.push((down, fleet + 1));
        }
    }
    // |canary / total - weight|, compared without division: times 100, then crosswise.
    let distance =
        |(canary, total): (u32, u32)| (u64::from(canary) * 100).abs_diff(u64::from(total) * u64::from(weight));
    let mut best = (0, fleet);
    for (position, option) in options.into_iter().enumerate() {
        let nearer = distance(option) * u64::from(best.1) < distance(best) * u64::from(option.1);
        if position == 0 || nearer {
            best = option;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_are_the_split_as_the_controller_was_seen_to_make_it() {
        let quarter = IntOrPercent::parse("25%").unwrap();
        let none = IntOrPercent::Int(0);
        assert_eq!(split_by_pods(5, 20, quarter), (1, 5));
        assert_eq!(split_by_pods(5, 50, quarter), (3, 6));
        assert_eq!(split_by_pods(3, 20, quarter), (1, 4));
        assert_eq!(split_by_pods(1, 20, quarter), (1, 2));
        assert_eq!(split_by_pods(1, 95, quarter), (1, 2));
        assert_eq!(split_by_pods(10, 10, none), (1, 10));
        assert_eq!(split_by_pods(10, 5, none), (1, 10));
        assert_eq!(split_by_pods(3, 50, none), (2, 3));
        assert_eq!(split_by_pods(4, 0, quarter), (0, 4));
        assert_eq!(split_by_pods(4, 100, quarter), (4, 4));
        assert_eq!(split_by_pods(0, 50, quarter), (0, 0));
    }

    #[test]
    fn a_share_is_never_under() {
        assert_eq!(share_of_pods(26, 5), 2);
        assert_eq!(share_of_pods(1, 100), 1);
        assert_eq!(share_of_pods(0, 100), 0);
        assert_eq!(pods(CanaryScale::Weight(1), 6, 2), 2);
        assert_eq!(pods(CanaryScale::Weight(0), 6, 2), 0);
        assert_eq!(pods(CanaryScale::Weight(1), 1, 2), 1);
        assert_eq!(pods(CanaryScale::Replicas(1), 6, 2), 1);
    }
}
