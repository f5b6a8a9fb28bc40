//! In: a value from the controller, its threshold and its unit. Out: both for a person. Rounding never moves a value
//! across its bound: 99.499 % is not shown as the 99.5 % that it fails.

use super::threshold::{Comparison, Demand, Threshold};
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
    pub fn read(text: &str, demand: &Demand) -> Self {
        let text = text.trim();
        if let Some(list) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            if list.trim().is_empty() {
                return Self::Nothing;
            }
            let numbers: Option<Vec<f64>> = list.split(',').map(|number| number.trim().parse().ok()).collect();
            return match numbers {
                Some(numbers) => judged(&numbers, demand).map_or(Self::Nothing, Self::of),
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

    /// For a person: `99.2 %`, `412 ms`, `no data`.
    pub fn shown(&self, demand: &Demand, unit: Unit) -> String {
        match self {
            Self::Number(number) => shown(*number, unit, bounds(demand)),
            Self::Nothing => "no data".to_owned(),
            Self::Text(text) => short(text),
        }
    }
}

fn judged(numbers: &[f64], demand: &Demand) -> Option<f64> {
    let first = numbers.first().copied();
    if !demand.every {
        return first;
    }
    let breaks = |number: &&f64| bounds(demand).iter().any(|(comparison, bound)| !comparison.holds(**number, *bound));
    numbers.iter().filter(|number| !number.is_nan()).find(breaks).copied().or(first)
}

fn bounds(demand: &Demand) -> &[(Comparison, f64)] {
    if let Threshold::Bounds(bounds) = &demand.threshold { bounds } else { &[] }
}

impl Threshold {
    /// For a person: `≥ 99.5 %`, `= ok`; `None` if there is no threshold.
    pub fn shown(&self, unit: Unit) -> Option<String> {
        match self {
            Self::Bounds(bounds) => {
                let one = |(comparison, bound): &(Comparison, f64)| {
                    format!("{} {}", comparison.sign(), shown(*bound, unit, &[(*comparison, *bound)]))
                };
                Some(bounds.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Self::Equals(text) => Some(format!("= {}", short(text))),
            Self::Present => Some("any data".to_owned()),
            Self::Condition(text) => Some(text.clone()),
            Self::Anything | Self::Itself => None,
        }
    }

    /// The threshold in words: `at least 99.5 %`.
    pub fn in_words(&self, unit: Unit) -> Option<String> {
        match self {
            Self::Bounds(bounds) => {
                let one = |(comparison, bound): &(Comparison, f64)| {
                    let word = match comparison {
                        Comparison::AtLeast => "at least",
                        Comparison::AtMost => "at most",
                        Comparison::Above => "more than",
                        Comparison::Below => "less than",
                        Comparison::Equal => "exactly",
                        Comparison::NotEqual => "anything but",
                    };
                    format!("{word} {}", shown(*bound, unit, &[(*comparison, *bound)]))
                };
                Some(bounds.iter().map(one).collect::<Vec<_>>().join(" and "))
            }
            Self::Equals(text) => Some(format!("`{}`", short(text))),
            Self::Present => Some("any data at all".to_owned()),
            Self::Condition(text) => Some(format!("`{text}`")),
            Self::Anything | Self::Itself => None,
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
fn shown(number: f64, unit: Unit, bounds: &[(Comparison, f64)]) -> String {
    let in_milliseconds = |seconds: f64| seconds.abs() < 1.0 && seconds != 0.0;
    let (factor, unit) = match unit {
        Unit::Ratio => (100.0, " %"),
        Unit::Percent => (1.0, " %"),
        Unit::Seconds if in_milliseconds(number) => (1000.0, " ms"),
        Unit::Milliseconds if number.abs() >= 1000.0 => (0.001, " s"),
        Unit::Seconds => (1.0, " s"),
        Unit::Milliseconds => (1.0, " ms"),
        Unit::PerSecond => (1.0, "/s"),
        Unit::Plain => (1.0, ""),
    };
    format!("{}{unit}", rounded(number, factor, bounds))
}

/// With as few decimals as distinguish the number from its bounds, and at least about three digits.
fn rounded(number: f64, factor: f64, bounds: &[(Comparison, f64)]) -> String {
    let scaled = number * factor;
    if !scaled.is_finite() {
        return if scaled > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let magnitude = scaled.abs();
    let least = if magnitude >= 100.0 || magnitude == 0.0 {
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
        bounds.iter().all(|(comparison, bound)| {
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
    use super::super::threshold::demand;
    use super::*;

    fn shown(value: &str, condition: &str, unit: Unit) -> (String, String) {
        let demand = demand(Some(condition), None);
        let threshold = demand.threshold.shown(unit).unwrap_or_default();
        (Value::read(value, &demand).shown(&demand, unit), threshold)
    }

    #[test]
    fn values_are_shown_in_the_terms_of_the_policy() {
        let pair = |value: &str, threshold: &str| (value.to_owned(), threshold.to_owned());
        assert_eq!(shown("[0.992]", "result[0] >= 0.995", Unit::Ratio), pair("99.2 %", "≥ 99.5 %"));
        assert_eq!(shown("[0.4123]", "result[0] <= 0.3", Unit::Seconds), pair("412 ms", "≤ 300 ms"));
        assert_eq!(shown("[1200]", "result[0] <= 300", Unit::Milliseconds), pair("1.2 s", "≤ 300 ms"));
        assert_eq!(shown("[0.0071]", "result[0] <= 0.01", Unit::Ratio), pair("0.71 %", "≤ 1 %"));
        assert_eq!(shown("[14.4]", "result[0] <= 14.4", Unit::Plain), pair("14.4", "≤ 14.4"));
        assert_eq!(shown("[]", "result[0] >= 0.995", Unit::Ratio).0, "no data");
        assert_eq!(shown("[NaN]", "result[0] >= 0.995", Unit::Ratio).0, "no data");
        assert_eq!(shown("[+Inf]", "result[0] <= 1", Unit::Plain).0, "∞");
        assert_eq!(shown("\"bad\"", "result == \"ok\"", Unit::Plain), pair("bad", "= ok"));
    }

    #[test]
    fn a_value_is_not_rounded_across_its_bound() {
        assert_eq!(shown("[0.99499]", "result[0] >= 0.995", Unit::Ratio).0, "99.499 %");
        assert_eq!(shown("[0.9950001]", "result[0] > 0.995", Unit::Ratio).0, "99.50001 %");
        assert_eq!(shown("[0.300001]", "result[0] <= 0.3", Unit::Seconds).0, "300.001 ms");
    }

    #[test]
    fn of_many_samples_the_one_that_breaks_the_bounds_is_shown() {
        assert_eq!(shown("[0.1,0.5,0.2]", "none(result, {# > 0.3})", Unit::Seconds).0, "500 ms");
        assert_eq!(shown("[0.1,0.5]", "result[0] <= 0.3", Unit::Seconds).0, "100 ms");
    }
}
