//! In: an aborted Rollout and its known AnalysisRuns. Out: why it was aborted, or that the run with the reason has not
//! been seen yet.

use super::check_view::value;
use super::ending::Cause;
use super::observed::{AnalysisRun, Metric, RunPhase};
use super::stage::{place, stages};
use super::store::Store;
use super::threshold::Criterion;
use crate::runtime::rollout::Rollout;

/// What is known about a cause.
pub enum Evidence {
    /// It is known.
    Known(Cause),
    /// A run whose end has not been seen is responsible. Until then, this is the best explanation.
    Awaited(Cause),
}

/// Why a Rollout was aborted. `was_late` means that its pods did not become ready in time.
pub fn cause(store: &Store, rollout: &Rollout, message: &str, was_late: bool) -> Evidence {
    let in_words = || in_words(store, rollout, message, was_late);
    let canary = &rollout.status.canary;
    let named = [&canary.current_step_analysis_run_status, &canary.current_background_analysis_run_status];
    let to_blame = named.into_iter().flatten().find(|run| matches!(run.status.as_str(), "Failed" | "Error"));
    if let Some(reference) = to_blame {
        let run = store.runs.get(&reference.name).filter(|run| run.phase.is_final());
        return match run.and_then(|run| of_run(run, rollout)) {
            Some(cause) => Evidence::Known(cause),
            None => Evidence::Awaited(in_words()),
        };
    }
    let failed = |run: &&&AnalysisRun| matches!(run.phase, RunPhase::Failed | RunPhase::Error);
    let last = store.current_runs();
    match last.iter().rev().find(failed).and_then(|run| of_run(run, rollout)) {
        Some(cause) if message.contains("assessed") => Evidence::Known(cause),
        _ if message.contains("assessed") => Evidence::Awaited(in_words()),
        _ => match in_words() {
            // WaitReason for the problems of the pods, which were requested.
            cause @ Cause::Deadline(_) if store.pods.is_none() => Evidence::Awaited(cause),
            cause => Evidence::Known(cause),
        },
    }
}

/// What the controller's message says, if no run has more information.
fn in_words(store: &Store, rollout: &Rollout, message: &str, was_late: bool) -> Cause {
    let said = message.strip_prefix("RolloutAborted: ").unwrap_or(message);
    let reason = said.strip_prefix("Rollout aborted update to revision ").map(|rest| rest.split_once(": "));
    let set = rollout.status.current_pod_hash.as_ref().and_then(|hash| store.replica_set(hash));
    match reason {
        _ if was_late || said.contains("timed out progressing") => {
            Cause::Deadline(store.pods.as_ref().map(|(_, pods)| pods.clone()).unwrap_or_default())
        }
        // An abort by a person and an exceeded deadline have the same message.
        Some(None) if set.is_some_and(|set| set.ready < set.wanted) => {
            Cause::Other("the controller gives no reason, and the pods of the new version are not ready".to_owned())
        }
        Some(None) => Cause::Person,
        Some(Some((_, reason))) => Cause::Other(reason.to_owned()),
        None => Cause::Other(said.to_owned()),
    }
}

fn of_run(run: &AnalysisRun, rollout: &Rollout) -> Option<Cause> {
    let counted = || run.metrics.iter().filter(|metric| metric.counts);
    let failed = counted().find(|metric| metric.phase == RunPhase::Failed);
    match failed {
        Some(metric) => {
            let place = place(&stages(rollout), run.place);
            Some(bad(metric, &Criterion::of(rollout.plan.as_ref(), metric, place)))
        }
        None => match counted().find(|metric| metric.phase == RunPhase::Error) {
            Some(metric) => Some(unmeasured(metric)),
            // A run that could not even start has no metrics.
            None if !run.message.is_empty() => Some(Cause::Other(run.message.clone())),
            None => None,
        },
    }
}

fn bad(metric: &Metric, criterion: &Criterion) -> Cause {
    let last = metric.measurements.iter().rev().find(|measurement| measurement.phase == RunPhase::Failed);
    let at = last.and_then(|measurement| measurement.at);
    let check = metric.name.clone();
    if let Some(job) = last.and_then(|measurement| measurement.job.clone()) {
        return Cause::Job { check, job, at };
    }
    Cause::BadValue {
        check,
        value: last
            .filter(|_| !criterion.is_by_provider())
            .map(|measurement| value(measurement, criterion))
            .unwrap_or_default(),
        required: criterion.threshold.in_words(criterion.unit),
        failures: (metric.failed, metric.failure_limit),
        at,
    }
}

fn unmeasured(metric: &Metric) -> Cause {
    let last = metric.measurements.iter().rev().find(|measurement| measurement.phase == RunPhase::Error);
    let check = metric.name.clone();
    let at = last.and_then(|measurement| measurement.at);
    if let Some(job) = last.and_then(|measurement| measurement.job.clone()) {
        return Cause::Job { check, job, at };
    }
    let message = last.map(|measurement| measurement.message.clone()).filter(|message| !message.is_empty());
    Cause::Unmeasured {
        check,
        message: message.unwrap_or_else(|| metric.message.clone()),
        errors: (metric.errors, metric.error_limit),
        at,
    }
}
