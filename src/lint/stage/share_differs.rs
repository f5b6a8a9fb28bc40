//! In: the stages of a release without a router. Out: a warning for each weight that the pods represent only roughly.

use super::share::Shares;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::pods::Split;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Some(shares) = Shares::of(subject) else { return };
    // A stage with the pods of the stage before is an error already.
    for share in shares.stages.iter().filter(|share| share.same_as.is_none()) {
        let (weight, real) = (share.stage.weight, nearest_percent(share.pods));
        if real == u32::from(share.weight) {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(
                Code::StageShareDiffers,
                weight.span(),
                format!("{} will actually be {} of the traffic", weight.value, shown(share.pods)),
            )
            .label(share.counted())
            .also(shares.fleet.span(), "the number of pods")
            .why("Without a router the share of traffic is the share of pods, and pods are indivisible.")
            .help(format!("write `\"{real}%\"`, use more pods, or add a `router`, which splits requests exactly")),
        );
    }
}

fn shown(pods: Split) -> String {
    let exact = (100 * pods.canary).is_multiple_of(pods.total);
    format!("{}{}%", if exact { "" } else { "about " }, nearest_percent(pods))
}

fn nearest_percent(pods: Split) -> u32 {
    (200 * pods.canary + pods.total) / (2 * pods.total)
}
