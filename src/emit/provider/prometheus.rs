//! `prometheus`: queries of the policy, and those of the built-in measures, which the provider's telemetry names.

use crate::braces;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::arguments::{Arguments, Source};
use crate::emit::context::{Context, mapping, seconds};
use crate::emit::provider::text::Holes;
use crate::emit::provider::{Provided, Provider};
use crate::manifest::{Field, Origin};
use crate::policy::Release;
use crate::policy::Sourced;
use crate::policy::check::Check;
use crate::policy::measure::{Against, LatencyFigure, Measure, MeasureKind};
use crate::policy::provider::{Prometheus, ProviderKind};
use crate::policy::routing::RouteKind;
use crate::policy::template::{Argument, Part, Template};
use crate::side::Side;
use crate::telemetry::{
    self, CANARY_HASH, Comparison, LatencyUnit, Protocol, Requirement, STABLE_HASH, Scope, Telemetry,
};
use crate::units::Duration;
use crate::units::name::Name;

pub(super) const PROVIDER: Provider = Provider { handles: |measure| server(measure).is_some(), provide };

fn server(measure: &Measure) -> Option<&Prometheus> {
    match &measure.provider.as_deref()?.kind {
        ProviderKind::Prometheus(prometheus) => Some(prometheus),
        _ => None,
    }
}

fn provide(context: &Context<'_>, check: &Check, arguments: &mut Arguments) -> Result<Provided, Box<Diagnostic>> {
    let measure = &check.measure;
    let Some(prometheus) = server(measure) else { return Err(Box::new(super::not_supported(check))) };
    let secrets = measure.secrets.iter().chain(&prometheus.secrets).collect();
    let mut holes = Holes { secrets, arguments };
    let Asked { query, latency_unit, backend_filters } = query(context.release, prometheus, check, &mut holes)?;
    let mut field = mapping(measure.origin, [("address", prometheus.address.field()), ("query", query)]);
    if let MeasureKind::Query(query) = &measure.kind
        && let Some((range, step)) = &query.range
    {
        field.set("rangeQuery", range_query(range, step));
    }
    if let Some(timeout) = &prometheus.timeout {
        field.set("timeout", seconds(timeout));
    }
    if let Some(insecure) = &prometheus.insecure {
        field.set("insecure", insecure.field());
    }
    let origin = measure.provider.as_deref().map_or(measure.origin, |provider| provider.origin);
    if !prometheus.headers.is_empty() {
        field.set("headers", holes.headers(&prometheus.headers, origin));
    }
    if let Some(authentication) = &prometheus.authentication {
        field.set("authentication", holes.authentication(authentication));
    }
    let provider = mapping(measure.origin, [("prometheus", field)]);
    Ok(Provided { provider, latency_unit, backend_filters })
}

/// The last `range` at every `step`. The controller reads the ends as expressions.
fn range_query(range: &Sourced<Duration>, step: &Sourced<Duration>) -> Field {
    let start = format!("now() - duration(\"{}\")", range.value);
    mapping(
        range.origin,
        [
            ("start", Field::new(start, range.origin)),
            ("end", Field::new("now()", Origin::derived(range.span()))),
            ("step", Field::new(step.value.to_string(), step.origin)),
        ],
    )
}

/// What is asked of the server.
struct Asked {
    query: Field,
    latency_unit: Option<LatencyUnit>,
    backend_filters: bool,
}

impl Asked {
    /// A query of the policy's own.
    fn own(query: Field) -> Self {
        Self { query, latency_unit: None, backend_filters: false }
    }
}

