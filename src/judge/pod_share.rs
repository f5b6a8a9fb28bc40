//! In: stages of a release without a router. Out: whether the fleet can represent their weights. Without a router, the
//! share of pods is the share of traffic. The controller either adds one pod to the fleet or rounds, whichever is
//! nearer; this file computes the same.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::pods::{Split, split_by_pods};
use crate::policy::Release;
use crate::policy::stage::Stage;
use crate::policy::unread::Section;

/// Judges the weights against the size of the fleet.
pub fn judge(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    if release.traffic.is_split() || release.unread.has(Section::Router) || release.unread.has(Section::Rollout) {
        return;
    }
    let Some(fleet) = plan.fleet.least.filter(|fleet| fleet.value > 0) else { return };
    let surge = release.rollout.max_surge.value.of_rounded_up(fleet.value);
    let mut before: Option<(&Stage, Split, u8)> = None;
    for stage in &release.stages {
        let weight = &stage.weight;
        let Some(whole) = weight.value.whole().filter(|_| stage.sets_weight) else { continue };
        let split = split_by_pods(fleet.value, whole, surge);
        if let Some((earlier, same, earlier_weight)) = before
            && same == split
            && earlier_weight != whole
        {
            diagnostics.push(
                Diagnostic::new(
                    Code::StageSamePods,
                    weight.span(),
                    format!("stages `{}` and `{}` have the same number of canary pods", earlier.name.value, stage.name.value),
                )
                .label(format!("{} of {} pods", split.canary, split.total))
                .also(earlier.weight.span(), format!("{} of {} pods", split.canary, split.total))
                .also(fleet.span(), "the number of pods")
                .why("Without a router the share of traffic is the share of pods, so nothing would change between the two stages.")
                .help(apart(fleet.value, surge, whole)),
            );
            // One diagnostic for this pair is enough.
            before = Some((stage, split, whole));
            continue;
        }
        if nearest_whole(split) != u32::from(whole) {
            diagnostics.push(
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
        before = Some((stage, split, whole));
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
