//! In: stages of a release without a router. Out: whether the fleet can represent their weights. Without a router, the
//! share of pods is the share of traffic. The controller either adds one pod to the fleet or rounds, whichever is
//! nearer; this file computes the same.

use super::stage::Draft;
use crate::diagnostic::{Code, Diagnostic};
use crate::pods::{Split, split_by_pods};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::units::IntOrPercent;

/// Judges the weights against the size of the fleet.
pub fn judge(cx: &mut Context<'_>, drafts: &[Draft], fleet: &Sourced<u32>, max_surge: IntOrPercent) {
    if fleet.value == 0 {
        return;
    }
    let surge = max_surge.of_rounded_up(fleet.value);
    let mut before: Option<(&Draft, Split, u8)> = None;
    for draft in drafts {
        let weight = &draft.stage.weight;
        let Some(whole) = weight.value.whole().filter(|_| draft.stage.sets_weight) else { continue };
        let split = split_by_pods(fleet.value, whole, surge);
        if let Some((earlier, same, earlier_weight)) = before
            && same == split
            && earlier_weight != whole
        {
            cx.report(
                Diagnostic::new(
                    Code::StageSamePods,
                    weight.span(),
                    format!("stages `{}` and `{}` have the same number of canary pods", earlier.stage.name.value, draft.stage.name.value),
                )
                .label(format!("{} of {} pods", split.canary, split.total))
                .also(earlier.stage.weight.span(), format!("{} of {} pods", split.canary, split.total))
                .also(fleet.span(), "the number of pods")
                .why("Without a router the share of traffic is the share of pods, so nothing would change between the two stages.")
                .help(apart(fleet.value, surge, whole)),
            );
            // One diagnostic for this pair is enough.
            before = Some((draft, split, whole));
            continue;
        }
        if nearest_whole(split) != u32::from(whole) {
            cx.report(
                Diagnostic::new(
                    Code::StageShareDiffers,
                    weight.span(),
                    format!("{} will actually be {} of the traffic", weight.value, shown(split)),
                )
                .label(format!("{} of {} pods", split.canary, split.total))
                .also(fleet.span(), "the number of pods")
                .why("Without a router the share of traffic is the share of pods, and pods are indivisible.")
                .help(format!(
                    "write `\"{}%\"`, use more pods, or add a `router`, which splits requests exactly",
                    nearest_whole(split)
                )),
            );
        }
        before = Some((draft, split, whole));
    }
}

fn shown(split: Split) -> String {
    let exact = (100 * split.canary).is_multiple_of(split.total);
    format!("{}{} %", if exact { "" } else { "about " }, nearest_whole(split))
}

fn nearest_whole(split: Split) -> u32 {
    (200 * split.canary + split.total) / (2 * split.total)
}

/// What would make two stages differ: the next weight that gives another split, or a larger fleet.
fn apart(fleet: u32, surge: u32, weight: u8) -> String {
    let here = split_by_pods(fleet, weight, surge);
    let next = (weight..100).find(|weight| split_by_pods(fleet, *weight, surge) != here);
    match next {
        Some(next) => {
            format!("remove one of them, write `\"{next}%\"` or more, or add a `router`, which splits requests exactly")
        }
        None => "remove one of them, use more pods, or add a `router`, which splits requests exactly".to_owned(),
    }
}
