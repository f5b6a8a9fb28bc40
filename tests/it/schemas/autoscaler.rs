//! The HorizontalPodAutoscaler of Kubernetes, version 2.

use super::common::{LabelSelector, Metadata, choices, objects};
use super::scalars::{Kind, Name, Positive, Quantity, Text, Utilization};

choices! { "PascalCase":
    /// The API version of the object.
    enum AutoscalingVersion {
        #[serde(rename = "autoscaling/v2")]
        V2,
    }
    /// The kind of the object.
    enum AutoscalerKind { HorizontalPodAutoscaler }
    /// Which of several policies applies.
    enum PolicySelection { Max, Min, Disabled }
    /// The unit of a policy.
    enum PolicyUnit { Pods, Percent }
}

objects! {
    /// A HorizontalPodAutoscaler.
    struct HorizontalPodAutoscaler {
        /// The API version of the object.
        pub api_version: AutoscalingVersion,
        /// The kind.
        pub kind: AutoscalerKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: AutoscalerSpec,
    }

    /// The specification of an autoscaler.
    struct AutoscalerSpec {
        /// The workload to scale.
        pub scale_target_ref: ObjectReference,
        /// The minimum number of pods.
        pub min_replicas: Option<Positive>,
        /// The maximum number of pods.
        pub max_replicas: Positive,
        /// The metrics.
        pub metrics: Option<Vec<AutoscalerMetric>>,
        /// The scaling behavior.
        pub behavior: Option<Behavior>,
    }

    /// An object.
    struct ObjectReference {
        /// The API version.
        pub api_version: Option<Text>,
        /// The kind.
        pub kind: Kind,
        /// The name.
        pub name: Name,
    }

    /// The scaling behavior.
    struct Behavior {
        /// The rules for scaling up.
        pub scale_up: Option<ScalingRules>,
        /// The rules for scaling down.
        pub scale_down: Option<ScalingRules>,
    }

    /// The rules for scaling in one direction.
    struct ScalingRules {
        /// The time for which a recommendation must persist before it takes effect.
        pub stabilization_window_seconds: Option<StabilizationSeconds>,
        /// Which policy applies.
        pub select_policy: Option<PolicySelection>,
        /// The policies.
        pub policies: Option<Vec<ScalingPolicy>>,
        /// The tolerated deviation from the target.
        pub tolerance: Option<Quantity>,
    }

    /// A limit of the change in a period.
    struct ScalingPolicy {
        /// The unit.
        #[serde(rename = "type")]
        pub unit: PolicyUnit,
        /// The permitted change.
        pub value: Positive,
        /// The period.
        pub period_seconds: PolicySeconds,
    }

    /// A resource metric of the pods.
    struct ResourceMetric {
        /// The resource.
        pub name: Text,
        /// The target.
        pub target: MetricTarget,
    }

    /// A resource metric of one container.
    struct ContainerResourceMetric {
        /// The resource.
        pub name: Text,
        /// The container.
        pub container: Text,
        /// The target.
        pub target: MetricTarget,
    }

    /// A metric of the pods.
    struct PodsMetric {
        /// The metric.
        pub metric: MetricIdentifier,
        /// The target.
        pub target: MetricTarget,
    }

    /// A metric of another object.
    struct ObjectMetric {
        /// The object.
        pub described_object: ObjectReference,
        /// The metric.
        pub metric: MetricIdentifier,
        /// The target.
        pub target: MetricTarget,
    }

    /// An external metric.
    struct ExternalMetric {
        /// The metric.
        pub metric: MetricIdentifier,
        /// The target.
        pub target: MetricTarget,
    }

    /// A metric.
    struct MetricIdentifier {
        /// The name.
        pub name: Text,
        /// The selector of the series.
        pub selector: Option<LabelSelector>,
    }
}

/// A metric of an autoscaler.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum AutoscalerMetric {
    /// A resource metric of the pods.
    Resource {
        /// The metric and its target.
        resource: ResourceMetric,
    },
    /// A resource metric of one container.
    ContainerResource {
        /// The metric and its target.
        container_resource: ContainerResourceMetric,
    },
    /// A metric of the pods.
    Pods {
        /// The metric and its target.
        pods: PodsMetric,
    },
    /// A metric of another object.
    Object {
        /// The metric and its target.
        object: ObjectMetric,
    },
    /// An external metric.
    External {
        /// The metric and its target.
        external: ExternalMetric,
    },
}

/// The target of a metric.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum MetricTarget {
    /// A percentage of the requested amount.
    Utilization {
        /// The percentage.
        average_utilization: Utilization,
    },
    /// An average for each pod.
    AverageValue {
        /// The amount.
        average_value: Quantity,
    },
    /// A total value.
    Value {
        /// The amount.
        value: Quantity,
    },
}

super::scalars::integers! {
    /// The seconds for which a recommendation must persist.
    StabilizationSeconds 0..=3600;
    /// The period of a policy, in seconds.
    PolicySeconds 1..=1800;
}
