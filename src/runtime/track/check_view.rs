//! In: a metric of an AnalysisRun. Out: the check for a person: its last value, its threshold, and how many more
//! failures are tolerated.

use jiff::Timestamp;

use super::observed::{Measurement, Metric, RunPhase};
use super::stage::Place;
use super::threshold::Criterion;
use super::value::Value;

/// The result of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It meets the threshold.
    Good,
    /// It does not meet the threshold.
    Bad,
    /// There was no data, which is tolerated here or keeps the release in its stage.
    NoData,
    /// It was inconclusive: a person must decide.
    Inconclusive,
    /// The measurement failed.
    Error,
}

/// A check, for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckView {
    /// The check.
    pub name: String,
    /// Where it is measured.
    pub place: Place,
    /// Its phase.
    pub phase: RunPhase,
    /// The result of the last measurement; `None` before the first.
    pub outcome: Option<Outcome>,
    /// The last values, oldest first.
    pub values: Vec<String>,
    /// The time of the last measurement.
    pub at: Option<Timestamp>,
    /// Its threshold.
    pub threshold: Option<String>,
    /// The number of further failures that are tolerated, and the limit.
    pub left: Option<(i64, i64)>,
    /// Why the measurement failed.
    pub message: Option<String>,
}

/// The number of values to show.
const SHOWN: usize = 3;

/// A metric for a person.
pub fn check_view(metric: &Metric, place: Place, criterion: &Criterion) -> CheckView {
    let last = metric.measurements.last();
    let values =
        metric.measurements.iter().rev().take(SHOWN).rev().map(|measurement| value(measurement, criterion)).collect();
    CheckView {
        name: metric.name.clone(),
        place,
        phase: metric.phase,
        outcome: last.map(|measurement| outcome(measurement, metric, criterion)),
        values,
        at: last.and_then(|measurement| measurement.at),
        threshold: criterion.threshold.shown(criterion.unit),
        left: left(metric),
        message: last
            .filter(|measurement| measurement.phase == RunPhase::Error)
            .map(|measurement| measurement.message.clone()),
    }
}

/// The result of a measurement.
pub fn outcome(measurement: &Measurement, metric: &Metric, criterion: &Criterion) -> Outcome {
    let is_empty = || !criterion.is_by_provider() && Value::read(&measurement.value, criterion) == Value::Nothing;
    match measurement.phase {
        RunPhase::Successful | RunPhase::Inconclusive if is_empty() => Outcome::NoData,
        // A metric that no number of failures ends waits for data.
        RunPhase::Failed if metric.failure_limit < 0 && is_empty() => Outcome::NoData,
        RunPhase::Successful | RunPhase::Running | RunPhase::Pending => Outcome::Good,
        RunPhase::Failed => Outcome::Bad,
        RunPhase::Inconclusive => Outcome::Inconclusive,
        RunPhase::Error => Outcome::Error,
    }
}

/// The value of a measurement: `99.2%`; if the provider judges, whether it passed.
pub fn value(measurement: &Measurement, criterion: &Criterion) -> String {
    match (measurement.phase, criterion.is_by_provider()) {
        (RunPhase::Error, _) => "error".to_owned(),
        (RunPhase::Successful, true) => "passed".to_owned(),
        (_, true) => "failed".to_owned(),
        _ => Value::read(&measurement.value, criterion).shown(criterion),
    }
}

/// The number of further failures that are tolerated (negative if the limit was exceeded), and the limit; `None`
/// without a limit.
pub fn left(metric: &Metric) -> Option<(i64, i64)> {
    let tolerated = metric.failure_limit;
    (tolerated >= 0 && metric.counts).then(|| (tolerated - metric.failed, tolerated))
}
