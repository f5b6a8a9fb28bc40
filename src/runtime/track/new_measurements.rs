//! In: the AnalysisRuns of a release, and the measurements that were reported. Out: the new measurements.

use jiff::Timestamp;

use super::check_view::{Outcome, left, outcome, value};
use super::event::EventKind;
use super::memory::ReportedMeasurements;
use super::observed::{AnalysisRun, Metric, RunPhase, RunPlace};
use super::release::Release;
use super::stage::{Place, StageAt, stage_of};

/// Reports what is new in the runs of a release. The first comparison only records it.
pub fn report(release: &Release<'_>, known: &mut ReportedMeasurements, is_first: bool, events: &mut Vec<EventKind>) {
    let store = release.store;
    known.last.retain(|(run, _), _| store.runs.contains_key(run));
    known.passed.retain(|run| store.runs.contains_key(run));
    for run in store.current_runs() {
        let mut new = Vec::new();
        for metric in &run.metrics {
            report_metric(release, run, metric, known, &mut new);
        }
        // Several metrics of one run, in order of time.
        new.sort_by_key(|(at, _)| *at);
        if !is_first {
            events.extend(new.into_iter().map(|(_, kind)| kind));
        }
        report_gate(release, run, known, is_first, events);
    }
}

fn report_metric(
    release: &Release<'_>,
    run: &AnalysisRun,
    metric: &Metric,
    known: &mut ReportedMeasurements,
    new: &mut Vec<(Option<Timestamp>, EventKind)>,
) {
    let key = (run.name.clone(), metric.name.clone());
    let criterion = release.criterion(run, metric);
    let (reported, mut before) = known.last.get(&key).copied().unwrap_or_default();
    // The controller counts all measurements, but keeps only the last ones.
    let fresh = usize::try_from(metric.total - reported).unwrap_or(0).min(metric.measurements.len());
    for measurement in &metric.measurements[metric.measurements.len() - fresh..] {
        let outcome = outcome(measurement, metric, &criterion);
        let is_same = before == Some(outcome) && matches!(outcome, Outcome::Good | Outcome::NoData);
        // The run itself reports that a hold has ended.
        let is_reported = outcome == Outcome::Good && release.place(run) == Place::Hold;
        new.push((
            measurement.at,
            EventKind::Measured {
                check: metric.name.clone(),
                outcome,
                value: value(measurement, &criterion),
                raw: measurement.value.clone(),
                message: measurement.message.clone(),
                threshold: criterion.threshold.shown(criterion.unit),
                left: left(metric),
                measured_at: measurement.at,
                is_news: !is_same && !is_reported,
            },
        ));
        before = Some(outcome);
    }
    known.last.insert(key, (metric.total.max(reported), before));
}

fn report_gate(
    release: &Release<'_>,
    run: &AnalysisRun,
    known: &mut ReportedMeasurements,
    is_first: bool,
    events: &mut Vec<EventKind>,
) {
    let RunPlace::Step(step) = run.place else { return };
    if run.phase != RunPhase::Successful || run.terminated || !known.passed.insert(run.name.clone()) || is_first {
        return;
    }
    events.push(EventKind::GatePassed {
        stage: stage_of(&release.stages, step).map(|index| StageAt::of(&release.stages, index)),
        checks: run.metrics.iter().map(|metric| metric.name.clone()).collect(),
        data: release.place(run) == Place::Hold,
    });
}
