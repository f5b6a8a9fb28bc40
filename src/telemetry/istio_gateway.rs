//! Istio's standard metrics, counted at the sender: the gateway, when the pods have no proxy of their own.

use super::buckets;
use super::counted_by::CountedBy;
use super::istio;
use super::preset::{ONE_SERVICE, Preset, Unmeasurable};
use super::query::Selection;
use super::scope::{Scope, Side};

pub(super) const PRESET: Preset = Preset {
    name: "istio-gateway",
    page: include_str!("pages/istio-gateway.md"),
    counted_by: CountedBy::Gateway { routers: &["gateway-api", "istio"], implementation: Some("istio"), in_mesh: true },
    selection,
    counters: istio::counters,
    latencies: istio::latencies,
    buckets: buckets::ENVOY,
    ..Preset::GATEWAY
};

/// The gateway knows the Service that the route chose, but not the pods of that Service.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(ONE_SERVICE)?;
    Ok(Selection::one(istio::by_service(istio::SENDER, service.as_str(), scope)))
}
