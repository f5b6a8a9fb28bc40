//! In: `120/s`, `90/m`, `5000/h`. Out: [`Rate`], exact.

use std::fmt;

use super::decimal::{self, DecimalError};
use super::error::{Kind, UnitError, UnitProblem};
use super::number::Number;

/// Events over time; 60/m and 1/s are the same rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate {
    /// Thousandths of an event in an hour: every rate with three decimals is exact in every unit.
    thousandths_per_hour: u64,
}

const PLACES: u32 = 3;
const MOST: u64 = 1_000_000_000_000 * 3_600;
const MOST_TEXT: &str = "1000000000/s";

impl Rate {
    /// Events in a second; the nearest double.
    pub fn per_second(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "bounded by 2^52")]
        let thousandths = self.thousandths_per_hour as f64;
        thousandths / 3_600_000.0
    }

    /// Events in a second to nine decimals, for a comparison in a condition.
    pub fn in_seconds(self) -> Number {
        // Thousandths per hour times 10^9, divided by 3,600 × 1,000; rounded to the nearest.
        let billionths = (u128::from(self.thousandths_per_hour) * 1_000_000_000 + 1_800_000) / 3_600_000;
        i64::try_from(billionths).ok().and_then(|value| Number::from_scaled(value, 9)).unwrap_or_default()
    }

    /// The text of [`Self::in_seconds`].
    pub fn as_per_second_text(self) -> String {
        self.in_seconds().to_string()
    }

    /// Reads `120/s`.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let fail = |problem, range: std::ops::Range<usize>| UnitError::new(Kind::Rate, problem, range);
        if text.trim().is_empty() {
            return Err(fail(UnitProblem::Empty, 0..text.len()));
        }
        let meant = meant(text);
        if let Some(space) = decimal::space(text) {
            return Err(fail(UnitProblem::Space, space).maybe_instead(meant));
        }
        let length = decimal::number_length(text);
        let (number, unit) = text.split_at(length);
        if number.is_empty() {
            return Err(fail(UnitProblem::NotANumber(text.to_owned()), 0..text.len()));
        }
        let per_hour = match unit {
            "/s" => 3_600,
            "/m" => 60,
            "/h" => 1,
            "" | "/" => return Err(fail(UnitProblem::MissingUnit, 0..text.len()).maybe_instead(meant)),
            _ => {
                let problem = UnitProblem::UnknownUnit(unit.to_owned());
                return Err(fail(problem, length..text.len()).maybe_instead(meant));
            }
        };
        if number.starts_with('-') {
            return Err(fail(UnitProblem::Negative, 0..1).maybe_instead(meant));
        }
        if let Some(comma) = number.find(',') {
            return Err(fail(UnitProblem::DecimalComma, comma..comma + 1).maybe_instead(meant));
        }
        let too_large = || fail(UnitProblem::TooLarge(MOST_TEXT), 0..text.len());
        let thousandths = decimal::parse(number, PLACES).map_err(|error| match error {
            DecimalError::Malformed => fail(UnitProblem::NotANumber(number.to_owned()), 0..length),
            DecimalError::TooPrecise => fail(UnitProblem::TooPrecise("three decimals"), 0..length),
            DecimalError::TooLarge => too_large(),
        })?;
        let thousandths_per_hour = u64::try_from(thousandths)
            .ok()
            .and_then(|value| value.checked_mul(per_hour))
            .filter(|value| *value <= MOST)
            .ok_or_else(too_large)?;
        Ok(Self { thousandths_per_hour })
    }
}

/// What was probably meant: `120rps`, `120 / sec`, `7200/min`, `10/d`.
fn meant(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let compact = compact.trim_start_matches(['-', '+']);
    let length = decimal::number_length(compact);
    let number = compact[..length].replace(',', ".").replace('_', "");
    let unit = match compact[length..].to_ascii_lowercase().trim_start_matches(['/', 'p']) {
        "s" | "sec" | "second" | "er" | "ersecond" | "ersec" => "s",
        "m" | "min" | "minute" | "erminute" | "ermin" => "m",
        "h" | "hr" | "hour" | "erhour" => "h",
        "rps" | "qps" | "req/s" | "requests/s" | "rs" | "qs" => "s",
        "rpm" | "qpm" | "req/m" | "requests/m" => "m",
        "rph" | "req/h" => "h",
        _ => return None,
    };
    let text = format!("{number}/{unit}");
    decimal::parse(&number, PLACES).is_ok_and(|value| value <= 1_000_000_000_000).then_some(text)
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (divisor, unit) = match self.thousandths_per_hour {
            rate if rate.is_multiple_of(3_600) => (3_600, "s"),
            rate if rate.is_multiple_of(60) => (60, "m"),
            _ => (1, "h"),
        };
        let value = i64::try_from(self.thousandths_per_hour / divisor).unwrap_or(i64::MAX);
        write!(formatter, "{}/{unit}", decimal::format(value, PLACES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact() {
        let cases = [("120/s", "120/s", "120"), ("90/m", "1.5/s", "1.5"), ("5000/h", "5000/h", "1.388888889")];
        for (text, shown, per_second) in cases {
            let rate = Rate::parse(text).unwrap();
            assert_eq!((rate.to_string().as_str(), rate.as_per_second_text().as_str()), (shown, per_second), "{text}");
            assert_eq!(Rate::parse(shown).unwrap(), rate);
        }
        assert_eq!(Rate::parse("60/m").unwrap(), Rate::parse("1/s").unwrap());
        assert_eq!(Rate::parse("0.001/h").unwrap().to_string(), "0.001/h");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let error = |text: &str| {
            let error = Rate::parse(text).unwrap_err();
            if let Some(instead) = &error.instead {
                Rate::parse(instead).unwrap();
            }
            (error.problem, error.range, error.instead)
        };
        assert_eq!(error("120"), (UnitProblem::MissingUnit, 0..3, None));
        assert_eq!(error("120/sec"), (UnitProblem::UnknownUnit("/sec".into()), 3..7, Some("120/s".into())));
        assert_eq!(error("120rps"), (UnitProblem::UnknownUnit("rps".into()), 3..6, Some("120/s".into())));
        assert_eq!(error("90/min"), (UnitProblem::UnknownUnit("/min".into()), 2..6, Some("90/m".into())));
        assert_eq!(error("120 /s"), (UnitProblem::Space, 3..4, Some("120/s".into())));
        assert_eq!(error("-1/s"), (UnitProblem::Negative, 0..1, Some("1/s".into())));
        assert_eq!(error("1,5/s"), (UnitProblem::DecimalComma, 1..2, Some("1.5/s".into())));
        assert_eq!(error("").0, UnitProblem::Empty);
        assert_eq!(error("/s").0, UnitProblem::NotANumber("/s".into()));
        assert!(matches!(error("9999999999999/s").0, UnitProblem::TooLarge(_)));
    }
}
