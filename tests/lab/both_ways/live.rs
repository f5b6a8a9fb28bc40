//! Runs all releases at once: those that a rule prevents, and the good one for each. In: the rules. Out: what happened
//! instead of the expectation. That something never happens is checked after everything else has happened: all other
//! releases are complete, and so is one more that was created after them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Verdicts;
use super::rules::{Expected, Rule, Version};
use super::scene::{HANGS, INVALID, LABEL, Scene, good_name};
use super::still::documents;
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::watch::Labelled;

/// The maximum time for anything to happen.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long nothing may happen before the Rollouts without progress are touched.
const QUIET: Duration = Duration::from_secs(2);

/// The watched kinds, and their labels. The controller creates AnalysisRuns, so they do not have our label.
const KINDS: &[(&str, &str)] =
    &[("rollouts.argoproj.io", LABEL), ("httproutes", LABEL), ("deployments", LABEL), ("analysisruns.argoproj.io", "")];

struct Stage<'a> {
    lab: &'a Lab,
    watch: Labelled,
    scenes: BTreeMap<String, Scene>,
    /// The pauses that were ended: the namespace and the start of the pause.
    promoted: BTreeSet<(String, String)>,
    /// The applied objects that the API server refused.
    refused: String,
    touched: u32,
}

/// Runs the rules that are visible only in a running release.
pub fn judge(lab: &Lab, rules: &[Rule]) -> Result<Verdicts, Failure> {
    let rules: Vec<&Rule> = rules.iter().filter(|rule| rule.expected.is_played()).collect();
    if rules.is_empty() {
        return Ok(Verdicts::new());
    }
    let mut scenes = BTreeMap::new();
    for rule in &rules {
        for scene in [Scene::damaged(rule, &lab.answers)?, Scene::good(rule, &lab.answers)?] {
            scenes.insert(scene.namespace.clone(), scene);
        }
    }
    let clock = Scene::clock(&lab.answers)?;
    let watch = Labelled::start(&lab.kubectl, KINDS)?;
    let mut stage = Stage { lab, watch, scenes, promoted: BTreeSet::new(), refused: String::new(), touched: 0 };
    let played: BTreeSet<String> = stage.scenes.keys().cloned().collect();
    stage.play(&played)?;
    stage.touch(&["-l", &format!("{HANGS}=yes")])?;
    let later = BTreeSet::from([clock.namespace.clone()]);
    stage.scenes.insert(clock.namespace.clone(), clock);
    stage.play(&later)?;
    stage.count_pods()?;
    let verdicts = rules.iter().map(|rule| (rule.name, stage.verdict(rule))).collect();
    // An aborted release keeps the controller busy as long as it exists.
    stage.delete(LABEL)?;
    Ok(verdicts)
}

