//! ingress-nginx: its request counter, and the label that identifies requests to a canary Ingress.

use super::buckets::Buckets;
use super::latency_unit::LatencyUnit;
use super::preset::{HTTP_SERVER_FAULTS, LatencySeries, Preset, Unmeasurable, matches};
use super::query::{Counters, Histogram, Selection};
use super::scope::{Protocol, Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "nginx-ingress", requests, latency, requires: &[] };

/// ingress-nginx counts a request to the canary under the *stable* Ingress and its Service. Only `canary` identifies
/// it: the label contains the canary's upstream, `<namespace>-<service>-<port>`, and is empty for all other requests.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(Unmeasurable::NotTold {
        reason: "a gateway identifies a version by its Service, and both versions have the same Service",
    })?;
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

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    if scope.protocol == Protocol::Grpc {
        return Err(Unmeasurable::NoGrpcStatus);
    }
    Ok(Counters {
        total: "nginx_ingress_controller_requests",
        failed: "nginx_ingress_controller_requests",
        selection: selection(scope, side)?,
        failure: matches("status", failed_status.unwrap_or(HTTP_SERVER_FAULTS)),
    })
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(LatencySeries {
        histogram: Histogram {
            bucket: "nginx_ingress_controller_request_duration_seconds_bucket",
            count: "nginx_ingress_controller_request_duration_seconds_count",
        },
        selection: selection(scope, side)?,
        unit: LatencyUnit::Seconds,
        buckets: BUCKETS,
    })
}

/// The default buckets of Prometheus' Go client.
const BUCKETS: Buckets = Buckets {
    microseconds: &[
        5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
    ],
    configurable: true,
};
