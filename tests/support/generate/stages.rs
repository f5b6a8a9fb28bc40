//! Stages. In: the existing checks and audiences. Out: `stage`s that admit the audiences and raise the weight, with
//! gates, and a `watch`; for a policy that can be released in seconds, also the quick environment's part of them.

use super::checks::Check;
use super::node::{Node, Value, named, node};
use super::{Draft, Quicken, Requests};

/// Generates the stages and declares the checks that they name.
pub fn stages(draft: &mut Draft, checks: &[Check]) {
    let mut used: Vec<&Check> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut weight = 0;
    let count = 1 + draft.random.below(4) + draft.staged.len();
    for number in 0..count {
        if let Some(stage) = one(draft, checks, &mut used, &mut names, &mut weight, number, count) {
            draft.body.push(stage);
        }
    }
    if weight < 80 && draft.random.one_in(4) {
        let (step, name) = (draft.random.pick(&[5, 10]), format!("{}%", weight + 10));
        let ramp = node("stage").with("weight", name.as_str()).with("to", format!("{}%", weight + 10 + 2 * step));
        let pause = pause(draft, &name, &["1m", "15m"]);
        draft.body.push(ramp.with("by", format!("{step}%")).with("pause", pause));
        names.push(name);
        weight = 99;
    }
    // At 100% there is nothing to compare with.
    if draft.random.one_in(10) && !checks.iter().any(Check::compares) {
        draft.body.push(named("stage", "all").with("weight", "100%"));
    }
    if weight > 0 && draft.random.below(3) > 0 {
        watch(draft, checks, &mut used, &names);
    }
    for check in checks {
        if used.iter().any(|known| known.name() == check.name()) {
            draft.answers.insert(check.name().to_owned(), check.answer.clone());
            let declared = quickened(draft, check);
            draft.body.push(declared);
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "what the stages before it have used up")]
fn one<'a>(
    draft: &mut Draft,
    checks: &'a [Check],
    used: &mut Vec<&'a Check>,
    names: &mut Vec<String>,
    weight: &mut usize,
    number: usize,
    count: usize,
) -> Option<Node> {
    let admits = !draft.staged.is_empty() && (draft.random.one_in(2) || count - number <= draft.staged.len());
    let mut stage = node("stage");
    let mut name = String::new();
    if admits {
        name = draft.staged.remove(0).to_owned();
        stage = stage.with("audience", name.as_str());
    }
    if *weight < 90 && (!admits || draft.random.one_in(3)) {
        *weight += 10 * (1 + draft.random.below(((90 - *weight) / 10).min(4)));
        name = format!("{weight}%");
        stage = stage.with("weight", name.as_str());
    }
    if name.is_empty() || draft.random.one_in(2) {
        name = format!("{}-{number}", draft.random.pick(&["step", "soak", "look"]));
        stage = stage.arg(name.as_str());
    }
    let paused = !draft.random.one_in(5);
    if paused {
        let pause = pause(draft, &name, &["30s", "5m", "10m", "1h30m", "1d"]);
        stage = stage.with("pause", pause);
    }
    if draft.router && draft.fleet > 1 && draft.random.one_in(6) {
        let pods = draft.random.below(2);
        stage = stage.with("replicas", [Value::Integer(i64::from(draft.fleet)), "100%".into()][pods].clone());
    }
    let manual = draft.random.one_in(6);
    stage = stage.maybe(manual, "promote", "manual");
    let mut asked = false;
    for at in ["end", "start"] {
        if draft.random.one_in(4) {
            let gate = gate(draft, checks, used, at);
            stage = stage.child(gate);
            asked = true;
        }
    }
    if !draft.quick() && draft.random.one_in(16) {
        let plugin = named("plugin", "argoproj-labs/sample-step");
        stage = stage.child(plugin.with("yaml", "return: Successful\nrequeueAfter: 1m\n"));
        asked = true;
    }
    if !paused && !asked && !manual {
        stage = stage.with("promote", "manual");
    }
    names.push(name);
    Some(stage)
}

/// The duration of a stage, and what makes it quick.
fn pause(draft: &mut Draft, stage: &str, usual: &[&'static str]) -> &'static str {
    match draft.quicken {
        Some(Quicken::Arguments | Quicken::Settings) => return "{{bake}}",
        Some(Quicken::Overlay) => {
            let pause = draft.random.pick(&["1s", "2s"]);
            draft.overlay.push(named("stage", stage).with("pause", pause));
        }
        None => {}
    }
    draft.random.pick(usual)
}

/// A check that measures soon, if the policy is quick.
fn quickened(draft: &mut Draft, check: &Check) -> Node {
    let mut declared = check.node.clone();
    if !check.looks {
        return declared;
    }
    match draft.quicken {
        None => {}
        Some(Quicken::Overlay) => {
            let quick = named(declared.keyword, check.name()).with("interval", "1s").with("initial-delay", "1s");
            draft.overlay.push(quick);
        }
        Some(Quicken::Arguments | Quicken::Settings) => {
            declared.properties.retain(|(key, _)| key != "interval" && key != "initial-delay");
            declared = declared.with("interval", "{{look}}").with("initial-delay", "{{wait}}");
        }
    }
    declared
}

fn gate<'a>(draft: &mut Draft, checks: &'a [Check], used: &mut Vec<&'a Check>, at: &str) -> Node {
    let gates: Vec<&Check> = checks.iter().filter(|check| check.gate).collect();
    let first = draft.random.below(gates.len());
    let mut named = vec![gates[first]];
    named.extend(gates.get(first + 1).filter(|_| draft.random.one_in(2)));
    used.extend(&named);
    let gate = node("gate").args(named.iter().map(|check| check.name()));
    gate.maybe(at == "start" || draft.random.one_in(3), "at", at)
}

fn watch<'a>(draft: &mut Draft, checks: &'a [Check], used: &mut Vec<&'a Check>, names: &[String]) {
    let watchable: Vec<&Check> = checks.iter().filter(|check| check.watch).collect();
    let first = draft.random.below(watchable.len());
    let mut named = vec![watchable[first]];
    named.extend(watchable.get(first + 1).filter(|_| draft.random.one_in(2)));
    named.extend(watchable.get(first + 3).filter(|_| draft.random.one_in(3)));
    used.extend(&named);
    let watch = node("watch").args(named.iter().map(|check| check.name()));
    let from = names[draft.random.below(names.len())].clone();
    let later = draft.random.one_in(3) && draft.requests != Requests::Exact;
    draft.body.push(watch.maybe(later, "from", from));
}