impl Stage<'_> {
    /// Creates some of the scenes, and releases a second version where one is expected.
    fn play(&mut self, names: &BTreeSet<String>) -> Result<(), Failure> {
        let namespaces =
            names.iter().map(|name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
        self.lab.kubectl.run(&["create", "-f", "-"], &documents(&namespaces.collect::<Vec<_>>()))?;
        let chosen = |scenes: &BTreeMap<String, Scene>| {
            names.iter().filter_map(|name| scenes.get(name)).map(|scene| scene.first.clone()).collect()
        };
        let first: Vec<Vec<Value>> = chosen(&self.scenes);
        self.apply(first)?;
        self.follow(names, Version::First)?;
        self.delete(INVALID)?;
        let mut second = Vec::new();
        for name in names {
            let Some(scene) = self.scenes.get_mut(name) else { continue };
            if let Some(rollout) = &scene.second
                && scene.history.now.is_healthy()
            {
                scene.history.first = Some(scene.history.now.newest().to_owned());
                second.push(vec![rollout.clone()]);
            }
        }
        self.apply(second)?;
        self.follow(names, Version::Second)
    }

    /// Applies the objects of several scenes, one half at a time.
    fn apply(&mut self, scenes: Vec<Vec<Value>>) -> Result<(), Failure> {
        let kubectl = &self.lab.kubectl;
        let (one, other) = scenes.split_at(scenes.len() / 2);
        let apply = |scenes: &[Vec<Value>]| {
            if scenes.is_empty() {
                return Ok(String::new());
            }
            let arguments = ["apply", "--server-side", "--force-conflicts", "--field-manager=canaryc", "-f", "-"];
            kubectl.try_run(&arguments, &documents(&scenes.concat())).map(|answer| answer.errors)
        };
        let refused = std::thread::scope(|scope| {
            let beside = scope.spawn(|| apply(one));
            let refused = apply(other);
            beside.join().map_err(|_| failed("an apply has ended")).flatten().and_then(|errors| Ok(errors + &refused?))
        })?;
        self.refused.push_str(&refused);
        Ok(())
    }

    /// Follows until all of them have completed a version.
    fn follow(&mut self, names: &BTreeSet<String>, version: Version) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        let mut left: BTreeSet<String> = names.clone();
        loop {
            left.retain(|name| self.scenes.get(name).is_some_and(|scene| !is_over(scene, version)));
            if left.is_empty() || Instant::now() > until {
                // The verdict reports a scene that has not completed.
                return Ok(());
            }
            match self.watch.events.recv_timeout(QUIET) {
                Ok(event) => self.take(event)?,
                Err(RecvTimeoutError::Timeout) => {
                    for name in &left {
                        self.touch(&["shop", "-n", name])?;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return Err(failed("the watches have ended")),
            }
            while let Ok(event) = self.watch.events.try_recv() {
                self.take(event)?;
            }
        }
    }

    fn take(&mut self, event: Value) -> Result<(), Failure> {
        let name = event["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
        let Some(scene) = self.scenes.get_mut(&name) else { return Ok(()) };
        scene.history.add(event);
        let promote = is_to_be_promoted(scene);
        if let Some(since) = promote
            && self.promoted.insert((name.clone(), since))
        {
            let patch = r#"{"status":{"pauseConditions":null}}"#;
            let arguments =
                ["patch", "rollout", "shop", "-n", &name, "--subresource=status", "--type=merge", "-p", patch];
            self.lab.kubectl.run(&arguments, "")?;
        }
        Ok(())
    }

    /// Touches a Rollout that may have missed something: the controller loses changes that are stored while it
    /// reconciles.
    fn touch(&mut self, which: &[&str]) -> Result<(), Failure> {
        self.touched += 1;
        let annotation = format!("lab.canaryc.dev/touched={}", self.touched);
        let everywhere: &[&str] = if which.contains(&"-n") { &[] } else { &["-A"] };
        let arguments = [&["annotate", "rollouts", "--overwrite"], which, everywhere, &[&annotation]].concat();
        self.lab.kubectl.try_run(&arguments, "").map(drop)
    }

    fn delete(&self, label: &str) -> Result<(), Failure> {
        self.lab.kubectl.run(&["delete", "rollouts", "-A", "-l", label, "--wait=false"], "").map(drop)
    }

    /// Counts the pods of each version. The status of a Rollout that cannot be reconciled is out of date.
    fn count_pods(&mut self) -> Result<(), Failure> {
        let answer = self.lab.kubectl.run(&["get", "replicasets", "-A", "-o", "json"], "")?;
        let answer: Value = serde_json::from_str(&answer)?;
        for set in answer["items"].as_array().into_iter().flatten() {
            let metadata = &set["metadata"];
            let scene = metadata["namespace"].as_str().and_then(|name| self.scenes.get_mut(name));
            if let (Some(scene), Some(hash)) = (scene, metadata["labels"]["rollouts-pod-template-hash"].as_str()) {
                let pods = set["status"]["availableReplicas"].as_u64().unwrap_or(0);
                scene.history.available.insert(hash.to_owned(), pods);
            }
        }
        Ok(())
    }

    fn verdict(&self, rule: &Rule) -> Result<(), String> {
        let namespace = format!("both-ways-{}", rule.name.replace('/', "-"));
        let (Some(damaged), Some(good)) = (self.scenes.get(&namespace), self.scenes.get(&good_name(rule))) else {
            return Err("it was not played".to_owned());
        };
        let mut seen = String::new();
        if !rule.expected.is_seen(&damaged.history) {
            seen += &format!("{:?} is not what happened\n{}\n", rule.expected, damaged.history.summary());
        }
        if rule.expected.is_seen(&good.history) {
            seen += &format!("{:?} without the damage as well\n{}\n", rule.expected, good.history.summary());
        }
        let is_first_over =
            if good.second.is_some() { good.history.first.is_some() } else { good.history.now.is_healthy() };
        if !is_first_over || !is_over(good, Version::Second) || good.history.is_invalid() {
            seen += &format!("the good one does not come to an end\n{}\n", good.history.summary());
        }
        if seen.is_empty() { Ok(()) } else { Err(format!("{seen}{}", self.refused)) }
    }
}

/// Whether a scene has completed a version, or is not expected to.
fn is_over(scene: &Scene, version: Version) -> bool {
    let history = &scene.history;
    if history.is_invalid() {
        return true;
    }
    let hangs = match scene.expected {
        Some(Expected::Hangs { at, .. }) => at == version,
        Some(Expected::Ignored) => true,
        Some(Expected::NeverBegins) => version == Version::Second,
        _ => false,
    };
    match version {
        Version::First => hangs || history.now.is_healthy(),
        Version::Second => {
            let is_held = history.is_held() && scene.expected != Some(Expected::InconclusiveDoesNotHold);
            hangs || scene.second.is_none() || history.is_released() || history.is_aborted() || is_held
        }
    }
}

/// A pause that a person ends. The lab ends it as soon as there is no more to observe. Returns its start.
fn is_to_be_promoted(scene: &Scene) -> Option<String> {
    let history = &scene.history;
    let (index, _) = history.now.standing();
    let pause = &history.status()["pauseConditions"][0];
    let step = &history.now.canary_step(index)["pause"];
    if pause["reason"] != "CanaryPauseStep" || step.is_null() || step.get("duration").is_some() {
        return None;
    }
    let measured = |metric: &Value| metric["count"].as_u64().unwrap_or(0) >= 3;
    let seen_enough = match history.background() {
        None => true,
        Some(run) => {
            let metrics = run["status"]["metricResults"].as_array();
            !matches!(run["status"]["phase"].as_str(), None | Some("" | "Pending" | "Running"))
                || metrics.is_some_and(|metrics| !metrics.is_empty() && metrics.iter().all(measured))
        }
    };
    seen_enough.then(|| pause["startTime"].as_str().unwrap_or_default().to_owned())
}
