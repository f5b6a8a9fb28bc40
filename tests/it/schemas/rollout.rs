//! The Rollout of Argo Rollouts.

use super::analysis_reference::{BackgroundAnalysis, InlineAnalysis};
use super::common::{LabelSelector, Metadata, PodMetadata, choices, objects};
use super::kubernetes::PodTemplate;
use super::scalars::{CountOrPercent, Kind, Name, Positive, Preference, ServiceName, Text};
use super::steps::Step;
use super::traffic::TrafficRouting;

choices! { "PascalCase":
    /// The API version of Argo Rollouts.
    enum ArgoVersion {
        #[serde(rename = "argoproj.io/v1alpha1")]
        V1alpha1,
    }
    /// The kind of the object.
    enum RolloutKind { Rollout }
    /// The unit of the progress threshold.
    enum ProgressUnit { Percent, Pods }
}

choices! { "lowercase":
    /// When the pods of the referenced workload are scaled down.
    enum ScaleDown { Never, OnSuccess, Progressively }
}

choices! { "camelCase":
    /// The strategy.
    enum Strategy {
        /// The canary strategy.
        Canary(Box<Canary>),
        /// The blue/green strategy.
        BlueGreen(Box<BlueGreen>),
    }

    /// The anti-affinity between the pods of the two versions.
    enum AntiAffinity {
        /// Separate nodes are preferred.
        PreferredDuringSchedulingIgnoredDuringExecution(PreferredAntiAffinity),
        /// Separate nodes are required.
        RequiredDuringSchedulingIgnoredDuringExecution(RequiredAntiAffinity),
    }
}

