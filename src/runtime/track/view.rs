//! A release at one moment, for eyes. It holds times and no durations: a renderer knows what time it is.

use jiff::{SignedDuration, Timestamp};

use super::ending::{Ending, Version, Waits};
use super::measurement::Measurement;
use super::observed::ReplicaSet;
use super::release::Release;
use super::stage::{self, Activity};
use super::tracker::Tracker;
use crate::runtime::rollout::Phase;

/// What there is to see of a release.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The namespace.
    pub namespace: String,
    /// The Rollout.
    pub name: String,
    /// The environment of its policy.
    pub environment: Option<String>,
    /// The phase that the controller reports.
    pub phase: Phase,
    /// Its reason, in the controller's words.
    pub message: String,
    /// The stages in order.
    pub stages: Vec<StageView>,
    /// The stage at hand: its place in `stages`.
    pub now: Option<usize>,
    /// The stage in which it was aborted: its place in `stages`.
    pub fell: Option<usize>,
    /// The step at hand, and how many there are.
    pub step: Option<(usize, usize)>,
    /// What is done at that step.
    pub activity: Option<Activity>,
    /// Since when it has been in the stage; `None` if nobody saw it enter.
    pub since: Option<Timestamp>,
    /// Until when it holds.
    pub until: Option<Timestamp>,
    /// How long the pauses after this one take at least.
    pub pauses_left: Option<SignedDuration>,
    /// The weight of the new version.
    pub weight: Weight,
    /// The new version's pods; `None` when nothing is under way.
    pub canary: Option<Pods>,
    /// The stable version's pods; `None` before the first is stable.
    pub stable: Option<Pods>,
    /// The checks.
    pub measurements: Vec<Measurement>,
    /// Why it stands, if it stands until a person decides.
    pub waits: Option<Waits>,
    /// Since when the API server has not answered, and why.
    pub lost: Option<(Timestamp, String)>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// When the Rollout was created.
    pub created: Option<Timestamp>,
}

/// A stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageView {
    /// Its name.
    pub name: String,
    /// Its weight, in percent.
    pub weight: Option<f64>,
    /// Percent of all requests that may reach the new version.
    pub exposure: Option<f64>,
    /// Its audiences.
    pub audiences: Vec<String>,
}

/// The share of the new version, in percent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weight {
    /// What is wanted at this step.
    pub wanted: Option<f64>,
    /// What there is.
    pub actual: Option<f64>,
    /// Is there a router that splits the requests? Else the share of the pods is the weight.
    pub is_routed: bool,
}

/// The pods of a version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pods {
    /// The version.
    pub version: Version,
    /// Pods that there are to be.
    pub wanted: i64,
    /// Pods that are ready.
    pub ready: i64,
}

impl Tracker {
    /// What there is to see now; `None` before the Rollout was seen.
    pub fn view(&self) -> Option<View> {
        let release = Release::of(&self.store)?;
        let rollout = release.rollout;
        let standing = rollout.standing();
        let is_in_flight = release.is_in_flight();
        let is_under_way = is_in_flight || release.is_first() || release.is_aborted();
        let steps = rollout.steps();
        let pods = |set: Option<&ReplicaSet>, hash: &str| {
            let set = set?;
            Some(Pods { version: release.version(hash), wanted: set.wanted, ready: set.ready })
        };
        let stages = release.stages.iter().map(|stage| StageView {
            name: stage.name.clone(),
            weight: stage.weight,
            exposure: stage.exposure,
            audiences: stage.audiences.clone(),
        });
        Some(View {
            namespace: rollout.namespace.clone(),
            name: rollout.name.clone(),
            environment: rollout.plan.as_ref().and_then(|plan| plan.environment.clone()),
            phase: standing.phase,
            message: standing.message,
            stages: stages.collect(),
            now: release.stage().filter(|_| is_in_flight),
            fell: self
                .memory
                .traffic
                .as_ref()
                .filter(|_| release.is_aborted())
                .and_then(|traffic| release.stages.iter().position(|stage| stage.name == traffic.stage)),
            step: is_in_flight.then(|| (release.index().min(steps.len()), steps.len())),
            activity: release.activity().filter(|_| is_in_flight),
            since: self.memory.since.filter(|_| is_in_flight),
            until: release.timed_pause().map(|(_, until)| until),
            pauses_left: is_in_flight.then(|| stage::pauses_after(steps, release.index())),
            weight: release.weight(),
            canary: is_under_way.then(|| pods(release.canary_set(), release.hash())).flatten(),
            stable: release.stable_hash().and_then(|hash| pods(release.stable_set(), hash)),
            measurements: if is_under_way { release.measurements() } else { Vec::new() },
            waits: self.memory.waits.clone(),
            lost: self.lost.clone(),
            ending: self.memory.ending.clone(),
            created: rollout.created,
        })
    }
}
