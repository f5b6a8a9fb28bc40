//! What a check measures: one variant for each measure of the language. Thresholds are not part of it.

use std::sync::Arc;

use crate::expression::Answer;
use crate::manifest::Origin;
use crate::policy::sourced::Sourced;
use crate::policy::template::Template;
use crate::provider::direct::DirectMeasure;
use crate::provider::endpoint::DeclaredEndpoint;
use crate::provider::secret::Secret;
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, Number, Percent};
pub use crate::vocabulary::choices::{Against, Unit};

/// A measure with its node.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The node of the measure.
    pub origin: Origin,
    /// Which measure it is.
    pub kind: MeasureKind,
    /// The provider that answers. `None` for measures that need no declared provider, and for templates.
    pub provider: Option<Arc<DeclaredEndpoint>>,
    /// The secrets in its texts.
    pub secrets: Vec<Secret>,
    /// The type of `result` in its conditions. `None` if the measure judges by itself.
    pub answer: Option<Answer>,
}

/// The measures.
#[derive(Clone, Debug)]
pub enum MeasureKind {
    /// `success-ratio`
    SuccessRatio {
        /// Rate window.
        window: Sourced<Duration>,
        /// What the canary is compared with.
        against: Option<Sourced<Against>>,
        /// `failed-status=`
        failed_status: Option<Sourced<Text>>,
    },
    /// `latency`
    Latency {
        /// Which statistic.
        figure: Sourced<LatencyFigure>,
        /// Rate window.
        window: Sourced<Duration>,
        /// What the canary is compared with.
        against: Option<Sourced<Against>>,
    },
    /// `events`
    Events {
        /// Number of good events in the window.
        good: Sourced<Template>,
        /// Number of all events in the window.
        total: Sourced<Template>,
        /// Window.
        window: Sourced<Duration>,
        /// What the canary is compared with.
        against: Option<Sourced<Against>>,
    },
    /// `burn-rate`
    BurnRate {
        /// The objective, such as 99.9%.
        objective: Sourced<Percent>,
        /// The time in which a burn rate of 1 uses up the error budget.
        period: Sourced<Duration>,
        /// Short window.
        window: Sourced<Duration>,
        /// Long window.
        long_window: Sourced<Duration>,
    },
    /// `request-rate`
    RequestRate {
        /// Rate window.
        window: Sourced<Duration>,
    },
    /// `restarts`
    Restarts {
        /// Window.
        window: Sourced<Duration>,
    },
    /// `query`
    Query(Box<Query>),
    /// A measure that needs no declared provider, such as `web` or `job`.
    Direct(Arc<dyn DirectMeasure>),
    /// `template`, `cluster-template`
    Template {
        /// Its name.
        name: Sourced<Name>,
        /// Whether it is a ClusterAnalysisTemplate.
        cluster: bool,
        /// Its arguments.
        arguments: Vec<(Sourced<Text>, Sourced<Template>)>,
    },
}

impl MeasureKind {
    /// The window of the measure, if it has one. After a change of weight, this time passes before a measurement sees
    /// only the new weight.
    pub fn window(&self) -> Option<&Sourced<Duration>> {
        match self {
            Self::SuccessRatio { window, .. }
            | Self::Latency { window, .. }
            | Self::Events { window, .. }
            | Self::BurnRate { window, .. }
            | Self::RequestRate { window }
            | Self::Restarts { window } => Some(window),
            Self::Query(query) => query.window.as_ref(),
            Self::Direct(_) | Self::Template { .. } => None,
        }
    }
}

/// Which statistic of the latency is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LatencyFigure {
    /// A quantile, in percent: 0 < p < 100.
    Percentile(Number),
    /// The share of requests that are at least this fast.
    ShareUnder(Duration),
}

/// `query`
#[derive(Clone, Debug)]
pub struct Query {
    /// The query, with `{{window}}` filled in.
    pub text: Sourced<Template>,
    /// `window=`
    pub window: Option<Sourced<Duration>>,
    /// `unit=`
    pub unit: Sourced<Unit>,
    /// `range=` and `step=` of a range query.
    pub range: Option<(Sourced<Duration>, Sourced<Duration>)>,
    /// The largest value that it can have, if that is known.
    pub most: Option<f64>,
}
