//! In: a release with a router. Out: a warning about `max-surge`, which the controller then ignores.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::manifest::Derivation;
use crate::policy::unread::Section;
use crate::units::IntOrPercent;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let surge = &release.canary().settings.max_surge;
    if !release.traffic.is_split()
        || surge.origin.derivation == Derivation::Default
        || release.unread.has(Section::Rollout)
    {
        return;
    }
    let zero = |value: IntOrPercent| matches!(value, IntOrPercent::Int(0) | IntOrPercent::Percent(0));
    if zero(surge.value) && zero(release.canary().settings.max_unavailable.value) {
        // The controller rejects both.
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::RolloutWithRouter, surge.span(), "`max-surge` has no effect with a router")
            .label("ignored")
            .why("With a router, the stable version keeps all its pods, and those of the new version come on top: as many as its weight needs, in one step.")
            .help("remove it; `stage … replicas=` limits the pods of the new version, and `rollout dynamic-stable-scale=#true` stops those of the stable version as its weight falls"),
    );
}
