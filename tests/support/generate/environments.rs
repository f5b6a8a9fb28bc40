//! Environments. In: a release and how it is made quick. Out: the names of environments, and the overlay of the release
//! for each: stages amended, inserted and removed, other values, and removed parts.

use super::node::{Node, Value, named, node};
use super::{Draft, Quicken};

/// The environments of a policy.
#[derive(Default)]
pub struct Environments {
    pub names: Vec<&'static str>,
    /// `environment` nodes of the release.
    pub overlays: Vec<Node>,
}

/// Generates the environments.
pub fn environments(draft: &mut Draft) -> Environments {
    let own = draft.name.clone();
    match draft.quicken {
        Some(Quicken::Settings) => Environments::default(),
        Some(way) => {
            let names = draft.random.pick(&[["prod", "quick"], ["quick", "dev"]]);
            let mut overlay = std::mem::take(&mut draft.overlay);
            if way == Quicken::Arguments {
                overlay.push(named("use", "common").with("bake", "1s").with("look", "1s").with("wait", "1s"));
            }
            let quick = named("environment", "quick").with("namespace", format!("quick-{own}")).children(overlay);
            Environments { names: names.to_vec(), overlays: vec![quick] }
        }
        None if draft.random.one_in(3) => {
            let prod = prod(draft);
            let dev = dev(draft);
            Environments { names: vec!["dev", "prod"], overlays: vec![dev, prod] }
        }
        None => Environments::default(),
    }
}

/// The text of a property.
fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.properties.iter().find(|(known, _)| known == key).and_then(|(_, value)| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// The name of a stage.
fn name(stage: &Node) -> &str {
    match stage.arguments.first() {
        Some(Value::Text(name)) => name,
        _ => text(stage, "weight").or_else(|| text(stage, "audience")).unwrap_or_default(),
    }
}

fn stages(draft: &Draft) -> Vec<Node> {
    draft.body.iter().filter(|node| node.keyword == "stage").cloned().collect()
}

/// More safety: a stage before the first weight, another at the end, a manual promotion.
fn prod(draft: &mut Draft) -> Node {
    let stages = stages(draft);
    let mut prod = named("environment", "prod");
    if let Some(first) = stages.iter().find(|stage| text(stage, "weight").is_some()) {
        // Without a router one percent gives no pod.
        if draft.router {
            let before = named("stage", "one").with("weight", "1%").with("pause", "30m").with("before", name(first));
            prod = prod.child(before);
        }
    }
    let last = &stages[stages.len() - 1];
    if text(last, "to").is_none() && text(last, "weight") != Some("100%") {
        let after = named("stage", "last").with("pause", "1h").with("promote", "manual").with("after", name(last));
        prod = prod.child(after);
    }
    prod = prod.child(named("stage", name(&stages[0])).with("promote", "auto").with("pause", "45m"));
    prod.child(node("annotations").with("example.com/environment", "prod"))
}

/// Less of everything.
fn dev(draft: &mut Draft) -> Node {
    let has = |draft: &Draft, keyword: &str| draft.body.iter().any(|node| node.keyword == keyword);
    let mut remove = node("remove");
    for keyword in ["notify", "patch"] {
        if has(draft, keyword) {
            remove = remove.child(node(keyword));
        }
    }
    let mut dev = named("environment", "dev").with("namespace", format!("dev-{}", draft.name));
    if has(draft, "autoscaler") && draft.random.one_in(2) {
        remove = remove.child(node("autoscaler"));
        dev = dev.child(node("workload").with("replicas", i64::from(draft.fleet)));
    }
    let routes: Vec<&Node> = draft.body.iter().filter(|node| node.keyword == "route").collect();
    let second = routes.iter().find(|route| !route.arguments.is_empty()).filter(|_| routes.len() > 1);
    if let Some(second) = second {
        remove = remove.child(named("route", second.arguments[0].clone()));
    }
    let dns = |node: &&Node| matches!(node.arguments.first(), Some(Value::Integer(53)));
    if draft.body.iter().any(|node| node.children.iter().any(|port| dns(&port))) {
        remove = remove.child(named("port", 53));
    }
    if has(draft, "watch") {
        remove = remove.child(node("watch"));
        if let Some(stages) = bare(draft) {
            let audiences = draft.body.iter().filter(|node| node.keyword == "audience");
            let audiences: Vec<Value> = audiences.map(|node| node.arguments[0].clone()).collect();
            remove = remove.child(node("router"));
            if !audiences.is_empty() {
                remove = remove.child(node("audience").args(audiences));
            }
            if !stages.is_empty() {
                remove = remove.child(node("stage").args(stages));
            }
            if !has(draft, "autoscaler") {
                dev = dev.child(node("workload").with("replicas", 40));
            }
        }
    }
    dev.child(remove)
}

/// The stages that need a router, if the others do not.
fn bare(draft: &Draft) -> Option<Vec<String>> {
    let stages = stages(draft);
    let routed = |stage: &&Node| {
        let wants = |key: &str| stage.properties.iter().any(|(known, _)| known == key);
        wants("audience") || wants("replicas") || wants("to") || !stage.children.is_empty()
    };
    let small = draft.body.iter().any(|node| node.keyword == "autoscaler") && draft.fleet < 20;
    let gone: Vec<String> = stages.iter().filter(routed).map(|stage| name(stage).to_owned()).collect();
    let router_only =
        ["scale-down-delay", "scale-down-delay-revision-limit", "dynamic-stable-scale", "min-pods-per-replica-set"];
    let set = draft.body.iter().filter(|node| node.keyword == "rollout" || node.keyword == "service");
    let bound =
        set.flat_map(|node| &node.properties).any(|(key, _)| router_only.contains(&key.as_str()) || key == "canary");
    (draft.router && !small && !bound && gone.len() < stages.len()).then_some(gone)
}
