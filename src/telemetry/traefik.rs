//! Traefik: its service metrics, on by default.

use super::buckets::Buckets;
use super::counted_by::CountedBy;
use super::latency_unit::LatencyUnit;
use super::preset::{Latencies, ONE_SERVICE, Preset, Unmeasurable, matches};
use super::query::{Counted, Counters, Histogram, Selection};
use super::scope::{Scope, Side};
use super::status::FailedStatus;

pub(super) const PRESET: Preset = Preset {
    name: "traefik",
    page: include_str!("pages/traefik.md"),
    counted_by: CountedBy::Gateway {
        routers: &["gateway-api", "traefik"],
        implementation: Some("traefik"),
        in_mesh: false,
    },
    selection,
    counters,
    latencies,
    buckets: BUCKETS,
    grpc_status: false,
    ..Preset::GATEWAY
};

/// Traefik names a Kubernetes Service `<namespace>-<service>-<port>@<provider>`. With the Gateway API, the name depends
/// on the version: since 3.7.6 it ends in `-svc-<namespace>-<service>-<position among the backends>`, without a port;
/// before, `http-` or `grpc-` precedes the port.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(ONE_SERVICE)?;
    let (namespace, ports) = (&scope.namespace, scope.port_pattern());
    let name = format!(
        "(.+-svc-{namespace}-{service}-[0-9]+|{namespace}-{service}-((http|grpc)-)?{ports})@kubernetes(gateway|crd)?"
    );
    Ok(Selection::renamed("service", &format!("=~\"{name}\"")))
}

fn counters(_: &Scope, status: &FailedStatus<'_>) -> Counters {
    const REQUESTS: &str = "traefik_service_requests_total";
    vec![Counted { total: REQUESTS, failed: REQUESTS, failures: vec![matches("code", &status.http)] }]
}

fn latencies(_: &Scope) -> Latencies {
    let histogram = Histogram {
        bucket: "traefik_service_request_duration_seconds_bucket",
        count: "traefik_service_request_duration_seconds_count",
        unit: LatencyUnit::Seconds,
    };
    Latencies { histograms: vec![histogram], unit: LatencyUnit::Seconds }
}

const BUCKETS: Buckets = Buckets { microseconds: &[100_000, 300_000, 1_200_000, 5_000_000], configurable: true };
