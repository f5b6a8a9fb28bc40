//! Layers. In: a release, how it is made quick, and its shared parts. Out: the policy: parts of the release moved into
//! profiles, shared declarations and an included file, parameters, environments.

use std::path::PathBuf;

use super::node::{Node, Value, named, node};
use super::{Draft, Policy, Quick, Quicken, environments, parameters, print};

/// What may move into a profile.
const MOVABLE: &[&str] = &["router", "rollout", "slo", "check", "notify", "labels", "annotations", "patch"];

/// Parameters for times, and their values: the usual one, and the quick one.
const TIMES: [(&str, &str, &str); 3] = [("bake", "10m", "1s"), ("look", "5m", "1s"), ("wait", "1m", "1s")];

/// Assembles the policy.
pub fn finish(mut draft: Draft) -> Policy {
    shuffle(&mut draft);
    let mut release = named("release", draft.name.clone());
    if draft.quick() || draft.random.below(3) > 0 {
        release = release.with("namespace", format!("ns-{}", draft.name));
    }
    release = release.maybe(draft.random.one_in(6), "strategy", "canary");
    let environments = environments::environments(&mut draft);
    let open = |draft: &Draft| draft.body.iter().any(|node| node.properties.iter().any(|(_, value)| is_time(value)));
    let times: Vec<Node> = if open(&draft) { TIMES.iter().map(time).collect() } else { Vec::new() };
    let mut profiles = Vec::new();
    let mut uses = Vec::new();
    if draft.quicken == Some(Quicken::Arguments) || draft.random.one_in(3) {
        let mut profile = profile(&mut draft, environments.names.first());
        if draft.quicken == Some(Quicken::Arguments) {
            profile.children.splice(0..0, times.clone());
        }
        uses.push(named("use", "common"));
        profiles.push(profile);
    }
    if draft.random.one_in(5) {
        let base = named("profile", "base").child(node("labels").with("base", "yes"));
        match profiles.first_mut() {
            Some(common) => common.children.insert(0, named("use", "base")),
            None => uses.push(named("use", "base")),
        }
        profiles.push(base);
    }
    share(&mut draft);
    let mut params =
        if draft.random.one_in(2) { parameters::open(&mut draft.body, &mut draft.random) } else { Vec::new() };
    let quick = draft.quicken.map(|way| match way {
        Quicken::Overlay | Quicken::Arguments => Quick { environment: Some("quick"), settings: Vec::new() },
        Quicken::Settings => Quick { environment: None, settings: vec!["bake=1s", "look=1s", "wait=1s"] },
    });
    if draft.quicken == Some(Quicken::Settings) {
        params.extend(times);
    }
    release = release.children(params).children(uses).children(draft.body).children(environments.overlays);
    let mut top = Vec::new();
    if !environments.names.is_empty() {
        top.push(node("environments").args(environments.names));
    }
    draft.shared.extend(profiles);
    if draft.random.one_in(3) {
        let library = print::print(&draft.shared, &mut draft.random);
        draft.files.push(("lib/shared.kdl".to_owned(), library));
        top.insert(0, named("include", "lib/shared.kdl"));
    } else {
        top.extend(draft.shared);
    }
    top.push(release);
    let text = print::print(&top, &mut draft.random);
    let mut files = vec![(PathBuf::from(format!("{}.canary.kdl", draft.name)), text)];
    files.extend(draft.files.into_iter().map(|(path, text)| (PathBuf::from(path), text)));
    Policy { name: draft.name, files, quick, answers: draft.answers }
}

/// Shuffles the parts of the release, except for the stages, whose order matters.
fn shuffle(draft: &mut Draft) {
    let stages: Vec<Node> = draft.body.extract_if(.., |node| node.keyword == "stage").collect();
    draft.random.shuffle(&mut draft.body);
    let mut at = 0;
    for stage in stages {
        at += draft.random.below(draft.body.len() + 1 - at);
        draft.body.insert(at, stage);
        at += 1;
    }
}

fn time((name, usual, quick): &(&str, &str, &str)) -> Node {
    named("param", *name).with("type", "duration").with("default", *usual).with("min", *quick)
}

fn is_time(value: &Value) -> bool {
    matches!(value, Value::Text(text) if TIMES.iter().any(|(name, ..)| *text == format!("{{{{{name}}}}}")))
}

/// Moves parts of the release into a profile. Stages move together or not at all, and a part that parameters make quick
/// moves as a whole.
fn profile(draft: &mut Draft, environment: Option<&&'static str>) -> Node {
    let whole = draft.quicken == Some(Quicken::Arguments);
    let stay = draft.quicken == Some(Quicken::Settings);
    let stages = whole || (!stay && draft.random.one_in(2));
    let mut moved = Vec::new();
    let mut kept = Vec::new();
    for node in std::mem::take(&mut draft.body) {
        let moves = match node.keyword {
            // A path is relative to the file that contains it.
            _ if reads_file(&node) => false,
            "stage" => stages,
            "slo" | "check" if whole || stay => whole,
            keyword => MOVABLE.contains(&keyword) && draft.random.one_in(2),
        };
        if moves { moved.push(node) } else { kept.push(node) }
    }
    draft.body = kept;
    let params = parameters::open(&mut moved, &mut draft.random);
    let mut profile = named("profile", "common").maybe(draft.random.one_in(4), "strategy", "canary");
    profile = profile.children(params).children(moved);
    if let Some(environment) = environment.filter(|_| draft.random.one_in(2)) {
        let labels = node("labels").with("where", *environment);
        let overlay = named("environment", *environment);
        let overlay = overlay.maybe(draft.random.one_in(3), "namespace", format!("{environment}-{}", draft.name));
        profile = profile.child(overlay.child(labels));
    }
    profile
}

/// Moves checks to the top of the file, where every release can use them; the release amends some.
fn share(draft: &mut Draft) {
    if draft.quick() || draft.random.below(3) > 0 {
        return;
    }
    let mut kept = Vec::new();
    for node in std::mem::take(&mut draft.body) {
        if !matches!(node.keyword, "slo" | "check") || reads_file(&node) || draft.random.one_in(2) {
            kept.push(node);
            continue;
        }
        let looks = node.properties.iter().any(|(key, _)| matches!(key.as_str(), "min" | "max" | "equals"));
        if looks && draft.random.one_in(2) {
            kept.push(Node { children: Vec::new(), properties: Vec::new(), ..node.clone() }.with("retain", 7));
        }
        draft.shared.push(node);
    }
    draft.body = kept;
}

fn reads_file(node: &Node) -> bool {
    node.properties.iter().any(|(key, _)| key == "file") || node.children.iter().any(reads_file)
}
