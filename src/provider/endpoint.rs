//! In: the settings of a declared provider, read. Out: how its queries are judged and written, and what they answer.

use std::fmt;
use std::sync::Arc;

use super::holes::Holes;
use super::language::QueryLanguage;
use super::secret::Secret;
use crate::expression::Answer;
use crate::manifest::{Field, Origin};
use crate::model::Value;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::template::Template;
use crate::syntax::tree::Text;
use crate::telemetry::Telemetry;
use crate::units::Duration;

/// A provider that a policy declares.
#[derive(Clone, Debug)]
pub struct DeclaredEndpoint {
    /// The node.
    pub origin: Origin,
    /// Its name in the policy.
    pub name: Sourced<Text>,
    /// The language of its queries.
    pub language: &'static QueryLanguage,
    /// Who is asked, with all settings.
    pub endpoint: Arc<dyn Endpoint>,
}

/// Who answers queries.
pub trait Endpoint: fmt::Debug + Send + Sync {
    /// Judges a query of the policy and reports what is wrong with it; `None` when it cannot be used.
    fn judge(&self, cx: &mut Context<'_>, query: &QueryText<'_>) -> Option<Judged>;

    /// The `provider` of a metric that asks a query.
    fn metric(&self, query: Query<'_>, holes: &mut Holes<'_>) -> Field;

    /// What the built-in measures need; `None` where they cannot be asked.
    fn built_in(&self) -> Option<BuiltIn> {
        None
    }

    /// The secrets that its settings use.
    fn secrets(&self) -> &[Secret] {
        &[]
    }
}

/// A query as the policy has it.
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
    /// Whether the measure may do without `window=`.
    pub window_is_optional: bool,
    /// Whether it asks for a range of samples.
    pub is_range: bool,
    /// Whether it must tell the canary from the stable version.
    pub must_name_canary: bool,
}

/// What is known of a query that can be used.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// What `result` is in the conditions of the measure.
    pub answer: Answer,
    /// Whether it tells the canary from the stable version, or need not.
    pub told_apart: bool,
}

/// A query that is written into a metric.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// The measure.
    pub origin: Origin,
    /// The text, arguments of the controller included.
    pub text: Field,
    /// `window=`
    pub window: Option<&'a Sourced<Duration>>,
    /// `range=` and `step=`.
    pub range: Option<&'a (Sourced<Duration>, Sourced<Duration>)>,
}

/// What the built-in measures need of a provider.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Who writes the series, if the policy says it.
    pub telemetry: Option<Telemetry>,
    /// What `result` is for the queries of the telemetry.
    pub answer: Answer,
    /// How often the series are scraped.
    pub scrape: Duration,
}
