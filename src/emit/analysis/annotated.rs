//! In: a check, and the unit of its latencies. Out: its entry in the annotation `canaryc.dev/plan`: what its values must
//! be. `docs/plan-annotation.md` describes the format.

use serde::Serialize;
use serde_json::{Number, Value};

use super::condition::threshold;
use crate::expression::{Answer, Literal, Threshold};
use crate::policy::check::{self, Check, OnFail, Verdict};
use crate::policy::measure::{MeasureKind, Unit};
use crate::telemetry::LatencyUnit;
use crate::units;

/// What the values of a check must be.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::emit) struct AnnotatedCheck {
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    equals: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    every: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_fail: Option<&'static str>,
}

/// The entry of a check; `None` if the measure judges by itself.
pub(super) fn annotated(check: &Check, latency_unit: Option<LatencyUnit>) -> Option<AnnotatedCheck> {
    let mut entry = AnnotatedCheck {
        unit: unit(check, latency_unit),
        every: check.measure.answer? == Answer::Every,
        on_fail: (check.on_fail.value == OnFail::Pause).then_some(OnFail::Pause.as_str()),
        ..AnnotatedCheck::default()
    };
    if let Verdict::Conditions { success, failure } = &check.verdict {
        let success = success.as_ref().map(|text| text.value.to_string());
        entry.condition = success.or_else(|| Some(format!("!({})", failure.as_ref()?.value)));
        return Some(entry);
    }
    match threshold(check, latency_unit)?.0 {
        Threshold::AtLeast(min) => entry.min = number(min),
        Threshold::AtMost(max) => entry.max = number(max),
        Threshold::Between(min, max) => (entry.min, entry.max) = (number(min), number(max)),
        Threshold::Equals(Literal::Number(value)) => entry.equals = number(value).map(Value::Number),
        Threshold::Equals(Literal::String(text)) => entry.equals = Some(Value::String(text)),
        Threshold::Equals(Literal::Boolean(value)) => entry.equals = Some(Value::Bool(value)),
    }
    Some(entry)
}

/// The unit of the values; `None` for plain numbers.
fn unit(check: &Check, latency_unit: Option<LatencyUnit>) -> Option<&'static str> {
    let Verdict::Range { min, max } = &check.verdict else { return None };
    let unit = match &check.measure.kind {
        MeasureKind::Query(query) => query.unit.value,
        _ => Unit::None,
    };
    match min.as_ref().or(max.as_ref())?.value {
        check::Threshold::Number(_) => None,
        check::Threshold::Percent(_) if unit == Unit::Percent => Some("percent"),
        check::Threshold::Percent(_) => Some("ratio"),
        check::Threshold::Duration(_) => match (unit, latency_unit) {
            (Unit::Milliseconds, _) | (_, Some(LatencyUnit::Milliseconds)) => Some("milliseconds"),
            _ => Some("seconds"),
        },
        check::Threshold::Rate(_) => Some("per-second"),
    }
}

/// A number as JSON, with the digits of the condition.
fn number(number: units::Number) -> Option<Number> {
    number.text().parse().ok()
}
