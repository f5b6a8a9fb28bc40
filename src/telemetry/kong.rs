//! Kong: its Prometheus plugin counts by Kong service, which is too coarse for a canary.

use super::preset::{LatencySeries, Preset, Unmeasurable};
use super::query::Counters;
use super::scope::{Scope, Side};

pub(super) const PRESET: Preset = Preset { name: "kong", requests, latency, requires: &[] };

/// Kong's controller turns a rule of a route into one Kong service, with the backends as weighted targets of its
/// upstream. The labels of the plugin are service, route, code and consumer. None of them is a target or a pod.
const NOT_TOLD: Unmeasurable = Unmeasurable::NotTold {
    reason: "Kong counts requests by its own services, and its controller joins stable and canary into one",
};

fn requests(_: &Scope, _: Side, _: Option<&str>) -> Result<Counters, Unmeasurable> {
    Err(NOT_TOLD)
}

fn latency(_: &Scope, _: Side) -> Result<LatencySeries, Unmeasurable> {
    Err(NOT_TOLD)
}
