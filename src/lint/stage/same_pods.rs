//! In: the stages of a release without a router. Out: an error for two weights that the same pods represent.

use super::share::{Share, Shares};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    judge_as(Code::StageSamePods, subject, diagnostics);
}

/// Reports the stages that have the same pods and this code.
pub(super) fn judge_as(wanted: Code, subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Some(shares) = Shares::of(subject) else { return };
    for share in &shares.stages {
        let (Some(earlier), stage) = (share.same_as, share.stage) else { continue };
        // A larger fleet of an autoscaler may tell the two apart.
        let is_certain = shares.is_same_in_every_fleet(earlier, stage);
        let code = if is_certain { Code::StageSamePods } else { Code::StageSamePodsAtMinimum };
        if code != wanted {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(
                code,
                stage.weight.span(),
                format!("stages `{}` and `{}` have the same number of canary pods", earlier.name.value, stage.name.value),
            )
            .label(share.counted())
            .also(earlier.weight.span(), share.counted())
            .also(shares.fleet.span(), if shares.is_fixed() { "the number of pods" } else { "the smallest number of pods" })
            .why("Without a router the share of traffic is the share of pods, so nothing would change between the two stages.")
            .help(different(&shares, share)),
        );
    }
}

/// What would make two stages differ: the next weight that gives another split, or a larger fleet.
fn different(shares: &Shares<'_>, share: &Share<'_>) -> String {
    match shares.next_weight(share.weight) {
        Some(next) => {
            format!("remove one of them, write `\"{next}%\"` or more, or add a `router`, which splits requests exactly")
        }
        None => "remove one of them, use more pods, or add a `router`, which splits requests exactly".to_owned(),
    }
}
