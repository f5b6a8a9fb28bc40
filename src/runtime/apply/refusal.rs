//! In: why an object cannot be applied. Out: the diagnostic, at the line of the policy.

use super::desired::{Desired, Identity};
use super::ownership::{Conflict, Ownership};
use super::rollout::Obstacle;
use crate::diagnostic::{Code, Diagnostic};

/// `Service \`web\``
fn named(desired: &Desired) -> String {
    let Identity { kind, name, .. } = &desired.identity;
    format!("{} `{name}`", kind.name())
}

/// A list of names: `` `a`, `b` ``.
pub fn listed(names: &[&str]) -> String {
    format!("`{}`", names.join("`, `"))
}

pub fn of_another_release(desired: &Desired, other: &str) -> Diagnostic {
    let message = format!("{} belongs to the release `{other}`", named(desired));
    Diagnostic::new(Code::ApplyForeignOwner, desired.span(&["metadata", "name"]), message)
        .label("this name")
        .why("The two policies would overwrite each other.")
        .help(format!(
            "give one of the releases another name; if `{other}` is gone for good, delete its objects: \
             `kubectl delete {} {}`",
            desired.identity.kind.qualified(),
            desired.identity.name
        ))
}

pub fn made_by_others(desired: &Desired, ownership: &Ownership) -> Diagnostic {
    let others = ownership.others();
    let by = if others.is_empty() { String::new() } else { format!(", made by {}", listed(&others)) };
    Diagnostic::new(
        Code::ApplyForeignOwner,
        desired.span(&["metadata", "name"]),
        format!("{} already exists{by}", named(desired)),
    )
    .label("this name")
    .why("It does not have the labels of this release: something else may use it.")
    .help("to make it part of this release, use `--take-over` once; otherwise choose another name")
}

pub fn of_conflicts(desired: &Desired, conflicts: &[&Conflict]) -> Diagnostic {
    let mut managers: Vec<&str> = Vec::new();
    for conflict in conflicts {
        if !managers.contains(&conflict.manager.as_str()) {
            managers.push(&conflict.manager);
        }
    }
    let fields: Vec<&str> = conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    let diagnostic = Diagnostic::new(
        Code::ApplyForeignOwner,
        desired.span(&[]),
        format!("{} owns fields of {} that would change", listed(&managers), named(desired)),
    )
    .label("what the policy wants");
    let held = format!("These are {}.", listed(&fields));
    if conflicts.iter().any(|conflict| conflict.is_with_controller()) {
        diagnostic
            .why(format!("{held} The controller of the release sets them and would set them again."))
            .help("`canaryc diff` shows the differences; apply them in two steps, the Rollout first")
    } else {
        diagnostic
            .why(format!("{held} Two tools that set the same field undo each other's work."))
            .help("let one tool own the object; to give it to canaryc, use `--take-over` once")
    }
}

pub fn of_header_rules(desired: &Desired) -> Diagnostic {
    let message = format!("the rules of {} change while an audience is on the new version", named(desired));
    Diagnostic::new(Code::ApplyInFlight, desired.span(&["spec", "rules"]), message)
        .label("these rules")
        .why("The controller copied the current rules for the audience. The copies would have no backend, or would be lost.")
        .help(waiting(desired))
}

pub fn of_rollout(desired: &Desired, obstacle: Obstacle) -> Diagnostic {
    let (rollout, span) = (named(desired), desired.span(obstacle.field()));
    let diagnostic = |message: String| Diagnostic::new(code(obstacle), span, message);
    let or_allow = |waiting: String, what: &str| format!("{waiting}; to {what} now, use `--restart-release`");
    match obstacle {
        Obstacle::Selector => diagnostic(format!("{rollout} has a different selector, and a selector cannot be changed"))
            .label("the policy's")
            .why("The pods that run belong to the Rollout by its selector; the API server keeps it as it was created.")
            .help("rename the release, or delete the Rollout with its pods, and apply again"),
        Obstacle::TwoStrategies => diagnostic(format!("{rollout} has a strategy or pods that canaryc did not write"))
            .label("the policy's")
            .why("Both would be present, and the controller rejects such a Rollout.")
            .help(format!(
                "take `spec.strategy.blueGreen`, `spec.template` or `spec.workloadRef`, whichever the policy does not \
                 have, out of it first: `kubectl edit {} {}`",
                desired.identity.kind.qualified(),
                desired.identity.name
            )),
        Obstacle::Steps => diagnostic(format!("the steps of {rollout} change while a release is in progress"))
            .label("these stages")
            .why("The controller would restart the release at its first step, with all weight on the stable version.")
            .help(or_allow(waiting(desired), "restart it")),
        Obstacle::Version => diagnostic(format!("{rollout} gets another version while a release is in progress"))
            .label("this workload")
            .why("The controller would stop the release in progress and start this version at the first step.")
            .help(or_allow(waiting(desired), "replace it")),
        Obstacle::AbortedVersion => diagnostic(format!("the steps of {rollout} change after an abort"))
            .label("these stages")
            .why("The controller would treat this as a new release and send users to the version that was aborted.")
            .help("release a fixed version together with the new steps; to retry the same version, use `--restart-release`"),
        Obstacle::Traffic => diagnostic(format!("{rollout} no longer refers to a Service or a route that the release in progress uses"))
            .label("the policy's")
            .why("Requests would stay where the controller last sent them, or reach no pods.")
            .help(waiting(desired)),
    }
}

const fn code(obstacle: Obstacle) -> Code {
    match obstacle {
        Obstacle::Selector => Code::ApplySelector,
        Obstacle::TwoStrategies => Code::ApplyForeignOwner,
        _ => Code::ApplyInFlight,
    }
}

fn waiting(desired: &Desired) -> String {
    let Identity { namespace, .. } = &desired.identity;
    format!("apply it after the release has ended: `canaryc get --namespace {namespace}` shows its state")
}
