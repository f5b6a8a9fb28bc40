//! In: the conditions of a metric. Out: what the policy demanded, in its own terms. The conditions that canaryc emits are
//! read back, and simple ones of others; any other is kept as it stands.

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Threshold {
    /// A number within bounds; all of them hold together.
    Bounds(Vec<(Comparison, f64)>),
    /// Exactly this text or truth value.
    Equals(String),
    /// There must be a value, whichever it is.
    Present,
    /// Every value is good here: something else judges it.
    Anything,
    /// The provider judges by itself, as a Job does.
    Itself,
    /// A condition of another form.
    Condition(String),
}

/// How a value compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// What a metric demands.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// What a value must be.
    pub threshold: Threshold,
    /// Are all values of an answer meant, and not only the first?
    pub every: bool,
}

const PRESENT: [&str; 4] = [
    "len(result) > 0 && !isNaN(result[0])",
    "len(result) > 0 && none(result, {isNaN(#)})",
    "!isNaN(result)",
    "!isNil(result)",
];
const MISSING: [&str; 4] = [
    "len(result) == 0 || isNaN(result[0])",
    "len(result) == 0 || any(result, {isNaN(#)})",
    "isNaN(result)",
    "isNil(result)",
];
const VALUES: [&str; 4] = ["default(result, 0)", "result[0]", "result", "#"];

/// Reads the conditions of a metric.
pub fn demand(success: Option<&str>, failure: Option<&str>) -> Demand {
    let (condition, negated) = match (success, failure) {
        (Some(success), _) if !success.is_empty() => (success, false),
        (_, Some(failure)) if !failure.is_empty() => (failure, true),
        _ => return Demand { threshold: Threshold::Itself, every: false },
    };
    if PRESENT.contains(&condition) && !negated {
        return Demand { threshold: Threshold::Present, every: condition.contains('#') };
    }
    let bare = PRESENT
        .iter()
        .map(|guard| (guard, " && "))
        .chain(MISSING.iter().map(|guard| (guard, " || ")))
        .find_map(|(guard, joined)| condition.strip_prefix(guard)?.strip_prefix(joined))
        .unwrap_or(condition);
    let inside = |function: &str| bare.strip_prefix(function)?.strip_prefix("(result, {")?.strip_suffix("})");
    let (bare, negated, every) = match (inside("all"), inside("none"), inside("any")) {
        (Some(text), _, _) => (text, negated, true),
        (_, Some(text), _) => (text, !negated, true),
        (_, _, Some(text)) => (text, negated, true),
        _ => (bare, negated, false),
    };
    let bare = whole_parentheses(bare);
    // An inequality holds for NaN, so a guard stands before it.
    let bare = if negated { bare.strip_prefix("!isNaN(#) && ").unwrap_or(bare) } else { bare };
    let threshold = match (bare, negated) {
        ("true", false) => Threshold::Anything,
        _ => comparisons(bare, negated).unwrap_or_else(|| Threshold::Condition(as_it_stands(bare, negated))),
    };
    Demand { threshold, every }
}

/// `(a < b)` without its parentheses, if they belong together.
fn whole_parentheses(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) if !inner.contains(['(', ')']) || inner.starts_with("default(") => inner,
        _ => text,
    }
}

fn as_it_stands(text: &str, negated: bool) -> String {
    if negated { format!("not ({text})") } else { text.to_owned() }
}

/// `V op L`, or two of them joined; a negated pair is joined by the other word.
fn comparisons(text: &str, negated: bool) -> Option<Threshold> {
    let joined = if negated { " || " } else { " && " };
    let mut bounds = Vec::new();
    for part in text.split(joined) {
        let value = VALUES.iter().find(|value| part.strip_prefix(**value).is_some_and(|rest| rest.starts_with(' ')))?;
        let (operator, literal) = part[value.len()..].trim_start().split_once(' ')?;
        let comparison = Comparison::read(operator)?;
        let comparison = if negated { comparison.opposite() } else { comparison };
        match (literal.parse::<f64>(), comparison) {
            (Ok(number), _) => bounds.push((comparison, number)),
            (Err(_), Comparison::Equal) if !text.contains(joined) => {
                return literal_text(literal).map(Threshold::Equals);
            }
            _ => return None,
        }
    }
    Some(Threshold::Bounds(bounds))
}

