//! In: `min=`, `max=` and the measure. Out: thresholds in the unit of the measure.

use super::Subject;
use super::direction::{self, Good};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::model::{Typed, Value};
use crate::policy::Sourced;
use crate::policy::check::Threshold;
use crate::policy::context::Context;
use crate::policy::measure::{LatencyFigure, MeasureKind, Unit};
use crate::source::Span;
use crate::syntax::tree::Scalar;
use crate::units::{Percent, Rate, ratio_as_percent};
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

    /// A usual value of a bound.
    const fn example(self, bound: Word) -> &'static str {
        match (self, bound) {
            (Self::Share, Word::Max) => "\"1%\"",
            (Self::Share, _) => "\"99.5%\"",
            (Self::Comparison, Word::Min) => "\"99%\"",
            (Self::Comparison, _) => "\"110%\"",
            (Self::Duration, _) => "\"300ms\"",
            (Self::Rate, _) => "\"5/s\"",
            (Self::Number, _) => "10",
        }
    }
}

/// Reads `min=` or `max=`.
pub(super) fn read(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    word: Word,
    kind: &MeasureKind,
) -> Option<Sourced<Threshold>> {
    let unit = ThresholdUnit::of(kind);
    let value = subject.check.block.property(word)?;
    if !value.is_sound() {
        subject.check.written::<crate::syntax::tree::Text>(cx, word);
        return None;
    }
    match parse(value, unit) {
        Some(threshold) => Some(Sourced::new(threshold, value.origin())),
        None => {
            cx.report(other_unit(value, word, unit, subject, kind));
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

fn other_unit(value: &Value, word: Word, unit: ThresholdUnit, subject: &Subject<'_>, kind: &MeasureKind) -> Diagnostic {
    let measure = subject.node.block.word();
    let due = unit.noun();
    let diagnostic = Diagnostic::new(
        Code::CheckThresholdUnit,
        value.blame(),
        format!("`{word}` must be {due}, because `{measure}` returns {due}"),
    )
    .label(format!("not {due}"))
    .also(subject.node.head(), format!("returns {due}"))
    .why("A threshold in the wrong unit always passes or always fails.");
    if matches!(unit, ThresholdUnit::Number) && measure == Word::Query {
        return diagnostic.help(match value.typed() {
            Some(Typed::RelativePercent(_)) => {
                "set the unit of the query: `unit=\"ratio\"` if it returns 0 to 1, `unit=\"percent\"` if it returns 0 to 100".to_owned()
            }
            Some(Typed::Duration(_)) => {
                "set the unit of the query: `unit=\"seconds\"` or `unit=\"milliseconds\"`".to_owned()
            }
            Some(Typed::Rate(rate)) => format!("write the number of a second: `{word}={}`", rate.in_seconds().text()),
            _ => format!("write a number without quotes: `{word}=10`"),
        });
    }
    if matches!(unit, ThresholdUnit::Share) && matches!(value.typed(), Some(Typed::RelativePercent(_))) {
        return diagnostic.label("more than 100%").help("write at most \"100%\"");
    }
    let good = Good::of(kind);
    let bound = good.map_or(word, Good::bound);
    let meant = meant(&value.scalar, unit);
    // A bound on the other side is mended with it. A small share there is a share of failures.
    let meant = match (&meant, good) {
        (Some(text), Some(Good::High)) if bound != word && unit == ThresholdUnit::Share => direction::of_failures(text),
        _ => meant,
    };
    let example = meant.map_or_else(|| unit.example(bound).to_owned(), |meant| format!("\"{meant}\""));
    let has_both = subject.check.has(Word::Min) && subject.check.has(Word::Max);
    let name = subject.check.property_name_span(word).filter(|_| bound != word && !has_both && value.via.is_none());
    let Some(name) = name else { return diagnostic.help(format!("write {due}: `{word}={example}`")) };
    let mut diagnostic = diagnostic.help(format!("write {due} as the bound of a bad version: `{bound}={example}`"));
    let edit = |span: Span, replacement: String| Edit { span, replacement };
    let edits = vec![edit(name, bound.as_str().to_owned()), edit(value.span, example)];
    diagnostic.fix = Some(Fix { applicability: Applicability::MaybeIncorrect, edits });
    diagnostic
}

/// A bare number in the unit of the measure.
fn meant(scalar: &Scalar, unit: ThresholdUnit) -> Option<String> {
    let (number, text) = match scalar {
        Scalar::Integer(number) => (number.to_string().parse::<f64>().ok()?, number.to_string()),
        Scalar::Number { value, text } => (*value, text.to_string()),
        _ => return None,
    };
    if number <= 0.0 {
        return None;
    }
    match unit {
        ThresholdUnit::Share if number > 100.0 => None,
        ThresholdUnit::Share | ThresholdUnit::Comparison => {
            ratio_as_percent(number).or_else(|| Some(format!("{text}%"))).filter(|_| !text.contains(['e', 'E', '_']))
        }
        ThresholdUnit::Duration if matches!(scalar, Scalar::Integer(_)) => Some(format!("{text}ms")),
        // Prometheus counts in seconds.
        ThresholdUnit::Duration => {
            let milliseconds = (number * 1000.0).round();
            (1.0..1e9).contains(&milliseconds).then(|| format!("{milliseconds}ms"))
        }
        ThresholdUnit::Rate => Some(format!("{text}/s")).filter(|text| Rate::parse(text).is_ok()),
        ThresholdUnit::Number => None,
    }
}
