//! OpenTelemetry's semantic conventions, as the service's own instrumentation exports them to Prometheus.

use super::buckets::Buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{LatencySeries, Preset, Requirement, Unmeasurable, failed_pattern, matches};
use super::query::{Counters, Histogram, Selection};
use super::scope::{Protocol, Scope, Side};

pub(super) const PRESET: Preset =
    Preset { name: "opentelemetry", requests, latency, requires: &[Requirement::PodAttributes] };

/// A service does not know through which Kubernetes Service a request came. The resource attributes identify the pod
/// that counted it.
fn selection(scope: &Scope, side: Side) -> Selection {
    Selection::one(format!("k8s_namespace_name=\"{}\",k8s_pod_name=~\"{}\"", scope.namespace, scope.pods(side)))
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    let (count, label) = match scope.protocol {
        Protocol::Http => (HTTP.count, "http_response_status_code"),
        Protocol::Grpc => (GRPC.count, "rpc_grpc_status_code"),
    };
    Ok(Counters {
        total: count,
        failed: count,
        selection: selection(scope, side),
        failure: matches(label, failed_pattern(scope, failed_status)),
    })
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    let (histogram, unit, buckets) = match scope.protocol {
        Protocol::Http => (HTTP, LatencyUnit::Seconds, HTTP_BUCKETS),
        Protocol::Grpc => (GRPC, LatencyUnit::Milliseconds, GRPC_BUCKETS),
    };
    Ok(LatencySeries { histogram, selection: selection(scope, side), unit, buckets })
}

const HTTP: Histogram = Histogram {
    bucket: "http_server_request_duration_seconds_bucket",
    count: "http_server_request_duration_seconds_count",
};

/// `rpc.server.duration`, which instrumentation libraries export. The conventions still mark it as experimental.
const GRPC: Histogram =
    Histogram { bucket: "rpc_server_duration_milliseconds_bucket", count: "rpc_server_duration_milliseconds_count" };

/// The bounds that the conventions recommend.
const HTTP_BUCKETS: Buckets = Buckets {
    microseconds: &[
        5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 750_000, 1_000_000, 2_500_000, 5_000_000,
        7_500_000, 10_000_000,
    ],
    configurable: true,
};

/// The default bounds of the SDKs.
const GRPC_BUCKETS: Buckets = HTTP_BUCKETS;
