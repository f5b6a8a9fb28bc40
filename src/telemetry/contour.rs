//! Contour: Envoy's cluster statistics, one cluster for each Service of a route.

use super::envoy;
use super::preset::{LatencySeries, Preset, Unmeasurable};
use super::query::{Counters, Selection};
use super::scope::{Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "contour", requests, latency, requires: &[] };

/// Contour names the statistics `<namespace>_<service>_<port>`. Names in Kubernetes contain no underscore.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(Unmeasurable::NotTold {
        reason: "a gateway identifies a version by its Service, and both versions have the same Service",
    })?;
    let (namespace, port) = (&scope.namespace, scope.port_pattern());
    Ok(Selection::one(format!("envoy_cluster_name=~\"{namespace}_{service}_{port}\"")))
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    envoy::counters(scope, selection(scope, side)?, failed_status)
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(envoy::series(selection(scope, side)?))
}
