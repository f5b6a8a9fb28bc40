//! In: a release whose stable version loses its pods with its weight. Out: an error if an audience is pinned to it at 100%.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::audience::{Admission, Audience};
use crate::policy::unread::Section;
use crate::units::Percent;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let canary = release.canary();
    let dynamic = &canary.settings.dynamic_stable_scale;
    if !dynamic.value || !release.traffic.is_split() || release.unread.has(Section::Stages) {
        return;
    }
    let Some(stage) = canary.stages.iter().find(|stage| stage.weight.value == Percent::FULL) else { return };
    let pinned = |audience: &&Audience| audience.admission == Admission::PinnedToStable;
    let Some(audience) = release.audiences.values().find(pinned) else { return };
    diagnostics.push(
        Diagnostic::new(
            Code::RolloutNoStablePods,
            dynamic.span(),
            format!("audience `{}` has no pods in stage `{}`", audience.name.value, stage.name.value),
        )
        .label("stops the stable pods as their weight falls")
        .also(audience.name.span(), "always goes to the stable version")
        .also(stage.weight.span(), "the stable version has no pods here")
        .why("The controller counts only the weight: at 100% it stops the last stable pod, and the requests of this audience fail.")
        .help("remove `dynamic-stable-scale`, or the stage: the release ends with 100% anyway"),
    );
}
