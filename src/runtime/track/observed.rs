//! In: objects from the API server. Out: the events of a tracker. They contain only the parts of the objects that a
//! tracker reads, so hundreds of releases need little memory.

use jiff::Timestamp;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde::Deserialize;
use serde_json::Value;

use crate::emit::plan_annotation::WAIT_SUFFIX;
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::runtime::rollout::Rollout;

/// The annotation for the time at which the controller will scale a ReplicaSet down.
const SCALE_DOWN: &str = "scale-down-deadline";

const REVISION: &str = "rollout.argoproj.io/revision";

/// An observation.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// The current state of a Rollout.
    Rollout(Box<Rollout>),
    /// The current state of a ReplicaSet.
    ReplicaSet(Box<ReplicaSet>),
    /// The current state of an AnalysisRun.
    Run(Box<AnalysisRun>),
    /// The generation of the object of `workloadRef`.
    Workload(i64),
    /// Why pods of a version are not ready, with the hash of the version.
    Pods(String, Vec<PodProblem>),
    /// An object was deleted.
    Deleted(Kind, String),
    /// All objects of a kind were listed; objects without a name here no longer exist.
    Listed(Kind, Vec<String>),
    /// The API server no longer answers.
    ConnectionLost(String),
    /// It answers again.
    ConnectionRestored,
    /// Time has passed.
    Tick,
}

/// The pods of a version.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaSet {
    /// Its name.
    pub name: String,
    /// The version of the object.
    pub resource_version: String,
    /// The Rollout that owns it.
    pub owner: String,
    /// The hash of its pods.
    pub hash: String,
    /// The revision of the workload.
    pub revision: Option<u64>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// The images of its containers.
    pub images: Vec<String>,
    /// Desired number of pods.
    pub wanted: i64,
    /// Actual number of pods.
    pub present: i64,
    /// Number of ready pods.
    pub ready: i64,
    /// Number of pods that have been ready for long enough.
    pub available: i64,
    /// When the controller will scale it down, if it keeps it only for some time.
    pub scale_down_at: Option<Timestamp>,
}

/// Why a pod is not ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodProblem {
    /// The pod.
    pub name: String,
    /// `ImagePullBackOff`, `CrashLoopBackOff`, `Unschedulable`.
    pub reason: String,
    /// A sentence; may be empty.
    pub message: String,
}

/// An AnalysisRun.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysisRun {
    /// Its name.
    pub name: String,
    /// The version of the object.
    pub resource_version: String,
    /// The Rollout that owns it.
    pub owner: String,
    /// The hash of the pods that it measures.
    pub hash: String,
    /// The revision that it measures.
    pub revision: Option<u64>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// What it belongs to.
    pub place: RunPlace,
    /// Its phase.
    pub phase: RunPhase,
    /// Why, when it is not successful.
    pub message: String,
    /// Whether it was asked to end early.
    pub terminated: bool,
    /// What it measures.
    pub metrics: Vec<Metric>,
}

/// What an AnalysisRun belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunPlace {
    /// The whole release, in the background.
    Background,
    /// A step.
    Step(usize),
    /// Something else: a switch of blue/green, an experiment.
    Other,
}

/// The phase of a run, a metric or a measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum RunPhase {
    /// In progress.
    Running,
    /// Good.
    Successful,
    /// Bad.
    Failed,
    /// The measurement failed.
    Error,
    /// Neither good nor bad.
    Inconclusive,
    /// Not started.
    #[default]
    #[serde(other)]
    Pending,
}

/// A metric of an AnalysisRun: its limits and its results.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name, which is that of the check.
    pub name: String,
    /// Whether it has no condition, because the provider judges by itself, as a Job does.
    pub is_judged_by_provider: bool,
    /// Failed measurements that are tolerated; −1 means any number.
    pub failure_limit: i64,
    /// Errors in a row that are tolerated.
    pub error_limit: i64,
    /// Whether its result counts; it does not in a dry run.
    pub counts: bool,
    /// Its phase.
    pub phase: RunPhase,
    /// The reason for the phase.
    pub message: String,
    /// Failed measurements so far.
    pub failed: i64,
    /// Errors in a row.
    pub errors: i64,
    /// Measurements so far, of every kind.
    pub total: i64,
    /// The last measurements, oldest first; the controller keeps ten.
    pub measurements: Vec<Measurement>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Its result.
    pub phase: RunPhase,
    /// When it ended.
    pub at: Option<Timestamp>,
    /// The value, as the controller wrote it.
    pub value: String,
    /// Why the measurement failed.
    pub message: String,
    /// The Job that measured, if any.
    pub job: Option<String>,
}

