//! In: the upper bound of a latency, and the telemetry that measures it. Out: an error if the buckets of its histogram let
//! every version pass, or none.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::check::{Threshold, Verdict};
use crate::policy::measure::{LatencyFigure, MeasureKind};
use crate::provider::endpoint::DeclaredEndpoint;
use crate::units::Duration;

/// A percentile is a point between two bounds of the buckets. It never exceeds the last finite bound, and of requests that
/// are all in the first bucket it is that share of the first bound.
pub(super) fn outside(
    provider: Option<&DeclaredEndpoint>,
    kind: &MeasureKind,
    verdict: &Verdict,
) -> Option<Diagnostic> {
    let MeasureKind::Latency { figure, .. } = kind else { return None };
    let LatencyFigure::Percentile(percentile) = figure.value else { return None };
    let Verdict::Range { max: Some(max), .. } = verdict else { return None };
    let Threshold::Duration(limit) = max.value else { return None };
    let telemetry = provider?.endpoint.built_in()?.telemetry?;
    let buckets = telemetry.value.buckets();
    let bounds: Vec<Duration> = buckets.bounds().collect();
    let (last, least) = (*bounds.last()?, buckets.least(percentile.to_f64() / 100.0)?);
    let the = if buckets.configurable() { "By default, the" } else { "The" };
    let report =
        |code, message: String| Diagnostic::new(code, max.span(), message).also(telemetry.span(), "measures it");
    let query = "or write a `query` for a histogram with other buckets";
    if limit >= last {
        let below = bounds.iter().rev().find(|bound| **bound < last).map(|bound| bound.written())?;
        return Some(
            report(Code::CheckCannotFail, format!("this check cannot fail: no percentile exceeds {}", last.written()))
                .label("never exceeded")
                .why(format!(
                    "{the} last bucket of `{}` ends at {}. Slower requests are counted, but a percentile is at most that bound.",
                    telemetry.value,
                    last.written()
                ))
                .help(format!("write a lower bound, such as `max=\"{below}\"`, {query}")),
        );
    }
    if limit.seconds_f64() < least {
        let first = bounds.iter().find(|bound| bound.seconds_f64() >= least).map(|bound| bound.written())?;
        return Some(
            report(
                Code::CheckCannotPass,
                format!("no version can pass: this percentile is at least {}ms", (least * 1000.0).floor()),
            )
            .label("below the first bucket")
            .why(format!(
                "{the} first bucket of `{}` ends at {first}, and a percentile of faster requests is a point within it.",
                telemetry.value
            ))
            .help(format!("write a higher bound, such as `max=\"{first}\"`, {query}")),
        );
    }
    None
}
