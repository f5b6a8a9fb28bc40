//! The steps of a canary.

use std::collections::BTreeMap;

use super::analysis_reference::{Argument, DryRun, InlineAnalysis};
use super::common::{AnyMapping, LabelSelector, PodMetadata, choices, objects};
use super::scalars::{Duration, Either, HeaderName, Label, Name, PauseText, Percentage, Text};

choices! { "camelCase":
    /// A step.
    enum Step {
        /// Sends this percentage of the traffic to the new version.
        SetWeight(u32),
        /// A pause.
        Pause(Pause),
        /// Sets the number of pods of the new version.
        SetCanaryScale(CanaryScale),
        /// Sends requests with these headers to the new version.
        SetHeaderRoute(HeaderRoute),
        /// Sends copies of requests to the new version.
        SetMirrorRoute(MirrorRoute),
        /// Runs an analysis and continues when it succeeds.
        Analysis(InlineAnalysis),
        /// Runs versions side by side.
        Experiment(Experiment),
        /// Runs a plugin.
        Plugin(PluginStep),
    }

    /// The number of pods of the new version.
    enum CanaryScale {
        /// A percentage of the desired number of pods.
        Weight(u32),
        /// This number of pods.
        Replicas(u32),
        /// The number that matches the weight.
        MatchTrafficWeight(bool),
    }

    /// A comparison of a text.
    enum StringMatch {
        /// An exact match.
        Exact(Text),
        /// A prefix.
        Prefix(Text),
        /// A regular expression.
        Regex(Text),
    }

    /// Which version an experiment starts.
    enum SpecReference { Canary, Stable }
}

objects! {
    /// A pause.
    struct Pause {
        /// The duration; without it, the pause lasts until a person promotes.
        pub duration: Option<Either<u32, PauseText>>,
    }

    /// Sends requests with these headers to the new version.
    struct HeaderRoute {
        /// The managed route.
        pub name: Text,
        /// The headers; without them, the route is removed.
        pub r#match: Option<Vec<HeaderMatch>>,
    }

    /// A header and its value.
    struct HeaderMatch {
        /// The name.
        pub header_name: HeaderName,
        /// The value.
        pub header_value: StringMatch,
    }

    /// Sends copies of requests to the new version.
    struct MirrorRoute {
        /// The managed route.
        pub name: Text,
        /// The requests; without them, the route is removed.
        pub r#match: Option<Vec<RouteMatch>>,
        /// The percentage of the requests.
        pub percentage: Option<Percentage>,
    }

    /// Matches requests.
    struct RouteMatch {
        /// The method.
        pub method: Option<StringMatch>,
        /// The path.
        pub path: Option<StringMatch>,
        /// The headers.
        pub headers: Option<BTreeMap<HeaderName, StringMatch>>,
    }

    /// Runs a plugin.
    struct PluginStep {
        /// The plugin.
        pub name: Text,
        /// The configuration.
        pub config: Option<AnyMapping>,
    }

    /// Runs versions side by side.
    struct Experiment {
        /// The versions.
        #[schemars(length(min = 1))]
        pub templates: Vec<ExperimentTemplate>,
        /// The duration.
        pub duration: Option<Duration>,
        /// The analyses during the experiment.
        pub analyses: Option<Vec<ExperimentAnalysis>>,
        /// Metrics whose results have no effect.
        pub dry_run: Option<Vec<DryRun>>,
        /// Metadata of the AnalysisRuns.
        pub analysis_run_metadata: Option<PodMetadata>,
        /// The seconds for which the pods remain afterwards.
        pub scale_down_delay_seconds: Option<u32>,
    }

    /// A version in an experiment.
    struct ExperimentTemplate {
        /// The name.
        pub name: Label,
        /// The version.
        pub spec_ref: SpecReference,
        /// The number of pods.
        pub replicas: Option<u32>,
        /// Metadata of the pods.
        pub metadata: Option<PodMetadata>,
        /// The selector of the pods.
        pub selector: Option<LabelSelector>,
        /// The percentage of the traffic.
        pub weight: Option<Percentage>,
        /// The Service to create.
        pub service: Option<ExperimentService>,
    }

    /// The Service that the controller creates for a version.
    struct ExperimentService {
        /// The name.
        pub name: Option<Label>,
    }

    /// An analysis of an experiment.
    struct ExperimentAnalysis {
        /// Its name in the experiment.
        pub name: Text,
        /// The template.
        pub template_name: Name,
        /// Whether the template is a ClusterAnalysisTemplate.
        pub cluster_scope: Option<bool>,
        /// The arguments.
        pub args: Option<Vec<Argument>>,
        /// Whether the experiment waits for the analysis.
        pub required_for_completion: Option<bool>,
    }
}
