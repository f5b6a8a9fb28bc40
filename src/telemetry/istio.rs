//! Istio's standard metrics, counted by the proxies of the release's own pods.

use super::buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{LatencySeries, Preset, Unmeasurable, failed_pattern, matches};
use super::query::{Counters, Histogram, Selection};
use super::scope::{Protocol, Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "istio", requests, latency, requires: &[] };

/// The histogram, in milliseconds, with Envoy's buckets.
pub(super) const HISTOGRAM: Histogram = Histogram {
    bucket: "istio_request_duration_milliseconds_bucket",
    count: "istio_request_duration_milliseconds_count",
};

/// The matchers for all requests to a side.
///
/// If each side has its own Service, selects by Service. A server reports the oldest Service that selects its pod,
/// which is useless with a root Service. In that case the caller's report is used, because it names the Service that
/// the route chose. If one Service has both sides, selects by pod.
fn selection(scope: &Scope, side: Side) -> Selection {
    let matchers = match scope.service(side) {
        Some(service) => {
            let reporter = if scope.root_service { "source" } else { "destination" };
            by_service(reporter, service.as_str(), scope)
        }
        None => format!(
            "reporter=\"destination\",destination_workload_namespace=\"{}\",pod=~\"{}\"",
            scope.namespace,
            scope.pods(side)
        ),
    };
    Selection::one(matchers)
}

/// Selects by the Service that received the requests.
pub(super) fn by_service(reporter: &str, service: &str, scope: &Scope) -> String {
    let namespace = scope.namespace.as_str();
    [
        "reporter=\"",
        reporter,
        "\",destination_service_name=\"",
        service,
        "\",destination_service_namespace=\"",
        namespace,
        "\"",
    ]
    .concat()
}

/// gRPC has its own status label.
pub(super) fn counters(scope: &Scope, selection: Selection, failed_status: Option<&str>) -> Counters {
    let label = match scope.protocol {
        Protocol::Http => "response_code",
        Protocol::Grpc => "grpc_response_status",
    };
    Counters {
        total: "istio_requests_total",
        failed: "istio_requests_total",
        selection,
        failure: matches(label, failed_pattern(scope, failed_status)),
    }
}

/// Istio's histogram for a selection.
pub(super) fn series(selection: Selection) -> LatencySeries {
    LatencySeries { histogram: HISTOGRAM, selection, unit: LatencyUnit::Milliseconds, buckets: buckets::ENVOY }
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    Ok(counters(scope, selection(scope, side), failed_status))
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(series(selection(scope, side)))
}
