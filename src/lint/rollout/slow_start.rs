//! In: the deadline for progress and the startup probe of the pods. Out: a warning if the probe allows a start that the
//! deadline aborts.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let (deadline, abort) = (&release.rollout.progress_deadline, &release.rollout.progress_deadline_abort);
    let Some(allowed) = &release.workload.startup.allowed else { return };
    let seconds = deadline.value.as_seconds().unwrap_or(u64::MAX);
    let is_reported = release.workload.startup.earliest.is_some_and(|earliest| earliest.value >= seconds);
    if !abort.value || is_reported || release.unread.has(Section::Rollout) || seconds > allowed.value {
        return;
    }
    diagnostics.push(
        Diagnostic::new(
            Code::RolloutSlowStart,
            deadline.span(),
            format!("a pod may take {}s to start, but the deadline for progress is {}", allowed.value, deadline.value),
        )
        .label("aborts the release")
        .also(allowed.span(), format!("allows {}s", allowed.value))
        .why("A good version that starts slowly, as its startup probe allows, would be aborted.")
        .help(format!(
            "set `progress-deadline=\"{}s\"` or more on `rollout`, or a lower `failureThreshold`",
            allowed.value.saturating_add(60)
        )),
    );
}
