//! In: a value from the controller, its threshold and its unit. Out: both for a person. Rounding never moves a value
//! across its bound: 99.499% is not shown as the 99.5% that it fails.

use super::threshold::{Comparison, Criterion, Threshold};
use crate::runtime::rollout::Unit;

/// The value of a measurement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// An answer without a number: an empty list, or not a number.
    Nothing,
    /// A text.
    Text(String),
}

impl Value {
    /// Parses the text of the controller. Of several numbers it takes the one that is judged: the first or, if all
    /// count, the first outside the bounds.
    pub fn read(text: &str, criterion: &Criterion) -> Self {
        let text = text.trim();
        if let Some(list) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            if list.trim().is_empty() {
                return Self::Nothing;
            }
            let numbers: Option<Vec<f64>> = list.split(',').map(|number| number.trim().parse().ok()).collect();
            return match numbers {
                Some(numbers) => judged(&numbers, criterion).map_or(Self::Nothing, Self::of),
                None => Self::Text(text.to_owned()),
            };
        }
        match text.parse::<f64>() {
            Ok(number) => Self::of(number),
            Err(_) if text.is_empty() || matches!(text, "null" | "<nil>") => Self::Nothing,
            Err(_) => Self::Text(serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())),
        }
    }

    fn of(number: f64) -> Self {
        if number.is_nan() { Self::Nothing } else { Self::Number(number) }
    }

    /// For a person: `99.2%`, `412 ms`, `no data`.
    pub fn shown(&self, criterion: &Criterion) -> String {
        match self {
            Self::Number(number) => shown(*number, criterion.unit, bounds(criterion)),
            Self::Nothing => "no data".to_owned(),
            Self::Text(text) => short(text),
        }
    }
}

fn judged(numbers: &[f64], criterion: &Criterion) -> Option<f64> {
    let first = numbers.first().copied();
    if !criterion.every {
        return first;
    }
    let bounds = bounds(criterion).unwrap_or_default();
    let breaks = |number: &&f64| bounds.iter().any(|(comparison, bound)| !comparison.holds(**number, *bound));
    numbers.iter().filter(|number| !number.is_nan()).find(breaks).copied().or(first)
}

/// The bounds that a shown value must not seem to cross; `None` if they are unknown.
fn bounds(criterion: &Criterion) -> Option<&[(Comparison, f64)]> {
    match &criterion.threshold {
        Threshold::Bounds(bounds) => Some(bounds),
        Threshold::Condition(_) | Threshold::Unknown => None,
        Threshold::Equals(_) | Threshold::JudgedLater | Threshold::JudgedByProvider => Some(&[]),
    }
}

