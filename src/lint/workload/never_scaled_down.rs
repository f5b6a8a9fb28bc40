//! In: a release without a router that refers to a Deployment whose number of pods is not known, and that nobody scales
//! down. Out: a warning: the pods of the Deployment serve users beside those of the Rollout.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::manifest::Derivation;
use crate::policy::unread::Section;
use crate::policy::workload::{PodTemplate, ScaleDown, WorkloadKind};

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    if release.traffic.is_split() || release.unread.has(Section::Router) {
        return;
    }
    let PodTemplate::Reference { kind, name, scale_down, own_replicas: None } = &release.workload.template else {
        return;
    };
    let is_written = scale_down.value == ScaleDown::Never && scale_down.origin.derivation == Derivation::Written;
    if kind.value != WorkloadKind::Deployment || !is_written {
        return;
    }
    let name = &name.value;
    diagnostics.push(
        Diagnostic::new(Code::WorkloadNeverScaledDown, scale_down.span(), format!("the pods of Deployment `{name}` stay"))
            .label("the controller leaves them")
            .also(release.workload.origin.span, "the Rollout has pods as well")
            .why("Without a router, the Service sends requests to the pods of both. Every change of the Deployment reaches users at once, no check sees its pods, and an abort does not remove them.")
            .help(format!("remove `scale-down=`, or scale the Deployment yourself when the Rollout is healthy: `kubectl scale deployment {name} --replicas=0`; while you go from one to the other, write `allow \"workload/never-scaled-down\" reason=\"…\"` on `workload`")),
    );
}
