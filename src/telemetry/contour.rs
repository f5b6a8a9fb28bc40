//! Contour: Envoy's cluster statistics, one cluster for each Service and port of a route.

use super::counted_by::CountedBy;
use super::envoy;
use super::preset::{ONE_SERVICE, Preset, Unmeasurable};
use super::query::Selection;
use super::scope::{Scope, Side};

pub(super) const PRESET: Preset = Preset {
    name: "contour",
    page: include_str!("pages/contour.md"),
    counted_by: CountedBy::Gateway { routers: &["gateway-api"], implementation: Some("contour"), in_mesh: false },
    selection,
    ..envoy::PRESET
};

/// Contour names the statistics `<namespace>_<service>_<port>`. Names in Kubernetes contain no underscore.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(ONE_SERVICE)?;
    let (namespace, ports) = (&scope.namespace, scope.port_pattern());
    Ok(Selection::one(format!("envoy_cluster_name=~\"{namespace}_{service}_{ports}\"")))
}
