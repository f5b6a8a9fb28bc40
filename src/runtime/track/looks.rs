//! In: the AnalysisRuns of a release, and the measurements that were reported. Out: the new measurements.

use jiff::Timestamp;

use super::happening::What;
use super::measurement::{Outcome, left, outcome, value};
use super::memory::Looks;
use super::observed::{AnalysisRun, Metric, RunPhase, RunPlace};
use super::release::Release;
use super::stage::{Place, stage_of};
use super::tracker::at;

/// Reports what is new in the runs of a release. If `tell` is false, only records it.
pub fn look(release: &Release<'_>, known: &mut Looks, tell: bool, said: &mut Vec<What>) {
    let store = release.store;
    known.last.retain(|(run, _), _| store.runs.contains_key(run));
    known.passed.retain(|run| store.runs.contains_key(run));
    for run in store.current_runs() {
        let mut new = Vec::new();
        for metric in &run.metrics {
            look_at(release, run, metric, known, &mut new);
        }
        // Several metrics of one run, in order of time.
        new.sort_by_key(|(at, _)| *at);
        if tell {
            said.extend(new.into_iter().map(|(_, what)| what));
        }
        look_at_gate(release, run, known, tell, said);
    }
}

fn look_at(
    release: &Release<'_>,
    run: &AnalysisRun,
    metric: &Metric,
    known: &mut Looks,
    new: &mut Vec<(Option<Timestamp>, What)>,
) {
    let key = (run.name.clone(), metric.name.clone());
    let criterion = release.criterion(run, metric);
    let (told, mut before) = known.last.get(&key).copied().unwrap_or_default();
    // The controller counts all measurements, but keeps only the last ones.
    let fresh = usize::try_from(metric.total - told).unwrap_or(0).min(metric.looks.len());
    for look in &metric.looks[metric.looks.len() - fresh..] {
        let outcome = outcome(look, &criterion);
        let is_same = before == Some(outcome) && matches!(outcome, Outcome::Good | Outcome::NoData);
        // The run itself reports that there is data.
        let is_told = outcome == Outcome::Good && release.place(run) == Place::Hold;
        new.push((
            look.at,
            What::Looked {
                check: metric.name.clone(),
                outcome,
                value: value(look, &criterion),
                raw: look.value.clone(),
                message: look.message.clone(),
                threshold: criterion.threshold.shown(criterion.unit),
                left: left(metric),
                looked: look.at,
                is_news: !is_same && !is_told,
            },
        ));
        before = Some(outcome);
    }
    known.last.insert(key, (metric.total.max(told), before));
}

fn look_at_gate(release: &Release<'_>, run: &AnalysisRun, known: &mut Looks, tell: bool, said: &mut Vec<What>) {
    let RunPlace::Step(step) = run.place else { return };
    if run.phase != RunPhase::Successful || run.terminated || !known.passed.insert(run.name.clone()) || !tell {
        return;
    }
    said.push(What::GatePassed {
        stage: stage_of(&release.stages, step).map(|index| at(&release.stages, index)),
        checks: run.metrics.iter().map(|metric| metric.name.clone()).collect(),
        data: release.place(run) == Place::Hold,
    });
}
