//! In: checks and the place where they apply. Out: [`Look`]s: what the place measures, and the delay before the first
//! measurement.

use crate::plan::Look;
use crate::policy::check::{Check, NoData, OnFail};
use crate::policy::stage::{GateTime, Stage, Watch};
use crate::policy::{CheckId, Release, Sourced};
use crate::units::Duration;

/// The delay of the first measurement while the traffic has not settled: as written, otherwise the window.
fn settling(check: &Check) -> Duration {
    let said = check.initial_delay.as_ref().map(|delay| delay.value);
    said.or_else(|| check.measure.kind.window().map(|window| window.value)).unwrap_or(Duration::ZERO)
}

fn some(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}

/// Whether a check may wait for a person, on no data or on a bad value. A measure that judges by itself cannot.
pub fn can_hold(check: &Check) -> bool {
    let judges = check.measure.answer.is_some();
    let no_data = check.no_data.as_ref().map(|no_data| no_data.value);
    match check.on_fail.value {
        OnFail::Ignore | OnFail::Wait => false,
        OnFail::Pause => judges,
        OnFail::Abort => judges && no_data == Some(NoData::Pause),
    }
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
pub(super) fn gates(release: &Release, stage: &Stage, at: GateTime) -> Vec<Look> {
    let named = stage.gates.iter().filter(|gate| gate.at.value == at).flat_map(|gate| gate.checks.iter().copied());
    let pause = stage.pause.as_ref().filter(|_| at == GateTime::End).map_or(Duration::ZERO, |pause| pause.value);
    let look = |id: Sourced<CheckId>| {
        let check = release.check(id.value)?;
        let settled = check.initial_delay.is_none() && pause >= settling(check);
        let initial_delay = if settled { None } else { some(settling(check)) };
        Some(Look { check: id.value, origin: id.origin, initial_delay, holds_elsewhere: false })
    };
    distinct(named).into_iter().filter_map(look).collect()
}

/// The background analysis.
pub(super) fn watch(release: &Release, watch: &Watch) -> Vec<Look> {
    let look = |id: Sourced<CheckId>| {
        let check = release.check(id.value)?;
        let initial_delay = some(settling(check));
        Some(Look { check: id.value, origin: id.origin, initial_delay, holds_elsewhere: can_hold(check) })
    };
    distinct(watch.checks.iter().copied()).into_iter().filter_map(look).collect()
}

/// What a watched stage holds for at its end: the checks that its own end gates do not already judge.
pub(super) fn holds(release: &Release, watch: &Watch, stage: &Stage) -> Vec<Look> {
    let gated = |id: &Sourced<CheckId>| {
        let gates = stage.gates.iter().filter(|gate| gate.at.value == GateTime::End);
        gates.flat_map(|gate| &gate.checks).any(|check| check == id)
    };
    let pause = stage.pause.as_ref().map_or(Duration::ZERO, |pause| pause.value);
    let look = |id: Sourced<CheckId>| {
        let check = release.check(id.value).filter(|check| can_hold(check))?;
        let initial_delay = some(settling(check).saturating_sub(pause));
        Some(Look { check: id.value, origin: id.origin, initial_delay, holds_elsewhere: false })
    };
    distinct(watch.checks.iter().copied()).into_iter().filter(|id| !gated(id)).filter_map(look).collect()
}

/// Whether a hold covers all checks that the watch can hold for.
pub(super) fn holds_for_all(release: &Release, watch: &Watch, looks: &[Look]) -> bool {
    let holding = |id: &Sourced<CheckId>| release.check(id.value).is_some_and(can_hold);
    distinct(watch.checks.iter().copied()).iter().filter(|id| holding(id)).count() == looks.len()
}

/// The shortest time that the measurements of an inline analysis take.
pub(super) fn least_duration(release: &Release, looks: &[Look]) -> Duration {
    let one = |look: &Look| {
        let check = release.check(look.check)?;
        let count = check.count.as_ref().or(check.success_limit.as_ref()).map_or(1, |count| count.value);
        let interval = check.interval.as_ref().map_or(Duration::ZERO, |interval| interval.value);
        let between = interval.checked_mul(u64::from(count.saturating_sub(1)))?;
        look.initial_delay.unwrap_or(Duration::ZERO).checked_add(between)
    };
    looks.iter().filter_map(one).max().unwrap_or(Duration::ZERO)
}
