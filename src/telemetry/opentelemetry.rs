//! OpenTelemetry's semantic conventions, as the service's own instrumentation exports them to Prometheus. Libraries that
//! follow the conventions of different years use different names and units, so each query reads all of them.

use super::buckets::Buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{Latencies, Preset, Requirement, Unmeasurable, matches};
use super::query::{Counted, Counters, Histogram, Selection};
use super::scope::{Protocol, Scope, Side};
use super::status::FailedStatus;

pub(super) const PRESET: Preset = Preset {
    name: "opentelemetry",
    page: include_str!("pages/opentelemetry.md"),
    selection,
    counters,
    latencies,
    buckets: BUCKETS,
    sees_connections: true,
    requires: &[Requirement::PodAttributes],
    ..Preset::POD
};

/// A service does not know through which Kubernetes Service a request came. The resource attributes identify the pod
/// that counted it.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    Ok(Selection::one(format!("k8s_namespace_name=\"{}\",k8s_pod_name=~\"{}\"", scope.namespace, scope.pods(side))))
}

/// A metric of the conventions.
struct Metric {
    protocol: Protocol,
    histogram: Histogram,
    /// The label of the status.
    status: &'static str,
    /// Whether gRPC statuses are written as names: `UNAVAILABLE`.
    names: bool,
}

/// The newest of each protocol first.
const METRICS: [Metric; 4] = [
    // HTTP, stable since 1.23.
    Metric {
        protocol: Protocol::Http,
        histogram: Histogram {
            bucket: "http_server_request_duration_seconds_bucket",
            count: "http_server_request_duration_seconds_count",
            unit: LatencyUnit::Seconds,
        },
        status: "http_response_status_code",
        names: false,
    },
    Metric {
        protocol: Protocol::Http,
        histogram: Histogram {
            bucket: "http_server_duration_milliseconds_bucket",
            count: "http_server_duration_milliseconds_count",
            unit: LatencyUnit::Milliseconds,
        },
        status: "http_status_code",
        names: false,
    },
    // gRPC, after 1.37.
    Metric {
        protocol: Protocol::Grpc,
        histogram: Histogram {
            bucket: "rpc_server_call_duration_seconds_bucket",
            count: "rpc_server_call_duration_seconds_count",
            unit: LatencyUnit::Seconds,
        },
        status: "rpc_response_status_code",
        names: true,
    },
    Metric {
        protocol: Protocol::Grpc,
        histogram: Histogram {
            bucket: "rpc_server_duration_milliseconds_bucket",
            count: "rpc_server_duration_milliseconds_count",
            unit: LatencyUnit::Milliseconds,
        },
        status: "rpc_grpc_status_code",
        names: false,
    },
];

/// The metrics of the protocols of a release. One without routes of requests may still count HTTP requests.
fn metrics(scope: &Scope) -> impl Iterator<Item = &'static Metric> + '_ {
    let known = !scope.ports.is_empty();
    METRICS
        .iter()
        .filter(move |metric| if known { scope.has(metric.protocol) } else { metric.protocol == Protocol::Http })
}

fn counters(scope: &Scope, status: &FailedStatus<'_>) -> Counters {
    let counted = metrics(scope).map(|metric| {
        let pattern = match (metric.protocol, metric.names) {
            (Protocol::Http, _) => status.http.clone().into_owned(),
            (Protocol::Grpc, false) => status.grpc_numbers(),
            (Protocol::Grpc, true) => status.grpc_names(),
        };
        let count = metric.histogram.count;
        Counted { total: count, failed: count, failures: vec![matches(metric.status, &pattern)] }
    });
    counted.collect()
}

fn latencies(scope: &Scope) -> Latencies {
    let histograms = metrics(scope).map(|metric| metric.histogram).collect();
    Latencies { histograms, unit: LatencyUnit::Seconds }
}

/// The bounds that the conventions recommend, and the default ones of the SDKs.
const BUCKETS: Buckets = Buckets {
    microseconds: &[
        5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 750_000, 1_000_000, 2_500_000, 5_000_000,
        7_500_000, 10_000_000,
    ],
    configurable: true,
};
