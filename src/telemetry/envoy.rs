//! Envoy's own cluster statistics, as several gateways expose them.

use super::buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{LatencySeries, Unmeasurable, matches};
use super::query::{Counters, Histogram, Selection};
use super::scope::{Protocol, Scope};

/// Requests to a cluster. Envoy counts a request that reached no server as 503, so connection failures are failures.
pub(super) fn counters(
    scope: &Scope,
    selection: Selection,
    failed_status: Option<&str>,
) -> Result<Counters, Unmeasurable> {
    if scope.protocol == Protocol::Grpc {
        return Err(Unmeasurable::NoGrpcStatus);
    }
    let counters = match failed_status {
        None | Some(super::preset::HTTP_SERVER_FAULTS) => Counters {
            total: "envoy_cluster_upstream_rq_xx",
            failed: "envoy_cluster_upstream_rq_xx",
            selection,
            failure: "envoy_response_code_class=\"5\"".to_owned(),
        },
        // One series counts whole classes of codes; another one counts individual codes.
        Some(pattern) => Counters {
            total: "envoy_cluster_upstream_rq_xx",
            failed: "envoy_cluster_upstream_rq",
            selection,
            failure: matches("envoy_response_code", pattern),
        },
    };
    Ok(counters)
}

/// Time until the response of a cluster was complete.
pub(super) fn series(selection: Selection) -> LatencySeries {
    LatencySeries {
        histogram: Histogram {
            bucket: "envoy_cluster_upstream_rq_time_bucket",
            count: "envoy_cluster_upstream_rq_time_count",
        },
        selection,
        unit: LatencyUnit::Milliseconds,
        buckets: buckets::ENVOY,
    }
}
