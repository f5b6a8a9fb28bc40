//! The steps of a canary.

use std::collections::BTreeMap;

use super::analysis_reference::{Argument, DryRun, InlineAnalysis};
use super::common::{AnyMapping, LabelSelector, PodMetadata, choices, objects};
use super::scalars::{Duration, Either, HeaderName, Label, Name, PauseText, Percentage, Text};

choices! { "camelCase":
    /// One thing to do.
    enum Step {
        /// Sends so much of the traffic to the new version.
        SetWeight(u32),
        /// Waits.
        Pause(Pause),
        /// Sets the number of new pods.
        SetCanaryScale(CanaryScale),
        /// Sends requests with these headers to the new version.
        SetHeaderRoute(HeaderRoute),
        /// Sends copies of requests to the new version.
        SetMirrorRoute(MirrorRoute),
        /// Goes on when the measurements pass.
        Analysis(InlineAnalysis),
        /// Runs versions beside each other.
        Experiment(Experiment),
        /// Does what a plugin does.
        Plugin(PluginStep),
    }

    /// How many new pods.
    enum CanaryScale {
        /// As a share of all.
        Weight(u32),
        /// So many.
        Replicas(u32),
        /// As many as the traffic needs.
        MatchTrafficWeight(bool),
    }

    /// How a text is compared.
    enum StringMatch {
        /// Equal.
        Exact(Text),
        /// Starts with.
        Prefix(Text),
        /// Matches the expression.
        Regex(Text),
    }

    /// Which version an experiment starts.
    enum SpecReference { Canary, Stable }
}

objects! {
    /// Waits.
    struct Pause {
        /// For so long; absent: until a person promotes.
        pub duration: Option<Either<u32, PauseText>>,
    }

    /// Sends requests with these headers to the new version.
    struct HeaderRoute {
        /// The managed route that it sets.
        pub name: Text,
        /// The headers; absent: the route is removed.
        pub r#match: Option<Vec<HeaderMatch>>,
    }

    /// A header and its value.
    struct HeaderMatch {
        /// Its name.
        pub header_name: HeaderName,
        /// Its value.
        pub header_value: StringMatch,
    }

    /// Sends copies of requests to the new version.
    struct MirrorRoute {
        /// The managed route that it sets.
        pub name: Text,
        /// Which requests; absent: the route is removed.
        pub r#match: Option<Vec<RouteMatch>>,
        /// How many of them.
        pub percentage: Option<Percentage>,
    }

    /// Which requests.
    struct RouteMatch {
        /// Their method.
        pub method: Option<StringMatch>,
        /// Their path.
        pub path: Option<StringMatch>,
        /// Their headers.
        pub headers: Option<BTreeMap<HeaderName, StringMatch>>,
    }

    /// Does what a plugin does.
    struct PluginStep {
        /// The plugin.
        pub name: Text,
        /// Whatever it understands.
        pub config: Option<AnyMapping>,
    }

    /// Runs versions beside each other.
    struct Experiment {
        /// The versions.
        #[schemars(length(min = 1))]
        pub templates: Vec<ExperimentTemplate>,
        /// For so long.
        pub duration: Option<Duration>,
        /// Measured meanwhile.
        pub analyses: Option<Vec<ExperimentAnalysis>>,
        /// Measured without consequence.
        pub dry_run: Option<Vec<DryRun>>,
        /// Put on the analysis runs.
        pub analysis_run_metadata: Option<PodMetadata>,
        /// How long its pods stay afterwards.
        pub scale_down_delay_seconds: Option<u32>,
    }

    /// A version in an experiment.
    struct ExperimentTemplate {
        /// Its name.
        pub name: Label,
        /// Which version.
        pub spec_ref: SpecReference,
        /// How many pods.
        pub replicas: Option<u32>,
        /// Put on its pods.
        pub metadata: Option<PodMetadata>,
        /// Which pods are its own.
        pub selector: Option<LabelSelector>,
        /// How much of the traffic.
        pub weight: Option<Percentage>,
        /// The Service that is made for it.
        pub service: Option<ExperimentService>,
    }

    /// The Service that is made for a version.
    struct ExperimentService {
        /// Its name.
        pub name: Option<Label>,
    }

    /// An analysis of an experiment.
    struct ExperimentAnalysis {
        /// Its name in the experiment.
        pub name: Text,
        /// The template.
        pub template_name: Name,
        /// Whether the template has no namespace.
        pub cluster_scope: Option<bool>,
        /// What the template is given.
        pub args: Option<Vec<Argument>>,
        /// Whether the experiment waits for it.
        pub required_for_completion: Option<bool>,
    }
}