impl Threshold {
    /// For a person: `≥ 99.5%`, `= ok`; `None` if there is no threshold.
    pub fn shown(&self, unit: Unit) -> Option<String> {
        match self {
            Self::Bounds(bounds) => {
                let one = |(comparison, bound): &(Comparison, f64)| {
                    format!("{} {}", comparison.sign(), shown(*bound, unit, Some(&[(*comparison, *bound)])))
                };
                Some(bounds.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Self::Equals(text) => Some(format!("= {}", short(text))),
            Self::Condition(text) => Some(short(text)),
            Self::JudgedLater | Self::JudgedByProvider | Self::Unknown => None,
        }
    }

    /// The threshold in words: `at least 99.5%`.
    pub fn in_words(&self, unit: Unit) -> Option<String> {
        match self {
            Self::Bounds(bounds) => {
                let one = |(comparison, bound): &(Comparison, f64)| {
                    let word = match comparison {
                        Comparison::AtLeast => "at least",
                        Comparison::AtMost => "at most",
                        Comparison::Equal => "exactly",
                    };
                    format!("{word} {}", shown(*bound, unit, Some(&[(*comparison, *bound)])))
                };
                Some(bounds.iter().map(one).collect::<Vec<_>>().join(" and "))
            }
            Self::Equals(text) => Some(format!("`{}`", short(text))),
            Self::Condition(text) => Some(format!("a value that meets `{}`", short(text))),
            Self::JudgedLater | Self::JudgedByProvider | Self::Unknown => None,
        }
    }
}

/// Long responses of web servers are cut.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A number in its unit.
fn shown(number: f64, unit: Unit, bounds: Option<&[(Comparison, f64)]>) -> String {
    let in_milliseconds = |seconds: f64| seconds.abs() < 1.0 && seconds != 0.0;
    let (factor, unit) = match unit {
        Unit::Ratio => (100.0, "%"),
        Unit::Percent => (1.0, "%"),
        Unit::Seconds if in_milliseconds(number) => (1000.0, " ms"),
        Unit::Milliseconds if number.abs() >= 1000.0 => (0.001, " s"),
        Unit::Seconds => (1.0, " s"),
        Unit::Milliseconds => (1.0, " ms"),
        Unit::PerSecond => (1.0, "/s"),
        Unit::Plain => (1.0, ""),
    };
    format!("{}{unit}", rounded(number, factor, bounds))
}

/// With as few decimals as distinguish the number from its bounds, and at least about three digits. If the bounds are
/// unknown, with many decimals.
fn rounded(number: f64, factor: f64, bounds: Option<&[(Comparison, f64)]>) -> String {
    let scaled = number * factor;
    if !scaled.is_finite() {
        return if scaled > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let magnitude = scaled.abs();
    let least = if bounds.is_none() {
        9
    } else if magnitude >= 100.0 || magnitude == 0.0 {
        0
    } else if magnitude >= 10.0 {
        1
    } else if magnitude >= 1.0 {
        2
    } else {
        // 0.0123: all leading zeros, and three digits.
        (3.0 - magnitude.log10().floor() - 1.0).clamp(2.0, 9.0) as usize
    };
    let tells = |text: &str| {
        let near = text.parse::<f64>().unwrap_or(scaled) / factor;
        bounds.unwrap_or_default().iter().all(|(comparison, bound)| {
            // A bound is written exactly, and a value must stay on its side.
            let is_same = (near - bound).abs() <= bound.abs() * 1e-12;
            let near = if is_same { *bound } else { near };
            comparison.holds(near, *bound) == comparison.holds(number, *bound) && (number != *bound || is_same)
        })
    };
    let texts = (least..=12).map(|decimals| format!("{scaled:.decimals$}"));
    let text = texts.clone().find(|text| tells(text)).unwrap_or_else(|| scaled.to_string());
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::stage::Place;
    use super::super::threshold::testing::{criterion, of_plan};
    use super::*;

    fn shown(value: &str, check: &serde_json::Value) -> (String, String) {
        let criterion = criterion(check, Place::Gate);
        let threshold = criterion.threshold.shown(criterion.unit).unwrap_or_default();
        (Value::read(value, &criterion).shown(&criterion), threshold)
    }

    #[test]
    fn values_are_shown_in_the_terms_of_the_policy() {
        let pair = |value: &str, threshold: &str| (value.to_owned(), threshold.to_owned());
        let availability = json!({"min": 0.995, "unit": "ratio"});
        assert_eq!(shown("[0.992]", &availability), pair("99.2%", "≥ 99.5%"));
        assert_eq!(shown("[0.4123]", &json!({"max": 0.3, "unit": "seconds"})), pair("412 ms", "≤ 300 ms"));
        assert_eq!(shown("[1200]", &json!({"max": 300, "unit": "milliseconds"})), pair("1.2 s", "≤ 300 ms"));
        assert_eq!(shown("[0.0071]", &json!({"max": 0.01, "unit": "ratio"})), pair("0.71%", "≤ 1%"));
        assert_eq!(shown("[14.4]", &json!({"max": 14.4})), pair("14.4", "≤ 14.4"));
        assert_eq!(shown("[]", &availability).0, "no data");
        assert_eq!(shown("[NaN]", &availability).0, "no data");
        assert_eq!(shown("[+Inf]", &json!({"max": 1})).0, "∞");
        assert_eq!(shown("\"bad\"", &json!({"equals": "ok"})), pair("bad", "= ok"));
    }

    #[test]
    fn a_value_is_not_rounded_across_its_bound() {
        assert_eq!(shown("[0.99499]", &json!({"min": 0.995, "unit": "ratio"})).0, "99.499%");
        assert_eq!(shown("[0.9950001]", &json!({"max": 0.995, "unit": "ratio"})).0, "99.50001%");
        assert_eq!(shown("[0.300001]", &json!({"max": 0.3, "unit": "seconds"})).0, "300.001 ms");
    }

    #[test]
    fn a_value_with_unknown_bounds_is_not_rounded() {
        let criterion = of_plan(&json!({}), "result[0] >= 0.995", Place::Gate);
        assert_eq!(Value::read("[0.99499]", &criterion).shown(&criterion), "0.99499");
    }

    #[test]
    fn of_many_samples_the_one_that_breaks_the_bounds_is_shown() {
        let every = json!({"max": 0.3, "unit": "seconds", "every": true});
        assert_eq!(shown("[0.1,0.5,0.2]", &every).0, "500 ms");
        assert_eq!(shown("[0.1,0.5]", &json!({"max": 0.3, "unit": "seconds"})).0, "100 ms");
    }
}
