//! In: the objects of one release. Out: answers to the questions of a tracker and a view about them.

use jiff::Timestamp;

use super::check_view::{CheckView, Outcome, check_view, outcome, value};
use super::ending::{Version, WaitReason};
use super::observed::{AnalysisRun, Measurement, Metric, PodProblem, ReplicaSet, RunPhase, RunPlace};
use super::stage::{self, Activity, Place, Stage, stage_of};
use super::store::Store;
use super::threshold::{Criterion, Threshold};
use crate::runtime::rollout::{PauseReason, PlannedCheck, Rollout, RunReference};

/// The objects of a release whose Rollout is known.
pub struct Release<'a> {
    /// The objects.
    pub store: &'a Store,
    /// The Rollout.
    pub rollout: &'a Rollout,
    /// Its stages.
    pub stages: Vec<Stage>,
}

/// The share of the new version, in percent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weight {
    /// The desired weight at this step.
    pub wanted: Option<f64>,
    /// The actual weight.
    pub actual: Option<f64>,
    /// Whether a router splits the requests. Without one, the share of pods is the weight.
    pub is_routed: bool,
}

/// Whether the release waits until a person decides.
pub enum Waiting {
    /// It does not wait.
    No,
    /// It waits, for this reason.
    Known(WaitReason),
    /// It waits, but the run with the reason has not been seen yet.
    Awaited(WaitReason),
}

/// Since when a stage is held, and the checks that hold it: name, value, and threshold.
type Held = (Option<Timestamp>, Vec<(String, String, Option<String>)>);

/// A hash that the controller has set.
fn set(hash: Option<&String>) -> Option<&str> {
    hash.map(String::as_str).filter(|hash| !hash.is_empty())
}

impl<'a> Release<'a> {
    /// From the known objects. `None` without a Rollout.
    pub fn of(store: &'a Store) -> Option<Self> {
        let rollout = store.rollout.as_ref()?;
        Some(Self { store, rollout, stages: stage::stages(rollout) })
    }

