//! In: `5%`, `99.95%`. Out: [`Percent`], exact, 0 to 100; and [`RelativePercent`], which may exceed 100.

use std::fmt;

use super::decimal::{self, DecimalError};
use super::error::{Kind, UnitError, UnitProblem};
use super::number::Number;

const PER_PERCENT: u32 = 10_000;
const PLACES: u32 = 4;
const FINEST: &str = "0.0001%";

/// A share of a whole, 0% to 100%, to the millionth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent {
    millionths: u32,
}

/// A percentage of something else, such as the canary's errors against the stable version's: 100% is equal, and 200% is
/// twice as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelativePercent {
    millionths: u32,
}

impl Percent {
    /// 0%.
    pub const ZERO: Self = Self { millionths: 0 };
    /// 100%.
    pub const FULL: Self = Self { millionths: 1_000_000 };

    /// A whole percentage; `None` above 100.
    pub fn from_whole(percent: u8) -> Option<Self> {
        (percent <= 100).then(|| Self { millionths: u32::from(percent) * PER_PERCENT })
    }

    /// A number of millionths of the whole; `None` above a million.
    pub fn from_millionths(millionths: u32) -> Option<Self> {
        (millionths <= 1_000_000).then_some(Self { millionths })
    }

    /// Millionths of the whole: 5% is 50,000.
    pub fn millionths(self) -> u32 {
        self.millionths
    }

    /// The percentage if it is a whole number.
    pub fn whole(self) -> Option<u8> {
        let whole = self.millionths.is_multiple_of(PER_PERCENT).then_some(self.millionths / PER_PERCENT)?;
        u8::try_from(whole).ok()
    }

    /// 5% is 0.05; for arithmetic that is not emitted.
    pub fn ratio(self) -> f64 {
        f64::from(self.millionths) / 1e6
    }

    /// Exact decimal text of the ratio: `99.5%` is `0.995`.
    pub fn as_ratio_text(self) -> String {
        decimal::format(i64::from(self.millionths), 6)
    }

    /// The ratio as an exact number: `99.5%` is 0.995.
    pub fn as_ratio(self) -> Number {
        Number::from_scaled(i64::from(self.millionths), 6).unwrap_or_default()
    }

    /// The percent as an exact number: `99.5%` is 99.5.
    pub fn as_percent(self) -> Number {
        Number::from_scaled(i64::from(self.millionths), 4).unwrap_or_default()
    }

    /// Exact decimal text without the sign: `99.5%` is `99.5`.
    pub fn as_percent_text(self) -> String {
        decimal::format(i64::from(self.millionths), PLACES)
    }

    /// The sum; `None` above 100%.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_millionths(self.millionths + other.millionths)
    }

    /// The sum, at most 100%.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self { millionths: (self.millionths + other.millionths).min(1_000_000) }
    }

    /// The difference to 100%.
    #[must_use]
    pub fn complement(self) -> Self {
        Self { millionths: 1_000_000 - self.millionths }
    }

    /// The share of `count`, rounded up, as Argo rounds replicas.
    pub fn of_rounded_up(self, count: u32) -> u32 {
        let share = (u64::from(self.millionths) * u64::from(count)).div_ceil(1_000_000);
        u32::try_from(share).unwrap_or(count)
    }

    /// Reads `5%`.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse(text, 100, "0%", "100%").map(|millionths| Self { millionths })
    }
}

impl RelativePercent {
    /// Millionths: 100% is a million.
    pub fn millionths(self) -> u32 {
        self.millionths
    }

    /// Exact decimal text of the ratio: `150%` is `1.5`.
    pub fn as_ratio_text(self) -> String {
        decimal::format(i64::from(self.millionths), 6)
    }

    /// The ratio as an exact number: `150%` is 1.5.
    pub fn as_ratio(self) -> Number {
        Number::from_scaled(i64::from(self.millionths), 6).unwrap_or_default()
    }

    /// The percent as an exact number: `150%` is 150.
    pub fn as_percent(self) -> Number {
        Number::from_scaled(i64::from(self.millionths), 4).unwrap_or_default()
    }

    /// Reads `150%`; up to 100,000%.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse(text, 100_000, "0%", "100000%").map(|millionths| Self { millionths })
    }
}

impl From<Percent> for RelativePercent {
    fn from(percent: Percent) -> Self {
        Self { millionths: percent.millionths }
    }
}