/// A quoted text, or `true` or `false`.
fn literal_text(literal: &str) -> Option<String> {
    match literal {
        "true" | "false" => Some(literal.to_owned()),
        // The quotes and escapes are those of JSON.
        _ => serde_json::from_str(literal).ok(),
    }
}

impl Comparison {
    fn read(operator: &str) -> Option<Self> {
        Some(match operator {
            ">=" => Self::AtLeast,
            "<=" => Self::AtMost,
            ">" => Self::Above,
            "<" => Self::Below,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            _ => return None,
        })
    }

    const fn opposite(self) -> Self {
        match self {
            Self::AtLeast => Self::Below,
            Self::AtMost => Self::Above,
            Self::Above => Self::AtMost,
            Self::Below => Self::AtLeast,
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
        }
    }

    /// Does a number hold against a bound?
    pub fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::AtLeast => number >= bound,
            Self::AtMost => number <= bound,
            Self::Above => number > bound,
            Self::Below => number < bound,
            Self::Equal => number == bound,
            Self::NotEqual => number != bound,
        }
    }

    /// `≥`
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
            Self::Above => ">",
            Self::Below => "<",
            Self::Equal => "=",
            Self::NotEqual => "≠",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{self, Answer, Literal, NoData, OnFail, Place};
    use crate::units::Number;

    /// Whatever canaryc emits for a threshold is read back as that threshold, or as what is left of it in its place.
    #[test]
    fn every_emitted_condition_is_read_back() {
        let number = |text: &str| Number::parse(text).unwrap();
        let thresholds = [
            (expression::Threshold::AtLeast(number("0.995")), Threshold::Bounds(vec![(Comparison::AtLeast, 0.995)])),
            (expression::Threshold::AtMost(number("-3")), Threshold::Bounds(vec![(Comparison::AtMost, -3.0)])),
            (
                expression::Threshold::Between(number("1"), number("2.5")),
                Threshold::Bounds(vec![(Comparison::AtLeast, 1.0), (Comparison::AtMost, 2.5)]),
            ),
            (
                expression::Threshold::Equals(Literal::Number(number("3"))),
                Threshold::Bounds(vec![(Comparison::Equal, 3.0)]),
            ),
        ];
        let mut count = 0;
        for (threshold, expected) in &thresholds {
            for answer in [Answer::First, Answer::Every, Answer::Single, Answer::SingleOrNil, Answer::Value] {
                for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
                    for on_fail in [OnFail::Abort, OnFail::Pause, OnFail::Wait, OnFail::Ignore] {
                        for place in [Place::Background, Place::Gate, Place::Hold] {
                            let Some(found) = expression::conditions(threshold, answer, no_data, on_fail, place) else {
                                continue;
                            };
                            let read = demand(found.success.as_deref(), found.failure.as_deref());
                            let only_data = [Threshold::Present, Threshold::Anything].contains(&read.threshold);
                            let judged_elsewhere = place == Place::Hold || on_fail == OnFail::Pause;
                            assert!(
                                read.threshold == *expected || judged_elsewhere && only_data,
                                "{:?} was read as {read:?}",
                                found.success
                            );
                            count += 1;
                        }
                    }
                }
            }
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn texts_are_read_and_others_kept() {
        let of = |text: &str| demand(Some(text), None).threshold;
        assert_eq!(of("result == \"o\\\"k\""), Threshold::Equals("o\"k".into()));
        assert_eq!(of("result == true"), Threshold::Equals("true".into()));
        assert_eq!(of("result[0] < 5"), Threshold::Bounds(vec![(Comparison::Below, 5.0)]));
        assert_eq!(
            of("len(result) == 0 || isNaN(result[0]) || (result[0] * 2 < 5)"),
            Threshold::Condition("result[0] * 2 < 5".into())
        );
        assert_eq!(demand(None, Some("result[0] > 5")).threshold, Threshold::Bounds(vec![(Comparison::AtMost, 5.0)]));
        assert_eq!(demand(None, Some("foo(result)")).threshold, Threshold::Condition("not (foo(result))".into()));
        assert_eq!(demand(None, None).threshold, Threshold::Itself);
    }

    #[test]
    fn a_range_query_is_judged_by_all_its_samples() {
        assert!(demand(Some("none(result, {# > 0.3})"), None).every);
        assert!(!demand(Some("result[0] > 0.3"), None).every);
    }
}
