//! What is measured: one variant for each measure of the language, thresholds apart.

use std::sync::Arc;

use crate::expression::Answer;
use crate::manifest::{Field, Origin};
use crate::policy::Sourced;
use crate::policy::provider::Provider;
use crate::policy::template::Template;
use crate::promql;
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, Number, Percent};

/// A measure with its node.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The node of the measure.
    pub origin: Origin,
    /// Which.
    pub kind: MeasureKind,
    /// Who answers; `None` for web, job and templates.
    pub provider: Option<Arc<Provider>>,
    /// Secrets that its texts use.
    pub secrets: Vec<Secret>,
    /// What `result` is in its conditions; `None` where the measure judges by itself.
    pub answer: Option<Answer>,
}

/// The measures.
#[derive(Clone, Debug)]
pub enum MeasureKind {
    /// `success-ratio`
    SuccessRatio {
        /// Rate window; `None` only for the sequential test.
        window: Option<Sourced<Duration>>,
        /// What it is compared with.
        against: Option<Sourced<Against>>,
        /// `failed-status=`
        failed_status: Option<Sourced<Text>>,
        /// `test="sequential"`
        sequential: Option<Origin>,
    },
    /// `latency`
    Latency {
        /// Which figure.
        figure: Sourced<LatencyFigure>,
        /// Rate window.
        window: Sourced<Duration>,
        /// What it is compared with.
        against: Option<Sourced<Against>>,
    },
    /// `events`
    Events {
        /// Good events in the window.
        good: Sourced<Template>,
        /// All events in the window.
        total: Sourced<Template>,
        /// Window.
        window: Sourced<Duration>,
        /// What it is compared with.
        against: Option<Sourced<Against>>,
    },
    /// `burn-rate`
    BurnRate {
        /// The objective, such as 99.9 %.
        objective: Sourced<Percent>,
        /// The objective's period.
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
    /// `web`
    Web(Box<Web>),
    /// `job`
    Job(Job),
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

/// `against=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The stable version.
    Stable,
    /// The experiment's baseline.
    Baseline,
}

/// What of the latency is measured.
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
    /// The question, `{{window}}` resolved; `None` for structured providers.
    pub text: Option<Sourced<Template>>,
    /// What the text gives, if it is PromQL.
    pub gives: Option<promql::Type>,
    /// `window=`
    pub window: Option<Sourced<Duration>>,
    /// `unit=`
    pub unit: Sourced<Unit>,
    /// `range=` and `step=` of a range query.
    pub range: Option<(Sourced<Duration>, Sourced<Duration>)>,
}

/// `unit=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0..1, thresholds in percent.
    Ratio,
    /// 0..100, thresholds in percent.
    Percent,
    /// Thresholds are durations.
    Seconds,
    /// Thresholds are durations.
    Milliseconds,
    /// Thresholds are numbers.
    None,
}

/// `web`
#[derive(Clone, Debug)]
pub struct Web {
    /// `url=`
    pub url: Sourced<Template>,
    /// `method=`
    pub method: Sourced<Method>,
    /// `json=`
    pub json: Option<Sourced<Text>>,
    /// `body=`
    pub body: Option<Sourced<Template>>,
    /// `timeout=`, whole seconds.
    pub timeout: Sourced<Duration>,
    /// `insecure=`
    pub insecure: Option<Sourced<bool>>,
    /// `header`
    pub headers: Vec<(Sourced<Text>, Sourced<Template>)>,
    /// `sigv4`, `oauth2`, `basic`
    pub authentication: Option<crate::policy::provider::Authentication>,
}

/// `method=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
}

impl Method {
    /// As HTTP spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// `job`
#[derive(Clone, Debug)]
pub struct Job {
    /// The Job's `metadata` (labels and annotations only) and `spec`, from the file or built from the properties;
    /// strings in it may hold `{{args.…}}`.
    pub metadata: Option<Field>,
    /// `spec`
    pub spec: Field,
    /// Holes that its strings have.
    pub arguments: Vec<crate::policy::template::Argument>,
    /// `timeout=`
    pub timeout: Sourced<Duration>,
}

/// `secret`
#[derive(Clone, Debug)]
pub struct Secret {
    /// The node.
    pub origin: Origin,
    /// The name by which texts use it.
    pub name: Sourced<Text>,
    /// `from=`
    pub from: Sourced<Text>,
    /// `key=`
    pub key: Sourced<Text>,
}
