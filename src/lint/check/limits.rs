//! In: the checks that the watch names. Out: errors about settings of theirs that have no meaning in the background, where
//! the controller measures at intervals until the release ends.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::check::{Check, OnFail};
use crate::policy::measure::MeasureKind;
use crate::source::Span;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    for named in release.canary().watch.iter().flat_map(|watch| &watch.checks) {
        let Some(check) = release.check(named.value) else { continue };
        let mut gates = release.canary().stages.iter().flat_map(|stage| &stage.gates).flat_map(|gate| &gate.checks);
        let gated = gates.any(|gate| gate.value == named.value);
        if matches!(check.measure.kind, MeasureKind::Direct(_)) && check.interval.is_none() {
            diagnostics.push(once(check, named.span()));
        }
        if check.on_fail.value == OnFail::Wait {
            diagnostics.push(waits(check, named.span()));
        }
        if check.on_fail.value == OnFail::Pause && check.measure.answer.is_none() {
            diagnostics.push(pauses(check, named.span()));
        }
        for (word, limit) in [("count", &check.count), ("success-limit", &check.success_limit)] {
            if let Some(limit) = limit.as_ref().filter(|_| !gated) {
                diagnostics.push(of_gates(check, word, limit.span(), named.span()));
            }
        }
    }
}

/// Reports a job that would run only once.
fn once(check: &Check, watched: Span) -> Diagnostic {
    let name = &check.name.value;
    Diagnostic::new(Code::CheckLimits, check.name.span(), format!("job `{name}` needs an `interval=` in a watch"))
        .label("no `interval=`")
        .also(watched, "watched here")
        .why("Without an interval the controller runs it once, and it does not protect the rest of the release.")
        .help(format!("add `interval=\"10m\"` to `check \"{name}\"`, or run it once in a stage: `gate \"{name}\"`"))
}

fn waits(check: &Check, watched: Span) -> Diagnostic {
    let name = &check.name.value;
    Diagnostic::new(Code::CheckLimits, check.on_fail.span(), "`on-fail=\"wait\"` is only allowed in a gate")
        .label("not possible in the background")
        .also(watched, "watched here")
        .why("The controller continues with its steps while a background analysis runs, and aborts when it fails.")
        .help(format!(
            "add `gate \"{name}\"` to the stage that has to wait; for a watch, use `on-fail=\"abort\"` or `\"pause\"`"
        ))
}

/// Reports a job that would abort where the policy says that it holds: no stage holds for a job.
fn pauses(check: &Check, watched: Span) -> Diagnostic {
    let name = &check.name.value;
    Diagnostic::new(Code::CheckLimits, check.on_fail.span(), "a job with `on-fail=\"pause\"` is only allowed in a gate")
        .label("not possible in the background")
        .also(watched, "watched here")
        .why("The controller aborts when a job in the background fails, and no stage ends with a hold for a job.")
        .help(format!("add `gate \"{name}\"` to the stage that has to wait; for a watch, use `on-fail=\"abort\"`"))
}

fn of_gates(check: &Check, word: &str, limit: Span, watched: Span) -> Diagnostic {
    let name = &check.name.value;
    Diagnostic::new(Code::CheckLimits, limit, format!("`{word}` only applies to gates, and no gate names `{name}`"))
        .label("has no effect")
        .also(watched, "only in a watch")
        .why("A watch that ended early would leave the later stages unprotected.")
        .help("remove it: a watch measures until the end of the release; `failure-limit` sets how many failures it tolerates")
}
