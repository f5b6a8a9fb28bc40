//! In: a check's verdict, what a bad value and no data lead to, and the place of the check. Out: how the metric judges, in Argo's conditions.
//! `expression` makes the conditions of thresholds; this file also handles the conditions that the policy writes in
//! Argo's language.

use crate::emit::analysis::own::WrittenConditions;
use crate::expression::{self, Literal, Place};
use crate::manifest::{Field, Origin};
use crate::plan::{Measurement, Purpose};
use crate::policy::Sourced;
use crate::policy::check::{Check, NoData, OnFail, Threshold, Verdict};
use crate::policy::measure::{MeasureKind, Unit};
use crate::syntax::tree::{Scalar, Text};
use crate::telemetry::LatencyUnit;
use crate::units::Number;

/// How a metric judges its values, with the place in the policy that each condition comes from.
pub(super) enum Judgement {
    /// A value that does not meet the condition is bad.
    Decides(Field),
    /// A value that is neither good nor bad decides nothing.
    Waits {
        /// The condition for a good value.
        success: Field,
        /// The condition for a bad value; `None` if no value is bad.
        failure: Option<Field>,
    },
}

/// How a check judges in its place. `None` if its measure judges by itself, or if canaryc cannot write a condition for it.
pub(super) fn judgement(
    purpose: Purpose,
    measurement: &Measurement,
    check: &Check,
    latency_unit: Option<LatencyUnit>,
) -> Option<Judgement> {
    let answer = check.measure.answer?;
    // A check that no later hold judges is judged in its own place: in the background, only checks that can hold pass.
    let place = match purpose {
        Purpose::Watch => Place::Background,
        Purpose::Gate => Place::Gate,
        Purpose::Hold => Place::Hold,
    };
    let on_fail = match check.on_fail.value {
        OnFail::Pause if purpose == Purpose::Watch && !measurement.holds_elsewhere => expression::OnFail::Abort,
        OnFail::Abort => expression::OnFail::Abort,
        OnFail::Pause => expression::OnFail::Pause,
        OnFail::Wait => expression::OnFail::Wait,
        OnFail::Ignore => expression::OnFail::Ignore,
    };
    let no_data = match check.no_data.as_ref().map(|no_data| no_data.value) {
        Some(NoData::Pause) => expression::NoData::Pause,
        Some(NoData::Abort) => expression::NoData::Abort,
        Some(NoData::Pass) | None => expression::NoData::Pass,
    };
    if let Verdict::Conditions { success, failure } = &check.verdict {
        let text = |text: &Option<Sourced<Text>>| text.as_ref().map(|text| text.value.to_string());
        let own = WrittenConditions { success: text(success), failure: text(failure), answer };
        let origin = success.as_ref().or(failure.as_ref()).map_or(check.origin, |text| text.origin);
        let of = |from: &Option<Sourced<Text>>| from.as_ref().map_or(Origin::derived(origin.span), |from| from.origin);
        return Some(with_origins(own.judgement(no_data, on_fail, place), of(success), of(failure)));
    }
    let (threshold, origin) = threshold(check, latency_unit)?;
    let origin = Origin::derived(origin.span);
    let found = expression::judgement(&threshold, answer, no_data, on_fail, place)?;
    Some(with_origins(found, origin, origin))
}

fn with_origins(found: expression::Judgement, success_from: Origin, failure_from: Origin) -> Judgement {
    match found {
        expression::Judgement::Decides { success } => Judgement::Decides(Field::new(success, success_from)),
        expression::Judgement::Waits { success, failure } => Judgement::Waits {
            success: Field::new(success, success_from),
            failure: failure.map(|failure| Field::new(failure, failure_from)),
        },
    }
}

/// The threshold of a check in the unit of the result; `None` for a check with conditions, or without a verdict.
pub(super) fn threshold(check: &Check, latency_unit: Option<LatencyUnit>) -> Option<(expression::Threshold, Origin)> {
    let number = |threshold: &Sourced<Threshold>| number(check, latency_unit, threshold.value);
    match &check.verdict {
        Verdict::Range { min, max } => {
            let threshold = match (min, max) {
                (Some(min), Some(max)) => expression::Threshold::Between(number(min), number(max)),
                (Some(min), None) => expression::Threshold::AtLeast(number(min)),
                (None, Some(max)) => expression::Threshold::AtMost(number(max)),
                (None, None) => return None,
            };
            Some((threshold, min.as_ref().or(max.as_ref())?.origin))
        }
        Verdict::Equals(scalar) => Some((expression::Threshold::Equals(literal(&scalar.value)?), scalar.origin)),
        Verdict::Conditions { .. } | Verdict::ByItself => None,
    }
}

/// A threshold in the unit of the result.
fn number(check: &Check, latency_unit: Option<LatencyUnit>, threshold: Threshold) -> Number {
    let unit = match &check.measure.kind {
        MeasureKind::Query(query) => query.unit.value,
        _ => Unit::None,
    };
    match threshold {
        Threshold::Number(number) => number,
        Threshold::Percent(percent) if unit == Unit::Percent => percent.as_percent(),
        Threshold::Percent(percent) => percent.as_ratio(),
        Threshold::Duration(duration) => match (unit, latency_unit) {
            (Unit::Milliseconds, _) => duration.in_milliseconds(),
            (_, Some(latency_unit)) => latency_unit.number(duration),
            _ => duration.in_seconds(),
        },
        Threshold::Rate(rate) => rate.in_seconds(),
    }
}

/// A scalar as a literal of Argo's language. The policy phase has refused null, and numbers of more than 18 digits.
fn literal(scalar: &Scalar) -> Option<Literal> {
    match scalar {
        Scalar::String(text) => Some(Literal::String(text.to_string())),
        Scalar::Integer(number) => Some(Literal::Number(Number::from_integer(*number)?)),
        Scalar::Number { text, .. } => Some(Literal::Number(Number::parse(text).ok()?)),
        Scalar::Boolean(value) => Some(Literal::Boolean(*value)),
        Scalar::Null => None,
    }
}
