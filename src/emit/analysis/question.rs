//! In: a check. Out: the `provider` of its metric: the query, the provider and the arguments.

use crate::braces;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::context::Context;
use crate::manifest::{Field, Origin};
use crate::policy::Release;
use crate::policy::check::Check;
use crate::policy::measure::{Against, LatencyFigure, MeasureKind};
use crate::policy::measured::{NAMESPACE, scope};
use crate::policy::template::Argument;
use crate::provider::arguments::{Arguments, Source};
use crate::provider::endpoint::{DeclaredEndpoint, Query};
use crate::provider::holes::Holes;
use crate::side::Side;
use crate::telemetry::{self, CANARY_HASH, Comparison, LatencyUnit, Requirement, STABLE_HASH, Unmeasurable};

/// The provider of a metric.
pub(super) struct Question {
    /// `provider`
    pub provider: Field,
    /// The unit of a latency, if the series determines it.
    pub latency_unit: Option<LatencyUnit>,
    /// Whether its series distinguish backends only if each backend has its own filter.
    pub backend_filters: bool,
}

/// The query of a check.
pub(super) fn question(
    context: &Context<'_>,
    check: &Check,
    arguments: &mut Arguments,
) -> Result<Question, Box<Diagnostic>> {
    let measure = &check.measure;
    let own = measure.secrets.iter();
    if let MeasureKind::Direct(direct) = &measure.kind {
        let mut holes = Holes { secrets: own.collect(), arguments };
        let provider = direct.metric(measure.origin, &mut holes);
        return Ok(Question { provider, latency_unit: None, backend_filters: false });
    }
    let declared = measure.provider.as_deref().ok_or_else(|| Box::new(not_supported(check)))?;
    let mut holes = Holes { secrets: own.chain(declared.endpoint.secrets()).collect(), arguments };
    let Text { text, latency_unit, backend_filters } = text(context.release, declared, check, &mut holes)?;
    let range = match &measure.kind {
        MeasureKind::Query(query) => query.range.as_ref(),
        _ => None,
    };
    let query = Query { origin: measure.origin, text, window: measure.kind.window(), range };
    let provider = declared.endpoint.metric(query, &mut holes);
    Ok(Question { provider, latency_unit, backend_filters })
}

fn not_supported(check: &Check) -> Diagnostic {
    Diagnostic::new(Code::SupportNotYet, check.measure.origin.span, "this measure is not supported yet")
        .label("not supported yet")
        .help("use another measure")
}

/// The text of a query.
struct Text {
    text: Field,
    latency_unit: Option<LatencyUnit>,
    backend_filters: bool,
}

impl Text {
    /// A query that the policy writes.
    fn own(text: Field) -> Self {
        Self { text, latency_unit: None, backend_filters: false }
    }
}

fn text(
    release: &Release,
    declared: &DeclaredEndpoint,
    check: &Check,
    holes: &mut Holes<'_>,
) -> Result<Text, Box<Diagnostic>> {
    let unsupported = || Box::new(not_supported(check));
    let asked = match &check.measure.kind {
        MeasureKind::Query(query) => return Ok(Text::own(holes.field(&query.text))),
        MeasureKind::Events { good, total, against, .. } => {
            let events = declared.language.events.as_ref().ok_or_else(unsupported)?;
            let canary = (events.share)(&good.value, &total.value);
            let text = match against.as_ref().map(|against| against.value) {
                None => canary,
                Some(Against::Stable) => {
                    let service = release.service.as_ref().map(|service| &service.stable.value);
                    let stable = (events.share)(&good.value.on_stable(service), &total.value.on_stable(service));
                    (events.comparison)(canary, stable)
                }
                Some(Against::Baseline) => return Err(unsupported()),
            };
            let origin = Origin::derived(good.span());
            return Ok(Text::own(Field::new(holes.text(&text, origin), origin)));
        }
        MeasureKind::SuccessRatio { window, failed_status, against } => {
            let ratio = telemetry::SuccessRatio {
                window: window.value,
                failed_status: failed_status.as_ref().map(|status| status.value.to_string()),
            };
            (telemetry::Measure::SuccessRatio(ratio), against)
        }
        MeasureKind::Latency { figure, window, against } => {
            let form = match figure.value {
                LatencyFigure::Percentile(percentile) => telemetry::Latency::Percentile(percentile),
                LatencyFigure::ShareUnder(bound) => telemetry::Latency::Under(bound),
            };
            (telemetry::Measure::Latency { form, window: window.value }, against)
        }
        MeasureKind::BurnRate { objective, window, long_window, .. } => {
            let burn = telemetry::BurnRate {
                objective: objective.value,
                window: window.value,
                long_window: long_window.value,
            };
            (telemetry::Measure::BurnRate(burn), &None)
        }
        MeasureKind::RequestRate { window } => (telemetry::Measure::RequestRate { window: window.value }, &None),
        MeasureKind::Restarts { window } => {
            let scope = scope(release, None).ok_or_else(unsupported)?;
            let query = telemetry::restarts(&scope, window.value)
                .map_err(|reason| unmeasurable(check, "restarts of a pod cannot be measured", &reason))?;
            return Ok(with_arguments(release, check, query, holes));
        }
        MeasureKind::Direct(_) | MeasureKind::Template { .. } => return Err(unsupported()),
    };
    let (measure, against) = asked;
    let comparison = match against.as_ref().map(|against| against.value) {
        None => Comparison::Absolute,
        Some(Against::Stable) => Comparison::AgainstStable,
        Some(Against::Baseline) => return Err(unsupported()),
    };
    let built_in = declared.endpoint.built_in().ok_or_else(unsupported)?;
    let preset = built_in.telemetry.ok_or_else(unsupported)?.value;
    let scope = scope(release, Some(preset)).ok_or_else(unsupported)?;
    let query = preset
        .query(&measure, &scope, comparison)
        .map_err(|reason| unmeasurable(check, &format!("{preset} does not support this measure"), &reason))?;
    Ok(with_arguments(release, check, query, holes))
}

fn unmeasurable(check: &Check, message: &str, reason: &Unmeasurable) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(Code::ProviderTelemetry, check.measure.origin.span, message)
            .label(reason.to_string())
            .help(reason.help()),
    )
}

/// A query of the telemetry, and the arguments that its text needs.
fn with_arguments(release: &Release, check: &Check, query: telemetry::Query, holes: &mut Holes<'_>) -> Text {
    let origin = Origin::derived(check.measure.origin.span);
    let has_holes = braces::opening(&query.text).is_some();
    for (name, argument) in [(CANARY_HASH, Argument::Hash(Side::Canary)), (STABLE_HASH, Argument::Hash(Side::Stable))] {
        if has_holes && query.text.contains(name) {
            holes.need(&argument, origin);
        }
    }
    let mut text = query.text;
    if release.namespace.is_none() && text.contains(NAMESPACE) {
        text = text.replace(NAMESPACE, "{{args.namespace}}");
        holes.arguments.need("namespace", Source::Namespace, origin);
    }
    let backend_filters = query.requires.contains(&Requirement::FilterPerBackend);
    Text { text: Field::new(text, origin), latency_unit: query.latency_unit, backend_filters }
}
