//! Claim: gates and watches decide by what a real Prometheus reports about the canary. In: policies with short windows,
//! and the requests that are counted for each version. Out: decisions that differ from the policy.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::corpus::{self, Case};
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::metrics::Requests;
use crate::prometheus::Prometheus;
use crate::release::{Course, Release};
use crate::suite::Suite;
use crate::world::{World, revision};

/// The name of the canary Service in the policies.
const CANARY: &str = "web-canary";

/// A claim: its name, and the function that checks it in a namespace.
type Claim = (&'static str, fn(&Lab, &str) -> Result<(), Failure>);

const CLAIMS: &[Claim] = &[
    ("a-healthy-canary-passes", healthy_canary),
    ("errors-abort-at-the-stage-that-is-watched", errors),
    ("latency-aborts-at-the-stage-with-the-gate", latency),
    ("a-tolerated-failure-does-not-abort", tolerated_failure),
    ("one-failure-more-aborts", untolerated_failure),
    ("the-first-look-comes-after-one-window", first_look),
    ("a-silent-prometheus-aborts-and-does-not-hold", silent_prometheus),
    ("a-held-canary-is-still-aborted-by-its-watch", held_and_bad),
    ("a-held-canary-goes-on-by-itself", held_and_good),
    ("every-measure-gives-the-value-that-was-made", values),
];

/// Every claim, and the effect of missing data of every kind, in every place, under every policy.
pub fn tests(suite: &mut Suite) {
    for (name, judge) in CLAIMS {
        suite.add(format!("gates/{name}"), move |lab| judge(lab, &format!("gates-{name}")));
    }
    for place in [Place::Watch, Place::Gate] {
        for silence in [Silence::Empty, Silence::NaN] {
            for follows in ["pass", "abort", "pause"] {
                let name = format!("{place:?}-{silence:?}-{follows}").to_lowercase();
                suite.add(format!("gates/no-data/{name}"), move |lab| {
                    no_data(lab, &format!("no-data-{name}"), place, silence, follows)
                });
            }
        }
    }
}

/// A release that a Prometheus measures.
struct Trial<'a> {
    case: Case,
    release: Release<'a>,
    prometheus: Arc<Prometheus>,
    namespace: String,
}

impl<'a> Trial<'a> {
    /// Makes the first version stable. From before the second version on, the canary gets these requests.
    fn begin(
        lab: &'a Lab,
        prometheus: Arc<Prometheus>,
        namespace: &str,
        body: &str,
        canary: Option<Requests>,
        course: Course,
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
        let case = corpus::compiled_text(namespace, text)?.pop().ok_or_else(|| failed("nothing was compiled"))?;
        // The stable version gets ten times as many, so a query of the wrong version shows.
        prometheus.metrics.set(namespace, "web", Requests { rate: 10.0 * Requests::GOOD.rate, ..Requests::GOOD });
        if let Some(requests) = canary {
            prometheus.metrics.set(namespace, CANARY, requests);
        }
        let mut release = Release::begin(lab, namespace, case.objects.clone(), course)?;
        release.next_version()?;
        Ok(Self { case, release, prometheus, namespace: namespace.to_owned() })
    }

    fn set_canary(&self, requests: Requests) {
        self.prometheus.metrics.set(&self.namespace, CANARY, requests);
    }

    /// Follows until this many measurements of a metric had this result.
    fn follow_looks(&mut self, metric: &str, phase: &str, count: usize) -> Result<(), Failure> {
        self.release.follow(&format!("a look that is {phase}"), |world| {
            let seen = world.ended(metric, phase);
            if seen >= count { Vec::new() } else { vec![format!("{seen} measurements of {metric} are {phase}")] }
        })
    }

