//! In: a release with a router and an autoscaler. Out: a warning if the pods of the new version come on top of the fleet.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::manifest::Derivation;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let dynamic = &release.canary().settings.dynamic_stable_scale;
    let Some(autoscaler) = &release.autoscaler else { return };
    let is_said = dynamic.value || dynamic.origin.derivation != Derivation::Default;
    if !release.traffic.is_split() || is_said || release.unread.has(Section::Rollout) {
        return;
    }
    diagnostics.push(
        Diagnostic::new(
            Code::AutoscalerCanaryPods,
            autoscaler.origin.span,
            "the autoscaler counts the pods of the new version as part of the fleet",
        )
        .label("scales the pods of both versions")
        .why("With a router, the stable version keeps all its pods and the new version adds its own. The average load of a pod falls with the weight, and a target such as memory, which each pod uses without requests, rises: the autoscaler removes pods that are needed, or adds pods up to its maximum.")
        .help("write `rollout dynamic-stable-scale=#true`, so that the sum stays the same; `#false` silences this warning"),
    );
}
