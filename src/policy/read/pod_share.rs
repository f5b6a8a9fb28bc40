//! In: stages of a release without a router. Out: whether the fleet can show their weights, computed as the controller
//! does when the share of pods is the share of traffic: it may add one pod to the fleet, or round, whichever is nearer.

use super::stage::Draft;
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::units::IntOrPercent;

/// Pods of the new version and of both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Of the new version.
    pub canary: u32,
    /// Of both.
    pub total: u32,
}

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
        let split = split(fleet.value, whole, surge);
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

/// The pods that the controller aims for: of all ways to round, with one pod more than the fleet if it may surge, the one
/// whose share is nearest; a weight between 1 and 99 always has a pod on either side.
pub fn split(fleet: u32, weight: u8, surge: u32) -> Split {
    if fleet == 0 {
        return Split { canary: 0, total: 0 };
    }
    let product = u64::from(fleet) * u64::from(weight);
    let floor = u32::try_from(product / 100).unwrap_or(u32::MAX);
    let ceiling = u32::try_from(product.div_ceil(100)).unwrap_or(u32::MAX);
    let zero_allowed = weight == 100 || weight == 0 || (fleet == 1 && surge == 0);
    let tied = |total: u32| (u64::from(total) * u64::from(weight)) % 100 == 50;
    let mut options = Vec::with_capacity(4);
    if ceiling < fleet || zero_allowed {
        options.push(Split { canary: ceiling, total: fleet });
    }
    if !tied(fleet) && (floor != 0 || zero_allowed) {
        options.push(Split { canary: floor, total: fleet });
    }
    if surge > 0 {
        options.push(Split { canary: ceiling, total: fleet + 1 });
        if !tied(fleet + 1) && (floor != 0 || zero_allowed) {
            options.push(Split { canary: floor, total: fleet + 1 });
        }
    }
    // The first of the nearest wins. Distances are compared as fractions: |100·canary − weight·total| ÷ total.
    let distance = |split: &Split| {
        let wanted = u64::from(weight) * u64::from(split.total);
        (100 * u64::from(split.canary)).abs_diff(wanted)
    };
    let nearer = |a: &Split, b: &Split| {
        u128::from(distance(a)) * u128::from(b.total) < u128::from(distance(b)) * u128::from(a.total)
    };
    let mut best = Split { canary: 0, total: fleet };
    for (index, option) in options.iter().enumerate() {
        if index == 0 || nearer(option, &best) {
            best = *option;
        }
    }
    best
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
    let here = split(fleet, weight, surge);
    let next = (weight..100).find(|weight| split(fleet, *weight, surge) != here);
    match next {
        Some(next) => format!(
            "leave one of them out, write `\"{next}%\"` or more, or add a `router`, which splits requests exactly"
        ),
        None => "leave one of them out, enlarge the fleet, or add a `router`, which splits requests exactly".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Split, split};

    fn pods(fleet: u32, weight: u8, surge: u32) -> (u32, u32) {
        let Split { canary, total } = split(fleet, weight, surge);
        (canary, total - canary)
    }

    /// What was seen on a real controller, and the table of cases in the controller's own documentation.
    #[test]
    fn the_controller_rounds_so() {
        assert_eq!(pods(5, 20, 2), (1, 4));
        assert_eq!(pods(5, 50, 2), (3, 3));
        assert_eq!(pods(3, 20, 1), (1, 3));
        assert_eq!(pods(1, 5, 1), (1, 1));
        assert_eq!(pods(1, 95, 1), (1, 1));
        assert_eq!(pods(10, 10, 1), (1, 9));
        assert_eq!(pods(10, 30, 3), (3, 7));
        assert_eq!(pods(3, 50, 1), (2, 2));
        assert_eq!(pods(3, 100, 1), (3, 0));
        assert_eq!(pods(3, 0, 1), (0, 3));
        assert_eq!(pods(10, 5, 1), (1, 10));
    }
}
