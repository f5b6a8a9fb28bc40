//! The status of a Rollout, as the controller writes it. Contains only the fields that canaryc reads.

use serde::Deserialize;

/// `status` of a Rollout.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// The phase that the controller reports.
    pub phase: Option<String>,
    /// The message of the controller.
    pub message: Option<String>,
    /// The generation that the controller has seen; a number in a string.
    pub observed_generation: Option<String>,
    /// The same for the object of `workloadRef`.
    pub workload_observed_generation: Option<String>,
    /// Was the release aborted?
    pub abort: bool,
    /// When it was aborted.
    pub aborted_at: Option<String>,
    /// The hash of the newest pods.
    pub current_pod_hash: Option<String>,
    /// The hash of the stable pods.
    #[serde(rename = "stableRS")]
    pub stable_hash: Option<String>,
    /// The current step; the number of steps when the release is done.
    pub current_step_index: Option<usize>,
    /// A hash of the steps. Another hash means that the release restarted.
    pub current_step_hash: Option<String>,
    /// Why it is paused; empty when it is not.
    #[serde(deserialize_with = "null_as_default")]
    pub pause_conditions: Vec<PauseCondition>,
    /// Did the controller pause it?
    pub controller_pause: bool,
    /// Whether a promotion through all steps is requested.
    pub promote_full: bool,
    /// When it was last restarted.
    pub restarted_at: Option<String>,
    /// Pods of both versions.
    pub replicas: i64,
    /// Pods of the newest version.
    pub updated_replicas: i64,
    /// Pods of any version that are ready.
    pub ready_replicas: i64,
    /// Available pods of any version.
    pub available_replicas: i64,
    /// Conditions, the newest state of each.
    #[serde(deserialize_with = "null_as_default")]
    pub conditions: Vec<Condition>,
    /// Fields that only a canary has.
    pub canary: Canary,
    /// Fields that only blue/green has.
    pub blue_green: BlueGreen,
}

/// One of the conditions of a Rollout.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// `InvalidSpec`, `Progressing`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False`, `Unknown`.
    pub status: String,
    /// One word.
    pub reason: String,
    /// A sentence.
    pub message: String,
}

/// Why, and since when, a Rollout is paused.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PauseCondition {
    /// Why.
    pub reason: PauseReason,
    /// Since when, in RFC 3339.
    pub start_time: Option<String>,
}

/// Why the controller paused a Rollout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum PauseReason {
    /// A step `pause`, timed or not.
    CanaryPauseStep,
    /// An inconclusive analysis: a person must decide.
    InconclusiveAnalysisRun,
    /// An inconclusive experiment.
    InconclusiveExperiment,
    /// Blue/green, before the switch.
    BlueGreenPause,
    /// A reason that this version of canaryc does not know.
    #[serde(untagged)]
    Other(String),
}

/// `status.canary`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Canary {
    /// The weights of the router; absent without a router.
    pub weights: Option<Weights>,
    /// The run of the background analysis.
    pub current_background_analysis_run_status: Option<RunReference>,
    /// The run of the analysis of this step.
    pub current_step_analysis_run_status: Option<RunReference>,
}

/// `status.blueGreen`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BlueGreen {
    /// The hash that the active Service selects.
    pub active_selector: Option<String>,
    /// The hash that the preview Service selects.
    pub preview_selector: Option<String>,
}

/// The split of the requests.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// To the newest version.
    pub canary: Destination,
    /// To the stable version.
    pub stable: Destination,
}

/// One side of the split.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Destination {
    /// Percent of the requests.
    pub weight: i64,
    /// The hash of its pods.
    pub pod_template_hash: Option<String>,
}

/// The name and the state of an AnalysisRun.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RunReference {
    /// The name of the AnalysisRun.
    pub name: String,
    /// `Running`, `Successful`, `Failed`, `Error`, `Inconclusive`.
    pub status: String,
    /// Why, when it is not successful.
    pub message: Option<String>,
}

/// The API server may give `null` for a list.
fn null_as_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
