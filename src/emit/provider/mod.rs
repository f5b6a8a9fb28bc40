//! In: a check. Out: the `provider` of its metric, and what its result looks like.
//! The table has one line for each provider that can be emitted; the policy phase refuses the others by name.

mod job;
mod prometheus;
mod text;
mod web;

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::arguments::Arguments;
use crate::emit::context::Context;
use crate::manifest::Field;
use crate::policy::check::Check;
use crate::policy::measure::Measure;
use crate::telemetry::LatencyUnit;

/// The provider of a metric.
pub(super) struct Provided {
    /// `provider`
    pub provider: Field,
    /// The unit of a latency, where the series decides it.
    pub latency_unit: Option<LatencyUnit>,
    /// Whether its series tell backends apart only when each has a filter of its own.
    pub backend_filters: bool,
}

/// A line of the table.
struct Provider {
    handles: fn(&Measure) -> bool,
    provide: fn(&Context<'_>, &Check, &mut Arguments) -> Result<Provided, Box<Diagnostic>>,
}

const PROVIDERS: &[Provider] = &[prometheus::PROVIDER, web::PROVIDER, job::PROVIDER];

/// Asks the provider that can measure a check.
pub(super) fn provide(
    context: &Context<'_>,
    check: &Check,
    arguments: &mut Arguments,
) -> Result<Provided, Box<Diagnostic>> {
    match PROVIDERS.iter().find(|provider| (provider.handles)(&check.measure)) {
        Some(provider) => (provider.provide)(context, check, arguments),
        None => Err(Box::new(not_supported(check))),
    }
}

fn not_supported(check: &Check) -> Diagnostic {
    Diagnostic::new(Code::SupportNotYet, check.measure.origin.span, "this measure is not supported yet")
        .label("no manifest can be made of it")
        .help("use a Prometheus, web or job measure")
}
