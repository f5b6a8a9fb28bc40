//! In: `min=`, `max=` and the measure. Out: thresholds in the unit of the measure.

use super::Subject;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Typed, Value};
use crate::policy::Sourced;
use crate::policy::check::Threshold;
use crate::policy::context::Context;
use crate::policy::measure::{LatencyFigure, MeasureKind, Unit};
use crate::policy::reader::Reader;
use crate::syntax::tree::Scalar;
use crate::units::{Percent, ratio_as_percent};
use crate::vocabulary::Word;

/// The unit of a measure and of its thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThresholdUnit {
    /// A share: 0 to 100%.
    Share,
    /// A ratio to another version: 100% means equal.
    Comparison,
    /// A time.
    Duration,
    /// Events per second.
    Rate,
    /// A number.
    Number,
}

impl ThresholdUnit {
    /// The unit of a measure.
    pub fn of(kind: &MeasureKind) -> Self {
        match kind {
            MeasureKind::SuccessRatio { against: Some(_), .. }
            | MeasureKind::Latency { against: Some(_), .. }
            | MeasureKind::Events { against: Some(_), .. } => Self::Comparison,
            MeasureKind::SuccessRatio { .. } | MeasureKind::Events { .. } => Self::Share,
            MeasureKind::Latency { figure, .. } => match figure.value {
                LatencyFigure::Percentile(_) => Self::Duration,
                LatencyFigure::ShareUnder(_) => Self::Share,
            },
            MeasureKind::RequestRate { .. } => Self::Rate,
            MeasureKind::Query(query) => match query.unit.value {
                Unit::Ratio | Unit::Percent => Self::Share,
                Unit::Seconds | Unit::Milliseconds => Self::Duration,
                Unit::None => Self::Number,
            },
            MeasureKind::BurnRate { .. }
            | MeasureKind::Restarts { .. }
            | MeasureKind::Direct(_)
            | MeasureKind::Template { .. } => Self::Number,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Share | Self::Comparison => "a percentage",
            Self::Duration => "a duration",
            Self::Rate => "a rate",
            Self::Number => "a number",
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Self::Share => "\"99.5%\"",
            Self::Comparison => "\"110%\"",
            Self::Duration => "\"300ms\"",
            Self::Rate => "\"5/s\"",
            Self::Number => "10",
        }
    }
}

/// Reads `min=` or `max=`.
pub(super) fn read(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    word: Word,
    unit: ThresholdUnit,
) -> Option<Sourced<Threshold>> {
    let value = subject.check.block.property(word)?;
    if !value.is_sound() {
        subject.check.written::<crate::syntax::tree::Text>(cx, word);
        return None;
    }
    match parse(value, unit) {
        Some(threshold) => Some(Sourced::new(threshold, value.origin())),
        None => {
            cx.report(other_unit(value, word, unit, subject.node));
            None
        }
    }
}

fn parse(value: &Value, unit: ThresholdUnit) -> Option<Threshold> {
    Some(match (unit, value.typed()?) {
        (ThresholdUnit::Share, Typed::RelativePercent(percent)) if *percent <= Percent::FULL.into() => {
            Threshold::Percent(*percent)
        }
        (ThresholdUnit::Comparison, Typed::RelativePercent(percent)) => Threshold::Percent(*percent),
        (ThresholdUnit::Duration, Typed::Duration(duration)) => Threshold::Duration(*duration),
        (ThresholdUnit::Rate, Typed::Rate(rate)) => Threshold::Rate(*rate),
        (ThresholdUnit::Number, Typed::Number(number)) => Threshold::Number(*number),
        _ => return None,
    })
}

fn other_unit(value: &Value, word: Word, unit: ThresholdUnit, node: Reader<'_>) -> Diagnostic {
    let measure = node.block.word();
    let due = unit.noun();
    let diagnostic = Diagnostic::new(
        Code::CheckThresholdUnit,
        value.blame(),
        format!("`{word}` must be {due}, because `{measure}` returns {due}"),
    )
    .label(format!("not {due}"))
    .also(node.head(), format!("returns {due}"))
    .why("A threshold in the wrong unit always passes or always fails.");
    if matches!(unit, ThresholdUnit::Number) && measure == Word::Query {
        return diagnostic.help(
            "set the unit of the query: `unit=\"ratio\"` (0..1) or `unit=\"percent\"` for a percentage, `unit=\"seconds\"` or \
             `unit=\"milliseconds\"` for a duration",
        );
    }
    if matches!(unit, ThresholdUnit::Share) && matches!(value.typed(), Some(Typed::RelativePercent(_))) {
        return diagnostic.label("more than 100%").help("write at most \"100%\"");
    }
    let meant = match (unit, &value.scalar) {
        (ThresholdUnit::Share | ThresholdUnit::Comparison, Scalar::Number { value, .. }) => ratio_as_percent(*value),
        (ThresholdUnit::Duration, Scalar::Integer(number)) => Some(format!("{number}ms")),
        _ => None,
    };
    let example = meant.map_or_else(|| unit.example().to_owned(), |meant| format!("\"{meant}\""));
    diagnostic.help(format!("write {due}: `{word}={example}`"))
}
