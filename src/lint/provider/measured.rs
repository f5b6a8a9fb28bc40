//! In: a release. Out: the telemetries that its built-in measures of requests read.

use crate::policy::check::Check;
use crate::policy::measure::MeasureKind;
use crate::policy::{Release, Sourced};
use crate::telemetry::Telemetry;

/// The telemetry of a built-in measure of requests.
pub(super) fn telemetry(check: &Check) -> Option<Sourced<Telemetry>> {
    match check.measure.kind {
        MeasureKind::SuccessRatio { .. }
        | MeasureKind::Latency { .. }
        | MeasureKind::BurnRate { .. }
        | MeasureKind::RequestRate { .. } => check.measure.provider.as_ref()?.endpoint.built_in()?.telemetry,
        _ => None,
    }
}

/// The telemetries of a release, each once.
pub(super) fn telemetries(release: &Release) -> Vec<Sourced<Telemetry>> {
    let mut found: Vec<Sourced<Telemetry>> = Vec::new();
    for telemetry in release.checks.values().filter_map(telemetry) {
        if !found.iter().any(|other| other.span() == telemetry.span()) {
            found.push(telemetry);
        }
    }
    found
}
