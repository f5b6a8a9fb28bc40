//! In: a built-in measure, the telemetry that a provider has, and what the release is called there.
//! Out: PromQL that sees the canary alone, its unit, and what must hold for it; or why it cannot be measured.
//!
//! One file per preset, one line each in [`PRESETS`]. What is common to all stands in `query.rs`.

mod buckets;
mod contour;
mod envoy;
mod envoy_gateway;
mod istio;
mod istio_gateway;
mod kong;
mod linkerd;
mod measure;
mod nginx_ingress;
mod opentelemetry;
mod preset;
mod query;
mod restarts;
mod scope;
#[cfg(test)]
mod tests;
mod traefik;

pub use measure::{BurnRate, Latency, Measure, SuccessRatio};
pub use preset::{LatencyUnit, Query, Requirement, Telemetry};
pub use restarts::restarts;
pub use scope::{CANARY_HASH, Comparison, Protocol, STABLE_HASH, Scope};

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
    &kong::PRESET,
    &opentelemetry::PRESET,
];