    /// Follows until the release was aborted. It must have been for this reason, in the stage with this number.
    fn aborted(mut self, stage: usize, reason: &str) -> Result<(), Failure> {
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
    fn passed(&mut self) -> Result<(), Failure> {
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

fn healthy_canary(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        slo "availability" min="99%" interval="2s" { success-ratio window="5s" }
        slo "latency" max="300ms" interval="2s" { latency percentile=95 window="5s" }
        stage weight="5%" pause="10s" { gate "latency" }
        stage weight="50%" pause="5s"
        watch "availability""#;
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, body, Some(Requests::GOOD), Course::Through)?;
    trial.passed()?;
    let mut found = Vec::new();
    for metric in ["availability", "latency"] {
        let (good, all) = (trial.release.world.ended(metric, "Successful"), trial.release.world.looks(metric).count());
        if good == 0 || good != all {
            found.push(format!("{good} of {all} measurements of {metric} are good"));
        }
    }
    trial.release.finish(found)
}

fn errors(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        slo "availability" min="99%" failure-limit=0 interval="2s" { success-ratio window="5s" }
        stage weight="5%" pause="8s"
        stage weight="25%" pause="90s"
        stage weight="50%" pause="90s"
        watch "availability" from="25%""#;
    let canary = Requests { failed: 0.02, ..Requests::GOOD };
    let trial = Trial::begin(lab, lab.prometheus()?, namespace, body, Some(canary), Course::Aborted)?;
    trial.aborted(1, "assessed Failed due to failed (1) > failureLimit (0)")
}

fn latency(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        slo "availability" min="99%" interval="2s" { success-ratio window="5s" }
        slo "latency" max="300ms" failure-limit=0 { latency percentile=95 window="5s" }
        stage weight="5%" pause="6s" { gate "availability" }
        stage weight="25%" pause="6s" { gate "latency" }
        stage weight="50%" pause="6s"
        watch "availability""#;
    let canary = Requests { slow: 0.2, ..Requests::GOOD };
    let trial = Trial::begin(lab, lab.prometheus()?, namespace, body, Some(canary), Course::Aborted)?;
    trial.aborted(1, "assessed Failed due to failed (1) > failureLimit (0)")
}

/// One failed measurement is tolerated, and the next one comes when the window contains no failures any more.
const TOLERANT: &str = r#"
    slo "availability" min="99%" failure-limit=1 interval="12s" { success-ratio window="4s" }
    stage weight="25%" pause="45s"
    watch "availability""#;

fn tolerated_failure(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let canary = Requests { failed: 0.5, ..Requests::GOOD };
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, TOLERANT, Some(canary), Course::Through)?;
    trial.follow_looks("availability", "Failed", 1)?;
    trial.set_canary(Requests::GOOD);
    trial.follow_looks("availability", "Successful", 1)?;
    trial.passed()?;
    let failures = trial.release.world.ended("availability", "Failed");
    let found = if failures == 1 { Vec::new() } else { vec![format!("{failures} looks failed, and not one")] };
    trial.release.finish(found)
}

fn untolerated_failure(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let canary = Requests { failed: 0.5, ..Requests::GOOD };
    let trial = Trial::begin(lab, lab.prometheus()?, namespace, TOLERANT, Some(canary), Course::Aborted)?;
    trial.aborted(0, "assessed Failed due to failed (2) > failureLimit (1)")
}

/// The times are those of the API objects, which are whole seconds, rounded down.
fn first_look(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        slo "availability" min="99%" interval="2s" { success-ratio window="7s" }
        stage weight="25%" pause="20s"
        watch "availability""#;
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, body, Some(Requests::GOOD), Course::Through)?;
    trial.follow_looks("availability", "Successful", 1)?;
    let mut found = Vec::new();
    let world = &trial.release.world;
    for run in world.runs() {
        let begun = seconds(&run["metadata"]["creationTimestamp"]);
        let looked = world.looks("availability").filter_map(|look| seconds(&look["startedAt"])).min();
        match (begun, looked) {
            // The day may have ended in between.
            (Some(begun), Some(looked)) if (looked + DAY - begun) % DAY >= 7 => {}
            _ => found.push(format!("the run began at {begun:?}, and the first look at {looked:?}: {run:#}")),
        }
    }
    trial.release.events.sort_by_key(revision);
    let mut world = World::default();
    for event in &trial.release.events {
        world.apply(event);
        let is_exposed = world.split_routes().iter().any(|route| world.weights(route).contains(&(75, 25)));
        if event["kind"] == "AnalysisRun" && !is_exposed {
            found.push("the run began before anybody saw the canary".to_owned());
        }
    }
    trial.passed()?;
    trial.release.finish(found)
}

/// The seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// The second of the day of a timestamp.
fn seconds(moment: &serde_json::Value) -> Option<u64> {
    let time = moment.as_str()?.split_once('T')?.1.strip_suffix('Z')?;
    time.split(':').try_fold(0, |sum, part| Some(sum * 60 + part.parse::<u64>().ok()?))
}

fn silent_prometheus(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        slo "availability" min="99%" error-limit=1 interval="2s" no-data="pause" { success-ratio window="5s" }
        stage weight="25%" pause="120s"
        watch "availability""#;
    let prometheus = Arc::new(lab.own_prometheus(namespace)?);
    let mut trial = Trial::begin(lab, prometheus, namespace, body, Some(Requests::GOOD), Course::Aborted)?;
    trial.follow_looks("availability", "Successful", 1)?;
    trial.prometheus.kill();
    trial.aborted(0, "assessed Error due to consecutiveErrors (2) > consecutiveErrorLimit (1)")
}

/// The hold has no data, and the watch passes that. So each failed look before there are requests is one of the hold.
const HELD: &str = r#"
    slo "availability" min="99%" interval="2s" no-data="pause" { success-ratio window="5s" }
    stage weight="25%" pause="6s"
    watch "availability""#;

fn held_and_bad(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, HELD, None, Course::Aborted)?;
    trial.follow_looks("availability", "Failed", 2)?;
    trial.set_canary(Requests { failed: 0.5, ..Requests::GOOD });
    let hold = trial.release.world.steps().iter().position(|step| step.get("analysis").is_some());
    let (standing, _) = trial.release.world.standing();
    if hold.and_then(|hold| u64::try_from(hold).ok()) != Some(standing) {
        return Err(failed(format!("it is at the step {standing}, and the hold is {hold:?}")));
    }
    trial.aborted(0, "assessed Failed due to failed (2) > failureLimit (1)")
}

