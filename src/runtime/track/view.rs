//! A snapshot of a release for people. It contains times instead of durations, because only a renderer knows the
//! current time.

use jiff::{SignedDuration, Timestamp};

use super::check_view::CheckView;
use super::ending::{Ending, Version, WaitReason};
use super::observed::ReplicaSet;
use super::release::{Release, Weight};
use super::stage::{self, Activity};
use super::tracker::Tracker;
use crate::runtime::rollout::Phase;

/// The visible state of a release.
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
    /// The current stage: its index in `stages`.
    pub now: Option<usize>,
    /// The stage in which it was aborted: its index in `stages`.
    pub aborted_at: Option<usize>,
    /// The current step, and the number of steps.
    pub step: Option<(usize, usize)>,
    /// What that step does.
    pub activity: Option<Activity>,
    /// When it entered the stage; `None` if that was not seen.
    pub since: Option<Timestamp>,
    /// The end of the current pause.
    pub until: Option<Timestamp>,
    /// The minimum total duration of the later pauses.
    pub pauses_left: Option<SignedDuration>,
    /// The weight of the new version.
    pub weight: Weight,
    /// The new version's pods; `None` when no release is in flight.
    pub canary: Option<Pods>,
    /// The stable version's pods; `None` before the first is stable.
    pub stable: Option<Pods>,
    /// The checks.
    pub checks: Vec<CheckView>,
    /// Why it waits, if it waits for a person.
    pub waits: Option<WaitReason>,
    /// When the API server stopped answering, and why.
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

/// The pods of a version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pods {
    /// The version.
    pub version: Version,
    /// Desired number of pods.
    pub wanted: i64,
    /// Number of ready pods.
    pub ready: i64,
}

impl Tracker {
    /// The current view; `None` before the Rollout was seen.
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
            aborted_at: self
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
            checks: if is_under_way { release.checks() } else { Vec::new() },
            waits: self.memory.waits.clone(),
            lost: self.lost.clone(),
            ending: self.memory.ending.clone(),
            created: rollout.created,
        })
    }
}
