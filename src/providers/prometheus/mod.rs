//! In: `prometheus` of a provider. Out: its settings, and the `provider.prometheus` of a metric.

mod promql;
mod surprises;

#[cfg(test)]
pub use promql::LANGUAGE as PROMQL;

use std::sync::Arc;

use crate::expression::Answer;
use crate::manifest::{Field, Origin};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::substitute::Scope;
use crate::policy::template::Template;
use crate::provider::credentials::{self, Authentication};
use crate::provider::endpoint::{BuiltIn, Endpoint, Judged, Query, QueryText};
use crate::provider::holes::Holes;
use crate::provider::secret::Secret;
use crate::provider::{Declaration, DeclaredProvider, Provider, Usage, address};
use crate::syntax::tree::Text;
use crate::telemetry::Telemetry;
use crate::units::Duration;
use crate::vocabulary::Word;

/// The record of Prometheus.
pub const PROVIDER: Provider = Provider {
    word: Word::Prometheus,
    name: "Prometheus",
    answers: "a list of numbers, one for each series or each sample of a range; one number for a scalar query",
    no_data: "an empty list, or NaN",
    cannot: &["authenticate with a user name and password, except by a header"],
    usage: Usage::Declared(DeclaredProvider {
        example: r#"prometheus address="http://prometheus.monitoring:9090" telemetry="istio""#,
        language: &promql::LANGUAGE,
        query_settings: &[Word::Range, Word::Step],
        has_telemetry: true,
        read,
    }),
};

/// The settings of `prometheus`.
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// The `provider`.
    pub origin: Origin,
    /// `address=`
    pub address: Sourced<Text>,
    /// `telemetry=`, which names the series of the built-in measures.
    pub telemetry: Option<Sourced<Telemetry>>,
    /// `scrape=`
    pub scrape: Sourced<Duration>,
    /// `timeout=`, whole seconds.
    pub timeout: Option<Sourced<Duration>>,
    /// `insecure=`
    pub insecure: Option<Sourced<bool>>,
    /// `header`
    pub headers: Vec<(Sourced<Text>, Sourced<Template>)>,
    /// `secret`
    pub secrets: Vec<Secret>,
    /// `sigv4`, `oauth2`
    pub authentication: Option<Authentication>,
}

fn read(cx: &mut Context<'_>, declaration: Declaration<'_>) -> Option<Arc<dyn Endpoint>> {
    let node = declaration.settings;
    let address = address::read(cx, node);
    let scrape = node.get::<Duration>(cx, Word::Scrape);
    let timeout = node.whole_seconds(cx, Word::Timeout);
    let telemetry = node.get::<Telemetry>(cx, Word::Telemetry);
    if telemetry.is_none() && (node.has(Word::Telemetry) || node.block.misread) {
        return None;
    }
    let secrets = credentials::secrets(cx, node);
    let names: Vec<Text> = secrets.iter().map(|secret| Text::clone(&secret.name.value)).collect();
    let scope = Scope { secrets: &names, ..Scope::default() };
    let headers = credentials::headers(cx, node, scope);
    let authentication = credentials::authentication(cx, node, scope);
    Some(Arc::new(Prometheus {
        origin: declaration.provider.origin(),
        address: address?,
        telemetry,
        scrape: scrape?,
        timeout,
        insecure: node.written::<bool>(cx, Word::Insecure),
        headers,
        secrets,
        authentication,
    }))
}

impl Endpoint for Prometheus {
    fn judge(&self, cx: &mut Context<'_>, query: &QueryText<'_>) -> Option<Judged> {
        let promql::Sound { gives, distinguishes_versions, most } = promql::judge(cx, query, self.scrape.value)?;
        // A query for one number returns a number, not a list with one element.
        let answer = match gives {
            Some(crate::promql::Type::Scalar) if !query.is_range => Answer::Single,
            _ => Answer::Every,
        };
        Some(Judged { answer, distinguishes_versions, most })
    }

    fn metric(&self, query: Query<'_>, holes: &mut Holes<'_>) -> Field {
        let mut field = Field::of(query.origin, [("address", self.address.field()), ("query", query.text)]);
        if let Some((range, step)) = query.range {
            field.set("rangeQuery", range_query(range, step));
        }
        if let Some(timeout) = &self.timeout {
            field.set("timeout", timeout.seconds_field());
        }
        if let Some(insecure) = &self.insecure {
            field.set("insecure", insecure.field());
        }
        if !self.headers.is_empty() {
            field.set("headers", holes.headers(&self.headers, self.origin));
        }
        if let Some(authentication) = &self.authentication {
            field.set("authentication", holes.authentication(authentication));
        }
        Field::of(query.origin, [("prometheus", field)])
    }

    fn built_in(&self) -> Option<BuiltIn> {
        Some(BuiltIn { telemetry: self.telemetry, answer: Answer::Every, scrape: self.scrape.value })
    }

    fn secrets(&self) -> &[Secret] {
        &self.secrets
    }
}

/// A query over the last `range`, one sample every `step`. The controller evaluates the ends as expressions.
fn range_query(range: &Sourced<Duration>, step: &Sourced<Duration>) -> Field {
    let start = format!("now() - duration(\"{}\")", range.value);
    Field::of(
        range.origin,
        [
            ("start", Field::new(start, range.origin)),
            ("end", Field::new("now()", Origin::derived(range.span()))),
            ("step", Field::new(step.value.to_string(), step.origin)),
        ],
    )
}
