//! In: the stages of a release without a router. Out: the pods that represent the weight of each. Without a router, the
//! share of pods is the share of traffic. The controller either adds one pod to the fleet or rounds, whichever is nearer.

use crate::lint::Subject;
use crate::plan::controller::Controller;
use crate::pods::Split;
use crate::policy::Sourced;
use crate::policy::stage::Stage;
use crate::policy::unread::Section;

/// How the fleet represents the weights of a release.
pub struct Shares<'a> {
    /// The number of pods.
    pub fleet: Sourced<u32>,
    /// The stages that set a weight.
    pub stages: Vec<Share<'a>>,
    controller: Controller,
    /// The largest number of pods; `None` when only the cluster knows it.
    most: Option<u32>,
}

/// How the fleet represents the weight of a stage.
pub struct Share<'a> {
    pub stage: &'a Stage,
    /// The weight, in whole percents.
    pub weight: u8,
    /// The pods that the controller runs for it.
    pub pods: Split,
    /// The stage before, if it has another weight and the same pods.
    pub same_as: Option<&'a Stage>,
}

impl<'a> Shares<'a> {
    /// `None` if a router splits requests, or if the number of pods is unknown.
    pub fn of(subject: &Subject<'a>) -> Option<Self> {
        let Subject { release, plan } = subject;
        if release.unread.has(Section::Router) || release.unread.has(Section::Rollout) {
            return None;
        }
        let fleet = plan.fleet.least.filter(|fleet| fleet.value > 0)?;
        let mut stages: Vec<Share<'a>> = Vec::new();
        for stage in release.canary().stages.iter().filter(|stage| stage.sets_weight) {
            let Some(weight) = stage.weight.value.whole() else { continue };
            let pods = plan.controller.split(weight, fleet.value)?;
            let before = stages.last().filter(|before| before.pods == pods && before.weight != weight);
            let same_as = before.map(|before| before.stage);
            stages.push(Share { stage, weight, pods, same_as });
        }
        Some(Self { fleet, stages, controller: plan.controller, most: plan.fleet.most })
    }

    /// Whether the number of pods never changes.
    pub fn is_fixed(&self) -> bool {
        self.most == Some(self.fleet.value)
    }

    /// Whether the largest fleet represents the weights of two stages by the same pods, too.
    pub fn is_same_in_every_fleet(&self, one: &Stage, other: &Stage) -> bool {
        let Some(most) = self.most else { return false };
        let pods = |stage: &Stage| self.controller.split(stage.weight.value.whole()?, most);
        pods(one) == pods(other)
    }

    /// The next weight above `weight` that other pods represent.
    pub fn next_weight(&self, weight: u8) -> Option<u8> {
        let pods = |weight| self.controller.split(weight, self.fleet.value);
        (weight..100).find(|next| pods(*next) != pods(weight))
    }
}

impl Share<'_> {
    /// The pods in words.
    pub fn counted(&self) -> String {
        format!("{} of {} pods", self.pods.canary, self.pods.total)
    }
}
