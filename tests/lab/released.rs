//! Claim: the real controller carries a release out as it was planned. In: a case. Out: what it did differently.
//! Every version of every object is watched, and ordered by the revision of the cluster's store.

use std::collections::BTreeSet;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::accepted::create_namespace;
use crate::corpus::Case;
use crate::failure::{Failure, failed};
use crate::kubectl::Watch;
use crate::lab::Lab;
use crate::surroundings::{Measured, adapt, holding_templates, missing};
use crate::world::{World, revision};

/// How long anything may take to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a Rollout may stand still before it is looked at more closely.
const NUDGE: Duration = Duration::from_secs(1);

const KINDS: &[&str] = &["rollouts.argoproj.io", "httproutes", "grpcroutes", "services", "replicasets"];

/// A release that is watched.
struct Release<'a> {
    lab: &'a Lab,
    namespace: String,
    watch: Watch,
    events: Vec<Value>,
    world: World,
    objects: Vec<Value>,
    measured: Measured,
    /// The hash of the pods of the first version.
    first: String,
    /// The pauses that were ended: the step, and since when it stood there.
    promoted: BTreeSet<(u64, String)>,
    /// The steps at which it was inconclusive, and promoted.
    held: BTreeSet<u64>,
    /// Where it stands, and since when.
    standing: (u64, usize),
    since: Instant,
    /// How often it had to be touched.
    touched: u32,
}

/// Why a case cannot be released here.
pub fn cannot(case: &Case) -> Option<&'static str> {
    let text = &case.yaml;
    if text.contains("\n      - plugin:\n") { Some("no step plugins") } else { None }
}

/// Releases a first version, then a second, and judges what happened.
pub fn judge(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = Release::begin(lab, case, namespace, Measured::Good)?;
    let start = revision(release.world.rollout());
    release.next_version()?;
    release.follow("the second version", World::unsettled)?;
    let found = judge_timeline(case, std::mem::take(&mut release.events), start);
    release.finish(found)
}

