//! ingress-nginx: its request counter, and the label that identifies requests to a canary Ingress.

use super::buckets::Buckets;
use super::counted_by::CountedBy;
use super::latency_unit::LatencyUnit;
use super::preset::{Latencies, ONE_SERVICE, Preset, Unmeasurable, matches};
use super::query::{Counted, Counters, Histogram, Selection};
use super::scope::{Scope, Side};
use super::status::FailedStatus;

pub(super) const PRESET: Preset = Preset {
    name: "nginx-ingress",
    page: include_str!("pages/nginx-ingress.md"),
    counted_by: CountedBy::Gateway { routers: &["nginx"], implementation: None, in_mesh: false },
    selection,
    counters,
    latencies,
    buckets: BUCKETS,
    grpc_status: false,
    ..Preset::GATEWAY
};

/// ingress-nginx counts a request to the canary under the *stable* Ingress and its Service. Only `canary` identifies
/// it: the label contains the canary's upstream, `<namespace>-<service>-<port>`, and is empty for all other requests.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(ONE_SERVICE)?;
    let namespace = &scope.namespace;
    Ok(match side {
        Side::Canary => Selection::one(matches("canary", &format!("{namespace}-{service}-{}", scope.port_pattern()))),
        Side::Stable => Selection {
            alternatives: vec![
                format!("namespace=\"{namespace}\",service=\"{service}\",canary=\"\""),
                format!("exported_namespace=\"{namespace}\",exported_service=\"{service}\",canary=\"\""),
            ],
        },
    })
}

fn counters(_: &Scope, status: &FailedStatus<'_>) -> Counters {
    const REQUESTS: &str = "nginx_ingress_controller_requests";
    vec![Counted { total: REQUESTS, failed: REQUESTS, failures: vec![matches("status", &status.http)] }]
}

fn latencies(_: &Scope) -> Latencies {
    let histogram = Histogram {
        bucket: "nginx_ingress_controller_request_duration_seconds_bucket",
        count: "nginx_ingress_controller_request_duration_seconds_count",
        unit: LatencyUnit::Seconds,
    };
    Latencies { histograms: vec![histogram], unit: LatencyUnit::Seconds }
}

/// The default buckets of Prometheus' Go client.
const BUCKETS: Buckets = Buckets {
    microseconds: &[
        5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
    ],
    configurable: true,
};
