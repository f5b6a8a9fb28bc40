//! Istio's standard metrics, counted at the sender: the gateway, when the pods have no proxy of their own.

use super::istio;
use super::preset::{LatencySeries, Preset, Unmeasurable};
use super::query::{Counters, Selection};
use super::scope::{Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "istio-gateway", requests, latency, requires: &[] };

/// The gateway knows the Service that the route chose, but not the pods of that Service.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    let service = scope.service(side).ok_or(Unmeasurable::NotTold {
        reason: "a gateway identifies a version by its Service, and both versions have the same Service",
    })?;
    Ok(Selection::one(istio::by_service("source", service.as_str(), scope)))
}

fn requests(scope: &Scope, side: Side, failed_status: Option<&str>) -> Result<Counters, Unmeasurable> {
    Ok(istio::counters(scope, selection(scope, side)?, failed_status))
}

fn latency(scope: &Scope, side: Side) -> Result<LatencySeries, Unmeasurable> {
    Ok(istio::series(selection(scope, side)?))
}
