//! In: the strategy of a Deployment. Out: a warning if it asks that two versions never run at the same time.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let workload = &subject.release.workload;
    let Some(span) = workload.recreates else { return };
    diagnostics.push(
        Diagnostic::new(Code::WorkloadRecreate, span, "the Rollout does not stop the old pods first")
            .label("has no effect in a Rollout")
            .also(workload.origin.span, "refers to this Deployment")
            .why("A canary runs beside the stable version. A workload of which only one version may run, for example because of a volume or a lock, fails or damages its data.")
            .help("if both versions may run at the same time, remove `strategy`; otherwise do not release it as a canary"),
    );
}
