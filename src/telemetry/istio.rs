//! Istio's standard metrics, counted by the proxies of the release's own pods.

use super::buckets;
use super::counted_by::CountedBy;
use super::latency_unit::LatencyUnit;
use super::preset::{Latencies, Preset, Unmeasurable};
use super::query::{Counted, Counters, Histogram, Selection};
use super::scope::{Scope, Side};
use super::status::{FailedStatus, failures};

pub(super) const PRESET: Preset = Preset {
    name: "istio",
    page: include_str!("pages/istio.md"),
    counted_by: CountedBy::Mesh("istio"),
    selection,
    counters,
    latencies,
    buckets: buckets::ENVOY,
    ..Preset::POD
};

/// The matchers for all requests to a side.
///
/// If each side has its own Service, selects by Service. A server reports the oldest Service that selects its pod,
/// which is useless with a root Service. In that case the caller's report is used, because it names the Service that
/// the route chose; in ambient mode, the waypoint reports instead of the caller. If one Service has both sides, selects
/// by pod.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let matchers = match scope.service(side) {
        Some(service) => {
            let reporter = if scope.root_service { SENDER } else { "reporter=\"destination\"" };
            by_service(reporter, service.as_str(), scope)
        }
        None => format!(
            "reporter=\"destination\",destination_workload_namespace=\"{}\",pod=~\"{}\"",
            scope.namespace,
            scope.pods(side)
        ),
    };
    Ok(Selection::one(matchers))
}

/// The reports of those who send requests: the callers' proxies, gateways and waypoints.
pub(super) const SENDER: &str = "reporter=~\"source|waypoint\"";

/// Selects by the Service that received the requests.
pub(super) fn by_service(reporter: &str, service: &str, scope: &Scope) -> String {
    let namespace = scope.namespace.as_str();
    [reporter, ",destination_service_name=\"", service, "\",destination_service_namespace=\"", namespace, "\""].concat()
}

/// A failed gRPC call has the HTTP code 200 and a status in a label of its own.
pub(super) fn counters(scope: &Scope, status: &FailedStatus<'_>) -> Counters {
    const REQUESTS: &str = "istio_requests_total";
    let failures = failures(scope, "response_code", "grpc_response_status", status);
    vec![Counted { total: REQUESTS, failed: REQUESTS, failures }]
}

/// Istio's histogram, in milliseconds, with Envoy's buckets.
pub(super) fn latencies(_: &Scope) -> Latencies {
    let histogram = Histogram {
        bucket: "istio_request_duration_milliseconds_bucket",
        count: "istio_request_duration_milliseconds_count",
        unit: LatencyUnit::Milliseconds,
    };
    Latencies { histograms: vec![histogram], unit: LatencyUnit::Milliseconds }
}