fn held_and_good(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, HELD, None, Course::Through)?;
    trial.follow_looks("availability", "Failed", 2)?;
    trial.set_canary(Requests::GOOD);
    trial.passed()?;
    let phases = trial.release.world.runs().filter_map(|run| run["status"]["phase"].as_str());
    let bad = phases.filter(|phase| ["Failed", "Error", "Inconclusive"].contains(phase));
    let found = bad.map(|phase| format!("an AnalysisRun is {phase}")).collect();
    trial.release.finish(found)
}

/// Every measure of requests, with its value for the numbers of `canary`.
fn values(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r##"
        slo "success-ratio" min="97%" interval="2s" { success-ratio window="5s" }
        slo "percentile" max="400ms" interval="2s" { latency percentile=95 window="5s" }
        slo "under" min="85%" interval="2s" { latency under="250ms" window="5s" }
        slo "burn-rate" max=2.5 interval="2s" { burn-rate objective="99%" window="5s" long-window="10s" }
        slo "events" min="97%" interval="2s" {
            events window="5s" \
                good=#"sum(rate(istio_requests_total{destination_service_name="{{canary-service}}",destination_service_namespace="{{namespace}}",response_code="200"}[{{window}}]))"# \
                total=#"sum(rate(istio_requests_total{destination_service_name="{{canary-service}}",destination_service_namespace="{{namespace}}"}[{{window}}]))"#
        }
        slo "against" min="95%" interval="2s" { success-ratio window="5s" against="stable" }
        check "request-rate" min="10/s" interval="2s" { request-rate window="5s" }
        stage weight="25%" pause="20s"
        watch "success-ratio" "percentile" "under" "burn-rate" "events" "against" "request-rate""##;
    // The tolerance: ratios come from one scrape, but a rate is only as exact as the times of scrapes.
    let made = [
        ("success-ratio", 0.98, 0.01),
        // In the bucket from 250 to 500 ms: of the slowest tenth, the faster half.
        ("percentile", 375.0, 0.01),
        ("under", 0.9, 0.01),
        ("burn-rate", 2.0, 0.01),
        ("events", 0.98, 0.01),
        ("against", 0.98, 0.01),
        ("request-rate", Requests::GOOD.rate, 0.5),
    ];
    let canary = Requests { failed: 0.02, slow: 0.1, ..Requests::GOOD };
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, body, Some(canary), Course::Through)?;
    trial.passed()?;
    let mut found = Vec::new();
    for (metric, made, tolerance) in made {
        let looks = trial.release.world.looks(metric).filter_map(|look| look["value"].as_str());
        let values: Vec<Vec<f64>> = looks.filter_map(|value| serde_json::from_str(value).ok()).collect();
        let is_made = |value: &Vec<f64>| matches!(value[..], [value] if (value - made).abs() < tolerance * made);
        if values.is_empty() || !values.iter().all(is_made) {
            found.push(format!("{metric} gave {values:?}, and not {made}"));
        }
    }
    trial.release.finish(found)
}

/// Where a check acts.
#[derive(Clone, Copy, Debug)]
enum Place {
    Watch,
    Gate,
}

/// How Prometheus reports that it has no data.
#[derive(Clone, Copy, Debug)]
enum Silence {
    /// There is no series.
    Empty,
    /// The series exist but do not change.
    NaN,
}

fn no_data(lab: &Lab, namespace: &str, place: Place, silence: Silence, follows: &str) -> Result<(), Failure> {
    let acts = match place {
        Place::Watch => r#"stage weight="25%" pause="8s"; stage weight="50%" pause="8s"; watch "availability""#,
        Place::Gate => r#"stage weight="25%" pause="6s" { gate "availability"; }; stage weight="50%" pause="6s""#,
    };
    let body = format!(
        r#"slo "availability" min="99%" interval="2s" no-data="{follows}" {{ success-ratio window="5s"; }}
        {acts}"#
    );
    let canary = match silence {
        Silence::Empty => None,
        Silence::NaN => Some(Requests::NONE),
    };
    let course = match follows {
        "abort" => Course::Aborted,
        "pause" => Course::Held,
        _ => Course::Through,
    };
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, &body, canary, course)?;
    if course == Course::Aborted {
        return trial.aborted(0, "assessed Failed due to failed (2) > failureLimit (1)");
    }
    trial.passed()?;
    let mut found = Vec::new();
    let asked = trial.release.world.looks("availability").count();
    if asked == 0 {
        found.push("nobody looked".to_owned());
    }
    // Each gate and hold holds the release once; a check that is only watched never does.
    let steps = (0..).zip(trial.release.world.steps());
    let inline: BTreeSet<u64> =
        steps.filter(|(_, step)| step.get("analysis").is_some()).map(|(step, _)| step).collect();
    let planned = if course == Course::Held { inline } else { BTreeSet::new() };
    if trial.release.held != planned || (course == Course::Held && planned.is_empty()) {
        found.push(format!("it was held at the steps {:?}, planned was {planned:?}", trial.release.held));
    }
    trial.release.finish(found)
}
