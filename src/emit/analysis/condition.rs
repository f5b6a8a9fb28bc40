//! In: a check's verdict, what follows from a bad value and from no data, and the place. Out: Argo's two conditions.
//!
//! With a success condition alone everything else is a bad look; with both, what meets neither is Inconclusive, which
//! holds the release in an inline analysis and in no other. So a background look passes on what should hold.

use crate::emit::provider::{Result, Shape};
use crate::manifest::{Field, Origin};
use crate::plan::{Look, Purpose};
use crate::policy::check::{Check, NoData, OnFail, Threshold, Verdict};
use crate::policy::measure::{MeasureKind, Unit};
use crate::syntax::tree::Scalar;

/// What a metric says of its result.
pub(super) struct Conditions {
    pub success: Option<Field>,
    pub failure: Option<Field>,
}

/// The conditions of a check in its place.
pub(super) fn conditions(purpose: Purpose, look: &Look, check: &Check, result: &Result) -> Conditions {
    let Some(verdict) = Texts::of(check, result) else { return Conditions { success: None, failure: None } };
    let no_data = match (&check.no_data, result.shape.empty()) {
        (Some(no_data), Some(_)) if check.on_fail.value != OnFail::Ignore => Some(no_data.value),
        _ => None,
    };
    let holds_value = check.on_fail.value == OnFail::Pause;
    let (success, failure) = match purpose {
        Purpose::Watch | Purpose::Gate if check.on_fail.value == OnFail::Wait => (verdict.good_data(), None),
        Purpose::Watch => {
            // What a hold judges passes here.
            let value_passes = holds_value && look.holds_elsewhere;
            match no_data {
                Some(NoData::Abort) if value_passes => (verdict.data(), None),
                Some(NoData::Abort) => (verdict.good_data(), verdict.bad_data_only()),
                _ if value_passes => ("true".to_owned(), None),
                _ => (verdict.good_or_empty(), verdict.bad_data_only()),
            }
        }
        Purpose::Gate => match no_data {
            Some(NoData::Pause) if holds_value => (verdict.good_data(), Some("false".to_owned())),
            Some(NoData::Pause) => (verdict.good_data(), Some(verdict.bad_data())),
            Some(NoData::Abort) if holds_value => (verdict.good_data(), Some(verdict.empty())),
            Some(NoData::Abort) => (verdict.good_data(), verdict.bad_data_only()),
            Some(NoData::Pass) | None if holds_value => (verdict.good_or_empty(), Some("false".to_owned())),
            Some(NoData::Pass) | None => (verdict.good_or_empty(), verdict.bad_data_only()),
        },
        // A value is judged only where a bad one holds; whether no data aborts is the background's to say.
        Purpose::Hold => match no_data {
            Some(NoData::Pause) if holds_value => (verdict.good_data(), Some("false".to_owned())),
            Some(NoData::Pause) => (verdict.data(), Some("false".to_owned())),
            _ => (verdict.good_or_empty(), Some("false".to_owned())),
        },
    };
    let origin = Origin::derived(verdict.origin.span);
    Conditions {
        success: Some(Field::new(success, verdict.success_origin.unwrap_or(origin))),
        failure: failure.map(|failure| Field::new(failure, verdict.failure_origin.unwrap_or(origin))),
    }
}

/// The pieces of a condition.
struct Texts {
    good: String,
    /// A failure condition of the user's own: what meets neither is Inconclusive also without us.
    bad: Option<String>,
    empty: Option<&'static str>,
    some: Option<&'static str>,
    origin: Origin,
    success_origin: Option<Origin>,
    failure_origin: Option<Origin>,
}

impl Texts {
    fn of(check: &Check, result: &Result) -> Option<Self> {
        let value = result.shape.value();
        let (mut success_origin, mut failure_origin, mut bad) = (None, None, None);
        let (good, origin) = match &check.verdict {
            Verdict::Range { min, max } => {
                let bound = |sign: &str, threshold: &Threshold| {
                    format!("{value} {sign} {}", threshold_text(check, result, *threshold))
                };
                let bounds: Vec<_> =
                    [min.as_ref().map(|min| bound(">=", &min.value)), max.as_ref().map(|max| bound("<=", &max.value))]
                        .into_iter()
                        .flatten()
                        .collect();
                let origin = min.as_ref().or(max.as_ref()).map_or(check.origin, |bound| bound.origin);
                (result.shape.every(&bounds.join(" && ")), origin)
            }
            Verdict::Equals(scalar) => {
                (result.shape.every(&format!("{value} == {}", scalar_text(&scalar.value))), scalar.origin)
            }
            Verdict::Conditions { success, failure } => {
                success_origin = success.as_ref().map(|success| success.origin);
                failure_origin = failure.as_ref().map(|failure| failure.origin);
                bad = failure.as_ref().map(|failure| failure.value.to_string());
                let origin = success_origin.or(failure_origin).unwrap_or(check.origin);
                match (success, failure) {
                    (Some(success), _) => (success.value.to_string(), origin),
                    (None, Some(failure)) => (format!("!({})", failure.value), origin),
                    (None, None) => return None,
                }
            }
            Verdict::ByItself => return None,
        };
        // With a failure condition alone, all else is good: that is the same as its opposite as success condition.
        if success_origin.is_none() {
            bad = None;
        }
        let (empty, some) = (result.shape.empty(), result.shape.some());
        Some(Self { good, bad, empty, some, origin, success_origin, failure_origin })
    }

