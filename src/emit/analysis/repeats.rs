//! In: a check, its place and how it judges. Out: how often its metric is measured, and what is tolerated.
//!
//! An inline analysis must not end Inconclusive: while such an analysis stands, the controller does not act on the
//! background analysis, on a change of `replicas`, or on an abort. A metric that waits therefore stays running.

use crate::emit::context::{derived, duration};
use crate::manifest::{Field, Origin};
use crate::policy::check::{Check, LONGEST_HOLD_SECONDS, OnFail};

/// The interval if the policy has none and the metric needs one. A hold is measured at least this often.
const MINUTE: u64 = 60_000;
/// A number of measurements that no analysis reaches.
const UNLIMITED: u32 = i32::MAX.unsigned_abs();

/// How often a metric is measured, and what is tolerated.
pub(super) struct Repeats {
    pub interval: Option<Field>,
    pub count: Option<Field>,
    pub failure_limit: Field,
    pub inconclusive_limit: Option<Field>,
    pub success_limit: Option<Field>,
}

fn default<T>(value: T, check: &Check) -> Field
where
    T: Into<crate::manifest::Value>,
{
    Field::new(value, Origin::default_of(check.origin.span))
}

/// The interval of a check.
fn interval(check: &Check) -> Field {
    check.interval.as_ref().map_or_else(|| default("1m", check), duration)
}

/// The limit of results that are neither good nor bad, of a measure that judges by itself: from 1.10 on, a Job that could
/// not run. Such results never exceed a limit that is `count`, so that the metric ends Failed there, not Inconclusive.
fn inconclusive_limit(check: &Check, count: Option<i64>) -> Option<Field> {
    let most = count.map_or(i64::from(UNLIMITED), |count| i64::from(UNLIMITED).min(count));
    check.measure.answer.is_none().then(|| default(most, check))
}

/// In the background. No count: with a count the metric would complete, and nothing would watch the stages after it.
pub(super) fn watch(check: &Check) -> Repeats {
    Repeats {
        interval: Some(interval(check)),
        count: None,
        failure_limit: check.failure_limit.field(),
        inconclusive_limit: inconclusive_limit(check, None),
        success_limit: None,
    }
}

/// Measures until the value is good, for the longest time of a hold at most. No number of failures ends it earlier.
pub(super) fn hold(check: &Check, in_a_row: Option<Field>) -> Repeats {
    let interval = check.interval.as_ref().filter(|interval| interval.value.milliseconds() <= MINUTE);
    let every = interval.map_or(MINUTE, |interval| interval.value.milliseconds()).max(1);
    let count = i64::try_from((LONGEST_HOLD_SECONDS * 1000).div_ceil(every)).unwrap_or(i64::MAX);
    Repeats {
        interval: Some(interval.map_or_else(|| default("1m", check), duration)),
        count: Some(default(count, check)),
        failure_limit: default(-1i64, check),
        inconclusive_limit: inconclusive_limit(check, Some(count)),
        success_limit: Some(in_a_row.unwrap_or_else(|| default(1u32, check))),
    }
}

/// A gate in which a value that is not good is bad.
pub(super) fn deciding_gate(check: &Check) -> Repeats {
    let bad = check.failure_limit.value;
    let count = match &check.count {
        Some(count) => count.field(),
        None => {
            let in_a_row = check.success_limit.as_ref().map_or(1, |limit| limit.value.max(1));
            derived(bad.saturating_add(1).saturating_mul(in_a_row), &check.failure_limit)
        }
    };
    let success_limit = match (&check.success_limit, &check.count) {
        (Some(limit), _) => Some(limit.field()),
        (None, None) => Some(default(1u32, check)),
        (None, Some(_)) => None,
    };
    Repeats {
        interval: (count.as_integer() != Some(1)).then(|| interval(check)),
        count: Some(count),
        failure_limit: check.failure_limit.field(),
        inconclusive_limit: None,
        success_limit,
    }
}

