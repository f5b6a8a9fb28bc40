//! In: the built-in measures of failures, and the protocols of the routes. Out: a warning if the telemetry cannot tell
//! the failed gRPC calls of a release that also has HTTP requests. With gRPC calls alone, it is refused.

use super::measured;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::measure::MeasureKind;
use crate::policy::measured::scope;
use crate::policy::routing::RouteKind;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    for check in release.checks.values() {
        if !matches!(check.measure.kind, MeasureKind::SuccessRatio { .. } | MeasureKind::BurnRate { .. }) {
            continue;
        }
        let Some(telemetry) = measured::telemetry(check).map(|telemetry| telemetry.value) else { continue };
        if !scope(release, None).is_some_and(|scope| telemetry.misses_grpc_failures(&scope)) {
            continue;
        }
        let mut diagnostic = Diagnostic::new(
            Code::ProviderGrpcStatus,
            check.measure.origin.span,
            format!("`{}` only judges the HTTP requests", check.name.value),
        )
        .label(format!("`{telemetry}` does not tell which gRPC calls failed"))
        .why("A failed gRPC call has the HTTP code 200, so a canary that fails all calls would pass.")
        .help("add a slo whose provider has `telemetry=\"istio-gateway\"`, `\"linkerd\"` or `\"opentelemetry\"`, or a `query` over the calls; then write `allow \"provider/grpc-status\" reason=\"…\"` here");
        if let Some(route) = release.routes.iter().find(|route| route.kind.value == RouteKind::Grpc) {
            diagnostic = diagnostic.also(route.kind.span(), "gRPC calls");
        }
        diagnostics.push(diagnostic);
    }
}
