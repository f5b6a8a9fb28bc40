//! AnalysisTemplate and ClusterAnalysisTemplate of Argo Rollouts.

use super::analysis_reference::{DryRun, FieldReference, MeasurementRetention, TemplateReference};
use super::common::{Metadata, choices, objects};
use super::providers::Provider;
use super::rollout::ArgoVersion;
use super::scalars::{FailureLimit, Limit, MetricDuration, Name, Text};

choices! { "PascalCase":
    /// This kind.
    enum AnalysisTemplateKind { AnalysisTemplate }
    /// This kind.
    enum ClusterAnalysisTemplateKind { ClusterAnalysisTemplate }
}

objects! {
    /// Measurements and what they must show.
    struct AnalysisTemplate {
        /// The version of this form.
        pub api_version: ArgoVersion,
        /// Its kind.
        pub kind: AnalysisTemplateKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is measured.
        pub spec: AnalysisTemplateSpec,
    }

    /// Measurements and what they must show, for all namespaces.
    struct ClusterAnalysisTemplate {
        /// The version of this form.
        pub api_version: ArgoVersion,
        /// Its kind.
        pub kind: ClusterAnalysisTemplateKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is measured.
        pub spec: AnalysisTemplateSpec,
    }

    /// What is measured.
    #[schemars(extend("anyOf" = [{"required": ["metrics"]}, {"required": ["templates"]}]))]
    struct AnalysisTemplateSpec {
        /// The measurements.
        pub metrics: Option<Vec<Metric>>,
        /// What must be given.
        pub args: Option<Vec<TemplateArgument>>,
        /// Measured without consequence.
        pub dry_run: Option<Vec<DryRun>>,
        /// How many measurements are kept.
        pub measurement_retention: Option<Vec<MeasurementRetention>>,
        /// Templates whose measurements are taken too.
        pub templates: Option<Vec<TemplateReference>>,
    }

    /// What must be given, or is given if nothing else is.
    #[schemars(extend("not" = {"required": ["value", "valueFrom"]}))]
    struct TemplateArgument {
        /// Its name.
        pub name: Text,
        /// Its value when none is given.
        pub value: Option<String>,
        /// Where its value is found.
        pub value_from: Option<TemplateArgumentSource>,
    }

    /// A key of a Secret.
    struct SecretKeyReference {
        /// The Secret.
        pub name: Name,
        /// The key in it.
        pub key: Text,
    }

    /// A measurement and what it must show.
    struct Metric {
        /// Its name.
        pub name: Text,
        /// How often.
        pub interval: Option<MetricDuration>,
        /// After how long for the first time.
        pub initial_delay: Option<MetricDuration>,
        /// How many times.
        pub count: Option<Limit>,
        /// What is true when it passes.
        pub success_condition: Option<Text>,
        /// What is true when it fails.
        pub failure_condition: Option<Text>,
        /// How many failures are borne; -1: any number.
        pub failure_limit: Option<FailureLimit>,
        /// How many inconclusive results are borne.
        pub inconclusive_limit: Option<Limit>,
        /// How many errors in a row are borne.
        pub consecutive_error_limit: Option<Limit>,
        /// How many passes in a row are enough.
        pub consecutive_success_limit: Option<Limit>,
        /// Who measures.
        pub provider: Provider,
    }
}

choices! { "camelCase":
    /// Where a value is found.
    enum TemplateArgumentSource {
        /// In a Secret of the same namespace.
        SecretKeyRef(SecretKeyReference),
        /// In a field of the analysis run.
        FieldRef(FieldReference),
    }
}
