//! What a promotion does to a release: it ends at most one wait at a time, and enters no step
//! without its pods and routes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::runtime::shop::Shop;
use crate::timeline::exposed_without_pods;
use crate::world::{World, revision};

fn open<'a>(lab: &'a Lab, namespace: &str) -> Result<Shop<'a>, Failure> {
    Shop::open(lab, namespace, &super::policy(&lab.answers.json("gate", "closed")))
}

/// The split of the only route, and the audiences that have a rule there.
fn routing(world: &World) -> (BTreeSet<(u64, u64)>, BTreeSet<String>) {
    match world.split_routes()[..] {
        [route] => (world.weights(route), world.header_rules(route)),
        _ => Default::default(),
    }
}

fn routes(canary: u64, audiences: &[&str]) -> (BTreeSet<(u64, u64)>, BTreeSet<String>) {
    (BTreeSet::from([(100 - canary, canary)]), audiences.iter().map(|name| (*name).to_owned()).collect())
}

/// The step of a stage's pause, or its gate, by the plan.
fn step_of(world: &World, stage: &str, kind: &str) -> Result<u64, Failure> {
    let plan = world.rollout()["metadata"]["annotations"]["canaryc.dev/plan"].as_str().unwrap_or_default();
    let plan: Value = serde_json::from_str(plan)?;
    let stages = plan["stages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = stages.iter().find(|planned| planned["name"] == stage).ok_or_else(|| failed("no such stage"))?;
    let number = |index: usize| found["steps"][index].as_u64().unwrap_or_default();
    let has_kind = |index: &u64| world.canary_step(*index).get(kind).is_some();
    (number(0)..number(1)).find(has_kind).ok_or_else(|| failed(format!("{stage} has no {kind}")))
}

/// At no moment since a revision may requests reach a canary without pods.
fn never_exposed(shop: &mut Shop<'_>, start: u64) -> Result<(), Failure> {
    let (mut world, mut found) = (World::default(), Vec::new());
    shop.events.sort_by_key(revision);
    for event in &shop.events {
        world.apply(event);
        if revision(event) > start {
            exposed_without_pods(&world, &mut found);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(failed(found.join("\n"))) }
}

pub fn stage_by_stage(lab: &Lab) -> Result<(), Failure> {
    let mut shop = open(lab, "act-stages")?;
    shop.release("example.com/web:2")?;
    let (staff, twenty) = (step_of(&shop.world, "staff", "pause")?, step_of(&shop.world, "20%", "pause")?);
    let (gate, most) = (step_of(&shop.world, "half", "analysis")?, step_of(&shop.world, "most", "pause")?);

    shop.follow_to_pause(staff)?;
    shop.canaryc(&["promote", "--dry-run"])?.says("would end the pause of 1h at stage `staff`")?;
    shop.canaryc(&["promote"])?.says("act-stages/web: promoted from stage `staff` to stage `20%`")?;
    shop.follow_to_pause(twenty)?;
    shop.follow("20%", |world| routing(world) == routes(20, &["staff"]))?;

    let output = shop.canaryc(&["promote", "--format", "json"])?.says("")?.json()?;
    if output["from"]["stage"] != "20%" || output["to"]["stage"] != "half" || output["command"] != "promote" {
        return Err(failed(format!("{output:#}")));
    }
    shop.follow("the gate to run", |world| world.standing().0 == gate && is_judging(world))?;
    shop.canaryc(&["promote"])?.says("promoted from stage `half` to stage `most`")?;
    shop.follow_to_pause(most)?;
    shop.follow("80%", |world| routing(world) == routes(80, &["staff"]))?;
    shop.canaryc(&["promote"])?.says("promoted from stage `most` to all users")?;
    shop.follow("the end", |world| world.unsettled().is_empty())?;
    shop.canaryc(&["promote"])?.refuses("act/nothing-in-flight")?;
    shop.close()
}

fn is_judging(world: &World) -> bool {
    world.rollout()["status"]["canary"]["currentStepAnalysisRunStatus"]["status"] == "Running"
}

/// The controller can miss what is stored while it works, above all right after a pause began.
pub fn at_once(lab: &Lab) -> Result<(), Failure> {
    let stages: String =
        (1..=12).map(|number| format!("stage weight=\"{}%\" promote=\"manual\"\n", number * 5)).collect();
    let policy = format!(
        "release \"web\" namespace=\"{{namespace}}\" {{\nworkload file=\"deployment.yaml\" mode=\"embed\"\n\
         service {{ port 80 target=\"http\" }}\nroute host=\"web.example.com\"\nrouter {{ gateway-api \"infra/public\" }}\n{stages}}}"
    );
    let mut shop = Shop::open(lab, "act-at-once", &policy)?;
    shop.release("example.com/web:2")?;
    for number in 1..=12_u64 {
        let stage = format!("{}%", number * 5);
        let step = step_of(&shop.world, &stage, "pause")?;
        shop.follow_to_pause(step)?;
        let next = if number == 12 { "all users".to_owned() } else { format!("stage `{}%`", (number + 1) * 5) };
        shop.canaryc(&["promote"])?.says(&format!("promoted from stage `{stage}` to {next}"))?;
    }
    shop.follow("the end", |world| world.unsettled().is_empty())?;
    shop.close()
}

pub fn to_a_stage(lab: &Lab) -> Result<(), Failure> {
    let mut shop = open(lab, "act-to-stage")?;
    let start = revision(shop.world.rollout());
    shop.release("example.com/web:2")?;
    let staff = step_of(&shop.world, "staff", "pause")?;
    let most = step_of(&shop.world, "most", "pause")?;
    shop.canaryc(&["promote", "--to", "mots"])?.refuses("act/stage")?.ends_with(2, "did you mean `most`?")?;
    shop.follow_to_pause(staff)?;
    let output = shop.canaryc(&["promote", "--to", "most"])?.says("promoted from stage `staff` to stage `most`")?;
    output.says(
        "the release skips the pause of 1h of stage `staff`, the wait for a person of stage `20%` and the gate",
    )?;
    shop.canaryc(&["promote", "--to", "half"])?.refuses("act/stage")?;
    shop.follow_to_pause(most)?;
    shop.follow("80%", |world| routing(world) == routes(80, &["staff"]))?;
    shop.canaryc(&["promote"])?.says("to all users")?;
    shop.follow("the end", |world| world.unsettled().is_empty())?;
    never_exposed(&mut shop, start)?;
    shop.close()
}

pub fn fully(lab: &Lab) -> Result<(), Failure> {
    let mut shop = open(lab, "act-fully")?;
    shop.release("example.com/web:2")?;
    let staff = step_of(&shop.world, "staff", "pause")?;
    shop.follow_to_pause(staff)?;
    shop.canaryc(&["pause"])?.says("paused manually at stage `staff`")?;
    shop.canaryc(&["promote", "--full"])?.says("resumed, and promoted fully from stage `staff`")?;
    shop.follow("the end", |world| world.unsettled().is_empty())?;

    // An aborted version can still be sent to all users.
    shop.release("example.com/web:3")?;
    shop.follow_to_pause(staff)?;
    shop.canaryc(&["abort"])?.says("aborted at stage `staff`")?;
    shop.canaryc(&["promote"])?.refuses("act/aborted")?;
    shop.canaryc(&["promote", "--full"])?.says("promoted fully")?;
    shop.follow("the end", |world| world.unsettled().is_empty())?;
    shop.close()
}

/// A hold without data stays running. The release continues when a person promotes it, and a hold does not keep anybody
/// from aborting it.
pub fn hold(lab: &Lab) -> Result<(), Failure> {
    let policy = r#"
provider "main" { prometheus address="{address}" telemetry="istio" }
release "web" namespace="{namespace}" {
    workload file="deployment.yaml" mode="embed"
    service { port 80 target="http" }
    route host="web.example.com"
    router { gateway-api "infra/public" }
    check "errors" max=1 no-data="pause" { query "errors" scope="any" }
    stage "first" weight="20%" pause="1s"
    stage "second" weight="50%" pause="1h"
    watch "errors"
}
"#;
    let mut shop = Shop::open(lab, "act-hold", &policy.replace("{address}", &lab.answers.prometheus("nothing")))?;
    shop.release("example.com/web:2")?;
    let hold = step_of(&shop.world, "first", "analysis")?;
    shop.follow("the look of the hold that finds nothing", |world| is_held(world, hold))?;
    shop.canaryc(&["resume"])?.refuses("act/not-paused")?.ends_with(2, "canaryc promote act-hold/web")?;
    shop.canaryc(&["promote"])?.says("promoted from stage `first` to stage `second`")?;
    let second = step_of(&shop.world, "second", "pause")?;
    shop.follow_to_pause(second)?;
    shop.follow("half", |world| routing(world) == routes(50, &[]))?;
    if shop.stored()?["spec"]["paused"] == json!(true) {
        return Err(failed("it was paused manually"));
    }
    shop.canaryc(&["abort"])?.says("aborted at stage `second`")?;
    shop.follow("the abort", |world| world.not_yet_aborted().is_empty())?;

    shop.release("example.com/web:3")?;
    shop.follow("the look of the next hold", |world| is_held(world, hold))?;
    shop.canaryc(&["abort"])?.says("aborted at stage `first`")?;
    shop.follow("the abort of a held release", |world| world.not_yet_aborted().is_empty())?;
    shop.close()
}

/// Whether the analysis of this step stays running, without a pause, although it was measured and found nothing.
fn is_held(world: &World, step: u64) -> bool {
    let current = &world.rollout()["status"]["canary"]["currentStepAnalysisRunStatus"];
    let mut runs = world.runs().filter(|run| current["name"].is_string() && run["metadata"]["name"] == current["name"]);
    world.standing() == (step, 0)
        && runs.any(|run| {
            run["status"]["phase"] == "Running"
                && run["metadata"]["labels"]["step-index"] == step.to_string()
                && run["status"]["metricResults"][0]["measurements"][0]["phase"] == "Failed"
        })
}
