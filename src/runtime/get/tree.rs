//! In: a Rollout, its ReplicaSets, AnalysisRuns and pods. Out: the tree of its revisions, the newest first.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::pod::Pod;
use crate::kubernetes::kinds::Kind;
use crate::runtime::rollout::Rollout;
use crate::runtime::track::{
    AnalysisRun, CheckView, Observation, Options, ReplicaSet, RunPhase, RunPlace, Tracker, View,
};

/// A release with all its objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Its status.
    pub view: View,
    /// Its revisions, the newest first.
    pub revisions: Vec<Revision>,
}

/// A revision of the workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its number; `None` for a ReplicaSet that the controller has not numbered.
    pub number: Option<u64>,
    /// Its role in the release.
    pub mark: Mark,
    /// Its ReplicaSet.
    pub replicas: Vec<Replicas>,
    /// Its AnalysisRuns, the oldest first.
    pub runs: Vec<Run>,
}

/// The role of a revision in the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The new version, in flight.
    New,
    /// The version that receives the requests.
    Stable,
    /// A former version.
    Former,
}

/// A ReplicaSet and its pods.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicas {
    /// The ReplicaSet.
    pub set: ReplicaSet,
    /// Its pods by name.
    pub pods: Vec<Pod>,
}

/// An AnalysisRun.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its name.
    pub name: String,
    /// `watch`, or the stage of its gate: `gate of 25%`, `hold of half`.
    pub place: String,
    /// Its phase.
    pub phase: RunPhase,
    /// The reason for the phase.
    pub message: String,
    /// Its checks.
    pub checks: Vec<CheckView>,
    /// The Jobs that it has started.
    pub jobs: Vec<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
}

impl Tree {
    /// Combines the objects of one release.
    pub fn of(
        rollout: Rollout,
        sets: Vec<ReplicaSet>,
        runs: Vec<AnalysisRun>,
        pods: Vec<Pod>,
        now: Timestamp,
    ) -> Option<Self> {
        let mut tracker = Tracker::new(Options { one_of_many: true, ..Options::default() });
        let names = |names: Vec<&String>| names.into_iter().cloned().collect();
        let lists = [
            Observation::Listed(Kind::Rollout, vec![rollout.name.clone()]),
            Observation::Listed(Kind::ReplicaSet, names(sets.iter().map(|set| &set.name).collect())),
            Observation::Listed(Kind::AnalysisRun, names(runs.iter().map(|run| &run.name).collect())),
        ];
        let objects = sets.iter().cloned().map(|set| Observation::ReplicaSet(Box::new(set)));
        let objects = objects.chain(runs.iter().cloned().map(|run| Observation::Run(Box::new(run))));
        let rollout_event = Observation::Rollout(Box::new(rollout.clone()));
        for event in std::iter::once(rollout_event).chain(objects).chain(lists) {
            tracker.apply(event, now);
        }
        let view = tracker.view()?;
        let mut revisions: BTreeMap<Option<u64>, Revision> = BTreeMap::new();
        let status = &rollout.status;
        for set in sets {
            let is_stable = status.stable_hash.as_ref() == Some(&set.hash);
            let is_newest = status.current_pod_hash.as_ref() == Some(&set.hash);
            let mark = match (is_stable, is_newest) {
                (true, _) => Mark::Stable,
                (false, true) => Mark::New,
                _ => Mark::Former,
            };
            let mut own: Vec<Pod> = pods.iter().filter(|pod| pod.owner == set.name).cloned().collect();
            own.sort_by(|one, other| one.name.cmp(&other.name));
            let revision = revisions.entry(set.revision).or_insert_with(|| Revision::new(set.revision));
            if mark != Mark::Former {
                revision.mark = mark;
            }
            revision.replicas.push(Replicas { set, pods: own });
        }
        for run in runs {
            let revision = revisions.entry(run.revision).or_insert_with(|| Revision::new(run.revision));
            revision.runs.push(Run::of(&run, &rollout));
        }
        for revision in revisions.values_mut() {
            revision.runs.sort_by(|one, other| (one.created, &one.name).cmp(&(other.created, &other.name)));
            revision.replicas.sort_by(|one, other| one.set.name.cmp(&other.set.name));
        }
        Some(Self { view, revisions: revisions.into_values().rev().collect() })
    }
}

impl Revision {
    const fn new(number: Option<u64>) -> Self {
        Self { number, mark: Mark::Former, replicas: Vec::new(), runs: Vec::new() }
    }
}

impl Run {
    fn of(run: &AnalysisRun, rollout: &Rollout) -> Self {
        let stage = |step: usize| {
            let stage = rollout.plan.as_ref().and_then(|plan| plan.stages.get(plan.stage_of(step)?));
            // Another revision may have had other steps.
            let is_of_now = run.revision == rollout.revision;
            match stage.filter(|_| is_of_now) {
                Some(stage) if stage.hold == Some(step) => format!("hold of {}", stage.name),
                Some(stage) => format!("gate of {}", stage.name),
                None => format!("step {}", step + 1),
            }
        };
        let place = match run.place {
            RunPlace::Background => "watch".to_owned(),
            RunPlace::Step(step) => stage(step),
            RunPlace::Other => "other".to_owned(),
        };
        Self {
            name: run.name.clone(),
            place,
            phase: run.phase,
            message: run.message.clone(),
            checks: run.checks(rollout),
            jobs: run.jobs(),
            created: run.created,
        }
    }
}
