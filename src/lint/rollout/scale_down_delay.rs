//! In: how long the pods of the previous version stay. Out: an error about 0, with which they stay for ever.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let settings = &subject.release.canary().settings;
    let Some(delay) = settings.scale_down_delay.filter(|delay| delay.value.is_zero()) else { return };
    // With a limit of 0 no old version waits for the delay.
    if settings.scale_down_delay_revision_limit.is_some_and(|limit| limit.value == 0) {
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::RolloutScaleDownDelay, delay.span(), "with a delay of 0, the old pods stay forever")
            .label("never scaled down")
            .why("The controller notes on the old ReplicaSet when to scale it down. It writes no such note for a delay of 0, and keeps every ReplicaSet that has none.")
            .help("write `\"1s\"`; 30 seconds, the default, give every proxy the time to notice"),
    );
}
