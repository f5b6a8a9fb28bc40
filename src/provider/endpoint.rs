//! In: the settings of a declared provider. Out: how it judges and writes queries, and what they return.

use std::fmt;
use std::sync::Arc;

use super::holes::Holes;
use super::language::QueryLanguage;
use super::secret::Secret;
use crate::expression::Answer;
use crate::manifest::{Field, Origin};
use crate::model::Value;
use crate::policy::context::Context;
use crate::policy::measure::Unit;
use crate::policy::sourced::Sourced;
use crate::policy::template::Template;
use crate::telemetry::Telemetry;
use crate::units::Duration;
use crate::vocabulary::Word;

/// A provider that a policy declares.
#[derive(Clone, Debug)]
pub struct DeclaredEndpoint {
    /// The node.
    pub origin: Origin,
    /// The language of its queries.
    pub language: &'static QueryLanguage,
    /// The provider with all its settings.
    pub endpoint: Arc<dyn Endpoint>,
}

/// A provider that answers queries.
pub trait Endpoint: fmt::Debug + Send + Sync {
    /// Judges a query of the policy and reports its problems; `None` if it cannot be used.
    fn judge(&self, cx: &mut Context<'_>, query: &QueryText<'_>) -> Option<Judged>;

    /// The `provider` of a metric with this query.
    fn metric(&self, query: Query<'_>, holes: &mut Holes<'_>) -> Field;

    /// What the built-in measures need; `None` if the provider does not support them.
    fn built_in(&self) -> Option<BuiltIn> {
        None
    }

    /// The secrets that its settings use.
    fn secrets(&self) -> &[Secret] {
        &[]
    }
}

/// A query, as the policy writes it.
#[derive(Clone, Copy, Debug)]
pub struct QueryText<'a> {
    /// Where it is written.
    pub value: &'a Value,
    /// The text with `{{window}}` and the like filled in.
    pub template: &'a Template,
    /// The text as the controller reads it.
    pub text: &'a str,
    /// `window=`
    pub window: Option<&'a Sourced<Duration>>,
    /// Whether the measure may omit `window=`.
    pub window_is_optional: bool,
    /// Whether it queries a range of samples.
    pub is_range: bool,
    /// Whether it must distinguish the canary from the stable version.
    pub must_name_canary: bool,
    /// `unit=`, if the value of this query is the value of the check; `None` for a part of a ratio.
    pub unit: Option<Unit>,
    /// Whether a missing result passes.
    pub no_data_passes: bool,
    /// The only bound of the check, `min` or `max`; `None` if it has both or another condition.
    pub only_bound: Option<Word>,
    /// `max=` of the check, if it is a number without a unit.
    pub plain_max: Option<f64>,
}

/// The properties of a usable query.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// The type of `result` in the conditions of the measure.
    pub answer: Answer,
    /// Whether it distinguishes the canary from the stable version, or need not.
    pub distinguishes_versions: bool,
    /// The largest value that it can have, if that is known: 1 for a ratio, 100 for a percentage.
    pub most: Option<f64>,
}

/// A query to write into a metric.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// The measure.
    pub origin: Origin,
    /// The text, including the arguments of the controller.
    pub text: Field,
    /// `window=`
    pub window: Option<&'a Sourced<Duration>>,
    /// `range=` and `step=`.
    pub range: Option<&'a (Sourced<Duration>, Sourced<Duration>)>,
}

/// What the built-in measures need of a provider.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    /// What exports the series, if the policy says it.
    pub telemetry: Option<Sourced<Telemetry>>,
    /// The type of `result` for the queries of the telemetry.
    pub answer: Answer,
    /// The scrape interval of the series.
    pub scrape: Duration,
}
