//! Claim: a release that is held stays under control. While it waits for data or for a better value, its watch aborts
//! it, it is scaled, a person aborts or promotes it, and it goes on by itself. In: policies with short windows. Out: what
//! happened instead. Each claim is tested with every version of Argo Rollouts.

use serde_json::{Value, json};

use crate::both_ways::Rollouts;
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::metrics::Requests;
use crate::ready;
use crate::release::Course;
use crate::suite::Suite;
use crate::trial::Trial;

/// A claim: its name, and the function that checks it in a namespace.
type Claim = (&'static str, fn(&Lab, &str) -> Result<(), Failure>);

const CLAIMS: &[Claim] = &[
    ("a-failing-watch-aborts", watch_fails),
    ("scaling-is-carried-out", scaled),
    ("a-person-aborts", aborted),
    ("a-person-aborts-with-a-scaling-under-way", aborted_while_scaled),
    ("data-let-it-go-on", data_come),
    ("a-better-value-lets-it-go-on", better_value),
    ("promote-goes-on", promoted),
    ("the-last-measurement-aborts", count_runs_out),
    ("a-job-that-cannot-run-aborts", job_cannot_run),
];

/// Every claim, with every version.
pub fn tests(suite: &mut Suite) {
    for rollouts in Rollouts::ALL {
        for (name, judge) in CLAIMS {
            suite.add_on(rollouts, None, format!("holds/{name}"), move |lab| judge(lab, &format!("holds-{name}")));
        }
    }
}

/// The hold has no data, and the watch passes that. So each failed measurement before there are requests is one of the
/// hold.
const WITHOUT_DATA: &str = r#"
    slo "availability" min="99%" interval="2s" no-data="pause" { success-ratio window="5s" }
    stage weight="25%" pause="6s"
    watch "availability""#;

/// Makes a release, and follows it until it is held for want of data.
fn held<'a>(
    lab: &'a Lab,
    namespace: &str,
    course: Course,
    change: impl FnOnce(&mut [Value]),
) -> Result<Trial<'a>, Failure> {
    let prometheus = lab.prometheus()?;
    let mut trial = Trial::begin_changed(lab, prometheus, namespace, WITHOUT_DATA, None, course, change)?;
    trial.follow_looks("availability", "Failed", 2)?;
    is_held(&trial)?;
    Ok(trial)
}

/// Whether the release stands at its inline analysis.
fn is_held(trial: &Trial<'_>) -> Result<(), Failure> {
    let world = &trial.release.world;
    let hold = world.steps().iter().position(|step| step.get("analysis").is_some());
    let (standing, _) = world.standing();
    if hold.and_then(|hold| u64::try_from(hold).ok()) == Some(standing) {
        return Ok(());
    }
    Err(failed(format!("it is at the step {standing}, and the hold is {hold:?}")))
}

fn watch_fails(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let trial = held(lab, namespace, Course::Aborted, |_| {})?;
    trial.set_canary(Requests { failed: 0.5, ..Requests::GOOD });
    trial.aborted(0, "assessed Failed due to failed (2) > failureLimit (1)")
}

/// Follows until both versions have this many pods.
fn follow_pods(trial: &mut Trial<'_>, stable: u64, canary: u64) -> Result<(), Failure> {
    let first = trial.release.first.clone();
    trial.release.follow("the scaling of a held release", |world| {
        let seen = (world.available(&first), world.available(world.newest()));
        if seen == (stable, canary) { Vec::new() } else { vec![format!("stable and new pods: {seen:?}")] }
    })
}

fn scaled(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut trial = held(lab, namespace, Course::Through, |_| {})?;
    follow_pods(&mut trial, 4, 1)?;
    trial.release.scale(8)?;
    follow_pods(&mut trial, 8, 2)?;
    trial.release.set_replicas(12)?;
    follow_pods(&mut trial, 12, 3)?;
    trial.release.scale(4)?;
    follow_pods(&mut trial, 4, 1)?;
    is_held(&trial)?;
    trial.release.finish(Vec::new())
}

fn aborted(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let trial = held(lab, namespace, Course::Aborted, |_| {})?;
    trial.release.abort()?;
    trial.aborted(0, "RolloutAborted")
}