fn query(
    release: &Release,
    prometheus: &Prometheus,
    check: &Check,
    holes: &mut Holes<'_>,
) -> Result<Asked, Box<Diagnostic>> {
    let unsupported = || Box::new(super::not_supported(check));
    let built_in = match &check.measure.kind {
        MeasureKind::Query(query) => {
            let text = query.text.as_ref().ok_or_else(unsupported)?;
            return Ok(Asked::own(holes.field(text)));
        }
        MeasureKind::Events { good, total, against, .. } => {
            let canary = Template { parts: ratio(&good.value, &total.value) };
            let text = match against.as_ref().map(|against| against.value) {
                None => canary,
                Some(Against::Stable) => {
                    let service = release.service.as_ref().map(|service| &service.stable.value);
                    let stable = ratio(&good.value.on_stable(service), &total.value.on_stable(service));
                    against_stable(canary.parts, stable)
                }
                Some(Against::Baseline) => return Err(unsupported()),
            };
            let origin = Origin::derived(good.span());
            return Ok(Asked::own(Field::new(holes.text(&text, origin), origin)));
        }
        MeasureKind::SuccessRatio { window: Some(window), failed_status, against, sequential: None } => {
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
        MeasureKind::Restarts { window } => (telemetry::Measure::Restarts { window: window.value }, &None),
        _ => return Err(unsupported()),
    };
    let (measure, against) = built_in;
    let comparison = match against.as_ref().map(|against| against.value) {
        None => Comparison::Absolute,
        Some(Against::Stable) => Comparison::AgainstStable,
        Some(Against::Baseline) => return Err(unsupported()),
    };
    // Restarts come from kube-state-metrics, whatever the preset: any of them says the same.
    let named = prometheus.telemetry.as_ref().and_then(|name| Telemetry::from_name(&name.value));
    let restarts = matches!(measure, telemetry::Measure::Restarts { .. });
    let preset = named.or(restarts.then_some(Telemetry::Istio)).ok_or_else(unsupported)?;
    let scope = scope(release).ok_or_else(unsupported)?;
    let origin = Origin::derived(check.measure.origin.span);
    let query = preset.query(&measure, &scope, comparison).map_err(|reason| {
        Box::new(
            Diagnostic::new(Code::SupportNotYet, check.measure.origin.span, format!("{preset} cannot measure this"))
                .label(reason.to_string())
                .help("measure it with a query, or name another telemetry"),
        )
    })?;
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
    Ok(Asked { query: Field::new(text, origin), latency_unit: query.latency_unit, backend_filters })
}

fn literal(text: &str) -> Part {
    Part::Literal(text.into())
}

/// `((good) or (total) * 0) / (total)`: empty or NaN without traffic, and 0 where nothing good was ever counted: a series
/// without an event does not exist, and a canary that fails everything must not pass for one without data.
fn ratio(good: &Template, total: &Template) -> Vec<Part> {
    let mut parts = vec![literal("((")];
    parts.extend(good.parts.iter().cloned());
    parts.push(literal(") or ("));
    parts.extend(total.parts.iter().cloned());
    parts.push(literal(") * 0) / ("));
    parts.extend(total.parts.iter().cloned());
    parts.push(literal(")"));
    parts
}

fn against_stable(canary: Vec<Part>, stable: Vec<Part>) -> Template {
    let mut parts = vec![literal("(")];
    parts.extend(canary);
    parts.push(literal(") / ("));
    parts.extend(stable);
    parts.push(literal(")"));
    Template { parts }
}

/// Stands for a namespace that only the cluster knows, until it is made an argument. It is looked for only where the
/// policy names no namespace.
const NAMESPACE: &str = "canaryc--namespace--argument";

fn scope(release: &Release) -> Option<Scope> {
    let namespace = match &release.namespace {
        Some(namespace) => namespace.value.clone(),
        None => Name::parse(NAMESPACE).ok()?,
    };
    let route = release.routes.iter().find(|route| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc));
    let port = release.service.as_ref().and_then(|service| {
        let named = |number: u16| service.ports.iter().find(|port| port.number.value == number);
        route.and_then(|route| named(route.port.value)).or_else(|| service.ports.first())
    });
    let application = port.and_then(|port| port.app_protocol.as_ref()).map(|protocol| protocol.value.as_ref());
    let grpc = application == Some("grpc") || route.is_some_and(|route| route.kind.value == RouteKind::Grpc);
    let split = release.service.as_ref().filter(|_| release.has_router());
    Some(Scope {
        namespace,
        rollout: release.name.value.clone(),
        route: route.map_or(&release.name, |route| &route.name).value.clone(),
        services: split.map(|service| (service.stable.value.clone(), service.canary.value.clone())),
        root_service: split.is_some_and(|service| service.name != service.stable),
        port: port.map_or_else(|| route.map_or(80, |route| route.port.value), |port| port.number.value),
        port_name: port.map(|port| port.name.value.to_string()),
        protocol: if grpc { Protocol::Grpc } else { Protocol::Http },
    })
}
