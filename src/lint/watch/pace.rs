//! In: the watch and its stages. Out: how often it measures each check if every stage ends as early as it can.

use crate::lint::Subject;
use crate::plan::PlannedStage;
use crate::plan::measurements::{can_hold, settling};
use crate::policy::Sourced;
use crate::policy::check::{Check, OnFail};
use crate::policy::measure::MeasureKind;
use crate::policy::unread::Section;
use crate::source::Span;
use crate::units::Duration;

/// How often the watch measures a check.
pub(super) struct Pace<'a> {
    /// The check.
    pub check: &'a Check,
    /// Where the watch names it.
    pub named: Span,
    /// The shortest time from the start of the watch to the end of the release.
    pub lasts: Duration,
    /// The same without the holds.
    pub before_holds: Duration,
    /// The time from the start of the watch to the first measurement.
    pub first: Duration,
    /// The measurements in the shortest time.
    pub measurements: u64,
    /// Whether a stage may end with a hold for it.
    pub can_hold: bool,
}

/// The pace of each watched check that has consequences. None if a person decides how long a stage lasts.
pub(super) fn paces<'a>(subject: &Subject<'a>) -> Vec<Pace<'a>> {
    let Subject { release, plan } = *subject;
    let staged = plan.staged();
    let (Some(planned), Some(watch)) = (&staged.watch, &release.canary().watch) else { return Vec::new() };
    if release.unread.has(Section::Stages) {
        return Vec::new();
    }
    let reached: &[PlannedStage] = staged.stages.get(planned.from.0..).unwrap_or_default();
    let lasts = sum(reached.iter().map(|stage| stage.duration));
    let before_holds = sum(reached.iter().map(|stage| Some(stage.before_hold)));
    let (Some(lasts), Some(before_holds)) = (lasts, before_holds) else { return Vec::new() };
    let pace = |named: &Sourced<_>| {
        let check = release.check(named.value)?;
        let is_template = matches!(check.measure.kind, MeasureKind::Template { .. });
        let interval = check.interval.as_ref().filter(|_| !is_template)?.value.milliseconds().max(1);
        if matches!(check.on_fail.value, OnFail::Ignore | OnFail::Wait) {
            return None;
        }
        let first = settling(check);
        let measurements = match lasts.milliseconds().checked_sub(first.milliseconds()) {
            Some(left) => left / interval + 1,
            None => 0,
        };
        Some(Pace { check, named: named.span(), lasts, before_holds, first, measurements, can_hold: can_hold(check) })
    };
    watch.checks.iter().filter_map(pace).collect()
}

/// The sum of some times; `None` if one of them is not known.
fn sum(mut times: impl Iterator<Item = Option<Duration>>) -> Option<Duration> {
    times.try_fold(Duration::ZERO, |sum, time| sum.checked_add(time?))
}