fn parse(text: &str, most: u32, least_text: &'static str, most_text: &'static str) -> Result<u32, UnitError> {
    let fail = |problem, range: std::ops::Range<usize>| UnitError::new(Kind::Percent, problem, range);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(fail(UnitProblem::Empty, 0..text.len()));
    }
    // The probable value when the number is right and the rest is not. It is suggested only if it would be accepted.
    let meant = |number: &str| {
        let number = number.trim_start_matches(['-', '+']).replace(',', ".").replace('_', "");
        let fits = decimal::parse(&number, PLACES).is_ok_and(|value| value <= i64::from(most) * i64::from(PER_PERCENT));
        fits.then(|| format!("{number}%"))
    };
    let start = text.len() - text.trim_start().len();
    let length = decimal::number_length(trimmed);
    let (number, unit) = trimmed.split_at(length);
    let number_range = start..start + length;
    if number.is_empty() {
        let problem = if unit.starts_with('%') {
            UnitProblem::MissingNumber
        } else {
            UnitProblem::NotANumber(trimmed.to_owned())
        };
        return Err(fail(problem, start..start + trimmed.len()));
    }
    match unit {
        "%" => {}
        "" => {
            let ratio = number.parse().ok().and_then(ratio_as_percent);
            return Err(fail(UnitProblem::MissingUnit, number_range).maybe_instead(ratio.or_else(|| meant(number))));
        }
        _ if unit.trim_start() == "%" => {
            let spaces = unit.len() - 1;
            return Err(
                fail(UnitProblem::Space, number_range.end..number_range.end + spaces).maybe_instead(meant(number))
            );
        }
        _ => {
            let known =
                ["percent", "pct", "pc", "per cent", "％", "%%"].contains(&unit.trim().to_ascii_lowercase().as_str());
            let unit_start = number_range.end + unit.len() - unit.trim_start().len();
            let range = unit_start..number_range.end + unit.len();
            let error = fail(UnitProblem::UnknownUnit(unit.trim().to_owned()), range);
            return Err(if known { error.maybe_instead(meant(number)) } else { error });
        }
    }
    if trimmed.len() != text.len() {
        let range = if start > 0 { 0..start } else { trimmed.len()..text.len() };
        return Err(fail(UnitProblem::Space, range).maybe_instead(meant(number)));
    }
    if number.starts_with('-') {
        return Err(
            fail(UnitProblem::Negative, number_range.start..number_range.start + 1).maybe_instead(meant(number))
        );
    }
    if let Some(comma) = number.find(',') {
        return Err(fail(UnitProblem::DecimalComma, comma..comma + 1).maybe_instead(meant(number)));
    }
    let out_of_range = || fail(UnitProblem::OutOfRange(least_text, most_text), 0..text.len());
    let value = decimal::parse(number, PLACES).map_err(|error| match error {
        DecimalError::Malformed => {
            fail(UnitProblem::NotANumber(number.to_owned()), number_range.clone()).maybe_instead(meant(number))
        }
        DecimalError::TooPrecise => fail(UnitProblem::TooPrecise(FINEST), number_range.clone()),
        DecimalError::TooLarge => out_of_range(),
    })?;
    u32::try_from(value).ok().filter(|value| *value <= most * PER_PERCENT).ok_or_else(out_of_range)
}

/// A ratio between 0 and 1 as a percentage: `0.25` is `25%`.
pub fn ratio_as_percent(ratio: f64) -> Option<String> {
    let percent = (ratio * 1_000_000.0).round() / 10_000.0;
    (percent > 0.0 && percent < 100.0).then(|| format!("{percent}%"))
}

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", self.as_percent_text())
    }
}

impl fmt::Display for RelativePercent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", decimal::format(i64::from(self.millionths), PLACES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        let cases = [
            ("5%", "5%", "0.05"),
            ("99.5%", "99.5%", "0.995"),
            ("99.95%", "99.95%", "0.9995"),
            ("99.9999%", "99.9999%", "0.999999"),
            ("0%", "0%", "0"),
            ("100%", "100%", "1"),
            ("05.50%", "5.5%", "0.055"),
            (".5%", "0.5%", "0.005"),
        ];
        for (text, shown, ratio) in cases {
            let percent = Percent::parse(text).unwrap();
            assert_eq!((percent.to_string().as_str(), percent.as_ratio_text().as_str()), (shown, ratio), "{text}");
        }
        assert_eq!(Percent::parse("99.5%").unwrap().as_ratio().to_string(), "0.995");
        assert_eq!(Percent::parse("99.5%").unwrap().as_percent().to_string(), "99.5");
        assert_eq!(Percent::FULL.as_ratio().to_string(), "1");
        assert_eq!(Percent::parse("25%").unwrap().whole(), Some(25));
        assert_eq!(Percent::parse("2.5%").unwrap().whole(), None);
        assert_eq!(Percent::parse("20%").unwrap().of_rounded_up(3), 1);
        assert_eq!(RelativePercent::parse("150%").unwrap().as_ratio_text(), "1.5");
        assert_eq!(RelativePercent::from(Percent::FULL).to_string(), "100%");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let error = |text: &str| {
            let error = Percent::parse(text).unwrap_err();
            if let Some(instead) = &error.instead {
                Percent::parse(instead).unwrap();
            }
            (error.problem, error.range, error.instead)
        };
        assert_eq!(error("5"), (UnitProblem::MissingUnit, 0..1, Some("5%".into())));
        assert_eq!(error("0.25"), (UnitProblem::MissingUnit, 0..4, Some("25%".into())));
        assert_eq!(error("0.005"), (UnitProblem::MissingUnit, 0..5, Some("0.5%".into())));
        assert_eq!(error("5 %"), (UnitProblem::Space, 1..2, Some("5%".into())));
        assert_eq!(error(" 5%"), (UnitProblem::Space, 0..1, Some("5%".into())));
        assert_eq!(error("99,5%"), (UnitProblem::DecimalComma, 2..3, Some("99.5%".into())));
        assert_eq!(error("-5%"), (UnitProblem::Negative, 0..1, Some("5%".into())));
        assert_eq!(error("101%"), (UnitProblem::OutOfRange("0%", "100%"), 0..4, None));
        assert_eq!(error("99999999999999999999%").0, UnitProblem::OutOfRange("0%", "100%"));
        assert_eq!(error("99.99999%"), (UnitProblem::TooPrecise("0.0001%"), 0..8, None));
        assert_eq!(error("5 percent"), (UnitProblem::UnknownUnit("percent".into()), 2..9, Some("5%".into())));
        assert_eq!(error("5s"), (UnitProblem::UnknownUnit("s".into()), 1..2, None));
        assert_eq!(error("%"), (UnitProblem::MissingNumber, 0..1, None));
        assert_eq!(error("half"), (UnitProblem::NotANumber("half".into()), 0..4, None));
        assert_eq!(error("  ").0, UnitProblem::Empty);
        assert_eq!(error("1.2.3%").0, UnitProblem::NotANumber("1.2.3".into()));
    }
}
