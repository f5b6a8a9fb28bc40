//! AnalysisTemplate and ClusterAnalysisTemplate of Argo Rollouts.

use super::analysis_reference::{DryRun, FieldReference, MeasurementRetention, TemplateReference};
use super::common::{Metadata, choices, objects};
use super::providers::Provider;
use super::rollout::ArgoVersion;
use super::scalars::{FailureLimit, Limit, MetricDuration, Name, Text};

choices! { "PascalCase":
    /// The kind of the object.
    enum AnalysisTemplateKind { AnalysisTemplate }
    /// The kind of the object.
    enum ClusterAnalysisTemplateKind { ClusterAnalysisTemplate }
}

objects! {
    /// An AnalysisTemplate: metrics and their conditions.
    struct AnalysisTemplate {
        /// The API version of the object.
        pub api_version: ArgoVersion,
        /// The kind.
        pub kind: AnalysisTemplateKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: AnalysisTemplateSpec,
    }

    /// A ClusterAnalysisTemplate: an AnalysisTemplate for all namespaces.
    struct ClusterAnalysisTemplate {
        /// The API version of the object.
        pub api_version: ArgoVersion,
        /// The kind.
        pub kind: ClusterAnalysisTemplateKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: AnalysisTemplateSpec,
    }

    /// The specification of an AnalysisTemplate.
    #[schemars(extend("anyOf" = [{"required": ["metrics"]}, {"required": ["templates"]}]))]
    struct AnalysisTemplateSpec {
        /// The metrics.
        pub metrics: Option<Vec<Metric>>,
        /// The arguments.
        pub args: Option<Vec<TemplateArgument>>,
        /// Metrics whose results have no effect.
        pub dry_run: Option<Vec<DryRun>>,
        /// The number of measurements that the controller keeps.
        pub measurement_retention: Option<Vec<MeasurementRetention>>,
        /// Templates whose metrics are included.
        pub templates: Option<Vec<TemplateReference>>,
    }

    /// An argument of a template.
    #[schemars(extend("not" = {"required": ["value", "valueFrom"]}))]
    struct TemplateArgument {
        /// The name.
        pub name: Text,
        /// The default value.
        pub value: Option<String>,
        /// The source of the value.
        pub value_from: Option<TemplateArgumentSource>,
    }

    /// A key of a Secret.
    struct SecretKeyReference {
        /// The Secret.
        pub name: Name,
        /// The key in the Secret.
        pub key: Text,
    }

    /// A metric and its conditions.
    struct Metric {
        /// The name.
        pub name: Text,
        /// The time between two measurements.
        pub interval: Option<MetricDuration>,
        /// The delay before the first measurement.
        pub initial_delay: Option<MetricDuration>,
        /// The number of measurements.
        pub count: Option<Limit>,
        /// The condition for a successful measurement.
        pub success_condition: Option<Text>,
        /// The condition for a failed measurement.
        pub failure_condition: Option<Text>,
        /// The number of tolerated failed measurements; -1 for any number.
        pub failure_limit: Option<FailureLimit>,
        /// The number of tolerated inconclusive measurements.
        pub inconclusive_limit: Option<Limit>,
        /// The number of tolerated errors in a row.
        pub consecutive_error_limit: Option<Limit>,
        /// The number of successful measurements in a row that are sufficient.
        pub consecutive_success_limit: Option<Limit>,
        /// The provider of measurements.
        pub provider: Provider,
    }
}

choices! { "camelCase":
    /// The source of a value.
    enum TemplateArgumentSource {
        /// A Secret in the same namespace.
        SecretKeyRef(SecretKeyReference),
        /// A field of the AnalysisRun.
        FieldRef(FieldReference),
    }
}
