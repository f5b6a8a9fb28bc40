//! How a Rollout names its analyses and gives them arguments.

use super::common::{PodMetadata, choices, objects};
use super::scalars::{Name, Text};

objects! {
    /// An analysis in a step.
    struct InlineAnalysis {
        /// The templates.
        #[schemars(length(min = 1))]
        pub templates: Vec<TemplateReference>,
        /// The arguments.
        pub args: Option<Vec<Argument>>,
        /// Metrics whose results have no effect.
        pub dry_run: Option<Vec<DryRun>>,
        /// The number of measurements that the controller keeps.
        pub measurement_retention: Option<Vec<MeasurementRetention>>,
        /// Metadata of the AnalysisRuns.
        pub analysis_run_metadata: Option<PodMetadata>,
    }

    /// The background analysis.
    struct BackgroundAnalysis {
        /// The templates.
        #[schemars(length(min = 1))]
        pub templates: Vec<TemplateReference>,
        /// The arguments.
        pub args: Option<Vec<Argument>>,
        /// Metrics whose results have no effect.
        pub dry_run: Option<Vec<DryRun>>,
        /// The number of measurements that the controller keeps.
        pub measurement_retention: Option<Vec<MeasurementRetention>>,
        /// Metadata of the AnalysisRuns.
        pub analysis_run_metadata: Option<PodMetadata>,
        /// The step at which the analysis starts.
        pub starting_step: Option<u32>,
    }

    /// A reference to a template.
    struct TemplateReference {
        /// The name.
        pub template_name: Name,
        /// Whether it is a ClusterAnalysisTemplate.
        pub cluster_scope: Option<bool>,
    }

    /// An argument of an analysis.
    #[schemars(extend("oneOf" = [{"required": ["value"]}, {"required": ["valueFrom"]}]))]
    struct Argument {
        /// The argument.
        pub name: Text,
        /// The value.
        pub value: Option<String>,
        /// The source of the value.
        pub value_from: Option<ArgumentSource>,
    }

    /// A field of the Rollout.
    struct FieldReference {
        /// The path.
        pub field_path: Text,
    }

    /// Metrics whose results have no effect.
    struct DryRun {
        /// The metrics, as a regular expression.
        pub metric_name: Text,
    }

    /// The number of measurements that the controller keeps.
    struct MeasurementRetention {
        /// The metrics, as a regular expression.
        pub metric_name: Text,
        /// The number of measurements.
        pub limit: u32,
    }
}

choices! { "camelCase":
    /// The source of a value.
    enum ArgumentSource {
        /// The hash of a version.
        PodTemplateHashValue(PodTemplateHash),
        /// A field of the Rollout.
        FieldRef(FieldReference),
    }
}

choices! { "PascalCase":
    /// The version whose hash is used.
    enum PodTemplateHash { Stable, Latest }
}