    /// The hash of the newest version.
    pub fn hash(&self) -> &'a str {
        set(self.rollout.status.current_pod_hash.as_ref()).unwrap_or_default()
    }

    /// The hash of the stable version; `None` before there is one.
    pub fn stable_hash(&self) -> Option<&'a str> {
        set(self.rollout.status.stable_hash.as_ref())
    }

    /// Whether the controller has observed the newest specification, including that of the object that `workloadRef`
    /// names.
    pub fn is_observed(&self) -> bool {
        self.rollout.has_observed(self.store.workload)
    }

    /// Whether this is the very first version.
    pub fn is_first(&self) -> bool {
        self.stable_hash().is_none()
    }

    /// Whether the newest version is the stable one.
    pub fn is_at_stable(&self) -> bool {
        self.stable_hash() == Some(self.hash())
    }

    /// Whether the release was aborted.
    pub fn is_aborted(&self) -> bool {
        self.rollout.status.abort || self.rollout.standing().message.starts_with("RolloutAborted")
    }

    /// Whether a new version is on its way through the stages.
    pub fn is_in_flight(&self) -> bool {
        !self.is_first() && !self.is_at_stable() && !self.is_aborted() && !self.hash().is_empty()
    }

    /// The current step.
    pub fn index(&self) -> usize {
        self.rollout.status.current_step_index.unwrap_or(self.rollout.steps().len())
    }

    /// The current stage; `None` after the last.
    pub fn stage(&self) -> Option<usize> {
        stage_of(&self.stages, self.index())
    }

    /// The activity of the current step.
    pub fn activity(&self) -> Option<Activity> {
        let index = self.index();
        let is_hold = stage::is_hold(&self.stages, RunPlace::Step(index));
        self.rollout.steps().get(index).map(|step| stage::activity(step, is_hold))
    }

    /// The version with a hash.
    pub fn version(&self, hash: &str) -> Version {
        let version = self.store.version(hash);
        // The Rollout's own revision is known before its ReplicaSet is seen.
        let of_rollout = self.rollout.revision.filter(|_| hash == self.hash());
        Version { revision: version.revision.or(of_rollout), ..version }
    }

    /// The pods of the newest version.
    pub fn canary_set(&self) -> Option<&'a ReplicaSet> {
        self.store.replica_set(self.hash())
    }

    /// The pods of the stable version.
    pub fn stable_set(&self) -> Option<&'a ReplicaSet> {
        self.store.replica_set(self.stable_hash()?)
    }

    /// The problems of the pods of the newest version; `None` when the pods have not been checked.
    pub fn pods(&self) -> Option<&'a [PodProblem]> {
        let (hash, pods) = self.store.pods.as_ref()?;
        (hash == self.hash()).then_some(pods.as_slice())
    }

    /// Whether a router splits the requests.
    pub fn is_routed(&self) -> bool {
        let routing = &self.rollout.spec["strategy"]["canary"]["trafficRouting"];
        routing.as_object().is_some_and(|routing| !routing.is_empty())
    }

    /// The weight of the new version.
    pub fn weight(&self) -> Weight {
        let is_routed = self.is_routed();
        if !self.is_in_flight() && !self.is_aborted() {
            return Weight { wanted: Some(100.0), actual: Some(100.0), is_routed };
        }
        let wanted = if self.is_aborted() {
            Some(0.0)
        } else {
            stage::wanted_weight(self.rollout.steps(), self.index()).or(is_routed.then_some(0.0))
        };
        let actual = if is_routed {
            let weights = self.rollout.status.canary.weights.as_ref();
            Some(weights.map_or(0.0, |weights| weights.canary.weight as f64))
        } else {
            let all: i64 = self.store.replica_sets.values().map(|set| set.available).sum();
            let canary = self.canary_set().map_or(0, |set| set.available);
            (all > 0).then(|| 100.0 * canary as f64 / all as f64)
        };
        Weight { wanted, actual, is_routed }
    }

    /// After the end: whether the routes have been reset.
    pub fn is_switched(&self) -> bool {
        self.rollout.status.canary.weights.as_ref().is_none_or(|weights| weights.canary.weight == 0)
    }

    /// The start of the current timed pause, and its end.
    pub fn timed_pause(&self) -> Option<(String, Timestamp)> {
        let pause = self.rollout.status.pause_conditions.first()?;
        let Some(Activity::Pause(duration)) = self.activity() else { return None };
        if pause.reason != PauseReason::CanaryPauseStep {
            return None;
        }
        let start = pause.start_time.clone()?;
        let begun: Timestamp = start.parse().ok()?;
        Some((start, begun.checked_add(duration).ok()?))
    }

    /// Whether the release waits until a person decides.
    pub fn waits(&self) -> Waiting {
        let stage = || self.stage().map(|index| self.stages[index].name.clone()).unwrap_or_default();
        if self.rollout.is_paused_manually() {
            return Waiting::Known(WaitReason::PausedManually);
        }
        let Some(pause) = self.rollout.status.pause_conditions.first() else {
            return self.held().map_or(Waiting::No, |(since, checks)| {
                Waiting::Known(WaitReason::Held { stage: stage(), since, checks })
            });
        };
        match &pause.reason {
            PauseReason::CanaryPauseStep => match self.activity() {
                Some(Activity::Pause(_)) => Waiting::No,
                _ => Waiting::Known(WaitReason::Promotion { stage: stage() }),
            },
            PauseReason::InconclusiveAnalysisRun => match self.unclear() {
                Some(checks) => Waiting::Known(WaitReason::Inconclusive { stage: stage(), checks }),
                None => Waiting::Awaited(WaitReason::Inconclusive { stage: stage(), checks: Vec::new() }),
            },
            PauseReason::BlueGreenPause if self.promotes_itself() => Waiting::No,
            reason => Waiting::Known(WaitReason::Other(reason.name().to_owned())),
        }
    }

    /// Since when the analysis of the current step has been running, and the checks that keep it running although nothing
    /// will end it soon.
    fn held(&self) -> Option<Held> {
        let status = &self.rollout.status.canary;
        let run = |reference: &Option<RunReference>| self.store.runs.get(&reference.as_ref()?.name);
        let inline = run(&status.current_step_analysis_run_status)
            .filter(|run| run.phase == RunPhase::Running && run.place == RunPlace::Step(self.index()))?;
        let watch = run(&status.current_background_analysis_run_status);
        // While the watch fails too, the controller decides before a person does.
        let fails = |name: &str| {
            let metric = watch.and_then(|watch| watch.metrics.iter().find(|metric| metric.name == name));
            metric.is_some_and(|metric| metric.measurements.last().is_some_and(|last| last.phase == RunPhase::Failed))
        };
        let mut checks = Vec::new();
        for metric in inline.metrics.iter().filter(|metric| metric.phase == RunPhase::Running && !fails(&metric.name)) {
            let criterion = self.criterion(inline, metric);
            let pauses = self.rollout.plan.as_ref().and_then(|plan| plan.checks.get(&metric.name));
            let pauses = pauses.is_some_and(PlannedCheck::pauses);
            let waits = |measurement: &Measurement| match outcome(measurement, metric, &criterion) {
                Outcome::NoData => measurement.phase != RunPhase::Successful,
                Outcome::Inconclusive => true,
                Outcome::Bad => pauses,
                Outcome::Good | Outcome::Error => false,
            };
            // One measurement without data is often only early.
            let mut last = metric.measurements.iter().rev();
            let (Some(newest), Some(before)) = (last.next(), last.next()) else { continue };
            if waits(newest) && waits(before) {
                checks.push((
                    metric.name.clone(),
                    value(newest, &criterion),
                    criterion.threshold.in_words(criterion.unit),
                ));
            }
        }
        (!checks.is_empty()).then_some((inline.created, checks))
    }

    fn promotes_itself(&self) -> bool {
        let seconds = &self.rollout.spec["strategy"]["blueGreen"]["autoPromotionSeconds"];
        seconds.as_i64().is_some_and(|seconds| seconds > 0)
    }

    /// The checks without a clear result.
    fn unclear(&self) -> Option<Vec<(String, String, Option<String>)>> {
        let runs = self.store.current_runs();
        let run = runs.into_iter().rev().find(|run| run.phase == RunPhase::Inconclusive)?;
        let mut checks = Vec::new();
        for metric in run.metrics.iter().filter(|metric| metric.phase == RunPhase::Inconclusive) {
            let criterion = self.criterion(run, metric);
            let value =
                metric.measurements.last().map(|measurement| value(measurement, &criterion)).unwrap_or_default();
            checks.push((metric.name.clone(), value, criterion.threshold.in_words(criterion.unit)));
        }
        Some(checks)
    }

    /// The place of a run in the release.
    pub fn place(&self, run: &AnalysisRun) -> Place {
        stage::place(&self.stages, run.place)
    }

    /// How the values of a metric of a run are judged.
    pub fn criterion(&self, run: &AnalysisRun, metric: &Metric) -> Criterion {
        Criterion::of(self.rollout.plan.as_ref(), metric, self.place(run))
    }

    /// The current checks: those in the background, and those of the current stage.
    pub fn checks(&self) -> Vec<CheckView> {
        let canary = &self.rollout.status.canary;
        let named = [&canary.current_background_analysis_run_status, &canary.current_step_analysis_run_status];
        let runs = named.into_iter().flatten().filter_map(|run| self.store.runs.get(&run.name));
        runs.flat_map(|run| self.of_run(run)).collect()
    }

    fn of_run(&self, run: &AnalysisRun) -> Vec<CheckView> {
        let checks = run.metrics.iter();
        checks.map(|metric| check_view(metric, self.place(run), &self.criterion(run, metric))).collect()
    }
}

impl AnalysisRun {
    /// Its checks, in a form for people.
    pub fn checks(&self, rollout: &Rollout) -> Vec<CheckView> {
        let place = stage::place(&stage::stages(rollout), self.place);
        let check = |metric: &Metric| {
            let criterion = Criterion::of(rollout.plan.as_ref(), metric, place);
            if self.revision == rollout.revision || criterion.is_by_provider() {
                return check_view(metric, place, &criterion);
            }
            // The policy of another revision may have had other thresholds.
            check_view(metric, place, &Criterion { threshold: Threshold::Unknown, ..criterion })
        };
        self.metrics.iter().map(check).collect()
    }

    /// The Jobs that it has started.
    pub fn jobs(&self) -> Vec<String> {
        self.metrics
            .iter()
            .flat_map(|metric| &metric.measurements)
            .filter_map(|measurement| measurement.job.clone())
            .collect()
    }
}
