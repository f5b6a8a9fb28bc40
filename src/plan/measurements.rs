//! In: checks and the place where they apply. Out: what the place measures, and the delay before each first measurement.

use crate::manifest::Origin;
use crate::policy::check::{Check, NoData, OnFail};
use crate::policy::stage::{GateTime, Stage, Watch};
use crate::policy::{CheckId, Release, Sourced, StageId};
use crate::units::Duration;

/// A check that a place measures.
#[derive(Clone, Copy)]
pub(super) struct Measured {
    pub check: CheckId,
    pub origin: Origin,
    pub initial_delay: Option<Duration>,
    pub holds_elsewhere: bool,
}

/// The delay of the first measurement while the traffic has not settled: as written, otherwise the window.
pub fn settling(check: &Check) -> Duration {
    let said = check.initial_delay.as_ref().map(|delay| delay.value);
    said.or_else(|| check.measure.kind.window().map(|window| window.value)).unwrap_or(Duration::ZERO)
}

fn some(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}

/// Whether a stage may end with a hold for a check. A measure that judges by itself has none, and neither has a check
/// without consequences.
pub fn can_hold(check: &Check) -> bool {
    check.measure.answer.is_some() && matches!(check.on_fail.value, OnFail::Abort | OnFail::Pause)
}

/// Where a stage lies in the reach of the watch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WatchPhase {
    /// The watch starts in the stage: the first measurement follows the initial delay.
    Starting,
    /// The watch runs already: the first measurement follows at some time within an interval.
    Running,
}

impl WatchPhase {
    /// The phase in a stage, of which the watch starts at `from`.
    pub fn of(stage: StageId, from: StageId) -> Self {
        if stage == from { Self::Starting } else { Self::Running }
    }
}

/// Whether a stage with this pause ends with a hold for a check: because no data or a bad value holds, or because the
/// stage could otherwise end before the watch aborts a bad version.
fn holds_for(check: &Check, phase: WatchPhase, pause: Duration) -> bool {
    let no_data = check.no_data.as_ref().map(|no_data| no_data.value);
    let pauses = no_data == Some(NoData::Pause) || check.on_fail.value == OnFail::Pause;
    can_hold(check) && (pauses || aborts_after(check, phase).is_none_or(|after| after >= pause))
}

/// The longest time from the start of a stage until the watch aborts a version of which every measurement is bad; `None`
/// if that is never.
pub fn aborts_after(check: &Check, phase: WatchPhase) -> Option<Duration> {
    let interval = check.interval.as_ref().map_or(Duration::ZERO, |interval| interval.value);
    let first = match phase {
        WatchPhase::Starting => settling(check),
        WatchPhase::Running => interval,
    };
    first.checked_add(interval.checked_mul(u64::from(check.failure_limit.value))?)
}

fn pause_of(stage: &Stage) -> Duration {
    stage.pause.as_ref().map_or(Duration::ZERO, |pause| pause.value)
}

fn distinct(checks: impl Iterator<Item = Sourced<CheckId>>) -> Vec<Sourced<CheckId>> {
    let mut seen: Vec<Sourced<CheckId>> = Vec::new();
    for check in checks {
        if !seen.contains(&check) {
            seen.push(check);
        }
    }
    seen
}

/// The gates at the start or at the end of a stage, together.
pub(super) fn gates(release: &Release, stage: &Stage, at: GateTime) -> Vec<Measured> {
    let named = stage.gates.iter().filter(|gate| gate.at.value == at).flat_map(|gate| gate.checks.iter().copied());
    let pause = stage.pause.as_ref().filter(|_| at == GateTime::End).map_or(Duration::ZERO, |pause| pause.value);
    let measured = |id: Sourced<CheckId>| {
        let check = release.check(id.value)?;
        let settled = check.initial_delay.is_none() && pause >= settling(check);
        let initial_delay = if settled { None } else { some(settling(check)) };
        Some(Measured { check: id.value, origin: id.origin, initial_delay, holds_elsewhere: false })
    };
    distinct(named).into_iter().filter_map(measured).collect()
}

/// The background analysis.
pub(super) fn watch(release: &Release, watch: &Watch) -> Vec<Measured> {
    let measured = |id: Sourced<CheckId>| {
        let check = release.check(id.value)?;
        let initial_delay = some(settling(check));
        Some(Measured { check: id.value, origin: id.origin, initial_delay, holds_elsewhere: can_hold(check) })
    };
    distinct(watch.checks.iter().copied()).into_iter().filter_map(measured).collect()
}

/// What a watched stage holds for at its end: the checks that its own end gates do not already judge.
pub(super) fn holds(release: &Release, watch: &Watch, stage: &Stage, phase: WatchPhase) -> Vec<Measured> {
    let gated = |id: &Sourced<CheckId>| {
        let gates = stage.gates.iter().filter(|gate| gate.at.value == GateTime::End);
        gates.flat_map(|gate| &gate.checks).any(|check| check == id)
    };
    let pause = pause_of(stage);
    let measured = |id: Sourced<CheckId>| {
        let check = release.check(id.value).filter(|check| holds_for(check, phase, pause))?;
        let initial_delay = some(settling(check).saturating_sub(pause));
        Some(Measured { check: id.value, origin: id.origin, initial_delay, holds_elsewhere: false })
    };
    distinct(watch.checks.iter().copied()).into_iter().filter(|id| !gated(id)).filter_map(measured).collect()
}

/// Whether a hold covers all checks that some of the watched stages hold for. The watch starts in the first of them.
pub(super) fn holds_for_all(release: &Release, watch: &Watch, watched: &[Stage], measured: &[Measured]) -> bool {
    let phase = |position| WatchPhase::of(StageId(position), StageId(0));
    let holds = |check: &Check| {
        let mut stages = watched.iter().enumerate();
        stages.any(|(position, stage)| holds_for(check, phase(position), pause_of(stage)))
    };
    let holding = |id: &Sourced<CheckId>| release.check(id.value).is_some_and(holds);
    distinct(watch.checks.iter().copied()).iter().filter(|id| holding(id)).count() == measured.len()
}

/// The shortest time that the measurements of a gate take.
pub(super) fn least_of_gate(release: &Release, measured: &[Measured]) -> Duration {
    let one = |measured: &Measured| {
        let check = release.check(measured.check)?;
        let count = check.count.as_ref().or(check.success_limit.as_ref()).map_or(1, |count| count.value);
        let interval = check.interval.as_ref().map_or(Duration::ZERO, |interval| interval.value);
        let between = interval.checked_mul(u64::from(count.saturating_sub(1)))?;
        measured.initial_delay.unwrap_or(Duration::ZERO).checked_add(between)
    };
    measured.iter().filter_map(one).max().unwrap_or(Duration::ZERO)
}

/// The shortest time that a hold takes: one measurement of each check.
pub(super) fn least_of_hold(measured: &[Measured]) -> Duration {
    measured.iter().filter_map(|measured| measured.initial_delay).max().unwrap_or(Duration::ZERO)
}
