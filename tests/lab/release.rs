//! A release that the lab watches, and drives like a person. In: objects, and the expected course. Out: every version
//! of every object, ordered by the revision of the cluster's store; or where the release got stuck.

use std::collections::BTreeSet;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::accepted::create_namespace;
use crate::failure::{Failure, failed};
use crate::fixtures::missing;
use crate::lab::Lab;
use crate::watch::{KINDS, Watch};
use crate::world::World;

/// How long nothing may happen.
const QUIET: Duration = Duration::from_secs(120);

/// The maximum time for a version.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long a Rollout may make no progress before it is touched.
const NUDGE: Duration = Duration::from_secs(1);

/// The possible courses of the second version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It completes. A hold or an abort is a failure.
    Through,
    /// It is aborted.
    Aborted,
    /// Inline analyses stay running, and a person promotes past each of them once.
    Held,
}

/// A release that is watched.
pub struct Release<'a> {
    lab: &'a Lab,
    namespace: String,
    watch: Watch,
    /// The stored versions, in the order in which the watch reported them.
    pub events: Vec<Value>,
    /// The current state of the store.
    pub world: World,
    objects: Vec<Value>,
    course: Course,
    /// The hash of the pods of the first version.
    pub first: String,
    /// The pauses that were ended: the step, and the start of the pause.
    promoted: BTreeSet<(u64, String)>,
    /// The steps whose analysis stayed running and that were promoted.
    pub held: BTreeSet<u64>,
    /// The current position, and its start.
    standing: (u64, usize),
    since: Instant,
    /// The time of the last event.
    heard: Instant,
    /// How often it was touched.
    touched: u32,
}

