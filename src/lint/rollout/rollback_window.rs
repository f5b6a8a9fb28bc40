//! In: the revisions to which a rollback is fast, and those that are kept. Out: a warning if fewer are kept.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let (window, kept) = (&release.rollout.rollback_window, &release.rollout.revision_history_limit);
    let Some(window) = window.filter(|window| window.value > kept.value) else { return };
    diagnostics.push(
        Diagnostic::new(
            Code::RolloutRollbackWindow,
            window.span(),
            format!("a fast rollback over {} revisions is not possible: {} are kept", window.value, kept.value),
        )
        .label("more than are kept")
        .also(kept.span(), "the revisions that are kept")
        .why("The controller recognizes an older version by its ReplicaSet. Without it, a rollback is a release like any other, with every stage.")
        .help(format!("write `revision-history-limit={}` or more", window.value)),
    );
}
