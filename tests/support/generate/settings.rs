//! Settings of the whole release. In: random numbers. Out: `rollout`, `notify`, `patch`, `labels`,
//! `annotations` and `allow`.

use super::Draft;
use super::node::{Node, Value, named, node};

const EVENTS: &[&str] = &[
    "aborted",
    "completed",
    "paused",
    "step-completed",
    "updated",
    "scaled",
    "analysis-failed",
    "analysis-error",
    "analysis-running",
];

/// Generates the settings.
pub fn settings(draft: &mut Draft) {
    if draft.quick() || draft.random.one_in(2) {
        let rollout = rollout(draft);
        draft.body.push(rollout);
    }
    for _ in 0..draft.random.below(3) {
        let service = draft.random.pick(&["slack", "email", "teams"]);
        let notify = node("notify").with("via", service).with("to", format!("releases-{service}"));
        let notify = match draft.random.below(10) {
            0 => notify.with("trigger", "on-our-own"),
            _ => notify.with("on", draft.random.pick(EVENTS)),
        };
        draft.body.push(notify);
    }
    if draft.random.one_in(3) {
        patches(draft);
    }
    if draft.random.one_in(3) {
        draft.body.push(node("labels").with("team", "payments").with("example.com/tier", "1"));
    }
    if draft.random.one_in(3) {
        let annotations = node("annotations").with("argocd.argoproj.io/sync-wave", "2");
        draft.body.push(annotations.with("example.com/why", "\"because\": it's so"));
    }
    if draft.fleet.is_multiple_of(5) {
        let allow = named("allow", "stage/share-differs").with("reason", "a random policy has any number of pods");
        draft.body.push(allow);
    }
}

fn rollout(draft: &mut Draft) -> Node {
    let (quick, router) = (draft.quick(), draft.router);
    // An audience that is pinned to the stable version needs stable pods.
    let pinned = draft.body.iter().any(|node| {
        node.properties.iter().any(|(key, value)| key == "pinned" && matches!(value, Value::Text(to) if to == "stable"))
    });
    let random = &mut draft.random;
    let mut rollout = node("rollout")
        .maybe(random.one_in(3), "min-ready", if quick { "1s" } else { "10s" })
        .maybe(random.one_in(3), "progress-deadline", "15m")
        .maybe(random.one_in(4), "progress-deadline-abort", random.one_in(2))
        .maybe(random.one_in(4), "rollback-window", 3)
        .maybe(random.one_in(4), "revision-history-limit", random.pick(&[2, 5]))
        .maybe(random.one_in(4), "successful-run-history-limit", 3)
        .maybe(random.one_in(4), "unsuccessful-run-history-limit", 20)
        .maybe(random.one_in(4), "replica-progress-threshold", random.pick(&["90%", "100%"]));
    if random.one_in(5) {
        rollout = rollout.with("abort-scale-down-delay", random.pick(&["10m", "5s"]));
    }
    // Without a router the surge determines how many pods there can be.
    if router {
        rollout = match random.below(6) {
            0 => rollout.with("max-surge", "50%"),
            1 => rollout.with("max-surge", 2).with("max-unavailable", 1),
            2 => rollout.with("max-unavailable", "10%"),
            _ => rollout,
        };
        rollout = match random.below(4) {
            0 if !pinned => rollout.with("dynamic-stable-scale", true),
            1 => rollout
                .with("scale-down-delay-revision-limit", 1)
                .with("scale-down-delay", if quick { "1s" } else { "2m" }),
            _ if quick => rollout.with("scale-down-delay", "1s"),
            _ => rollout,
        };
        rollout = rollout.maybe(random.one_in(5), "min-pods-per-replica-set", 2);
    }
    match random.below(6) {
        0 => rollout = rollout.child(node("anti-affinity").with("mode", "preferred").with("weight", 50)),
        // One node cannot separate the versions.
        1 if !quick => rollout = rollout.child(node("anti-affinity").with("mode", "required")),
        _ => {}
    }
    let metadata = |role: &'static str, keyword: &'static str| {
        let labels = node("labels").with("role", role);
        node(keyword).child(labels).child(node("annotations").with("example.com/role", role))
    };
    if random.one_in(4) {
        rollout = rollout.child(metadata("canary", "canary-metadata"));
    }
    if random.one_in(4) {
        rollout = rollout.child(metadata("stable", "stable-metadata"));
    }
    rollout
}

fn patches(draft: &mut Draft) {
    let patch = named("patch", "Rollout");
    let yaml = "metadata:\n  annotations:\n    example.com/patched: \"yes\"\n";
    match draft.random.below(3) {
        0 => {
            draft.files.push(("patch.yaml".to_owned(), yaml.to_owned()));
            draft.body.push(patch.with("file", "patch.yaml"));
        }
        1 => draft.body.push(patch.with("name", draft.name.clone()).with("yaml", yaml)),
        _ => {
            let list = "[{op: add, path: /metadata/labels/patched, value: \"1\"}]";
            draft.body.push(patch.with("yaml", list));
        }
    }
}
