//! Linkerd's inbound proxy metrics, counted at the pods. It does not matter what split the traffic.

use super::buckets::Buckets;
use super::counted_by::CountedBy;
use super::latency_unit::LatencyUnit;
use super::preset::{Latencies, Preset, Unmeasurable};
use super::query::{Counted, Counters, Histogram, Selection};
use super::scope::{Scope, Side};
use super::status::{FailedStatus, failures};

pub(super) const PRESET: Preset = Preset {
    name: "linkerd",
    page: include_str!("pages/linkerd.md"),
    counted_by: CountedBy::Mesh("linkerd"),
    selection,
    counters,
    latencies,
    buckets: BUCKETS,
    ..Preset::POD
};

/// Selects by pod. The outbound series of callers name the Service that was called (with an HTTPRoute on a Service, the
/// parent), and their pod hash label is that of Deployments. Neither identifies the canary of a Rollout. The probes of
/// the kubelet are excluded.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let (namespace, pods) = (&scope.namespace, scope.pods(side));
    Ok(Selection::one(format!("direction=\"inbound\",namespace=\"{namespace}\",pod=~\"{pods}\",route_name!=\"probe\"")))
}

/// The proxy itself classifies 5xx, and gRPC statuses that are the server's fault, as failures.
fn counters(scope: &Scope, status: &FailedStatus<'_>) -> Counters {
    const RESPONSES: &str = "response_total";
    let failures = if status.is_default {
        vec!["classification=\"failure\"".to_owned()]
    } else {
        failures(scope, "status_code", "grpc_status", status)
    };
    vec![Counted { total: RESPONSES, failed: RESPONSES, failures }]
}

fn latencies(_: &Scope) -> Latencies {
    let histogram = Histogram {
        bucket: "response_latency_ms_bucket",
        count: "response_latency_ms_count",
        unit: LatencyUnit::Milliseconds,
    };
    Latencies { histograms: vec![histogram], unit: LatencyUnit::Milliseconds }
}

const BUCKETS: Buckets = Buckets {
    microseconds: &[
        1_000, 2_000, 3_000, 4_000, 5_000, 10_000, 20_000, 30_000, 40_000, 50_000, 100_000, 200_000, 300_000, 400_000,
        500_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 10_000_000, 20_000_000, 30_000_000, 40_000_000,
        50_000_000,
    ],
    configurable: false,
};
