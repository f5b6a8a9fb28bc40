//! Envoy Gateway: Envoy's cluster statistics, with the cluster names of the gateway.

use super::envoy;
use super::preset::{LatencySeries, Preset, Requirement, Unmeasurable};
use super::query::{Counters, Selection};
use super::scope::{Protocol, Scope, Side};

pub(super) const PRESET: Preset =
    Preset { name: "envoy-gateway", requests, latency, requires: &[Requirement::FilterPerBackend] };

/// By default one cluster per rule contains all its backends, and then nothing distinguishes the canary from the stable
/// version. If the backends have their own filters, each gets a cluster,
/// `httproute/<namespace>/<name>/rule/<n>/backend/<m>`. In the routes of canaryc, stable is first and the canary
/// second. The controller's header rules have one backend, the canary, and a cluster for the rule itself.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    if scope.services.is_none() {
        return Err(Unmeasurable::NotTold {
            reason: "a gateway identifies a version by its Service, and both versions have the same Service",
        });
    }
    let kind = match scope.protocol {
        Protocol::Http => "httproute",
        Protocol::Grpc => "grpcroute",
    };
    let backend = match side {
        Side::Stable => 0,
        Side::Canary => 1,
    };
    // The name of a route may contain dots.
    let (namespace, route) = (&scope.namespace, scope.route.as_str().replace('.', "[.]"));
    Ok(Selection::one(format!("envoy_cluster_name=~\"{kind}/{namespace}/{route}/rule/[0-9]+/backend/{backend}\"")))
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    envoy::counters(scope, selection(scope, side)?, failed_status)
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(envoy::series(selection(scope, side)?))
}