objects! {
    /// A Rollout.
    struct Rollout {
        /// The API version of the object.
        pub api_version: ArgoVersion,
        /// The kind.
        pub kind: RolloutKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: RolloutSpec,
    }

    /// The specification of a Rollout.
    #[schemars(extend("oneOf" = [{"required": ["template"]}, {"required": ["workloadRef"]}]))]
    struct RolloutSpec {
        /// The number of pods.
        pub replicas: Option<u32>,
        /// The selector of the pods.
        pub selector: Option<LabelSelector>,
        /// The template of the pods.
        pub template: Option<PodTemplate>,
        /// The workload that contains the pod template.
        pub workload_ref: Option<WorkloadReference>,
        /// The seconds for which a pod must be ready before it is available.
        pub min_ready_seconds: Option<u32>,
        /// The revisions to which a rollback skips the steps.
        pub rollback_window: Option<RollbackWindow>,
        /// The strategy.
        pub strategy: Strategy,
        /// The number of old revisions that the controller keeps.
        pub revision_history_limit: Option<u32>,
        /// Whether the Rollout is paused.
        pub paused: Option<bool>,
        /// The seconds without progress after which a release counts as stuck.
        pub progress_deadline_seconds: Option<u32>,
        /// Whether the controller aborts a stuck release.
        pub progress_deadline_abort: Option<bool>,
        /// The controller replaces pods that are older than this time.
        pub restart_at: Option<String>,
        /// The number of AnalysisRuns that the controller keeps.
        pub analysis: Option<AnalysisHistory>,
    }

    /// The workload that contains the pod template.
    struct WorkloadReference {
        /// The API version.
        pub api_version: Text,
        /// The kind.
        pub kind: Kind,
        /// The name.
        pub name: Name,
        /// When the pods of the workload are scaled down.
        pub scale_down: Option<ScaleDown>,
    }

    /// The revisions to which a rollback skips the steps.
    struct RollbackWindow {
        /// The number of revisions.
        pub revisions: u32,
    }

    /// The number of AnalysisRuns that the controller keeps.
    struct AnalysisHistory {
        /// The number of successful runs.
        pub successful_run_history_limit: Option<u32>,
        /// The number of other runs.
        pub unsuccessful_run_history_limit: Option<u32>,
    }

    /// The canary strategy.
    struct Canary {
        /// The Service of the new version.
        pub canary_service: Option<ServiceName>,
        /// The Service of the stable version.
        pub stable_service: Option<ServiceName>,
        /// Two Services that swap roles.
        pub ping_pong: Option<PingPong>,
        /// The steps, in order.
        pub steps: Option<Vec<Step>>,
        /// The traffic router; without it, the number of pods splits the traffic.
        pub traffic_routing: Option<TrafficRouting>,
        /// How many pods may be unavailable.
        pub max_unavailable: Option<CountOrPercent>,
        /// How many pods may exist beyond the desired number.
        pub max_surge: Option<CountOrPercent>,
        /// The background analysis.
        pub analysis: Option<BackgroundAnalysis>,
        /// The anti-affinity between the pods of the two versions.
        pub anti_affinity: Option<AntiAffinity>,
        /// Metadata of the pods of the new version.
        pub canary_metadata: Option<PodMetadata>,
        /// Metadata of the pods of the stable version.
        pub stable_metadata: Option<PodMetadata>,
        /// The seconds for which the old pods remain after the release.
        pub scale_down_delay_seconds: Option<u32>,
        /// The number of old revisions that may wait for the scale-down.
        pub scale_down_delay_revision_limit: Option<u32>,
        /// The seconds for which the pods of the new version remain after an abort; 0 means forever.
        pub abort_scale_down_delay_seconds: Option<u32>,
        /// Whether the stable version scales down as its traffic decreases.
        pub dynamic_stable_scale: Option<bool>,
        /// The minimum number of pods of each ReplicaSet.
        pub min_pods_per_replica_set: Option<Positive>,
        /// The number of available pods at which a step continues.
        pub replica_progress_threshold: Option<ReplicaProgressThreshold>,
    }

    /// Two Services that swap roles.
    struct PingPong {
        /// The first Service.
        pub ping_service: ServiceName,
        /// The second Service.
        pub pong_service: ServiceName,
    }

    /// The number of available pods at which a step continues.
    struct ReplicaProgressThreshold {
        /// The unit.
        #[serde(rename = "type")]
        pub unit: ProgressUnit,
        /// The number or percentage.
        pub value: u32,
    }

    /// A preferred anti-affinity.
    struct PreferredAntiAffinity {
        /// The weight of the preference.
        pub weight: Preference,
    }

    /// A required anti-affinity.
    struct RequiredAntiAffinity {}

    /// The blue/green strategy.
    struct BlueGreen {
        /// The Service of the active version.
        pub active_service: ServiceName,
        /// The Service of the new version before its promotion.
        pub preview_service: Option<ServiceName>,
        /// The number of pods of the preview.
        pub preview_replica_count: Option<u32>,
        /// Whether the promotion is automatic.
        pub auto_promotion_enabled: Option<bool>,
        /// The seconds until the automatic promotion.
        pub auto_promotion_seconds: Option<u32>,
        /// How many pods may be unavailable.
        pub max_unavailable: Option<CountOrPercent>,
        /// The seconds for which the old pods remain after the switch.
        pub scale_down_delay_seconds: Option<u32>,
        /// The number of old revisions that may wait for the scale-down.
        pub scale_down_delay_revision_limit: Option<u32>,
        /// The seconds for which the pods of the new version remain after an abort; 0 means forever.
        pub abort_scale_down_delay_seconds: Option<u32>,
        /// The analysis before the switch.
        pub pre_promotion_analysis: Option<InlineAnalysis>,
        /// The analysis after the switch.
        pub post_promotion_analysis: Option<InlineAnalysis>,
        /// The anti-affinity between the pods of the two versions.
        pub anti_affinity: Option<AntiAffinity>,
        /// Metadata of the pods of the new version.
        pub preview_metadata: Option<PodMetadata>,
        /// Metadata of the pods of the active version.
        pub active_metadata: Option<PodMetadata>,
    }
}
