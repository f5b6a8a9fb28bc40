//! In: a metric of an AnalysisRun, its place, and the plan of its Rollout. Out: how its values are judged, according to
//! the plan.

use serde_json::Value;

use super::observed::Metric;
use super::stage::Place;
use crate::runtime::rollout::{Plan, PlannedCheck, Unit};

/// How the values of a metric are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// What a value must be.
    pub threshold: Threshold,
    /// The unit of the values.
    pub unit: Unit,
    /// Whether all values of an answer count, and not only the first.
    pub every: bool,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Threshold {
    /// A number that meets all of these bounds.
    Bounds(Vec<(Comparison, f64)>),
    /// Exactly this string or boolean.
    Equals(String),
    /// Any value: a hold judges it later.
    JudgedLater,
    /// The provider judges by itself, as a Job does.
    JudgedByProvider,
    /// A condition of the policy in the expression language of Argo Rollouts.
    Condition(String),
    /// Unknown: there is no plan, an earlier version of canaryc wrote it, or the metric is of a user's template.
    Unknown,
}

/// How a value compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
}

impl Criterion {
    /// The criterion of a metric at its place.
    pub fn of(plan: Option<&Plan>, metric: &Metric, place: Place) -> Self {
        let check = plan.and_then(|plan| plan.checks.get(&metric.name));
        let threshold = match check {
            _ if metric.is_judged_by_provider => Threshold::JudgedByProvider,
            Some(check) => Threshold::of(check, place),
            None => Threshold::Unknown,
        };
        Self {
            threshold,
            unit: check.map(|check| check.unit).unwrap_or_default(),
            every: check.is_some_and(|check| check.every),
        }
    }

    /// Whether the provider judges by itself, as a Job does.
    pub fn is_by_provider(&self) -> bool {
        self.threshold == Threshold::JudgedByProvider
    }
}

impl Threshold {
    fn of(check: &PlannedCheck, place: Place) -> Self {
        match place {
            Place::Watch if check.pauses() => return Self::JudgedLater,
            Place::Watch | Place::Gate | Place::Hold => {}
        }
        if let Some(condition) = &check.condition {
            return Self::Condition(condition.clone());
        }
        let equal = match &check.equals {
            Some(Value::String(text)) => return Self::Equals(text.clone()),
            Some(Value::Bool(value)) => return Self::Equals(value.to_string()),
            equals => equals.as_ref().and_then(Value::as_f64),
        };
        let bounds = [(Comparison::AtLeast, check.min), (Comparison::AtMost, check.max), (Comparison::Equal, equal)];
        let bounds: Vec<_> = bounds.into_iter().filter_map(|(comparison, bound)| Some((comparison, bound?))).collect();
        if bounds.is_empty() { Self::Unknown } else { Self::Bounds(bounds) }
    }
}

impl Comparison {
    /// Does a number hold against a bound?
    pub fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::AtLeast => number >= bound,
            Self::AtMost => number <= bound,
            Self::Equal => number == bound,
        }
    }

    /// `≥`
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
            Self::Equal => "=",
        }
    }
}

#[cfg(test)]
pub(super) mod testing {
    use serde_json::json;

    use super::*;

    /// The criterion of a check with this entry in the plan.
    pub fn criterion(check: &Value, place: Place) -> Criterion {
        let plan = json!({"version": 1, "release": "web", "stages": [], "checks": {"check": check}});
        of_plan(&plan, "result[0] > 0", place)
    }

    /// The criterion of the metric `check` with this condition.
    pub fn of_plan(plan: &Value, condition: &str, place: Place) -> Criterion {
        let metric = Metric::read(&json!({"name": "check", "successCondition": condition}), &Value::Null);
        Criterion::of(Plan::read(&plan.to_string()).as_ref(), &metric, place)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::testing::{criterion, of_plan};
    use super::*;

    #[test]
    fn the_plan_says_what_a_value_must_be() {
        let gate = |check: &Value| criterion(check, Place::Gate).threshold;
        let range = vec![(Comparison::AtLeast, 1.0), (Comparison::AtMost, 2.5)];
        assert_eq!(gate(&json!({"min": 1, "max": 2.5})), Threshold::Bounds(range));
        assert_eq!(gate(&json!({"equals": 3})), Threshold::Bounds(vec![(Comparison::Equal, 3.0)]));
        assert_eq!(gate(&json!({"equals": "ok"})), Threshold::Equals("ok".to_owned()));
        assert_eq!(gate(&json!({"equals": true})), Threshold::Equals("true".to_owned()));
        assert_eq!(gate(&json!({"condition": "result.ok"})), Threshold::Condition("result.ok".to_owned()));
        assert!(criterion(&json!({"max": 1, "every": true}), Place::Watch).every);
    }

    #[test]
    fn the_watch_judges_according_to_on_fail() {
        let aborts = json!({"max": 1});
        let pauses = json!({"max": 1, "on-fail": "pause"});
        let bounds = Threshold::Bounds(vec![(Comparison::AtMost, 1.0)]);
        assert_eq!(criterion(&aborts, Place::Watch).threshold, bounds);
        assert_eq!(criterion(&aborts, Place::Hold).threshold, bounds);
        assert_eq!(criterion(&pauses, Place::Watch).threshold, Threshold::JudgedLater);
        assert_eq!(criterion(&pauses, Place::Hold).threshold, bounds);
        assert_eq!(criterion(&pauses, Place::Gate).threshold, bounds);
    }

    #[test]
    fn without_bounds_in_the_plan_no_threshold_is_shown() {
        let earlier = json!({"version": 1, "release": "web", "stages": [], "units": {"check": "ratio"}});
        for plan in [earlier, json!({})] {
            let criterion = of_plan(&plan, "result[0] >= 0.995", Place::Gate);
            assert_eq!(criterion.threshold, Threshold::Unknown);
            assert_eq!(criterion.threshold.shown(criterion.unit), None);
            assert_eq!(criterion.threshold.in_words(criterion.unit), None);
        }
    }

    #[test]
    fn a_metric_without_a_condition_is_judged_by_its_provider() {
        assert_eq!(of_plan(&json!({}), "", Place::Gate).threshold, Threshold::JudgedByProvider);
    }
}
