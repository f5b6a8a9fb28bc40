//! In: a number of pods that every stage must reach before it continues. Out: a stage that never has as many.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::policy::Release;
use crate::units::IntOrPercent;

/// Reports a number of pods that a small stage never reaches: it would hold the release there for ever.
pub fn judge(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    let threshold = &release.rollout.replica_progress_threshold;
    let IntOrPercent::Int(wanted) = threshold.value else { return };
    for (stage, planned) in release.stages.iter().zip(&plan.stages) {
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
