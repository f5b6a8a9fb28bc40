//! In: the pace of the watch. Out: a warning for each check that needs much longer to abort than the release lasts. Until
//! then, a bad version is held.

use super::cannot_abort::is_late;
use super::pace::{Pace, paces};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::plan::measurements::{WatchPhase, aborts_after};
use crate::policy::check::OnFail;
use crate::units::Duration;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for pace in paces(subject) {
        let aborts = pace.can_hold && pace.check.on_fail.value == OnFail::Abort;
        if !aborts || is_late(&pace) {
            continue;
        }
        let Some(after) = aborts_after(pace.check, WatchPhase::Starting) else { continue };
        let limit = u64::from(pace.check.failure_limit.value);
        if exceeds_twice(pace.first, pace.before_holds) && pace.check.measure.kind.window().is_some() {
            diagnostics.push(long_window(&pace, after));
        } else if pace.measurements <= limit && exceeds_twice(after, pace.lasts) {
            diagnostics.push(slow(&pace, after));
        }
    }
}

fn exceeds_twice(time: Duration, other: Duration) -> bool {
    other.checked_mul(2).is_some_and(|twice| time > twice)
}

fn slow(pace: &Pace<'_>, after: Duration) -> Diagnostic {
    let (check, limit) = (pace.check, &pace.check.failure_limit);
    let interval = check.interval.as_ref().filter(|_| limit.value == 1);
    let (span, help) = match interval {
        Some(interval) => (interval.span(), "write a shorter `interval=`"),
        None => (limit.span(), "write a smaller `failure-limit=`, or a shorter `interval=`"),
    };
    let needed = u64::from(limit.value) + 1;
    let label = match interval {
        Some(interval) => format!("two measurements are {} apart", interval.value),
        None => format!("only {needed} failed measurements abort"),
    };
    Diagnostic::new(Code::WatchTooSlow, span, format!("`{}` aborts a bad version only after {after}", check.name.value))
        .label(label)
        .also(pace.named, format!("watches stages of {} in all", pace.lasts))
        .why("Until then the stages hold a bad version, and its users keep it. One good measurement in between promotes it.")
        .help(help)
}

fn long_window(pace: &Pace<'_>, after: Duration) -> Diagnostic {
    let (check, first) = (pace.check, pace.first);
    let span = check.measure.kind.window().map_or(pace.named, |window| window.span());
    Diagnostic::new(Code::WatchTooSlow, span, format!("`{}` aborts a bad version only after {after}", check.name.value))
        .label(format!("the first measurement is after {first}"))
        .also(pace.named, format!("watches stages of {} in all", pace.before_holds))
        .why("Each stage is held until a whole window of it is measured, and users keep a bad version until then.")
        .help(format!(
            "write a shorter `window=`, or make the stages longer with `pause=`, such as `pause=\"{first}\"`"
        ))
}
