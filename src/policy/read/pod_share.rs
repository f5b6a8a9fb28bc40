//! In: stages of a release without a router. Out: whether the fleet can show their weights, computed as the controller
//! does when the share of pods is the share of traffic: it may add one pod to the fleet, or round, whichever is nearer.

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
                    format!("the stages `{}` and `{}` show the same pods", earlier.stage.name.value, draft.stage.name.value),
                )
                .label(format!("{} of {} pods", split.canary, split.total))
                .also(earlier.stage.weight.span(), format!("{} of {} pods", split.canary, split.total))
                .also(fleet.span(), "the fleet")
                .why("Without a router the share of pods is the share of traffic, so that nothing would change between the two stages.")
                .help(apart(fleet.value, surge, whole)),
            );
            // One complaint about this pair is enough.
            before = Some((draft, split, whole));
            continue;
        }
        if nearest_whole(split) != u32::from(whole) {
            cx.report(
                Diagnostic::new(
                    Code::StageShareDiffers,
                    weight.span(),
                    format!("{} will be {} of the traffic", weight.value, shown(split)),
                )
                .label(format!("{} of {} pods", split.canary, split.total))
                .also(fleet.span(), "the fleet")
                .why("Without a router the share of pods is the share of traffic, and pods are whole.")
                .help(format!(
                    "write `\"{}%\"`, a larger fleet, or a `router`, which splits requests exactly",
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

/// What tells two stages apart: the next weight that shows another split, or a larger fleet.
fn apart(fleet: u32, surge: u32, weight: u8) -> String {
    let here = split_by_pods(fleet, weight, surge);
    let next = (weight..100).find(|weight| split_by_pods(fleet, *weight, surge) != here);
    match next {
        Some(next) => format!(
            "leave one of them out, write `\"{next}%\"` or more, or add a `router`, which splits requests exactly"
        ),
        None => "leave one of them out, enlarge the fleet, or add a `router`, which splits requests exactly".to_owned(),
    }
}
