//! Kong: its Prometheus plugin counts by Kong service, and that is too coarse for a canary.

use super::preset::{LatencySeries, Preset, Unmeasurable};
use super::query::Counters;
use super::scope::{Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "kong", requests, latency, requires: &[] };

/// Kong's controller makes one Kong service of a route's rule, with the backends as weighted targets of its upstream. The plugin's
/// labels are service, route, code and consumer: no target, no pod.
const NOT_TOLD: Unmeasurable = Unmeasurable::NotTold {
    reason: "Kong counts requests by its own services, and its controller joins stable and canary into one",
};

fn requests(_: &Scope, _: Side, _: Option<&str>) -> Result<Counters, Unmeasurable> {
    Err(NOT_TOLD)
}

fn latency(_: &Scope, _: Side) -> Result<LatencySeries, Unmeasurable> {
    Err(NOT_TOLD)
}
