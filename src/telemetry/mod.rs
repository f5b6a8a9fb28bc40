//! In: a built-in measure, the telemetry of a provider, and the names of the release there. Out: PromQL that selects
//! only the canary, its unit, and its requirements; or why it cannot be measured.
//!
//! Each preset has one file and one line in [`PRESETS`]. `query.rs` contains the common part.

mod buckets;
mod contour;
mod counted_by;
#[cfg(test)]
mod documentation;
mod envoy;
mod envoy_gateway;
mod istio;
mod istio_gateway;
mod latency_unit;
mod linkerd;
mod measure;
mod nginx_ingress;
mod opentelemetry;
mod preset;
mod query;
mod restarts;
mod scope;
mod status;
#[cfg(test)]
mod tests;
mod traefik;

pub use counted_by::Splitter;
pub use envoy_gateway::BACKEND_HEADER;
pub use latency_unit::LatencyUnit;
pub use measure::{BurnRate, Latency, Measure, SuccessRatio};
pub use preset::{Query, Requirement, Telemetry, Unmeasurable};
pub use restarts::restarts;
pub use scope::{CANARY_HASH, Comparison, Port, Protocol, Route, Rules, STABLE_HASH, Scope, SplitRule};
pub use status::http_alternatives;

use preset::Preset;

/// Every preset, in the order of the documentation.
const PRESETS: &[&Preset] = &[
    &istio::PRESET,
    &istio_gateway::PRESET,
    &linkerd::PRESET,
    &envoy_gateway::PRESET,
    &nginx_ingress::PRESET,
    &traefik::PRESET,
    &contour::PRESET,
    &opentelemetry::PRESET,
];
