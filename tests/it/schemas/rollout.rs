//! The Rollout of Argo Rollouts.

use super::analysis_reference::{BackgroundAnalysis, InlineAnalysis};
use super::common::{LabelSelector, Metadata, PodMetadata, choices, objects};
use super::kubernetes::PodTemplate;
use super::scalars::{CountOrPercent, Kind, Name, Positive, Preference, ServiceName, Text};
use super::steps::Step;
use super::traffic::TrafficRouting;

choices! { "PascalCase":
    /// The version of Argo Rollouts' objects.
    enum ArgoVersion {
        #[serde(rename = "argoproj.io/v1alpha1")]
        V1alpha1,
    }
    /// This kind.
    enum RolloutKind { Rollout }
    /// What progress is counted in.
    enum ProgressUnit { Percent, Pods }
}

choices! { "lowercase":
    /// What becomes of the pods of the referenced workload.
    enum ScaleDown { Never, OnSuccess, Progressively }
}

choices! { "camelCase":
    /// How a new version replaces the old one.
    enum Strategy {
        /// In steps.
        Canary(Box<Canary>),
        /// All at once, beside the old one.
        BlueGreen(Box<BlueGreen>),
    }

    /// Whether new and old pods may share a node.
    enum AntiAffinity {
        /// Better not.
        PreferredDuringSchedulingIgnoredDuringExecution(PreferredAntiAffinity),
        /// Never.
        RequiredDuringSchedulingIgnoredDuringExecution(RequiredAntiAffinity),
    }
}

objects! {
    /// Replaces the pods of a workload step by step.
    struct Rollout {
        /// The version of this form.
        pub api_version: ArgoVersion,
        /// Its kind.
        pub kind: RolloutKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: RolloutSpec,
    }

    /// What is wanted of a Rollout.
    #[schemars(extend("oneOf" = [{"required": ["template"]}, {"required": ["workloadRef"]}]))]
    struct RolloutSpec {
        /// How many pods.
        pub replicas: Option<u32>,
        /// Which pods are its own.
        pub selector: Option<LabelSelector>,
        /// The pods.
        pub template: Option<PodTemplate>,
        /// The workload whose pods are meant.
        pub workload_ref: Option<WorkloadReference>,
        /// For how long a pod must be ready to count as available.
        pub min_ready_seconds: Option<u32>,
        /// How far back a rollback skips the steps.
        pub rollback_window: Option<RollbackWindow>,
        /// How the new version comes.
        pub strategy: Strategy,
        /// How many old versions are kept.
        pub revision_history_limit: Option<u32>,
        /// Nothing moves.
        pub paused: Option<bool>,
        /// When a release that makes no progress counts as stuck.
        pub progress_deadline_seconds: Option<u32>,
        /// Whether a stuck release is aborted.
        pub progress_deadline_abort: Option<bool>,
        /// Pods older than this are restarted.
        pub restart_at: Option<String>,
        /// How many analysis runs are kept.
        pub analysis: Option<AnalysisHistory>,
    }

    /// The workload whose pods are meant.
    struct WorkloadReference {
        /// The version of its form.
        pub api_version: Text,
        /// Its kind.
        pub kind: Kind,
        /// Its name.
        pub name: Name,
        /// What becomes of its own pods.
        pub scale_down: Option<ScaleDown>,
    }

    /// How far back a rollback skips the steps.
    struct RollbackWindow {
        /// In versions.
        pub revisions: u32,
    }

    /// How many analysis runs are kept.
    struct AnalysisHistory {
        /// Of those that passed.
        pub successful_run_history_limit: Option<u32>,
        /// Of all others.
        pub unsuccessful_run_history_limit: Option<u32>,
    }

    /// In steps.
    struct Canary {
        /// The Service of the new version.
        pub canary_service: Option<ServiceName>,
        /// The Service of the old version.
        pub stable_service: Option<ServiceName>,
        /// Two Services that change places.
        pub ping_pong: Option<PingPong>,
        /// What is done, in order.
        pub steps: Option<Vec<Step>>,
        /// Who splits the traffic; absent: the number of pods.
        pub traffic_routing: Option<TrafficRouting>,
        /// How many pods may be missing.
        pub max_unavailable: Option<CountOrPercent>,
        /// How many pods there may be beyond the wanted number.
        pub max_surge: Option<CountOrPercent>,
        /// Measured all the while.
        pub analysis: Option<BackgroundAnalysis>,
        /// Whether new and old pods may share a node.
        pub anti_affinity: Option<AntiAffinity>,
        /// Put on the new pods.
        pub canary_metadata: Option<PodMetadata>,
        /// Put on the old pods.
        pub stable_metadata: Option<PodMetadata>,
        /// How long old pods stay after the release.
        pub scale_down_delay_seconds: Option<u32>,
        /// How many old versions may wait for it.
        pub scale_down_delay_revision_limit: Option<u32>,
        /// How long new pods stay after an abort; 0 is for ever.
        pub abort_scale_down_delay_seconds: Option<u32>,
        /// Old pods go as traffic leaves them.
        pub dynamic_stable_scale: Option<bool>,
        /// Never fewer pods than this.
        pub min_pods_per_replica_set: Option<Positive>,
        /// How much of a scale must be reached to go on.
        pub replica_progress_threshold: Option<ReplicaProgressThreshold>,
    }

    /// Two Services that change places.
    struct PingPong {
        /// One.
        pub ping_service: ServiceName,
        /// The other.
        pub pong_service: ServiceName,
    }

    /// How much of a scale must be reached to go on.
    struct ReplicaProgressThreshold {
        /// What is counted.
        #[serde(rename = "type")]
        pub unit: ProgressUnit,
        /// How many.
        pub value: u32,
    }

    /// Better not on one node.
    struct PreferredAntiAffinity {
        /// How much better.
        pub weight: Preference,
    }

    /// Never on one node.
    struct RequiredAntiAffinity {}

    /// All at once, beside the old one.
    struct BlueGreen {
        /// The Service that users reach.
        pub active_service: ServiceName,
        /// The Service of the new version before it is promoted.
        pub preview_service: Option<ServiceName>,
        /// How many pods the preview has.
        pub preview_replica_count: Option<u32>,
        /// Whether it is promoted with no person asked.
        pub auto_promotion_enabled: Option<bool>,
        /// Promoted after so long.
        pub auto_promotion_seconds: Option<u32>,
        /// How many pods may be missing.
        pub max_unavailable: Option<CountOrPercent>,
        /// How long old pods stay after the switch.
        pub scale_down_delay_seconds: Option<u32>,
        /// How many old versions may wait for it.
        pub scale_down_delay_revision_limit: Option<u32>,
        /// How long new pods stay after an abort; 0 is for ever.
        pub abort_scale_down_delay_seconds: Option<u32>,
        /// Must pass before the switch.
        pub pre_promotion_analysis: Option<InlineAnalysis>,
        /// Must pass after the switch.
        pub post_promotion_analysis: Option<InlineAnalysis>,
        /// Whether new and old pods may share a node.
        pub anti_affinity: Option<AntiAffinity>,
        /// Put on the new pods.
        pub preview_metadata: Option<PodMetadata>,
        /// Put on the pods that users reach.
        pub active_metadata: Option<PodMetadata>,
    }
}
