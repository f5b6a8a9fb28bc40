//! In: `3`, `25%`. Out: [`IntOrPercent`], like Kubernetes' IntOrString.

use std::fmt;

use super::error::{Kind, UnitError, UnitProblem};
use super::percent::Percent;

/// A number of pods, or a percentage of them. `maxSurge: "3"`, a string, would mean 3%: emit the number as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntOrPercent {
    /// A number of pods.
    Int(u32),
    /// A whole percentage; Kubernetes accepts no other.
    Percent(u8),
}

impl IntOrPercent {
    /// The number out of `total`; a percentage is rounded up.
    pub fn of_rounded_up(self, total: u32) -> u32 {
        match self {
            Self::Int(count) => count,
            Self::Percent(percent) => {
                Percent::from_whole(percent).map_or(total, |percent| percent.of_rounded_up(total))
            }
        }
    }

    /// A number as written in KDL or YAML without quotes.
    pub fn from_integer(value: i64) -> Result<Self, UnitError> {
        let fail = |problem| UnitError::new(Kind::IntOrPercent, problem, 0..usize::MAX);
        if value < 0 {
            return Err(fail(UnitProblem::Negative));
        }
        match i32::try_from(value) {
            Ok(value) => Ok(Self::Int(value.unsigned_abs())),
            Err(_) => Err(fail(UnitProblem::TooLarge("2147483647"))),
        }
    }

    /// Reads `3` or `25%`.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let fail = |problem| UnitError::new(Kind::IntOrPercent, problem, 0..text.len());
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse::<i64>() {
                Ok(value) => Self::from_integer(value).map_err(|error| UnitError { range: 0..text.len(), ..error }),
                Err(_) => Err(fail(UnitProblem::TooLarge("2147483647"))),
            };
        }
        let percent = match Percent::parse(text) {
            Ok(percent) => percent,
            Err(error) => {
                // A bare `5.5` does not certainly lack a percent sign: it may be a count.
                let fraction = error.problem == UnitProblem::MissingUnit && text.contains('.');
                let problem = if fraction { UnitProblem::Fraction } else { error.problem };
                let instead = error.instead.filter(|text| !text.contains('.') && Self::parse(text).is_ok());
                return Err(UnitError { kind: Kind::IntOrPercent, problem, range: error.range, instead });
            }
        };
        percent.whole().map(Self::Percent).ok_or_else(|| fail(UnitProblem::Fraction))
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(count) => write!(formatter, "{count}"),
            Self::Percent(percent) => write!(formatter, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_percentages_are_distinguished() {
        assert_eq!(IntOrPercent::parse("3"), Ok(IntOrPercent::Int(3)));
        assert_eq!(IntOrPercent::parse("25%"), Ok(IntOrPercent::Percent(25)));
        assert_eq!(IntOrPercent::Percent(25).of_rounded_up(6), 2);
        assert_eq!(IntOrPercent::from_integer(-1).unwrap_err().problem, UnitProblem::Negative);
        assert!(matches!(IntOrPercent::parse("99999999999").unwrap_err().problem, UnitProblem::TooLarge(_)));
        assert!(matches!(IntOrPercent::parse("99999999999999999999").unwrap_err().problem, UnitProblem::TooLarge(_)));
        assert_eq!(IntOrPercent::parse("2.5%").unwrap_err().problem, UnitProblem::Fraction);
        assert_eq!(IntOrPercent::parse("2.5").unwrap_err().problem, UnitProblem::Fraction);
        assert_eq!(IntOrPercent::parse("120%").unwrap_err().problem, UnitProblem::OutOfRange("0%", "100%"));
        let spaced = IntOrPercent::parse("25 %").unwrap_err();
        assert_eq!((spaced.problem, spaced.instead.as_deref()), (UnitProblem::Space, Some("25%")));
        assert_eq!(IntOrPercent::parse(".5 %").unwrap_err().instead, None);
        assert_eq!(IntOrPercent::parse("three").unwrap_err().problem, UnitProblem::NotANumber("three".into()));
    }
}
