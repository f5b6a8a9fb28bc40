//! In: the number of pods that every stage must reach before it continues. Out: an error if a stage never has as many:
//! it would hold the release there forever.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::units::IntOrPercent;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Subject { release, plan } = subject;
    let threshold = &release.canary().settings.replica_progress_threshold;
    let IntOrPercent::Int(wanted) = threshold.value else { return };
    for (stage, planned) in release.canary().stages.iter().zip(&plan.staged().stages) {
        let Some(pods) = planned.canary_pods.filter(|pods| (1..wanted).contains(pods)) else { continue };
        diagnostics.push(
            Diagnostic::new(Code::RolloutThreshold, threshold.span(), format!("stage `{}` never has {wanted} pods", stage.name.value))
                .label("required here")
                .also(stage.name.span(), format!("has {pods}"))
                .why("In each stage, the controller waits until this number of pods is available. It would wait until the deadline.")
                .help("write a percentage such as `\"100%\"`, which applies to the pods of each stage"),
        );
        return;
    }
}
