//! The events of a release, compared with its plan. In: a case, and every version of every object of its release. Out:
//! the differences: exposure without pods, and stages whose weight, header rules, pods or order do not match the plan.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::corpus::Case;
use crate::world::{World, revision};

/// Processes every event after a revision.
pub fn judge(case: &Case, mut events: Vec<Value>, start: u64) -> Vec<String> {
    events.sort_by_key(revision);
    let mut world = World::default();
    let mut found = Vec::new();
    let mut steps: Vec<u64> = Vec::new();
    let mut pauses = BTreeSet::new();
    for event in &events {
        if revision(event) > start && event["kind"] == "Rollout" && goes_on(event, steps.last()) {
            // A gate has ended: this was the state at that moment.
            settled(case, &world, &mut found);
        }
        world.apply(event);
        if revision(event) <= start {
            continue;
        }
        exposed_without_pods(&world, &mut found);
        let status = &world.rollout()["status"];
        if event["kind"] != "Rollout" || status["currentPodHash"] == status["stableRS"] {
            continue;
        }
        if let Some(index) = status["currentStepIndex"].as_u64()
            && steps.last() != Some(&index)
        {
            steps.push(index);
        }
        if status["pauseConditions"].get(0).is_some() {
            pauses.extend(status["currentStepIndex"].as_u64());
            settled(case, &world, &mut found);
        }
    }
    let has_pause = |index: &u64| world.canary_step(*index).get("pause").is_some();
    let planned_pauses: BTreeSet<u64> = (0..world.steps().len() as u64).filter(has_pause).collect();
    if pauses != planned_pauses {
        found.push(format!("it paused at the steps {pauses:?}, planned was {planned_pauses:?}"));
    }
    let planned: Vec<u64> = (0..=world.steps().len() as u64).collect();
    // The last step and the end of the release may be stored at once.
    if steps != planned && steps != planned[..planned.len() - 1] {
        found.push(format!("the steps were {steps:?}"));
    }
    for run in world.runs().filter(|run| run["status"]["phase"] != "Successful") {
        let (name, status) = (&run["metadata"]["name"], &run["status"]);
        found.push(format!("AnalysisRun {name} is {}: {}", status["phase"], status["message"]));
    }
    found.dedup();
    found
}

/// Whether this version of the Rollout leaves a step with a measurement.
fn goes_on(rollout: &Value, from: Option<&u64>) -> bool {
    let index = rollout["status"]["currentStepIndex"].as_u64();
    let Some(from) = from.filter(|from| index.is_some_and(|index| index > **from)) else { return false };
    let steps = &rollout["spec"]["strategy"]["canary"]["steps"];
    steps[usize::try_from(*from).unwrap_or(usize::MAX)].get("analysis").is_some()
}

/// No weight and no header rule may send requests to a canary without pods.
pub fn exposed_without_pods(world: &World, found: &mut Vec<String>) {
    let (_, canary) = world.services();
    for route in world.split_routes() {
        let exposed =
            world.weights(route).iter().any(|(_, weight)| *weight > 0) || !world.header_rules(route).is_empty();
        let hash = world.hash_of(canary).unwrap_or_default();
        if exposed && world.available(hash) == 0 {
            let status = &world.rollout()["status"];
            found.push(format!(
                "at step {} route {} leads to {canary} ({hash}), which has no available pod: {:?} {:?}",
                status["currentStepIndex"],
                route["metadata"]["name"],
                world.weights(route),
                world.header_rules(route)
            ));
        }
    }
}

/// During pauses and measurements, the weights, the header rules and the pods match the plan.
fn settled(case: &Case, world: &World, found: &mut Vec<String>) {
    let (step, _) = world.standing();
    let index = usize::try_from(step).unwrap_or(usize::MAX);
    let Some(stage) = case.stages.iter().find(|stage| stage.steps.contains(&index)) else {
        found.push(format!("step {step} belongs to no stage of the plan"));
        return;
    };
    let planned = BTreeSet::from([(100 - stage.weight, stage.weight)]);
    for route in world.split_routes() {
        let (name, weights) = (&route["metadata"]["name"], world.weights(route));
        if weights != planned {
            found.push(format!("at step {step} route {name} has the weights {weights:?}, planned was {planned:?}"));
        }
        // Connections have no headers.
        let sees_requests = route["kind"] == "HTTPRoute" || route["kind"] == "GRPCRoute";
        let admitted = if sees_requests { stage.admitted.clone() } else { BTreeSet::new() };
        let rules = world.header_rules(route);
        if rules != admitted {
            found.push(format!("at step {step} route {name} has the header rules {rules:?}, planned was {admitted:?}"));
        }
    }
    let Some(planned) = stage.canary_pods.map(u64::from) else { return };
    let (wanted, available) = (world.wanted(world.newest()), world.available(world.newest()));
    if wanted != planned {
        found.push(format!("at step {step} there are to be {wanted} canary pods, planned were {planned}"));
    }
    // The policy may let a release continue before the last pods are ready.
    let threshold = &world.rollout()["spec"]["strategy"]["canary"]["replicaProgressThreshold"];
    if threshold.is_null() && available < planned {
        found.push(format!("at step {step} there are {available} canary pods, planned were {planned}"));
    }
}
