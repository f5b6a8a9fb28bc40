//! Linkerd's inbound proxy metrics, counted at the pods. It does not matter what split the traffic.

use super::buckets::Buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{LatencySeries, Preset, Unmeasurable, matches};
use super::query::{Counters, Histogram, Selection};
use super::scope::{Protocol, Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "linkerd", requests, latency, requires: &[] };

/// Selects by pod. The outbound series of callers name the Service that was called (with an HTTPRoute on a Service, the
/// parent), and their pod hash label is that of Deployments. Neither identifies the canary of a Rollout. The probes of
/// the kubelet are excluded.
fn selection(scope: &Scope, side: Side) -> Selection {
    Selection::one(format!(
        "direction=\"inbound\",namespace=\"{}\",pod=~\"{}\",route_name!=\"probe\"",
        scope.namespace,
        scope.pods(side)
    ))
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    let failure = match (failed_status, scope.protocol) {
        // The proxy classifies 5xx, and gRPC statuses that are the server's fault.
        (None, _) => "classification=\"failure\"".to_owned(),
        (Some(pattern), Protocol::Http) => matches("status_code", pattern),
        (Some(pattern), Protocol::Grpc) => matches("grpc_status", pattern),
    };
    Ok(Counters { total: "response_total", failed: "response_total", selection: selection(scope, side), failure })
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(LatencySeries {
        histogram: Histogram { bucket: "response_latency_ms_bucket", count: "response_latency_ms_count" },
        selection: selection(scope, side),
        unit: LatencyUnit::Milliseconds,
        buckets: BUCKETS,
    })
}

const BUCKETS: Buckets = Buckets {
    microseconds: &[
        1_000, 2_000, 3_000, 4_000, 5_000, 10_000, 20_000, 30_000, 40_000, 50_000, 100_000, 200_000, 300_000, 400_000,
        500_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 10_000_000, 20_000_000, 30_000_000, 40_000_000,
        50_000_000,
    ],
    configurable: false,
};
