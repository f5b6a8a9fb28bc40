//! In: a metric of an AnalysisRun. Out: the check for a person: its last value against what is demanded, and how many bad
//! looks are still tolerated.

use jiff::Timestamp;

use super::observed::{Look, Metric, RunPhase};
use super::threshold::Threshold;
use super::value::Value;
use crate::runtime::rollout::Unit;

/// What a look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was demanded.
    Good,
    /// Not that.
    Bad,
    /// There was no data; it is tolerated here.
    NoData,
    /// It could not be judged: a person is to look.
    Unclear,
    /// It could not be measured.
    Error,
}

/// Where a check is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// All the time.
    Watch,
    /// At a gate.
    Gate,
    /// At the end of a stage: is there data?
    Data,
}

/// A check, for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The check.
    pub name: String,
    /// Where it is asked.
    pub place: Place,
    /// Where it stands.
    pub phase: RunPhase,
    /// What the last look found; `None` before the first.
    pub outcome: Option<Outcome>,
    /// The last values, oldest first.
    pub values: Vec<String>,
    /// When the last look was.
    pub at: Option<Timestamp>,
    /// What is demanded.
    pub threshold: Option<String>,
    /// Bad looks that are still tolerated, and how many are tolerated at all.
    pub left: Option<(i64, i64)>,
    /// Why it could not be measured.
    pub message: Option<String>,
}

/// How many values are shown.
const SHOWN: usize = 3;

/// A metric for a person.
pub fn measurement(metric: &Metric, place: Place, unit: Unit) -> Measurement {
    let last = metric.looks.last();
    let values = metric.looks.iter().rev().take(SHOWN).rev().map(|look| value(metric, look, unit)).collect();
    Measurement {
        name: metric.name.clone(),
        place,
        phase: metric.phase,
        outcome: last.map(|look| outcome(metric, look)),
        values,
        at: last.and_then(|look| look.at),
        threshold: metric.demand.threshold.shown(unit),
        left: left(metric),
        message: last.filter(|look| look.phase == RunPhase::Error).map(|look| look.message.clone()),
    }
}

/// What a look found.
pub fn outcome(metric: &Metric, look: &Look) -> Outcome {
    let is_empty = || !judges_itself(metric) && Value::read(&look.value, &metric.demand) == Value::Nothing;
    match look.phase {
        RunPhase::Successful if is_empty() => Outcome::NoData,
        RunPhase::Successful | RunPhase::Running | RunPhase::Pending => Outcome::Good,
        RunPhase::Failed => Outcome::Bad,
        RunPhase::Inconclusive => Outcome::Unclear,
        RunPhase::Error => Outcome::Error,
    }
}

/// The value of a look: `99.2 %`; for what judges itself, whether it passed.
pub fn value(metric: &Metric, look: &Look, unit: Unit) -> String {
    match (look.phase, judges_itself(metric)) {
        (RunPhase::Error, _) => "error".to_owned(),
        (RunPhase::Successful, true) => "passed".to_owned(),
        (_, true) => "failed".to_owned(),
        _ => Value::read(&look.value, &metric.demand).shown(&metric.demand, unit),
    }
}

/// Does the provider judge, as a Job does?
pub fn judges_itself(metric: &Metric) -> bool {
    metric.demand.threshold == Threshold::Itself
}

/// Bad looks that are still tolerated, below 0 when there was one too many, and how many are tolerated at all; `None` where any
/// number is.
pub fn left(metric: &Metric) -> Option<(i64, i64)> {
    let tolerated = metric.failure_limit;
    (tolerated >= 0 && metric.counts).then(|| (tolerated - metric.failed, tolerated))
}
