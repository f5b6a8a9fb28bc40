//! In: observations. Out: the newest version of each object of one release. Ignores an older version that arrives late.

use std::collections::{BTreeMap, BTreeSet};

use super::ending::Version;
use super::observed::{AnalysisRun, Observation, PodProblem, ReplicaSet, is_newer};
use crate::kubernetes::kinds::Kind;
use crate::runtime::rollout::Rollout;

const KINDS: [Kind; 3] = [Kind::Rollout, Kind::ReplicaSet, Kind::AnalysisRun];

/// The objects of one release.
#[derive(Debug, Default)]
pub struct Store {
    /// The Rollout.
    pub rollout: Option<Rollout>,
    /// Whether it was deleted.
    pub is_deleted: bool,
    /// Its ReplicaSets by name.
    pub replica_sets: BTreeMap<String, ReplicaSet>,
    /// Its AnalysisRuns by name.
    pub runs: BTreeMap<String, AnalysisRun>,
    /// The generation of the object that `workloadRef` names.
    pub workload: Option<i64>,
    /// The problems of a version's pods, with the hash of the version.
    pub pods: Option<(String, Vec<PodProblem>)>,
    listed: BTreeSet<Kind>,
}

impl Store {
    /// Stores an observation.
    pub fn apply(&mut self, observation: Observation) {
        match observation {
            Observation::Rollout(rollout) => {
                let is_known = self.rollout.as_ref().is_some_and(|known| {
                    known.uid == rollout.uid && !is_newer(&rollout.resource_version, &known.resource_version)
                });
                if !is_known {
                    self.is_deleted = false;
                    self.rollout = Some(*rollout);
                    self.forget_old_runs();
                }
            }
            Observation::ReplicaSet(set) => {
                let known = self.replica_sets.get(&set.name);
                if known.is_none_or(|known| is_newer(&set.resource_version, &known.resource_version)) {
                    self.replica_sets.insert(set.name.clone(), *set);
                }
            }
            Observation::Run(run) => {
                let known = self.runs.get(&run.name);
                if known.is_none_or(|known| is_newer(&run.resource_version, &known.resource_version))
                    && !self.is_old(&run)
                {
                    self.runs.insert(run.name.clone(), *run);
                }
            }
            Observation::Workload(generation) => self.workload = self.workload.max(Some(generation)),
            Observation::Pods(hash, pods) => self.pods = Some((hash, pods)),
            Observation::Deleted(Kind::Rollout, _) => self.is_deleted = self.rollout.is_some(),
            Observation::Deleted(Kind::ReplicaSet, name) => {
                self.replica_sets.remove(&name);
            }
            Observation::Deleted(Kind::AnalysisRun, name) => {
                self.runs.remove(&name);
            }
            Observation::Listed(kind, names) => {
                match kind {
                    Kind::Rollout => {
                        let name = self.rollout.as_ref().map(|rollout| &rollout.name);
                        self.is_deleted = self.is_deleted || name.is_some_and(|name| !names.contains(name));
                    }
                    Kind::ReplicaSet => self.replica_sets.retain(|name, _| names.contains(name)),
                    Kind::AnalysisRun => self.runs.retain(|name, _| names.contains(name)),
                    _ => {}
                }
                self.listed.insert(kind);
            }
            Observation::Deleted(..)
            | Observation::ConnectionLost(_)
            | Observation::ConnectionRestored
            | Observation::Tick => {}
        }
    }

    /// Whether every kind has been listed once.
    pub fn is_complete(&self) -> bool {
        KINDS.iter().all(|kind| self.listed.contains(kind))
    }

    /// The kinds that were never listed, with their known objects.
    pub fn unlisted(&self) -> Vec<(Kind, Vec<String>)> {
        let names = |kind: Kind| match kind {
            Kind::Rollout => self.rollout.iter().map(|rollout| rollout.name.clone()).collect(),
            Kind::ReplicaSet => self.replica_sets.keys().cloned().collect(),
            _ => self.runs.keys().cloned().collect(),
        };
        KINDS.into_iter().filter(|kind| !self.listed.contains(kind)).map(|kind| (kind, names(kind))).collect()
    }

    /// The pods of a version.
    pub fn replica_set(&self, hash: &str) -> Option<&ReplicaSet> {
        self.replica_sets.values().find(|set| set.hash == hash)
    }

    /// A version by its hash.
    pub fn version(&self, hash: &str) -> Version {
        let set = self.replica_set(hash);
        Version {
            revision: set.and_then(|set| set.revision),
            images: set.map(|set| set.images.clone()).unwrap_or_default(),
        }
    }

    /// The runs of the current release, in order of creation.
    pub fn current_runs(&self) -> Vec<&AnalysisRun> {
        let Some(rollout) = &self.rollout else { return Vec::new() };
        let mut runs: Vec<_> = self.runs.values().filter(|run| is_current(run, rollout)).collect();
        runs.sort_by(|one, other| (one.created, &one.name).cmp(&(other.created, &other.name)));
        runs
    }

    /// Forgets the runs of earlier releases, which nothing reads again.
    fn forget_old_runs(&mut self) {
        let Some(rollout) = &self.rollout else { return };
        self.runs.retain(|_, run| is_current(run, rollout) || !run.phase.is_final());
    }

    fn is_old(&self, run: &AnalysisRun) -> bool {
        run.phase.is_final() && self.rollout.as_ref().is_some_and(|rollout| is_older(run, rollout))
    }
}

fn is_current(run: &AnalysisRun, rollout: &Rollout) -> bool {
    match (run.revision, rollout.revision) {
        (Some(of_run), Some(now)) => of_run == now,
        _ => Some(&run.hash) == rollout.status.current_pod_hash.as_ref(),
    }
}

fn is_older(run: &AnalysisRun, rollout: &Rollout) -> bool {
    matches!((run.revision, rollout.revision), (Some(of_run), Some(now)) if of_run < now)
}
