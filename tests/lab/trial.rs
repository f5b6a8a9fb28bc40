//! A release that a real Prometheus measures. In: a policy with short windows, and the requests that are counted for
//! each version. Out: the release, followed like by a person.

use std::sync::Arc;

use serde_json::Value;

use crate::corpus::{self, Case};
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::metrics::Requests;
use crate::prometheus::Prometheus;
use crate::release::{Course, Release};
use crate::world::{World, revision};

/// The name of the canary Service in the policies.
const CANARY: &str = "web-canary";

/// A release that a Prometheus measures.
pub struct Trial<'a> {
    /// The policy.
    pub case: Case,
    /// Its release.
    pub release: Release<'a>,
    /// What measures it.
    pub prometheus: Arc<Prometheus>,
    namespace: String,
}

impl<'a> Trial<'a> {
    /// Makes the first version stable. From before the second version on, the canary gets these requests.
    pub fn begin(
        lab: &'a Lab,
        prometheus: Arc<Prometheus>,
        namespace: &str,
        body: &str,
        canary: Option<Requests>,
        course: Course,
    ) -> Result<Self, Failure> {
        Self::begin_changed(lab, prometheus, namespace, body, canary, course, |_| {})
    }

    /// The same, after a change of the objects.
    pub fn begin_changed(
        lab: &'a Lab,
        prometheus: Arc<Prometheus>,
        namespace: &str,
        body: &str,
        canary: Option<Requests>,
        course: Course,
        change: impl FnOnce(&mut [Value]),
    ) -> Result<Self, Failure> {
        let text = format!(
            r#"provider "prometheus" {{ prometheus address="{}" telemetry="istio" scrape="1s" }}
            release "web" namespace="{namespace}" {{
                workload replicas=4 {{ selector app="web" }}
                service {{ port 80 target=8080 }}
                route host="web.example.com"
                router {{ gateway-api "infra/public" }}
                {body}
            }}"#,
            prometheus.address()
        );
        let mut case = corpus::compiled_text(namespace, text)?.pop().ok_or_else(|| failed("nothing was compiled"))?;
        change(&mut case.objects);
        // The stable version gets ten times as many, so a query of the wrong version shows.
        prometheus.metrics.set(namespace, "web", Requests { rate: 10.0 * Requests::GOOD.rate, ..Requests::GOOD });
        if let Some(requests) = canary {
            prometheus.metrics.set(namespace, CANARY, requests);
        }
        let mut release = Release::begin(lab, namespace, case.objects.clone(), course)?;
        release.next_version()?;
        Ok(Self { case, release, prometheus, namespace: namespace.to_owned() })
    }

    /// The requests of the canary from now on.
    pub fn set_canary(&self, requests: Requests) {
        self.prometheus.metrics.set(&self.namespace, CANARY, requests);
    }

    /// Follows until this many measurements of a metric had this result.
    pub fn follow_looks(&mut self, metric: &str, phase: &str, count: usize) -> Result<(), Failure> {
        self.release.follow(&format!("a look that is {phase}"), |world| {
            let seen = world.ended(metric, phase);
            if seen >= count { Vec::new() } else { vec![format!("{seen} measurements of {metric} are {phase}")] }
        })
    }

    /// Follows until the release was aborted. It must have been for this reason, in the stage with this number.
    pub fn aborted(mut self, stage: usize, reason: &str) -> Result<(), Failure> {
        self.release.follow("a canary that is to be aborted", World::not_yet_aborted)?;
        let mut found = Vec::new();
        let message = &self.release.world.rollout()["status"]["message"];
        if !message.as_str().is_some_and(|message| message.contains(reason)) {
            found.push(format!("it was aborted, but not for `{reason}`: {message}"));
        }
        let reached = self.last_step();
        let planned = &self.case.stages[stage].steps;
        if !reached.is_some_and(|step| planned.contains(&step)) {
            found.push(format!("it was aborted at the step {reached:?}, stage {stage} has the steps {planned:?}"));
        }
        self.release.finish(found)
    }

    /// Follows until no release is in progress.
    pub fn passed(&mut self) -> Result<(), Failure> {
        self.release.follow("a canary that is to pass", World::unsettled)
    }

    /// The last step that the second version reached before it was aborted.
    fn last_step(&mut self) -> Option<usize> {
        self.release.events.sort_by_key(revision);
        let rollouts = self.release.events.iter().filter(|event| event["kind"] == "Rollout");
        let in_flight = rollouts.map(|rollout| &rollout["status"]).filter(|status| {
            status["currentPodHash"] != status["stableRS"] && status["abort"] != true && status["stableRS"].is_string()
        });
        in_flight
            .filter_map(|status| status["currentStepIndex"].as_u64())
            .next_back()
            .and_then(|step| step.try_into().ok())
    }
}