fn apply(lab: &Lab, objects: &[Value]) -> Result<(), Failure> {
    if objects.is_empty() {
        return Ok(());
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    // Skips the schemas of all kinds, which kubectl would load to repeat the API server's validation.
    let arguments = ["apply", "--server-side", "--field-manager=canaryc", "--validate=false", "-f", "-"];
    lab.kubectl.run(&arguments, &list).map(drop)
}

impl<'a> Release<'a> {
    /// Creates everything, and waits until the first version is stable.
    pub fn begin(lab: &'a Lab, namespace: &str, objects: Vec<Value>, course: Course) -> Result<Self, Failure> {
        create_namespace(lab, namespace)?;
        let mut release = Self {
            lab,
            namespace: namespace.to_owned(),
            watch: lab.watch(namespace)?,
            events: Vec::new(),
            world: World::default(),
            course,
            first: String::new(),
            promoted: BTreeSet::new(),
            held: BTreeSet::new(),
            standing: (0, 0),
            since: Instant::now(),
            heard: Instant::now(),
            touched: 0,
            objects,
        };
        apply(lab, &missing(&release.objects))?;
        apply(lab, &release.objects)?;
        release.follow("the first version", World::unsettled)?;
        release.first = release.world.newest().to_owned();
        Ok(release)
    }

    /// Reports the findings.
    pub fn finish(self, mut found: Vec<String>) -> Result<(), Failure> {
        found.dedup();
        if found.is_empty() { Ok(()) } else { Err(failed(found.join("\n"))) }
    }

    /// Gives the workload another image, like a new version of an application, and applies everything again.
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

    /// Processes the next event like a person.
    fn step(&mut self, until: Instant) -> Result<(), Failure> {
        match self.watch.events.recv_timeout(NUDGE) {
            Ok(event) => {
                self.heard = Instant::now();
                self.world.apply(&event);
                let is_rollout = event["kind"] == "Rollout";
                let is_run = event["kind"] == "AnalysisRun";
                self.events.push(event);
                if is_rollout {
                    let standing = self.world.standing();
                    if standing != self.standing {
                        (self.standing, self.since) = (standing, Instant::now());
                    }
                    self.look_at_rollout()?;
                }
                if is_run && self.course == Course::Held {
                    self.look_at_hold()?;
                }
                self.touch_if_stuck()
            }
            Err(RecvTimeoutError::Timeout) if self.heard.elapsed() > QUIET => Err(failed("nothing more happens")),
            Err(RecvTimeoutError::Timeout) if Instant::now() > until => Err(failed("it takes too long")),
            Err(RecvTimeoutError::Timeout) => self.touch_if_stuck(),
            Err(RecvTimeoutError::Disconnected) => Err(failed("the watches have ended")),
        }
    }

    fn look_at_rollout(&mut self) -> Result<(), Failure> {
        let status = &self.world.rollout()["status"];
        let is_aborted = status["message"].as_str().is_some_and(|message| message.starts_with("RolloutAborted"));
        if self.course == Course::Aborted && is_aborted {
            return Ok(());
        }
        if status["phase"] == "Degraded" {
            return Err(failed(format!("Degraded: {}", status["message"])));
        }
        let Some(pause) = status["pauseConditions"].get(0) else { return Ok(()) };
        let index = status["currentStepIndex"].as_u64().unwrap_or(0);
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

    /// Promotes once past each inline analysis that stays running although it was measured.
    fn look_at_hold(&mut self) -> Result<(), Failure> {
        let status = &self.world.rollout()["status"];
        let Some(index) = status["currentStepIndex"].as_u64() else { return Ok(()) };
        let name = &status["canary"]["currentStepAnalysisRunStatus"]["name"];
        let run = self.world.runs().find(|run| run["metadata"]["name"] == *name && name.is_string());
        let is_of_step = |run: &&Value| run["metadata"]["labels"]["step-index"] == index.to_string();
        let is_held = run.filter(is_of_step).is_some_and(|run| {
            let results = run["status"]["metricResults"].as_array().into_iter().flatten();
            run["status"]["phase"] == "Running"
                && results
                    .flat_map(|result| result["measurements"].as_array())
                    .flatten()
                    .any(|look| look["finishedAt"].is_string() && look["phase"] != "Successful")
        });
        if is_held && self.held.insert(index) { self.promote() } else { Ok(()) }
    }

    /// Promotes like a person who has checked the release.
    pub fn promote(&self) -> Result<(), Failure> {
        self.argo_rollouts("promote")
    }

    /// Aborts like a person.
    pub fn abort(&self) -> Result<(), Failure> {
        self.argo_rollouts("abort")
    }

    fn argo_rollouts(&self, command: &str) -> Result<(), Failure> {
        let answer = self.lab.kubectl.argo_rollouts(&[command, self.name(), "-n", &self.namespace])?;
        if answer.success { Ok(()) } else { Err(failed(answer.errors)) }
    }

    fn name(&self) -> &str {
        self.world.rollout()["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// Sets the number of pods through the subresource that autoscalers use.
    pub fn scale(&self, pods: u64) -> Result<(), Failure> {
        let pods = format!("--replicas={pods}");
        self.lab.kubectl.run(&["scale", "rollout", self.name(), "-n", &self.namespace, &pods], "").map(drop)
    }

    /// Sets the number of pods like a person who changes the manifest.
    pub fn set_replicas(&self, pods: u64) -> Result<(), Failure> {
        let patch = json!({"spec": {"replicas": pods}}).to_string();
        let arguments = ["patch", "rollout", self.name(), "-n", &self.namespace, "--type=merge", "-p", &patch];
        self.lab.kubectl.run(&arguments, "").map(drop)
    }

    /// Touches a Rollout without progress whose pause has ended: the controller loses a promotion that is stored while
    /// it reconciles.
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

    /// Follows until no release is in progress.
    pub fn follow(&mut self, what: &str, left: impl Fn(&World) -> Vec<String>) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while !left(&self.world).is_empty() {
            self.step(until).map_err(|failure| {
                failed(format!("{what}: {failure}\n{}\n{}", left(&self.world).join("\n"), self.summary()))
            })?;
        }
        Ok(())
    }

    /// Follows until all stored versions have been reported: the events of one kind may arrive later than those of
    /// another.
    pub fn catch_up(&mut self) -> Result<(), Failure> {
        let arguments = ["get", &KINDS.join(","), "-n", &self.namespace, "-o", "json"];
        let stored: Value = serde_json::from_str(&self.lab.kubectl.run(&arguments, "")?)?;
        let stored: Vec<Value> = stored["items"].as_array().cloned().unwrap_or_default();
        self.follow("the last news", |world| {
            let is_missing = |object: &&Value| !world.has_heard_of(object);
            stored
                .iter()
                .filter(is_missing)
                .map(|object| format!("no news of {}", object["metadata"]["name"]))
                .collect()
        })
    }

    /// Gives the workload another image, and follows until the controller has seen it.
    pub fn next_version(&mut self) -> Result<(), Failure> {
        self.change_image()?;
        let until = Instant::now() + PATIENCE;
        while self.world.newest() == self.first {
            self.step(until).map_err(|failure| failed(format!("the second version: {failure}\n{}", self.summary())))?;
        }
        Ok(())
    }

    /// The state of the Rollout.
    pub fn summary(&self) -> String {
        format!("status: {:#}", self.world.rollout()["status"])
    }
}

impl Drop for Release<'_> {
    /// A release that nobody follows must not keep the controllers busy. Deleting the namespace would do so, because
    /// its objects of every kind are searched.
    fn drop(&mut self) {
        let kinds = "rollouts,deployments,horizontalpodautoscalers";
        let arguments = ["delete", kinds, "--all", "-n", &self.namespace, "--wait=false"];
        if let Err(failure) = self.lab.kubectl.run(&arguments, "") {
            eprintln!("lab: {}: {failure}", self.namespace);
        }
    }
}