    fn grouped(&self, text: &str) -> String {
        if text.contains("||") || text.contains('?') { format!("({text})") } else { text.to_owned() }
    }

    fn good_data(&self) -> String {
        match self.some {
            Some(some) => format!("{some} && {}", self.grouped(&self.good)),
            None => self.good.clone(),
        }
    }

    fn good_or_empty(&self) -> String {
        match self.empty {
            Some(empty) => format!("{empty} || {}", self.grouped(&self.good)),
            None => self.good.clone(),
        }
    }

    fn bad_data(&self) -> String {
        let bad = self.bad.clone().unwrap_or_else(|| format!("!({})", self.good));
        match self.some {
            Some(some) => format!("{some} && {}", self.grouped(&bad)),
            None => bad,
        }
    }

    /// Needed only where the user wrote a failure condition of his own.
    fn bad_data_only(&self) -> Option<String> {
        self.bad.as_ref().map(|_| self.bad_data())
    }

    fn data(&self) -> String {
        self.some.unwrap_or("true").to_owned()
    }

    fn empty(&self) -> String {
        self.empty.unwrap_or("false").to_owned()
    }
}

/// A threshold in the unit in which the result counts.
fn threshold_text(check: &Check, result: &Result, threshold: Threshold) -> String {
    let unit = match &check.measure.kind {
        MeasureKind::Query(query) => query.unit.value,
        _ => Unit::None,
    };
    match threshold {
        Threshold::Percent(percent) if unit == Unit::Percent => percent.as_percent_text(),
        Threshold::Percent(percent) => percent.as_ratio_text(),
        Threshold::Duration(duration) => match (unit, result.latency_unit) {
            (Unit::Milliseconds, _) => duration.milliseconds().to_string(),
            (_, Some(latency_unit)) => latency_unit.text(duration),
            _ => duration.as_seconds_text(),
        },
        Threshold::Rate(rate) => rate.as_per_second_text(),
        Threshold::Number(number) => number.to_string(),
    }
}

/// A scalar as a literal of Argo's expression language.
fn scalar_text(scalar: &Scalar) -> String {
    match scalar {
        Scalar::String(text) => {
            let mut quoted = String::with_capacity(text.len() + 2);
            quoted.push('"');
            for character in text.chars() {
                match character {
                    '"' => quoted.push_str("\\\""),
                    '\\' => quoted.push_str("\\\\"),
                    '\n' => quoted.push_str("\\n"),
                    '\r' => quoted.push_str("\\r"),
                    '\t' => quoted.push_str("\\t"),
                    other => quoted.push(other),
                }
            }
            quoted.push('"');
            quoted
        }
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number { value, .. } => value.to_string(),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Null => "nil".to_owned(),
    }
}

impl Shape {
    /// The value that a bound is about.
    fn value(self) -> &'static str {
        match self {
            Self::Vector => "result[0]",
            Self::Samples => "#",
            Self::Value | Self::None => "result",
        }
    }

    /// A condition on the value, as one on the result.
    fn every(self, condition: &str) -> String {
        match self {
            Self::Samples => format!("all(result, {condition})"),
            Self::Vector | Self::Value | Self::None => condition.to_owned(),
        }
    }

    /// The condition that there is no data; `None` where there always is some.
    fn empty(self) -> Option<&'static str> {
        match self {
            Self::Vector => Some("len(result) == 0 || isNaN(result[0])"),
            Self::Samples => Some("len(result) == 0 || any(result, isNaN(#))"),
            Self::Value | Self::None => None,
        }
    }

    /// The condition that there is some.
    fn some(self) -> Option<&'static str> {
        match self {
            Self::Vector => Some("len(result) > 0 && !isNaN(result[0])"),
            Self::Samples => Some("len(result) > 0 && !any(result, isNaN(#))"),
            Self::Value | Self::None => None,
        }
    }
}
