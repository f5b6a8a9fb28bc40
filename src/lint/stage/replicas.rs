//! In: the stages with `replicas=`. Out: an error for each that leaves exposed users without enough pods.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::source::Span;
use crate::units::{IntOrPercent, Percent};

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Subject { release, plan } = subject;
    let mut audience: Option<Span> = None;
    for (stage, planned) in release.canary().stages.iter().zip(&plan.staged().stages) {
        if let Some(admitted) = &stage.audience {
            audience.get_or_insert(admitted.span());
        }
        let Some(replicas) = stage.replicas.filter(|_| stage.ramp.unwrap_or(0) == 0) else { continue };
        let none = matches!(replicas.value, IntOrPercent::Int(0) | IntOrPercent::Percent(0));
        if none && planned.exposure > Percent::ZERO {
            diagnostics.push(
                Diagnostic::new(Code::StageReplicas, replicas.span(), "this stage sends users to no pods")
                    .label("no pods")
                    .also(stage.name.span(), format!("exposes {}", planned.exposure))
                    .why("Their requests would fail.")
                    .help("remove `replicas=`; the exposure then determines the number"),
            );
            continue;
        }
        if let (Some(audience), Some(1)) = (audience, planned.canary_pods) {
            diagnostics.push(
                Diagnostic::new(Code::StageReplicas, replicas.span(), "an audience needs at least two pods")
                    .label("one pod")
                    .also(audience, "an audience is admitted")
                    .why("If the only pod of the new version is lost, the controller removes the route of the audience and does not restore it.")
                    .help("write at least 2, or remove `replicas=`"),
            );
        }
    }
}
