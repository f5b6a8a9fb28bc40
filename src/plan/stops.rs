//! In: a release, its plan and one of its stages. Out: how long the stage may have a bad version before the release is
//! aborted.

use crate::plan::measurements::{WatchPhase, aborts_after};
use crate::plan::{Action, Plan, PlannedStage, Purpose, TemplateUse};
use crate::policy::check::{Check, OnFail};
use crate::policy::measure::MeasureKind;
use crate::policy::{CheckId, Release, StageId};
use crate::units::Duration;

/// The time from the start of a stage until a version that fails in all measurements of a check is aborted, at the
/// latest: the longest time of the checks. `None` if nothing aborts a version in this stage. What an existing template
/// tolerates is not known here.
pub fn stops_after(release: &Release, plan: &Plan, id: StageId) -> Option<Duration> {
    let planned = plan.staged().stages.get(id.0)?;
    let mut times: Vec<(CheckId, Duration)> = Vec::new();
    for (check, time) in by_watch(release, plan, id).into_iter().chain(by_gates(release, plan, planned)) {
        match times.iter_mut().find(|(known, _)| *known == check) {
            Some((_, known)) => *known = time.min(*known),
            None => times.push((check, time)),
        }
    }
    times.into_iter().map(|(_, time)| time).max()
}

/// Whether a failure of a check aborts, after a time that the policy says.
fn aborts(check: &Check) -> bool {
    check.on_fail.value == OnFail::Abort && !matches!(check.measure.kind, MeasureKind::Template { .. })
}

/// The times of the watch.
fn by_watch(release: &Release, plan: &Plan, stage: StageId) -> Vec<(CheckId, Duration)> {
    let Some(watch) = plan.staged().watch.as_ref().filter(|watch| watch.from.0 <= stage.0) else {
        return Vec::new();
    };
    let phase = WatchPhase::of(stage, watch.from);
    let Some(template) = plan.template(watch.usage.template) else { return Vec::new() };
    let time = |id: CheckId| Some((id, aborts_after(release.check(id).filter(|check| aborts(check))?, phase)?));
    template.measurements.iter().filter_map(|measurement| time(measurement.check)).collect()
}

/// The times of the stage's gates.
fn by_gates(release: &Release, plan: &Plan, stage: &PlannedStage) -> Vec<(CheckId, Duration)> {
    let steps = plan.staged().steps.get(stage.steps.clone()).unwrap_or_default();
    let (mut elapsed, mut times) = (Duration::ZERO, Vec::new());
    for step in steps {
        match &step.action {
            Action::Pause(pause) => elapsed = elapsed.checked_add(*pause).unwrap_or(elapsed),
            Action::Analyse(usage) => {
                for (id, first) in measured(plan, usage) {
                    let Some(check) = release.check(id).filter(|check| aborts(check)) else { continue };
                    let interval = check.interval.as_ref().map_or(Duration::ZERO, |interval| interval.value);
                    let bad = interval.checked_mul(u64::from(check.failure_limit.value));
                    let time = bad.and_then(|bad| elapsed.checked_add(first)?.checked_add(bad));
                    times.extend(time.map(|time| (id, time)));
                }
            }
            _ => {}
        }
    }
    times
}

/// The checks of a gate, and the delay of the first measurement of each.
fn measured<'a>(plan: &'a Plan, usage: &'a TemplateUse) -> impl Iterator<Item = (CheckId, Duration)> + 'a {
    let template = plan.template(usage.template).filter(|template| template.purpose == Purpose::Gate);
    let measurements = template.into_iter().flat_map(|template| &template.measurements);
    measurements
        .zip(&usage.initial_delays)
        .map(|(measurement, delay)| (measurement.check, delay.unwrap_or(Duration::ZERO)))
}
