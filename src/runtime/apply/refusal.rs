//! In: why an object cannot be applied. Out: the diagnostic that says so, at the line of the policy.

use super::desired::{Desired, Identity};
use super::ownership::{Conflict, Ownership};
use super::rollout::Obstacle;
use crate::diagnostic::{Code, Diagnostic};

/// `Service \`web\``
fn named(desired: &Desired) -> String {
    let Identity { kind, name, .. } = &desired.identity;
    format!("{} `{name}`", kind.name())
}

/// Names in a row: `` `a`, `b` ``.
pub fn listed(names: &[&str]) -> String {
    format!("`{}`", names.join("`, `"))
}

pub fn of_another_release(desired: &Desired, other: &str) -> Diagnostic {
    let message = format!("{} belongs to the release `{other}`", named(desired));
    Diagnostic::new(Code::ApplyForeignOwner, desired.span(&["metadata", "name"]), message)
        .label("this name")
        .why("Both policies would set it back and forth.")
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
        format!("{} is there already{by}", named(desired)),
    )
    .label("this name")
    .why("It does not bear the labels of this release: it may serve something else.")
    .help(
        "if it is to belong to this release from now on, allow that once with `--take-over`; else choose another name",
    )
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
        format!("{} holds fields of {} that would change", listed(&managers), named(desired)),
    )
    .label("what the policy wants");
    let held = format!("These are {}.", listed(&fields));
    if conflicts.iter().any(|conflict| conflict.is_with_controller()) {
        diagnostic
            .why(format!("{held} The release's own controller sets them, and would set them again."))
            .help("`canaryc diff` shows what differs; change it in two applies, the Rollout first")
    } else {
        diagnostic.why(format!("{held} Two tools that set the same field undo each other's work.")).help(
            "leave the object to one of them; if canaryc is to have it from now on, allow that once with `--take-over`",
        )
    }
}

pub fn of_header_rules(desired: &Desired) -> Diagnostic {
    let message = format!("the rules of {} change while an audience is on the new version", named(desired));
    Diagnostic::new(Code::ApplyInFlight, desired.span(&["spec", "rules"]), message)
        .label("these rules")
        .why("The controller has made the audience's rules from the present ones; they would lead nowhere, or be lost.")
        .help(waiting(desired))
}

pub fn of_rollout(desired: &Desired, obstacle: Obstacle) -> Diagnostic {
    let (rollout, span) = (named(desired), desired.span(obstacle.field()));
    let diagnostic = |message: String| Diagnostic::new(code(obstacle), span, message);
    let or_allow = |waiting: String, what: &str| format!("{waiting}; to {what} now, write `--restart-release`");
    match obstacle {
        Obstacle::Selector => diagnostic(format!("{rollout} has another selector, which cannot be changed"))
            .label("the policy's")
            .why("The pods that run belong to the Rollout by its selector; the API server keeps it as it was created.")
            .help("name the release anew, or delete the Rollout (its pods go with it) and apply again"),
        Obstacle::TwoStrategies => diagnostic(format!("{rollout} has a strategy or pods that canaryc did not write"))
            .label("the policy's")
            .why("Both would stand side by side, and the controller refuses such a Rollout.")
            .help(format!(
                "take `spec.strategy.blueGreen`, `spec.template` or `spec.workloadRef`, whichever the policy does not \
                 have, out of it first: `kubectl edit {} {}`",
                desired.identity.kind.qualified(),
                desired.identity.name
            )),
        Obstacle::Steps => diagnostic(format!("the steps of {rollout} change while a release is under way"))
            .label("these stages")
            .why("The controller would begin the release anew at its first step, with all weight back on the stable version.")
            .help(or_allow(waiting(desired), "begin it anew")),
        Obstacle::Version => diagnostic(format!("{rollout} gets another version while a release is under way"))
            .label("this workload")
            .why("The controller would drop the version that is on its way, and begin at the first step with this one.")
            .help(or_allow(waiting(desired), "replace it")),
        Obstacle::AbortedVersion => diagnostic(format!("the steps of {rollout} change after an abort"))
            .label("these stages")
            .why("The controller would take this for a new start, and send users to the version that was taken back.")
            .help("release a version that is mended together with the new steps; to try the same version again, write `--restart-release`"),
        Obstacle::Traffic => diagnostic(format!("{rollout} loses a Service or a route that the release under way uses"))
            .label("the policy's")
            .why("Requests would stay where the controller has last sent them, or find no pods.")
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
    format!("apply it when the release has ended: `canaryc get --namespace {namespace}` shows where it stands")
}