impl Observation {
    /// The event for an object; `None` for an object that a tracker does not follow.
    pub fn of(kind: Kind, object: &DynamicObject) -> Option<Self> {
        Some(match kind {
            Kind::Rollout => Self::Rollout(Box::new(Rollout::read(object))),
            Kind::ReplicaSet => Self::ReplicaSet(Box::new(ReplicaSet::read(object)?)),
            Kind::AnalysisRun => Self::Run(Box::new(AnalysisRun::read(object)?)),
            _ => return None,
        })
    }
}

/// Removes the parts of an object that nothing here reads.
pub fn slim(kind: Kind, object: &mut DynamicObject) {
    object.metadata.managed_fields = None;
    if let Some(annotations) = &mut object.metadata.annotations {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
    if kind == Kind::Rollout
        && let Some(spec) = object.data.get_mut("spec").and_then(Value::as_object_mut)
    {
        spec.shift_remove("template");
        let canary = spec.get_mut("strategy").and_then(|strategy| strategy.get_mut("canary"));
        if let Some(canary) = canary.and_then(Value::as_object_mut) {
            canary.shift_remove("analysis");
        }
    }
}

/// The Rollout that owns an object.
fn owner(object: &DynamicObject) -> Option<String> {
    object.owner_references().iter().find(|owner| owner.kind == Kind::Rollout.name()).map(|owner| owner.uid.clone())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A whole number, or a text that contains one.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn revision(object: &DynamicObject) -> Option<u64> {
    object.annotations().get(REVISION)?.parse().ok()
}

fn phase(value: &Value) -> RunPhase {
    RunPhase::deserialize(value).unwrap_or_default()
}

impl ReplicaSet {
    /// Reads a ReplicaSet that a Rollout owns.
    pub fn read(object: &DynamicObject) -> Option<Self> {
        let (spec, status) = (&object.data["spec"], &object.data["status"]);
        let count = |field: &str| status[field].as_i64().unwrap_or(0);
        let containers = spec["template"]["spec"]["containers"].as_array();
        Some(Self {
            name: object.name_any(),
            resource_version: object.resource_version().unwrap_or_default(),
            owner: owner(object)?,
            hash: object.labels().get(POD_TEMPLATE_HASH)?.clone(),
            revision: revision(object),
            created: object.metadata.creation_timestamp.as_ref().map(|time| time.0),
            images: containers.into_iter().flatten().map(|container| text(&container["image"])).collect(),
            wanted: spec["replicas"].as_i64().unwrap_or(1),
            present: count("replicas"),
            ready: count("readyReplicas"),
            available: count("availableReplicas"),
            scale_down_at: object.annotations().get(SCALE_DOWN).and_then(|time| time.parse().ok()),
        })
    }
}

impl AnalysisRun {
    /// Reads an AnalysisRun that a Rollout owns.
    pub fn read(object: &DynamicObject) -> Option<Self> {
        let (spec, status) = (&object.data["spec"], &object.data["status"]);
        let label = |key: &str| object.labels().get(key).map(String::as_str);
        let place = match (label("rollout-type"), label("step-index").and_then(|index| index.parse().ok())) {
            (Some("Background"), _) => RunPlace::Background,
            (Some("Step"), Some(step)) => RunPlace::Step(step),
            _ => RunPlace::Other,
        };
        let results = status["metricResults"].as_array().map_or(&[][..], Vec::as_slice);
        let of = |name: &Value| results.iter().find(|result| result["name"] == *name).unwrap_or(&Value::Null);
        let metrics = spec["metrics"].as_array().into_iter().flatten();
        let metrics = metrics.filter_map(|metric| Metric::of_check(metric, of(&metric["name"])));
        Some(Self {
            name: object.name_any(),
            resource_version: object.resource_version().unwrap_or_default(),
            owner: owner(object)?,
            hash: label(POD_TEMPLATE_HASH).unwrap_or_default().to_owned(),
            revision: revision(object),
            created: object.metadata.creation_timestamp.as_ref().map(|time| time.0),
            place,
            phase: phase(&status["phase"]),
            message: text(&status["message"]),
            terminated: spec["terminate"] == true,
            metrics: metrics.collect(),
        })
    }
}

impl Metric {
    /// Reads a metric under the name of its check. `None` for a metric that only limits how long that of a check waits,
    /// unless it has ended the run.
    fn of_check(spec: &Value, result: &Value) -> Option<Self> {
        let metric = Self::read(spec, result);
        let Some(check) = metric.name.strip_suffix(WAIT_SUFFIX) else { return Some(metric) };
        let has_ended = matches!(metric.phase, RunPhase::Failed | RunPhase::Error);
        has_ended.then(|| Self { name: check.to_owned(), ..metric })
    }

    /// Reads a metric and its result.
    pub fn read(spec: &Value, result: &Value) -> Self {
        let count = |field: &str| result[field].as_i64().unwrap_or(0);
        let limit = |field: &str, default| integer(&spec[field]).unwrap_or(default);
        let has = |field: &str| spec[field].as_str().is_some_and(|text| !text.is_empty());
        Self {
            name: text(&spec["name"]),
            is_judged_by_provider: !has("successCondition") && !has("failureCondition"),
            failure_limit: limit("failureLimit", 0),
            error_limit: limit("consecutiveErrorLimit", 4),
            counts: result["dryRun"] != true,
            phase: phase(&result["phase"]),
            message: text(&result["message"]),
            failed: count("failed"),
            errors: count("consecutiveError"),
            total: count("count") + count("error"),
            measurements: result["measurements"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Measurement::read)
                .collect(),
        }
    }
}

impl Measurement {
    /// Reads a measurement that has ended.
    fn read(measurement: &Value) -> Option<Self> {
        let finished = measurement["finishedAt"].as_str()?;
        Some(Self {
            phase: phase(&measurement["phase"]),
            at: finished.parse().ok(),
            value: text(&measurement["value"]),
            message: text(&measurement["message"]),
            job: measurement["metadata"]["job-name"].as_str().map(str::to_owned),
        })
    }
}

impl PodProblem {
    /// Why a pod is not ready; `None` for a ready pod, and while nothing is known.
    pub fn of(pod: &DynamicObject) -> Option<Self> {
        let status = &pod.data["status"];
        let found = |reason: &Value, message: &Value| {
            let reason = reason.as_str().filter(|reason| !reason.is_empty())?.to_owned();
            Some(Self { name: pod.name_any(), reason, message: text(message) })
        };
        let lists = ["initContainerStatuses", "containerStatuses"];
        let containers = lists.iter().filter_map(|list| status[*list].as_array()).flatten();
        let of_container = |container: &Value| {
            let (waiting, ended) = (&container["state"]["waiting"], &container["state"]["terminated"]);
            let is_starting = matches!(waiting["reason"].as_str(), Some("ContainerCreating" | "PodInitializing"));
            if is_starting { None } else { found(&waiting["reason"], &waiting["message"]) }
                .or_else(|| if ended["exitCode"] == 0 { None } else { found(&ended["reason"], &ended["message"]) })
        };
        let conditions = status["conditions"].as_array().into_iter().flatten();
        let unmet = |kind: &'static str| {
            let mut conditions = conditions.clone();
            conditions.find(move |condition| condition["type"] == kind && condition["status"] == "False")
        };
        containers
            .filter_map(of_container)
            .next()
            .or_else(|| unmet("PodScheduled").and_then(|condition| found(&condition["reason"], &condition["message"])))
            .or_else(|| unmet("Ready").and_then(|condition| found(&condition["reason"], &condition["message"])))
    }
}

impl RunPhase {
    /// Whether it is a final phase.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }

    /// The controller's spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Successful => "Successful",
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Inconclusive => "Inconclusive",
        }
    }
}

/// Whether the first version of an object is newer than the second. Versions that are not numbers count in order of
/// arrival.
pub fn is_newer(version: &str, known: &str) -> bool {
    match (version.parse::<u64>(), known.parse::<u64>()) {
        (Ok(version), Ok(known)) => version > known,
        _ => version != known,
    }
}
