//! Envoy's own cluster statistics, as several gateways expose them.

use super::buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{Latencies, ONE_SERVICE, Preset, matches};
use super::query::{Counted, Counters, Histogram};
use super::scope::Scope;
use super::status::{FailedStatus, HTTP_SERVER_FAULTS};

/// What the gateways share: the series, but neither a name nor the names of the clusters.
pub(super) const PRESET: Preset = Preset {
    selection: |_, _| Err(ONE_SERVICE),
    counters,
    latencies,
    buckets: buckets::ENVOY,
    grpc_status: false,
    ..Preset::GATEWAY
};

/// Requests to a cluster. Envoy counts a request that reached no server as 503, so connection failures are failures.
fn counters(_: &Scope, status: &FailedStatus<'_>) -> Counters {
    const CLASSES: &str = "envoy_cluster_upstream_rq_xx";
    vec![if status.http == HTTP_SERVER_FAULTS {
        Counted { total: CLASSES, failed: CLASSES, failures: vec!["envoy_response_code_class=\"5\"".to_owned()] }
    } else {
        // One series counts whole classes of codes; another one counts individual codes.
        let failures = vec![matches("envoy_response_code", &status.http)];
        Counted { total: CLASSES, failed: "envoy_cluster_upstream_rq", failures }
    }]
}

/// Time until the response of a cluster was complete.
fn latencies(_: &Scope) -> Latencies {
    let histogram = Histogram {
        bucket: "envoy_cluster_upstream_rq_time_bucket",
        count: "envoy_cluster_upstream_rq_time_count",
        unit: LatencyUnit::Milliseconds,
    };
    Latencies { histograms: vec![histogram], unit: LatencyUnit::Milliseconds }
}
