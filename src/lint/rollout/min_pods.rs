//! In: the smallest size of a ReplicaSet and the number of pods. Out: a warning if the first is greater.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Subject { release, plan } = subject;
    let least = &release.canary().settings.min_pods_per_replica_set;
    let Some(fleet) = plan.fleet.least.filter(|fleet| fleet.value > 0 && fleet.value < least.value) else { return };
    if !release.traffic.is_split() || release.unread.has(Section::Rollout) {
        return;
    }
    diagnostics.push(
        Diagnostic::new(
            Code::RolloutMinPods,
            least.span(),
            format!("each version has at least {} pods, but the release has {}", least.value, fleet.value),
        )
        .label("more than the release has")
        .also(fleet.span(), "the number of pods")
        .why("Argo Rollouts before 1.10 starts more pods for the new version than the release has, and keeps them after the release. From 1.10 on, it ignores what exceeds the number of pods.")
        .help(format!("write `min-pods-per-replica-set={}` or less", fleet.value)),
    );
}
