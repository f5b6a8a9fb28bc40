//! Traefik: its service metrics, on by default.

use super::buckets::Buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{HTTP_SERVER_FAULTS, LatencySeries, Preset, Unmeasurable, matches};
use super::query::{Counters, Histogram, Selection};
use super::scope::{Protocol, Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "traefik", requests, latency, requires: &[] };

/// Traefik names a Kubernetes Service `<namespace>-<service>-<port>@<provider>`. With the Gateway API it depends on the
/// version: either `http-` precedes the port, or the name of the route's rule and `-svc-` precede the whole.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(Unmeasurable::NotTold {
        reason: "a gateway identifies a version by its Service, and both versions have the same Service",
    })?;
    let (namespace, port) = (&scope.namespace, scope.port_pattern());
    let name = format!("(.+-svc-)?{namespace}-{service}-((http|grpc)-)?{port}@kubernetes(gateway|crd)?");
    Ok(Selection::renamed("service", &format!("=~\"{name}\"")))
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    if scope.protocol == Protocol::Grpc {
        return Err(Unmeasurable::NoGrpcStatus);
    }
    Ok(Counters {
        total: "traefik_service_requests_total",
        failed: "traefik_service_requests_total",
        selection: selection(scope, side)?,
        failure: matches("code", failed_status.unwrap_or(HTTP_SERVER_FAULTS)),
    })
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(LatencySeries {
        histogram: Histogram {
            bucket: "traefik_service_request_duration_seconds_bucket",
            count: "traefik_service_request_duration_seconds_count",
        },
        selection: selection(scope, side)?,
        unit: LatencyUnit::Seconds,
        buckets: BUCKETS,
    })
}

const BUCKETS: Buckets = Buckets { microseconds: &[100_000, 300_000, 1_200_000, 5_000_000], configurable: true };
