//! What is not done: what makes no sense, what is not allowed, and what the controller does not process.

use serde_json::json;

use crate::accepted::create_namespace;
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::runtime::program::canaryc;
use crate::runtime::shop::Shop;

const COMMANDS: &[&str] = &["promote", "abort", "retry", "pause", "resume", "restart", "undo"];

pub fn senseless(lab: &Lab) -> Result<(), Failure> {
    let policy = super::policy(&lab.answers.json("gate", "open"));
    let shop = Shop::open(lab, "act-senseless", &policy)?;
    let before = shop.stored()?;
    for (arguments, code) in [
        (&["promote"][..], "act/nothing-in-flight"),
        (&["promote", "--full"], "act/nothing-in-flight"),
        (&["promote", "--to", "half"], "act/nothing-in-flight"),
        (&["abort"], "act/nothing-in-flight"),
        (&["retry"], "act/not-aborted"),
        (&["resume"], "act/not-paused"),
        (&["undo"], "act/revision"),
    ] {
        shop.canaryc(arguments)?.refuses(code)?;
    }
    for command in COMMANDS {
        canaryc(lab, &[command, "act-senseless/wbe"])?.refuses("cluster/not-found")?;
    }
    let after = shop.stored()?;
    if before["metadata"]["resourceVersion"] != after["metadata"]["resourceVersion"] {
        return Err(failed("a refused command has written something"));
    }
    shop.close()
}

pub fn forbidden(lab: &Lab) -> Result<(), Failure> {
    let policy = super::policy(&lab.answers.json("gate", "open"));
    let mut shop = Shop::open(lab, "act-forbidden", &policy)?;
    shop.kubectl(&[
        "create",
        "role",
        "reader",
        "--verb=get,list,watch",
        "--resource=rollouts.argoproj.io,replicasets.apps",
    ])?;
    shop.kubectl(&["create", "rolebinding", "reader", "--role=reader", "--user=reader"])?;
    shop.release("example.com/web:2")?;
    shop.follow("a pause", |world| world.standing().1 == 1)?;
    for (command, right) in [
        ("promote", "patch rollouts.argoproj.io/status `web`"),
        ("abort", "patch rollouts.argoproj.io/status `web`"),
        ("pause", "patch rollouts.argoproj.io `web`"),
        ("restart", "patch rollouts.argoproj.io `web`"),
        ("undo", "patch rollouts.argoproj.io `web`"),
    ] {
        shop.canaryc(&[command, "--as", "reader"])?.refuses("cluster/forbidden")?.ends_with(2, right)?;
        shop.canaryc(&[command, "--as", "reader", "--dry-run"])?.refuses("cluster/forbidden")?.ends_with(2, right)?;
    }
    shop.canaryc(&["abort", "--as", "nobody"])?
        .refuses("cluster/forbidden")?
        .ends_with(2, "get rollouts.argoproj.io")?;
    shop.close()
}

/// The controller ignores objects with the label of another instance.
pub fn not_taken(lab: &Lab) -> Result<(), Failure> {
    create_namespace(lab, "act-not-taken")?;
    let labels = json!({"app": "web"});
    let rollout = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
        "metadata": {"name": "web", "namespace": "act-not-taken",
            "labels": {"argo-rollouts.argoproj.io/controller-instance-id": "another"}},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "strategy": {"canary": {"steps": [{"pause": {}}]}},
            "template": {"metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": "example.com/web:1"}]}}},
    });
    lab.kubectl.run(&["create", "-f", "-"], &rollout.to_string())?;
    let status = json!({"status": {"observedGeneration": "1", "stableRS": "a", "currentPodHash": "b", "currentStepIndex": 0,
        "controllerPause": true, "pauseConditions": [{"reason": "CanaryPauseStep", "startTime": "2026-01-01T00:00:00Z"}]}});
    let patch = status.to_string();
    let arguments =
        ["patch", "rollout", "web", "-n", "act-not-taken", "--subresource=status", "--type=merge", "-p", &patch];
    lab.kubectl.run(&arguments, "")?;

    let outcome = canaryc(lab, &["promote", "act-not-taken/web", "--timeout", "10s"])?;
    outcome.ends_with(4, "[act/not-taken]")?.ends_with(4, "is the controller running?")?.ends_with(4, " times")?;
    canaryc(lab, &["pause", "act-not-taken/web", "--timeout", "5s"])?.ends_with(4, "[act/not-taken]")?;
    // From here on the controller has not seen the newest specification.
    canaryc(lab, &["restart", "act-not-taken/web", "--timeout", "5s"])?
        .ends_with(4, "observe the newest specification")?;
    lab.kubectl.run(&["delete", "namespace", "act-not-taken", "--wait=false"], "").map(drop)
}
