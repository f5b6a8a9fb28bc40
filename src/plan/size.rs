//! In: a release and one of its stages. Out: how much traffic the canary gets, and how many pods it needs for that.

use std::collections::BTreeSet;

use crate::plan::CanaryScale;
use crate::plan::controller::Scale;
use crate::plan::fleet::Fleet;
use crate::pods::share_of_pods;
use crate::policy::audience::{Admission, Members};
use crate::policy::stage::Stage;
use crate::policy::{AudienceId, Release};
use crate::units::{IntOrPercent, Percent};

/// A percentage in whole percents, rounded up.
pub(super) fn whole(percent: Percent) -> u8 {
    u8::try_from(percent.millionths().div_ceil(10_000)).unwrap_or(100)
}

/// The combined share of some audiences. A member of another of these audiences does not count twice.
pub(super) fn share(release: &Release, audiences: &[AudienceId]) -> Percent {
    let members = |id: &AudienceId| match release.audience(*id).map(|audience| &audience.members) {
        Some(Members::Any(members)) => members.as_slice(),
        Some(Members::Matching(_)) | None => &[],
    };
    let joined: BTreeSet<AudienceId> = audiences.iter().flat_map(members).map(|member| member.value).collect();
    audiences
        .iter()
        .filter(|id| !joined.contains(id))
        .filter_map(|id| release.audience(*id)?.share.as_ref())
        .fold(Percent::ZERO, |sum, share| sum.saturating_add(share.value))
}

/// The audiences that always go to the canary.
pub(super) fn pinned_to_canary(release: &Release) -> Vec<AudienceId> {
    release
        .audiences
        .iter()
        .filter(|(_, audience)| audience.admission == Admission::PinnedToCanary)
        .map(|(id, _)| *id)
        .collect()
}

/// The size of a stage's canary. `replicas=` has priority; otherwise the weight and the shares of all audiences on the
/// canary determine it. While a header route depends on the canary, it has at least two pods: the controller drops the
/// route for good with the last pod.
pub(super) fn scale(release: &Release, fleet: Fleet, stage: &Stage, admitted: &[AudienceId]) -> Scale {
    if !release.traffic.is_split() {
        return Scale::Follow;
    }
    if let Some(replicas) = &stage.replicas {
        return Scale::Set(match replicas.value {
            IntOrPercent::Int(count) => CanaryScale::Replicas(count),
            IntOrPercent::Percent(percent) => CanaryScale::Weight(percent.min(100)),
        });
    }
    let beside = share(release, admitted).saturating_add(share(release, &pinned_to_canary(release)));
    if beside == Percent::ZERO && admitted.is_empty() {
        return Scale::Follow;
    }
    let percent = whole(stage.weight.value.saturating_add(beside)).max(1);
    Scale::Set(if admitted.is_empty() { CanaryScale::Weight(percent) } else { two_pods(release, fleet, percent) })
}

/// A scale of at least `percent` of the fleet and at least two pods, whatever the current size of the fleet.
fn two_pods(release: &Release, fleet: Fleet, percent: u8) -> CanaryScale {
    // Nobody runs a canary with an autoscaler on one pod. If only the cluster knows the minimum, it is assumed to be
    // two.
    let least = fleet.least.map_or(2, |least| least.value).max(1);
    if share_of_pods(percent, least) >= 2 {
        return CanaryScale::Weight(percent);
    }
    match fleet.most {
        Some(most) => {
            let smallest = release.canary().settings.min_pods_per_replica_set.value.min(most).max(2);
            CanaryScale::Replicas(share_of_pods(percent, most).max(smallest))
        }
        None => CanaryScale::Weight(u8::try_from(100 / least + 1).unwrap_or(100).clamp(percent, 100)),
    }
}
