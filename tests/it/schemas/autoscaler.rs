//! The HorizontalPodAutoscaler of Kubernetes, version 2.

use super::common::{LabelSelector, Metadata, choices, objects};
use super::scalars::{Kind, Name, Positive, Quantity, Text, Utilization};

choices! { "PascalCase":
    /// The version of this form.
    enum AutoscalingVersion {
        #[serde(rename = "autoscaling/v2")]
        V2,
    }
    /// This kind.
    enum AutoscalerKind { HorizontalPodAutoscaler }
    /// Which policy counts when there are several.
    enum PolicySelection { Max, Min, Disabled }
    /// What a policy counts in.
    enum PolicyUnit { Pods, Percent }
}

objects! {
    /// Sets the number of pods by their use.
    struct HorizontalPodAutoscaler {
        /// The version of this form.
        pub api_version: AutoscalingVersion,
        /// Its kind.
        pub kind: AutoscalerKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: AutoscalerSpec,
    }

    /// What is wanted of an autoscaler.
    struct AutoscalerSpec {
        /// Whose pods.
        pub scale_target_ref: ObjectReference,
        /// Never fewer.
        pub min_replicas: Option<Positive>,
        /// Never more.
        pub max_replicas: Positive,
        /// What is looked at.
        pub metrics: Option<Vec<AutoscalerMetric>>,
        /// How fast.
        pub behavior: Option<Behavior>,
    }

    /// An object.
    struct ObjectReference {
        /// The version of its form.
        pub api_version: Option<Text>,
        /// Its kind.
        pub kind: Kind,
        /// Its name.
        pub name: Name,
    }

    /// How fast.
    struct Behavior {
        /// Upwards.
        pub scale_up: Option<ScalingRules>,
        /// Downwards.
        pub scale_down: Option<ScalingRules>,
    }

    /// How fast in one direction.
    struct ScalingRules {
        /// How long a wish must last.
        pub stabilization_window_seconds: Option<StabilizationSeconds>,
        /// Which policy counts.
        pub select_policy: Option<PolicySelection>,
        /// The policies.
        pub policies: Option<Vec<ScalingPolicy>>,
        /// How far from the target nothing happens.
        pub tolerance: Option<Quantity>,
    }

    /// So much in so long.
    struct ScalingPolicy {
        /// What is counted.
        #[serde(rename = "type")]
        pub unit: PolicyUnit,
        /// So much.
        pub value: Positive,
        /// In so long.
        pub period_seconds: PolicySeconds,
    }

    /// A resource of the pods.
    struct ResourceMetric {
        /// Which.
        pub name: Text,
        /// How much.
        pub target: MetricTarget,
    }

    /// A resource of one container.
    struct ContainerResourceMetric {
        /// Which.
        pub name: Text,
        /// Of which container.
        pub container: Text,
        /// How much.
        pub target: MetricTarget,
    }

    /// A metric of the pods.
    struct PodsMetric {
        /// Which.
        pub metric: MetricIdentifier,
        /// How much.
        pub target: MetricTarget,
    }

    /// A metric of another object.
    struct ObjectMetric {
        /// Of which object.
        pub described_object: ObjectReference,
        /// Which.
        pub metric: MetricIdentifier,
        /// How much.
        pub target: MetricTarget,
    }

    /// A metric from outside.
    struct ExternalMetric {
        /// Which.
        pub metric: MetricIdentifier,
        /// How much.
        pub target: MetricTarget,
    }

    /// A metric.
    struct MetricIdentifier {
        /// Its name.
        pub name: Text,
        /// Which of its series.
        pub selector: Option<LabelSelector>,
    }
}

/// What is looked at.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum AutoscalerMetric {
    /// A resource of the pods.
    Resource {
        /// Which, and how much.
        resource: ResourceMetric,
    },
    /// A resource of one container.
    ContainerResource {
        /// Which, and how much.
        container_resource: ContainerResourceMetric,
    },
    /// A metric of the pods.
    Pods {
        /// Which, and how much.
        pods: PodsMetric,
    },
    /// A metric of another object.
    Object {
        /// Which, and how much.
        object: ObjectMetric,
    },
    /// A metric from outside.
    External {
        /// Which, and how much.
        external: ExternalMetric,
    },
}

/// How much.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum MetricTarget {
    /// Of what was requested.
    Utilization {
        /// In percent.
        average_utilization: Utilization,
    },
    /// For each pod.
    AverageValue {
        /// The amount.
        average_value: Quantity,
    },
    /// In all.
    Value {
        /// The amount.
        value: Quantity,
    },
}

super::scalars::integers! {
    /// How long a wish must last.
    StabilizationSeconds 0..=3600;
    /// The time of a policy.
    PolicySeconds 1..=1800;
}
