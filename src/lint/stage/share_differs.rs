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
        if real == u64::from(share.weight) {
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
    let exact = (100 * u64::from(pods.canary)).is_multiple_of(u64::from(pods.total));
    format!("{}{}%", if exact { "" } else { "about " }, nearest_percent(pods))
}

/// The share of the canary in whole percents, rounded. There is at least one pod.
fn nearest_percent(pods: Split) -> u64 {
    let (canary, total) = (u64::from(pods.canary), u64::from(pods.total));
    (200 * canary + total) / (2 * total)
}

#[cfg(test)]
mod tests {
    use super::{nearest_percent, shown};
    use crate::pods::Split;

    #[test]
    fn the_largest_fleet_has_shares_too() {
        let half = Split { canary: u32::MAX / 2 + 1, total: u32::MAX };
        assert_eq!(nearest_percent(half), 50);
        assert!(shown(half).starts_with("about 50"));
    }
}
