//! The history of a release. In: versions of its objects, in any order. Out: the moments, in the order of the store.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::{World, revision};

/// Every version of every object of a namespace.
#[derive(Debug, Default)]
pub struct History {
    events: Vec<Value>,
    /// The newest version of each.
    pub now: World,
    /// How many pods of each version were available at the end, by hash.
    pub available: BTreeMap<String, u64>,
    /// The hash of the pods of the first version, once it is known.
    pub first: Option<String>,
}

impl History {
    /// Adds a version of an object.
    pub fn add(&mut self, event: Value) {
        self.now.apply(&event);
        self.events.push(event);
    }

    /// Whether `sees` returns true at some moment. It is called for every moment in order, until it returns true.
    pub fn any(&self, mut sees: impl FnMut(&World, &Value) -> bool) -> bool {
        let mut events: Vec<&Value> = self.events.iter().collect();
        events.sort_by_key(|event| revision(event));
        let mut world = World::default();
        events.into_iter().any(|event| {
            world.apply(event);
            sees(&world, event)
        })
    }

    /// Every version of the objects of a kind.
    pub fn of_kind<'h>(&'h self, kind: &'h str) -> impl Iterator<Item = &'h Value> {
        self.events.iter().filter(move |event| event["kind"] == kind)
    }

    /// The current status of the Rollout.
    pub fn status(&self) -> &Value {
        &self.now.rollout()["status"]
    }

    /// Whether the controller manages pods of the second version.
    pub fn is_second(&self) -> bool {
        self.first.as_deref().is_some_and(|first| !self.now.newest().is_empty() && self.now.newest() != first)
    }

    /// Whether the Rollout is Degraded because of its spec.
    pub fn is_invalid(&self) -> bool {
        let status = self.status();
        status["phase"] == "Degraded" && status["message"].as_str().is_some_and(|text| text.starts_with("InvalidSpec"))
    }

    /// Whether the Rollout is Degraded because the second version was aborted.
    pub fn is_aborted(&self) -> bool {
        self.is_second() && self.status()["phase"] == "Degraded" && self.status()["abort"] == true
    }

    /// Whether the Rollout stays at an inline analysis that tolerates any number of failures and has had one, while no
    /// other measurement has failed.
    pub fn is_held(&self) -> bool {
        let name = &self.status()["canary"]["currentStepAnalysisRunStatus"]["name"];
        let mut runs = self.now.runs().filter(|run| name.is_string() && run["metadata"]["name"] == *name);
        runs.any(|run| {
            let failed = |metric: &Value| {
                let mut results = run["status"]["metricResults"].as_array().into_iter().flatten();
                results.any(|result| result["name"] == metric["name"] && result["failed"].as_u64() > Some(0))
            };
            let metrics = || run["spec"]["metrics"].as_array().into_iter().flatten();
            let (mut waiting, mut others) = (
                metrics().filter(|metric| metric["failureLimit"] == -1),
                metrics().filter(|m| m["failureLimit"] != -1),
            );
            run["status"]["phase"] == "Running" && waiting.any(failed) && !others.any(failed)
        })
    }

    /// Whether the second version is the stable one.
    pub fn is_released(&self) -> bool {
        self.is_second() && self.now.is_healthy()
    }

    /// Whether any message about analyses or of the Rollout contains a text.
    pub fn says(&self, text: &str) -> bool {
        self.of_kind("AnalysisRun").any(|run| run["status"].to_string().contains(text))
            || self
                .of_kind("Rollout")
                .any(|rollout| rollout["status"]["message"].as_str().is_some_and(|said| said.contains(text)))
    }

    /// The current state of the AnalysisRun in the background.
    pub fn background(&self) -> Option<&Value> {
        let runs = self.of_kind("AnalysisRun");
        let runs = runs.filter(|run| run["metadata"]["labels"]["rollout-type"] == "Background");
        runs.max_by_key(|run| revision(run))
    }

    /// The state of the release, for a person.
    pub fn summary(&self) -> String {
        let runs: Vec<String> = self.of_kind("AnalysisRun").map(|run| run["status"].to_string()).collect();
        let runs = runs.last().map(|run| format!("\nthe last AnalysisRun: {run}")).unwrap_or_default();
        format!("status: {}{runs}", self.status())
    }
}