/// Releases a first version, then one whose every measurement is bad: it must be aborted, and the stable version must
/// carry all traffic.
pub fn judge_bad(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = Release::begin(lab, case, namespace, Measured::Bad)?;
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
pub fn judge_unknown(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = Release::begin(lab, case, namespace, Measured::Nothing)?;
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

fn apply(lab: &Lab, objects: &[Value]) -> Result<(), Failure> {
    if objects.is_empty() {
        return Ok(());
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let answer = lab.kubectl.run(&["apply", "--server-side", "--field-manager=canaryc", "-f", "-"], &list);
    answer.map(drop)
}

impl<'a> Release<'a> {
    /// Creates everything, and waits until the first version is stable.
    fn begin(lab: &'a Lab, case: &Case, namespace: &str, measured: Measured) -> Result<Self, Failure> {
        create_namespace(lab, namespace)?;
        let objects = adapt(&case.objects, namespace, &lab.answers, measured)?;
        let mut release = Self {
            lab,
            namespace: namespace.to_owned(),
            watch: lab.kubectl.watch(namespace, KINDS)?,
            events: Vec::new(),
            world: World::default(),
            measured,
            first: String::new(),
            promoted: BTreeSet::new(),
            held: BTreeSet::new(),
            standing: (0, 0),
            since: Instant::now(),
            touched: 0,
            objects,
        };
        apply(lab, &missing(&release.objects))?;
        apply(lab, &release.objects)?;
        release.follow("the first version", World::unsettled)?;
        release.first = release.world.newest().to_owned();
        Ok(release)
    }

    /// Says what was found, or leaves nothing.
    fn finish(self, mut found: Vec<String>) -> Result<(), Failure> {
        if found.is_empty() {
            return self.lab.kubectl.run(&["delete", "namespace", &self.namespace, "--wait=false"], "").map(drop);
        }
        found.dedup();
        Err(failed(found.join("\n")))
    }

    /// Gives the workload another image, as a new version of an application does, and applies everything again.
    fn change_image(&self) -> Result<(), Failure> {
        let mut objects = self.objects.clone();
        let image = json!("example.com/app:2");
        let rollout =
            objects.iter_mut().find(|object| object["kind"] == "Rollout").ok_or_else(|| failed("no Rollout"))?;
        if let Some(reference) = rollout["spec"].get("workloadRef") {
            let path = if reference["kind"] == "PodTemplate" { "/template" } else { "/spec/template" };
            let patch = json!([{"op": "replace", "path": format!("{path}/spec/containers/0/image"), "value": image}]);
            let name = |field: &str| reference[field].as_str().unwrap_or_default().to_owned();
            let (kind, name, patch) = (name("kind"), name("name"), patch.to_string());
            let arguments = ["patch", &kind, &name, "-n", &self.namespace, "--type=json", "-p", &patch];
            return self.lab.kubectl.run(&arguments, "").map(drop);
        }
        rollout["spec"]["template"]["spec"]["containers"][0]["image"] = image;
        apply(self.lab, &objects)
    }

    /// Takes the next event, and acts on it as a person would.
    fn step(&mut self, until: Instant) -> Result<(), Failure> {
        let left = until.saturating_duration_since(Instant::now());
        match self.watch.events.recv_timeout(left.min(NUDGE)) {
            Ok(event) => {
                self.world.apply(&event);
                let is_rollout = event["kind"] == "Rollout";
                self.events.push(event);
                if is_rollout {
                    let standing = self.world.standing();
                    if standing != self.standing {
                        (self.standing, self.since) = (standing, Instant::now());
                    }
                    self.look_at_rollout()?;
                }
                self.touch_if_stuck()
            }
            Err(RecvTimeoutError::Timeout) if left > NUDGE => self.touch_if_stuck(),
            Err(RecvTimeoutError::Timeout) => Err(failed("nothing more happens")),
            Err(RecvTimeoutError::Disconnected) => Err(failed("the watches have ended")),
        }
    }

    fn look_at_rollout(&mut self) -> Result<(), Failure> {
        let status = &self.world.rollout()["status"];
        let is_aborted = status["message"].as_str().is_some_and(|message| message.starts_with("RolloutAborted"));
        if self.measured == Measured::Bad && is_aborted {
            return Ok(());
        }
        if status["phase"] == "Degraded" {
            return Err(failed(format!("Degraded: {}", status["message"])));
        }
        let Some(pause) = status["pauseConditions"].get(0) else { return Ok(()) };
        let index = status["currentStepIndex"].as_u64().unwrap_or(0);
        if pause["reason"] == "InconclusiveAnalysisRun" && self.measured == Measured::Nothing {
            return if self.held.insert(index) { self.promote() } else { Ok(()) };
        }
        if pause["reason"] != "CanaryPauseStep" {
            return Err(failed(format!("it is held: {}", pause["reason"])));
        }
        let step = &self.world.canary_step(index)["pause"];
        let moment = (index, pause["startTime"].as_str().unwrap_or_default().to_owned());
        if step.get("duration").is_some() || !self.promoted.insert(moment) {
            return Ok(());
        }
        let name = self.world.rollout()["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let patch = ["-p", r#"{"status":{"pauseConditions":null}}"#, "--subresource=status", "--type=merge"];
        let arguments = [&["patch", "rollout", &name, "-n", &self.namespace], &patch[..]].concat();
        self.lab.kubectl.run(&arguments, "").map(drop)
    }

    /// Goes on as a person does who has looked.
    fn promote(&self) -> Result<(), Failure> {
        let name = self.world.rollout()["metadata"]["name"].as_str().unwrap_or_default();
        let answer = self.lab.kubectl.argo_rollouts(&["promote", name, "-n", &self.namespace])?;
        if answer.success { Ok(()) } else { Err(failed(answer.errors)) }
    }

    /// Touches a Rollout that stands still although its pause has been ended: the controller loses a promotion that is
    /// stored while it reconciles.
    fn touch_if_stuck(&mut self) -> Result<(), Failure> {
        let (rollout, status) = (self.world.rollout(), &self.world.rollout()["status"]);
        if self.since.elapsed() < NUDGE || status["phase"] != "Paused" || status["pauseConditions"].get(0).is_some() {
            return Ok(());
        }
        self.touched += 1;
        self.since = Instant::now();
        let name = rollout["metadata"]["name"].as_str().unwrap_or_default();
        let annotation = format!("lab.canaryc.dev/touched={}", self.touched);
        self.lab
            .kubectl
            .run(&["annotate", "rollout", name, "-n", &self.namespace, "--overwrite", &annotation], "")
            .map(drop)
    }

    /// Follows until nothing is in flight.
    fn follow(&mut self, what: &str, left: fn(&World) -> Vec<String>) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while !left(&self.world).is_empty() {
            self.step(until).map_err(|failure| {
                failed(format!("{what}: {failure}\n{}\n{}", left(&self.world).join("\n"), self.summary()))
            })?;
        }
        Ok(())
    }

    /// Gives the workload another image, and follows until the controller has seen it.
    fn next_version(&mut self) -> Result<(), Failure> {
        self.change_image()?;
        let until = Instant::now() + PATIENCE;
        while self.world.newest() == self.first {
            self.step(until).map_err(|failure| failed(format!("the second version: {failure}\n{}", self.summary())))?;
        }
        Ok(())
    }

    /// Where the Rollout stands.
    fn summary(&self) -> String {
        format!("status: {:#}", self.world.rollout()["status"])
    }
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
