//! The two rules by which the controller counts pods: one where a router splits requests, one where pods are the split.
//! In: a fleet and a weight. Out: pods.

/// Pods of the new version and of both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Of the new version.
    pub canary: u32,
    /// Of both.
    pub total: u32,
}

/// How many pods a percentage of a fleet is, rounded up, as the controller does it where a router splits requests.
pub fn share_of_pods(percent: u8, fleet: u32) -> u32 {
    u32::try_from((u64::from(percent) * u64::from(fleet)).div_ceil(100)).unwrap_or(fleet)
}

/// The split when pods are the split of the traffic: the one, out of those that fit the fleet and one surplus pod, whose
/// ratio is nearest to the weight. `surge` is how many pods there may be above the fleet.
pub fn split_by_pods(fleet: u32, weight: u8, surge: u32) -> Split {
    if fleet == 0 {
        return Split { canary: 0, total: 0 };
    }
    let scaled = u64::from(fleet) * u64::from(weight);
    let pods = |count: u64| u32::try_from(count).unwrap_or(fleet);
    let (up, down) = (pods(scaled.div_ceil(100)), pods(scaled / 100));
    // Some of the canary and some of the stable version stay, unless the fleet is one pod that may not surge.
    let none_allowed = weight == 0 || weight >= 100 || (fleet == 1 && surge == 0);
    let tied = |total: u32| (u64::from(total) * u64::from(weight)) % 100 == 50;
    let mut options = Vec::with_capacity(4);
    if up < fleet || none_allowed {
        options.push(Split { canary: up, total: fleet });
    }
    if !tied(fleet) && (down != 0 || none_allowed) {
        options.push(Split { canary: down, total: fleet });
    }
    if surge > 0 {
        options.push(Split { canary: up, total: fleet.saturating_add(1) });
        if !tied(fleet.saturating_add(1)) && (down != 0 || none_allowed) {
            options.push(Split { canary: down, total: fleet.saturating_add(1) });
        }
    }
    // |canary / total - weight|, compared without division: times 100, then crosswise.
    let distance =
        |split: Split| (u128::from(split.canary) * 100).abs_diff(u128::from(split.total) * u128::from(weight));
    let mut best = Split { canary: 0, total: fleet };
    for (position, option) in options.into_iter().enumerate() {
        let nearer = distance(option) * u128::from(best.total) < distance(best) * u128::from(option.total);
        if position == 0 || nearer {
            best = option;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_fleet_can_be_split() {
        let split = split_by_pods(u32::MAX, 25, 1);
        assert_eq!((split.canary, split.total), (1_073_741_824, u32::MAX));
    }

    #[test]
    fn pods_split_as_the_controller_splits_them() {
        assert_eq!(split_by_pods(5, 20, 1), Split { canary: 1, total: 5 });
        assert_eq!(split_by_pods(5, 50, 1), Split { canary: 3, total: 6 });
        assert_eq!(split_by_pods(3, 20, 1), Split { canary: 1, total: 4 });
        assert_eq!(split_by_pods(1, 20, 1), Split { canary: 1, total: 2 });
        assert_eq!(split_by_pods(1, 95, 1), Split { canary: 1, total: 2 });
        assert_eq!(split_by_pods(10, 10, 0), Split { canary: 1, total: 10 });
        assert_eq!(split_by_pods(10, 5, 0), Split { canary: 1, total: 10 });
        assert_eq!(split_by_pods(3, 50, 0), Split { canary: 2, total: 3 });
        assert_eq!(split_by_pods(4, 0, 1), Split { canary: 0, total: 4 });
        assert_eq!(split_by_pods(4, 100, 1), Split { canary: 4, total: 4 });
        assert_eq!(split_by_pods(10, 30, 3), Split { canary: 3, total: 10 });
        assert_eq!(split_by_pods(10, 5, 1), Split { canary: 1, total: 11 });
        assert_eq!(split_by_pods(0, 50, 1), Split { canary: 0, total: 0 });
    }
}
