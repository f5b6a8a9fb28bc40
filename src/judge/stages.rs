//! In: the stages of a release and their plan. Out: stages that make no sense beside the others: the same name twice, no
//! wait, too few pods.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::policy::stage::Stage;
use crate::policy::{AudienceId, Release};
use crate::source::Span;
use crate::units::{IntOrPercent, Percent};

/// Reports two stages that would have one name in the names of objects.
pub fn labels_are_unique(release: &Release, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Stage> = BTreeMap::new();
    for stage in &release.stages {
        let label = stage.label.as_str();
        let Some(first) = seen.get(label) else {
            seen.insert(label, stage);
            continue;
        };
        // Stages of two ramps, or of a ramp and a stage, that have the same weight.
        let same = first.name == stage.name;
        let message = if same {
            format!("two stages have the name `{}`", stage.name.value)
        } else {
            format!(
                "stages `{}` and `{}` both become `{label}` in the names of objects",
                first.name.value, stage.name.value
            )
        };
        diagnostics.push(
            Diagnostic::new(Code::StageSameName, stage.name.span(), message)
                .label("second")
                .also(first.name.span(), "first")
                .why("Objects and reports identify a stage by its name.")
                .help("rename one of them, as in `stage \"soak\" …`"),
        );
    }
}

/// Reports a stage that waits for nothing.
pub fn something_happens(release: &Release, diagnostics: &mut Diagnostics) {
    for (index, stage) in release.stages.iter().enumerate() {
        let last = index + 1 == release.stages.len() && stage.weight.value == Percent::FULL;
        if stage.may_wait || last || stage.ramp.is_some_and(|place| place > 0) {
            continue;
        }
        let zero = stage.pause.map(|pause| pause.span());
        let mut diagnostic = Diagnostic::new(
            Code::StageNothingHappens,
            zero.unwrap_or(stage.origin.span.to(stage.name.span())),
            "this stage has no wait",
        )
        .label(if zero.is_some() { "no pause" } else { "no pause, no gate and no approval" })
        .why("The controller passes through the stage at once, so nobody can observe it before the next one.")
        .help("add `pause=\"10m\"`, a `gate`, or `promote=\"manual\"`");
        if let Some(next) = release.stages.get(index + 1) {
            diagnostic = diagnostic.also(next.name.span(), "starts at once");
        }
        diagnostics.push(diagnostic);
    }
}

/// Reports an audience that two stages admit.
pub fn admitted_once(release: &Release, diagnostics: &mut Diagnostics) {
    let mut seen: Vec<(AudienceId, Span)> = Vec::new();
    for stage in &release.stages {
        let Some(audience) = &stage.audience else { continue };
        let admitted = release.audience(audience.value).map(|found| found.admitted(audience.value));
        for id in admitted.unwrap_or_else(|| vec![audience.value]) {
            let Some((_, first)) = seen.iter().find(|(other, _)| *other == id) else {
                seen.push((id, audience.span()));
                continue;
            };
            let name = release.audience(id).map_or_else(String::new, |audience| format!(" `{}`", audience.name.value));
            diagnostics.push(
                Diagnostic::new(Code::StageAdmittedTwice, audience.span(), format!("audience{name} is admitted twice"))
                    .label("second")
                    .also(*first, "first")
                    .why("An audience stays admitted until the end of the release, so the second time changes nothing.")
                    .help("remove `audience=` here, and give the stage a name"),
            );
            break;
        }
    }
}

/// Reports a `replicas=` that leaves exposed users without pods.
pub fn enough_pods(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    let mut audience: Option<Span> = None;
    for (stage, planned) in release.stages.iter().zip(&plan.stages) {
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
