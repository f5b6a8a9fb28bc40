//! In: the pace of the watch. Out: an error for each check that cannot abort the release, however bad a version is.

use super::pace::{Pace, paces};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for pace in paces(subject) {
        if is_late(&pace) {
            diagnostics.push(late(&pace));
        } else if !pace.can_hold && pace.measurements <= u64::from(pace.check.failure_limit.value) {
            diagnostics.push(too_tolerant(&pace));
        }
    }
}

/// Whether the policy delays the first measurement beyond the end of the stages. A hold would then wait for the delay,
/// not for the stage.
pub(super) fn is_late(pace: &Pace<'_>) -> bool {
    let is_written = pace.check.initial_delay.is_some();
    is_written && pace.first > pace.before_holds
}

fn late(pace: &Pace<'_>) -> Diagnostic {
    let Pace { check, first, before_holds, .. } = pace;
    let name = &check.name.value;
    let span = check.initial_delay.as_ref().map_or(pace.named, |delay| delay.span());
    let why = if pace.can_hold {
        "Until then nothing can abort a bad version. Every stage would have to wait for the first measurement."
    } else {
        "A bad version is promoted before the first measurement."
    };
    let message = format!("`{name}` is first measured after {first}, later than its stages last");
    Diagnostic::new(Code::WatchCannotAbort, span, message)
        .label("first measurement")
        .also(pace.named, format!("watches stages of {before_holds} in all"))
        .why(why)
        .help(format!("remove `initial-delay=`, or make the stages last at least {first} together with `pause=`"))
}

fn too_tolerant(pace: &Pace<'_>) -> Diagnostic {
    let Pace { check, lasts, measurements, .. } = pace;
    let (name, limit) = (&check.name.value, check.failure_limit.value);
    let times = match measurements {
        1 => "once".to_owned(),
        _ => format!("{measurements} times"),
    };
    let message = format!("`{name}` cannot abort the release: it is measured {times} and tolerates {limit} failures");
    Diagnostic::new(Code::WatchCannotAbort, check.failure_limit.span(), message)
        .label("tolerates too many failures")
        .also(pace.named, format!("watches stages of {lasts} in all"))
        .why("A version that fails every time is promoted.")
        .help(format!("write `failure-limit={}` or less, or a shorter `interval=`", measurements.saturating_sub(1)))
}
