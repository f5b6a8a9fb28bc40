//! How a Rollout names its analyses and gives them arguments.

use super::common::{PodMetadata, choices, objects};
use super::scalars::{Name, Text};

objects! {
    /// Measurements that must pass.
    struct InlineAnalysis {
        /// Where they are declared.
        #[schemars(length(min = 1))]
        pub templates: Vec<TemplateReference>,
        /// What the templates are given.
        pub args: Option<Vec<Argument>>,
        /// Measured without consequence.
        pub dry_run: Option<Vec<DryRun>>,
        /// How many measurements are kept.
        pub measurement_retention: Option<Vec<MeasurementRetention>>,
        /// Put on the analysis runs.
        pub analysis_run_metadata: Option<PodMetadata>,
    }

    /// Measurements that go on beside the steps.
    struct BackgroundAnalysis {
        /// Where they are declared.
        #[schemars(length(min = 1))]
        pub templates: Vec<TemplateReference>,
        /// What the templates are given.
        pub args: Option<Vec<Argument>>,
        /// Measured without consequence.
        pub dry_run: Option<Vec<DryRun>>,
        /// How many measurements are kept.
        pub measurement_retention: Option<Vec<MeasurementRetention>>,
        /// Put on the analysis runs.
        pub analysis_run_metadata: Option<PodMetadata>,
        /// The step at which they start.
        pub starting_step: Option<u32>,
    }

    /// A template.
    struct TemplateReference {
        /// Its name.
        pub template_name: Name,
        /// Whether it has no namespace.
        pub cluster_scope: Option<bool>,
    }

    /// What a template is given.
    #[schemars(extend("oneOf" = [{"required": ["value"]}, {"required": ["valueFrom"]}]))]
    struct Argument {
        /// The argument.
        pub name: Text,
        /// Its value.
        pub value: Option<String>,
        /// Where its value is found.
        pub value_from: Option<ArgumentSource>,
    }

    /// A field of the Rollout.
    struct FieldReference {
        /// Its path.
        pub field_path: Text,
    }

    /// Measured without consequence.
    struct DryRun {
        /// Metrics, by a regular expression.
        pub metric_name: Text,
    }

    /// How many measurements are kept.
    struct MeasurementRetention {
        /// Metrics, by a regular expression.
        pub metric_name: Text,
        /// So many.
        pub limit: u32,
    }
}

choices! { "camelCase":
    /// Where a value is found.
    enum ArgumentSource {
        /// The hash of a version.
        PodTemplateHashValue(PodTemplateHash),
        /// A field of the Rollout.
        FieldRef(FieldReference),
    }
}

choices! { "PascalCase":
    /// The version whose hash is meant.
    enum PodTemplateHash { Stable, Latest }
}