fn aborted_while_scaled(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let trial = held(lab, namespace, Course::Aborted, |_| {})?;
    trial.release.scale(8)?;
    trial.release.abort()?;
    trial.aborted(0, "RolloutAborted")
}

fn data_come(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut trial = held(lab, namespace, Course::Through, |_| {})?;
    trial.set_canary(Requests::GOOD);
    trial.passed()?;
    no_run_is_bad(trial)
}

fn no_run_is_bad(trial: Trial<'_>) -> Result<(), Failure> {
    let phases = trial.release.world.runs().filter_map(|run| run["status"]["phase"].as_str());
    let bad = phases.filter(|phase| ["Failed", "Error", "Inconclusive"].contains(phase));
    let found = bad.map(|phase| format!("an AnalysisRun is {phase}")).collect();
    trial.release.finish(found)
}

fn better_value(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        slo "availability" min="99%" interval="5s" { success-ratio window="5s" }
        slo "latency" max="300ms" interval="5s" on-fail="pause" { latency percentile=95 window="5s" }
        stage weight="25%" pause="6s" { gate "latency" }
        watch "availability""#;
    let slow = Requests { slow: 0.5, ..Requests::GOOD };
    let mut trial = Trial::begin(lab, lab.prometheus()?, namespace, body, Some(slow), Course::Through)?;
    trial.follow_looks("latency", "Failed", 2)?;
    is_held(&trial)?;
    trial.set_canary(Requests::GOOD);
    trial.passed()?;
    no_run_is_bad(trial)
}

fn promoted(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut trial = held(lab, namespace, Course::Through, |_| {})?;
    trial.release.promote()?;
    trial.passed()?;
    trial.release.finish(Vec::new())
}

/// The hold measures for days. Here its count is shortened to a few measurements.
fn count_runs_out(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shorten = |objects: &mut [Value]| {
        for object in objects.iter_mut().filter(|object| object["kind"] == "AnalysisTemplate") {
            for metric in object["spec"]["metrics"].as_array_mut().into_iter().flatten() {
                if metric["failureLimit"] == -1 {
                    metric["count"] = 4.into();
                }
            }
        }
    };
    let trial = held(lab, namespace, Course::Aborted, shorten)?;
    trial.aborted(0, "RolloutAborted")
}

/// No node takes the pod of the Job, so that its status can be that of an image that the kubelet cannot pull. Argo
/// Rollouts 1.9 waits for the deadline of the Job, and 1.10 reads the status: the gate fails with both.
fn job_cannot_run(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let body = r#"
        check "smoke" { job image="registry.example.com/no-such-image:1" timeout="15s" }
        stage weight="25%" pause="2s" { gate "smoke" }"#;
    let without_node = |objects: &mut [Value]| {
        for template in objects.iter_mut().filter(|object| object["kind"] == "AnalysisTemplate") {
            let pod = &mut template["spec"]["metrics"][0]["provider"]["job"]["spec"]["template"]["spec"];
            pod["nodeSelector"] = json!({"kubernetes.io/hostname": "no-such-node"});
        }
    };
    let trial = Trial::begin_changed(lab, lab.prometheus()?, namespace, body, None, Course::Aborted, without_node)?;
    let pods = ["get", "pods", "-n", namespace, "-l", "batch.kubernetes.io/job-name", "-o", "name"];
    let pod = || -> Result<Option<String>, Failure> {
        Ok(lab.kubectl.run(&pods, "")?.lines().next().map(|name| name.trim_start_matches("pod/").to_owned()))
    };
    ready::wait("the pod of the Job", || None, || Ok(pod()?.is_some()))?;
    let name = pod()?.ok_or_else(|| failed("the pod of the Job is gone"))?;
    let waiting = json!({"waiting": {"reason": "ErrImagePull", "message": "no such image"}});
    let container =
        json!({"name": "job", "ready": false, "restartCount": 0, "image": "", "imageID": "", "state": waiting});
    let status = json!({"status": {"containerStatuses": [container]}}).to_string();
    let patch = ["patch", "pod", &name, "-n", namespace, "--subresource=status", "--type=merge", "-p", &status];
    lab.kubectl.run(&patch, "")?;
    trial.aborted(0, "Step-based analysis phase error/failed")
}