/// How many measurements in a row must be good. Of `count` measurements, the tolerated failures may be bad: what is good
/// for the rest of them has passed.
pub(super) fn in_a_row(check: &Check) -> Field {
    match (&check.success_limit, &check.count) {
        (Some(limit), _) => limit.field(),
        (None, Some(count)) => derived(count.value.saturating_sub(check.failure_limit.value).max(1), count),
        (None, None) => default(1u32, check),
    }
}

/// A gate in which a measurement may be neither good nor bad: it is measured again until enough of them are one of the
/// two. At a `count` the controller would end such a metric Successful or Inconclusive.
pub(super) fn undecided_gate(check: &Check) -> Repeats {
    Repeats {
        interval: Some(interval(check)),
        count: Some(default(UNLIMITED, check)),
        failure_limit: check.failure_limit.field(),
        inconclusive_limit: Some(default(UNLIMITED, check)),
        success_limit: Some(in_a_row(check)),
    }
}

/// A gate of a measure that judges by itself. A Job that cannot run is as bad as one that fails: until 1.9 it runs into
/// its deadline and fails, from 1.10 on it is Inconclusive. Without a `failureLimit`, the metric ends Failed at `count`
/// for both. This decides the same as a `failureLimit` where a single failure, or a single success, decides.
pub(super) fn judging_gate(check: &Check) -> Repeats {
    let in_a_row = in_a_row(check);
    let tolerated = check.failure_limit.value;
    let needed = u32::try_from(in_a_row.as_integer().unwrap_or(1)).unwrap_or(1);
    if tolerated > 0 && needed > 1 {
        return undecided_gate(check);
    }
    let count = match &check.count {
        Some(count) => count.field(),
        None => derived(tolerated.saturating_add(1).saturating_mul(needed), &check.failure_limit),
    };
    let measurements = count.as_integer().unwrap_or(1);
    Repeats {
        interval: (measurements > 1).then(|| interval(check)),
        count: Some(count),
        failure_limit: derived(-1i64, &check.failure_limit),
        inconclusive_limit: inconclusive_limit(check, Some(measurements)),
        success_limit: Some(in_a_row),
    }
}

/// A gate that measures until the value is good, for `timeout` at most. No number of failures ends it earlier.
pub(super) fn waiting_gate(check: &Check) -> Repeats {
    let interval = check.interval.as_ref().map_or(MINUTE, |interval| interval.value.milliseconds()).max(1);
    let timeout = check.timeout.as_ref().map_or(0, |timeout| timeout.value.milliseconds());
    let in_a_row = check.success_limit.as_ref().map_or(1, |limit| limit.value.max(1));
    let count = i64::try_from(timeout / interval).unwrap_or(i64::MAX).max(i64::from(in_a_row));
    let origin = check.timeout.as_ref().map_or(check.on_fail.origin, |timeout| timeout.origin);
    Repeats {
        interval: (count > 1).then(|| self::interval(check)),
        count: Some(Field::new(count, Origin::derived(origin.span))),
        failure_limit: derived(-1i64, &check.on_fail),
        inconclusive_limit: inconclusive_limit(check, Some(count)),
        success_limit: Some(
            check.success_limit.as_ref().map_or_else(|| derived(1u32, &check.on_fail), |limit| limit.field()),
        ),
    }
}

/// The repeats of a gate that ends with a good value, whatever the number of failures.
pub(super) fn pausing_gate(check: &Check) -> Repeats {
    hold(check, check.success_limit.as_ref().map(|limit| limit.field()))
}

/// Whether a gate waits for a person, or for its timeout, rather than fail.
pub(super) fn waits(check: &Check) -> Option<fn(&Check) -> Repeats> {
    match check.on_fail.value {
        OnFail::Wait => Some(waiting_gate),
        OnFail::Pause => Some(pausing_gate),
        OnFail::Abort | OnFail::Ignore => None,
    }
}
