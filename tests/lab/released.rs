//! Claim: the real controller carries a release out as it was planned. In: a case. Out: what it did differently.
//! Every version of every object is watched, and ordered by the revision of the cluster's store.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::corpus::Case;
use crate::failure::Failure;
use crate::lab::Lab;
use crate::release::{Course, Release};
use crate::suite::Suite;
use crate::surroundings::{Measured, adapt, can_fail, holding_templates};
use crate::world::{World, revision};

/// Tests for each case: a good version, a bad one, and one of which nothing is known.
pub fn tests(suite: &mut Suite) {
    for (number, case) in suite.cases.clone().into_iter().enumerate() {
        let mut add = |claim: &str, judge: fn(&Lab, &Case, &str) -> Result<(), Failure>| {
            let (name, namespace) = (format!("{claim}/{}", case.name), format!("{claim}-{number}"));
            let copy = case.clone();
            suite.add_unless(cannot(&case), name, move |lab| judge(lab, &copy, &namespace));
        };
        add("released", judge);
        if can_fail(&case.objects) {
            add("aborted", judge_bad);
        }
        if !holding_templates(&case.objects).is_empty() {
            add("held", judge_unknown);
        }
    }
}

/// Why a case cannot be released here.
fn cannot(case: &Case) -> Option<&'static str> {
    let text = &case.yaml;
    if text.contains("\n      - plugin:\n") { Some("no step plugins") } else { None }
}

/// Releases a first version, then a second, and judges what happened.
pub fn judge(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = begin(lab, case, namespace, Measured::Good)?;
    let start = revision(release.world.rollout());
    release.next_version()?;
    release.follow("the second version", World::unsettled)?;
    let found = judge_timeline(case, std::mem::take(&mut release.events), start);
    release.finish(found)
}

/// Releases a first version, then one whose every measurement is bad: it must be aborted, and the stable version must
/// carry all traffic.
fn judge_bad(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = begin(lab, case, namespace, Measured::Bad)?;
    let start = revision(release.world.rollout());
    release.next_version()?;
    release.follow("the bad version", World::not_yet_aborted)?;
    let mut found = Vec::new();
    let mut world = World::default();
    release.events.sort_by_key(revision);
    for event in &release.events {
        world.apply(event);
        if revision(event) > start && world.is_healthy() && world.stable() != release.first {
            found.push("the bad version became the stable one".to_owned());
        }
    }
    release.finish(found)
}

/// Releases a version of which nothing is known: every step that is to hold it must do so until a person promotes it, and
/// no other.
fn judge_unknown(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = begin(lab, case, namespace, Measured::Nothing)?;
    release.next_version()?;
    release.follow("the unknown version", World::unsettled)?;
    let holding = holding_templates(&case.objects);
    let mut planned = BTreeSet::new();
    for (index, step) in (0..).zip(release.world.steps()) {
        let mut templates = step["analysis"]["templates"].as_array().into_iter().flatten();
        if templates.any(|template| template["templateName"].as_str().is_some_and(|name| holding.contains(name))) {
            planned.insert(index);
        }
    }
    let found = if release.held == planned {
        Vec::new()
    } else {
        vec![format!("it was held at the steps {:?}, planned was {planned:?}", release.held)]
    };
    release.finish(found)
}

/// Begins a release whose measurements all give one answer.
fn begin<'a>(lab: &'a Lab, case: &Case, namespace: &str, measured: Measured) -> Result<Release<'a>, Failure> {
    let course = match measured {
        Measured::Good => Course::Through,
        Measured::Bad => Course::Aborted,
        Measured::Nothing => Course::Held,
    };
    Release::begin(lab, namespace, adapt(&case.objects, namespace, &lab.answers, measured)?, course)
}

/// Goes through everything that happened after a revision.
fn judge_timeline(case: &Case, mut events: Vec<Value>, start: u64) -> Vec<String> {
    events.sort_by_key(revision);
    let mut world = World::default();
    let mut found = Vec::new();
    let mut steps = Vec::new();
    let mut pauses = BTreeSet::new();
    for event in &events {
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
            held_as_planned(case, &world, &mut found);
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
    found
}

/// No weight and no header rule may lead to a canary that has no pod.
fn exposed_without_pods(world: &World, found: &mut Vec<String>) {
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

/// At every pause the weights, the header rules and the pods are those of the plan.
fn held_as_planned(case: &Case, world: &World, found: &mut Vec<String>) {
    let index = usize::try_from(world.rollout()["status"]["currentStepIndex"].as_u64().unwrap_or(0)).unwrap_or(0);
    let done = &world.steps()[..index.min(world.steps().len())];
    let weight = done.iter().rev().find_map(|step| step["setWeight"].as_u64()).unwrap_or(0);
    let mut headers = BTreeSet::new();
    for step in done.iter().map(|step| &step["setHeaderRoute"]) {
        if let Some(name) = step["name"].as_str() {
            headers.insert(name.to_owned());
        }
    }
    for route in world.split_routes() {
        let weights = world.weights(route);
        if weights != BTreeSet::from([(100 - weight, weight)]) {
            found.push(format!("at step {index} the weights are {weights:?}, planned was {weight}"));
        }
        let rules = world.header_rules(route);
        if rules != headers {
            found.push(format!("at step {index} the header rules are {rules:?}, planned was {headers:?}"));
        }
    }
    let planned = case.stages.iter().find(|stage| stage.steps.contains(&index)).and_then(|stage| stage.canary_pods);
    let wanted = world.wanted(world.newest());
    if let Some(planned) = planned.filter(|planned| u64::from(*planned) != wanted) {
        found.push(format!("at step {index} there are {wanted} canary pods, planned were {planned}"));
    }
}
