//! Claim: gates and watches decide by what a real Prometheus reports about the canary. In: policies with short windows,
//! and the requests that are counted for each version. Out: decisions that differ from the policy.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::failure::Failure;
use crate::lab::Lab;
use crate::metrics::Requests;
use crate::release::Course;
use crate::suite::Suite;
use crate::trial::Trial;
use crate::world::{World, revision};

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
