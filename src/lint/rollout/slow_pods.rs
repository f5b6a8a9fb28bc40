//! In: the deadline for progress and the probes of the pods. Out: an error if no pod can be ready before the deadline.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let (deadline, abort) = (&release.rollout.progress_deadline, &release.rollout.progress_deadline_abort);
    let Some(earliest) = &release.workload.startup.earliest else { return };
    if !abort.value
        || release.unread.has(Section::Rollout)
        || deadline.value.as_seconds().is_ok_and(|it| it > earliest.value)
    {
        return;
    }
    diagnostics.push(
        Diagnostic::new(
            Code::RolloutSlowPods,
            deadline.span(),
            format!("no pod can be ready within {}", deadline.value),
        )
        .label("the deadline for progress")
        .also(earliest.span(), "not ready before")
        .why("A new pod becomes ready only after the initial delay of its probes. The deadline passes first, so every release would be aborted.")
        .help(format!("set `progress-deadline=\"{}s\"` or more on `rollout`, or shorten the delay; a `startupProbe` without a delay is faster", earliest.value.saturating_mul(2))),
    );
}
