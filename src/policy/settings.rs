//! Settings of the Rollout and of the release as a whole.

use crate::manifest::{Field, Origin};
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::{Duration, IntOrPercent};

/// Labels or annotations, in the order written.
pub type StringMap = Vec<(Sourced<Text>, Sourced<Text>)>;

/// The settings in `rollout` that every strategy has. A setting with a default always has a value.
#[derive(Clone, Debug)]
pub struct RolloutSettings {
    /// `min-ready`: whole seconds.
    pub min_ready: Sourced<Duration>,
    /// `progress-deadline`: whole seconds, more than `min-ready`.
    pub progress_deadline: Sourced<Duration>,
    /// `progress-deadline-abort`
    pub progress_deadline_abort: Sourced<bool>,
    /// `rollback-window`: a number of revisions.
    pub rollback_window: Option<Sourced<u32>>,
    /// `revision-history-limit`
    pub revision_history_limit: Sourced<u32>,
    /// `successful-run-history-limit`
    pub successful_run_history_limit: Sourced<u32>,
    /// `unsuccessful-run-history-limit`
    pub unsuccessful_run_history_limit: Sourced<u32>,
}

/// The settings in `rollout` that only a canary has. A setting with a default always has a value.
#[derive(Clone, Debug)]
pub struct CanarySettings {
    /// `max-surge`
    pub max_surge: Sourced<IntOrPercent>,
    /// `max-unavailable`
    pub max_unavailable: Sourced<IntOrPercent>,
    /// `scale-down-delay`; `None` with `dynamic-stable-scale` and without a router.
    pub scale_down_delay: Option<Sourced<Duration>>,
    /// `scale-down-delay-revision-limit`
    pub scale_down_delay_revision_limit: Option<Sourced<u32>>,
    /// `abort-scale-down-delay`; the inner `None` means never.
    pub abort_scale_down_delay: Sourced<Option<Duration>>,
    /// `dynamic-stable-scale`
    pub dynamic_stable_scale: Sourced<bool>,
    /// `min-pods-per-replica-set`
    pub min_pods_per_replica_set: Sourced<u32>,
    /// `replica-progress-threshold`
    pub replica_progress_threshold: Sourced<IntOrPercent>,
    /// `anti-affinity`
    pub anti_affinity: Option<AntiAffinity>,
    /// `canary-metadata`
    pub canary_metadata: Option<PodMetadata>,
    /// `stable-metadata`
    pub stable_metadata: Option<PodMetadata>,
}

/// `anti-affinity`
#[derive(Clone, Debug)]
pub struct AntiAffinity {
    /// The node.
    pub origin: Origin,
    /// `None` makes it required; otherwise it is preferred with this weight, 1..=100.
    pub weight: Option<Sourced<u32>>,
}

/// `canary-metadata`, `stable-metadata`
#[derive(Clone, Debug)]
pub struct PodMetadata {
    /// The node.
    pub origin: Origin,
    /// `labels`
    pub labels: StringMap,
    /// `annotations`
    pub annotations: StringMap,
}

/// `notify`
#[derive(Clone, Debug)]
pub struct Notification {
    /// The node.
    pub origin: Origin,
    /// The name of the trigger in Argo: `on-rollout-aborted`, or a custom one.
    pub trigger: Sourced<Text>,
    /// `via=`
    pub via: Sourced<Text>,
    /// `to=`
    pub to: Sourced<Text>,
}

/// `patch`
#[derive(Clone, Debug)]
pub struct Patch {
    /// The node.
    pub origin: Origin,
    /// The kind of the object.
    pub kind: Sourced<Text>,
    /// The name of the object, if written.
    pub name: Option<Sourced<Text>>,
    /// The change: a mapping is a merge patch, and a list is a JSON patch.
    pub change: Field,
}
