//! The workload. In: random numbers. Out: `workload` and `autoscaler`, and the manifests that they read.

use super::node::{Node, node};
use super::{Draft, manifests};

/// Generates the workload.
pub fn workload(draft: &mut Draft) {
    let scaled = draft.random.one_in(5);
    let name = draft.name.clone();
    let labels = [("app", name.as_str()), ("app.kubernetes.io/part-of", "shop")];
    let labels = &labels[..1 + draft.random.below(2)];
    let kind = draft.random.below(6);
    let mut workload = node("workload");
    if kind < 3 {
        let selector = labels.iter().fold(node("selector"), |selector, (key, value)| selector.with(key, *value));
        workload = workload.child(selector);
    } else {
        let path = draft.random.pick(&["deploy/app.yaml", "app.yaml", "./k8s/app.yaml"]);
        let rich = draft.random.one_in(2);
        // A Deployment that the Rollout refers to has no pods of its own.
        let embeds = matches!(kind, 4 | 5);
        let text = manifests::deployment(&name, if embeds { draft.fleet } else { 0 }, labels, rich);
        draft.files.push((path.trim_start_matches("./").to_owned(), text));
        workload = workload.with("file", path);
    }
    workload = match kind {
        1 => {
            let object = draft.random.pick(&["Deployment", "ReplicaSet", "PodTemplate"]);
            let named = format!("{name}-pods");
            workload.with("kind", object).with("name", named)
        }
        2 | 3 => workload.with("scale-down", draft.random.pick(&["on-success", "progressively", "never"])),
        4 => workload.with("mode", "embed"),
        5 => {
            draft.files.push(("app.properties".to_owned(), "greeting=hello\n".to_owned()));
            let reload = node("reload-on").arg("app.properties").maybe(draft.random.one_in(2), "copy", false);
            workload.with("mode", "embed").child(reload)
        }
        _ => workload.maybe(draft.random.one_in(4), "mode", "reference"),
    };
    if scaled {
        let autoscaler = autoscaler(draft);
        draft.body.push(autoscaler);
    } else if kind <= 3 || draft.random.one_in(3) {
        workload = workload.with("replicas", i64::from(draft.fleet));
    }
    draft.body.push(workload);
}

fn autoscaler(draft: &mut Draft) -> Node {
    let least = draft.fleet;
    let name = format!("{}-scale", draft.name);
    let autoscaler = node("autoscaler");
    // A lab has a controller only for HorizontalPodAutoscalers.
    match draft.random.below(if draft.quick() { 3 } else { 5 }) {
        0 | 1 => {
            let (cpu, memory) = draft.random.pick(&[(true, false), (false, true), (true, true)]);
            let most = i64::from(least) + 10;
            let autoscaler = autoscaler.with("min", i64::from(least)).with("max", most);
            autoscaler.maybe(cpu, "cpu", "80%").maybe(memory, "memory", "75%").maybe(least > 9, "name", name)
        }
        2 => {
            draft.files.push(("hpa.yaml".to_owned(), manifests::autoscaler(&name, least)));
            autoscaler.with("file", "hpa.yaml").with("name", name)
        }
        3 => {
            draft.files.push(("scaled.yaml".to_owned(), manifests::scaled_object(&name, least)));
            autoscaler.with("file", "scaled.yaml").with("kind", "ScaledObject")
        }
        _ => {
            let kind = draft.random.pick(&["HorizontalPodAutoscaler", "ScaledObject"]);
            autoscaler.with("existing", true).with("kind", kind).with("min", i64::from(least))
        }
    }
}
