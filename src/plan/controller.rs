//! A model of the controller: how many pods of the canary the steps of a plan ask for.
//!
//! The last `setCanaryScale` at or before the current step sets the number of canary pods. If that one says
//! `matchTrafficWeight`, or if there is none, the last `setWeight` sets it.

use crate::plan::{Action, CanaryScale};
use crate::pods::{Split, share_of_pods, split_by_pods};
use crate::policy::Release;
use crate::policy::traffic::Traffic;
use crate::units::IntOrPercent;

/// How the controller counts the pods of a release.
#[derive(Clone, Copy, Debug)]
pub enum Controller {
    /// A router splits requests, and the stable version keeps its pods.
    Routed {
        /// `min-pods-per-replica-set`
        min_pods: u32,
    },
    /// The share of pods is the share of traffic.
    ByPods {
        /// `max-surge`
        max_surge: IntOrPercent,
    },
}

/// What the steps so far ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Canary {
    /// The weight, in whole percents.
    pub weight: u8,
    /// What determines the number of pods.
    pub scale: Scale,
}

/// What determines the number of canary pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// The weight: the default of the controller.
    Follow,
    /// An explicit scale.
    Set(CanaryScale),
}

impl Canary {
    /// Before the first step.
    pub const START: Self = Self { weight: 0, scale: Scale::Follow };

    /// Carries out a step.
    pub fn apply(&mut self, action: &Action) {
        match action {
            Action::SetWeight(weight) => self.weight = *weight,
            Action::ScaleCanary(scale) => self.scale = Scale::Set(*scale),
            Action::FollowWeight => self.scale = Scale::Follow,
            Action::AdmitAudience(_)
            | Action::Analyse(_)
            | Action::Plugin(..)
            | Action::Pause(_)
            | Action::AwaitPromotion => {}
        }
    }
}

impl Controller {
    /// The rules for a release.
    pub fn of(release: &Release) -> Self {
        match &release.traffic {
            Traffic::Split(_) => Self::Routed { min_pods: release.canary().settings.min_pods_per_replica_set.value },
            Traffic::Pods => Self::ByPods { max_surge: release.canary().settings.max_surge.value },
        }
    }

    /// The pods of both versions that represent a weight; `None` where a router splits requests.
    pub fn split(self, weight: u8, fleet: u32) -> Option<Split> {
        match self {
            Self::Routed { .. } => None,
            Self::ByPods { max_surge } => Some(split_by_pods(fleet, weight, max_surge.of_rounded_up(fleet))),
        }
    }

    /// The canary pods in a fleet.
    pub(super) fn pods(self, canary: Canary, fleet: u32) -> u32 {
        match canary.scale {
            Scale::Set(scale) => self.scaled(scale, fleet),
            Scale::Follow => self.scaled(CanaryScale::Weight(canary.weight), fleet),
        }
    }

    /// The canary pods of a scale in a fleet. The minimum for a ReplicaSet applies to percentages, not to numbers, and may
    /// exceed the fleet.
    pub(super) fn scaled(self, scale: CanaryScale, fleet: u32) -> u32 {
        match (scale, self) {
            (CanaryScale::Replicas(replicas), _) => replicas,
            (CanaryScale::Weight(weight), Self::Routed { min_pods }) => match share_of_pods(weight, fleet) {
                0 => 0,
                pods => pods.max(min_pods),
            },
            (CanaryScale::Weight(weight), Self::ByPods { max_surge }) => {
                split_by_pods(fleet, weight, max_surge.of_rounded_up(fleet)).canary
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_up() {
        let scaled = |scale, fleet| Controller::Routed { min_pods: 2 }.scaled(scale, fleet);
        assert_eq!(scaled(CanaryScale::Weight(1), 6), 2);
        assert_eq!(scaled(CanaryScale::Weight(0), 6), 0);
        assert_eq!(scaled(CanaryScale::Weight(1), 1), 2);
        assert_eq!(scaled(CanaryScale::Weight(26), 12), 4);
        assert_eq!(scaled(CanaryScale::Replicas(1), 6), 1);
    }

    #[test]
    fn without_a_router_the_surge_counts() {
        let scaled = |max_surge| Controller::ByPods { max_surge }.scaled(CanaryScale::Weight(50), 5);
        assert_eq!((scaled(IntOrPercent::Int(1)), scaled(IntOrPercent::Int(0))), (3, 3));
        let split = |max_surge| Controller::ByPods { max_surge }.split(50, 5);
        assert_eq!(split(IntOrPercent::Percent(20)), Some(Split { canary: 3, total: 6 }));
        assert_eq!(split(IntOrPercent::Int(0)), Some(Split { canary: 3, total: 5 }));
    }
}
