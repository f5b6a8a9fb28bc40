//! In: `3`, `14.4`, `-0.5`, `1e3`. Out: [`Number`], an exact decimal whose text both conditions and PromQL read.

use std::cmp::Ordering;
use std::fmt;

use super::error::{Kind, UnitError, UnitProblem};

/// An exact decimal number of at most 18 digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Number {
    /// The digits, without trailing zeros after the point.
    digits: i64,
    /// How many of them follow the point.
    places: u8,
}

/// 18 digits always fit in an `i64`.
const MOST_DIGITS: usize = 18;

impl Number {
    /// A whole number; `None` beyond 18 digits.
    pub fn from_integer(value: i64) -> Option<Self> {
        (value.unsigned_abs() < 10_u64.pow(18)).then_some(Self { digits: value, places: 0 })
    }

    /// `value` × 10^-`places`; `None` beyond 18 digits.
    pub fn from_scaled(value: i64, places: u8) -> Option<Self> {
        let (mut digits, mut places) = (value, places);
        while places > 0 && digits % 10 == 0 {
            digits /= 10;
            places -= 1;
        }
        (digits.unsigned_abs() < 10_u64.pow(18) && places <= 18).then_some(Self { digits, places })
    }

    /// Its shortest text, as [`fmt::Display`] shows it.
    pub fn text(self) -> String {
        super::decimal::format(self.digits, u32::from(self.places))
    }

    /// The nearest double, for arithmetic that is not emitted.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// Its value when it is whole.
    pub fn as_integer(self) -> Option<i64> {
        (self.places == 0).then_some(self.digits)
    }

    /// Reads a decimal number; an exponent is expanded.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let fail = |problem, range: std::ops::Range<usize>| UnitError::new(Kind::Number, problem, range);
        if text.trim().is_empty() {
            return Err(fail(UnitProblem::Empty, 0..text.len()));
        }
        if let Some(space) = super::decimal::space(text) {
            let compact: String = text.split_whitespace().collect();
            return Err(fail(UnitProblem::Space, space).maybe_instead(Self::parse(&compact).is_ok().then_some(compact)));
        }
        if let Some(comma) = text.find(',') {
            let pointed = text.replace(',', ".");
            return Err(fail(UnitProblem::DecimalComma, comma..comma + 1)
                .maybe_instead(Self::parse(&pointed).is_ok().then_some(pointed)));
        }
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        let malformed = || fail(UnitProblem::NotANumber(text.to_owned()), 0..text.len());
        if !is_digits(whole) || !is_digits(fraction) || mantissa.ends_with('.') || mantissa.is_empty() {
            let length = super::decimal::number_length(text);
            if length > 0 && length < text.len() && Self::parse(&text[..length]).is_ok() {
                return Err(fail(UnitProblem::UnknownUnit(text[length..].to_owned()), length..text.len()));
            }
            return Err(malformed());
        }
        let too_large = || fail(UnitProblem::TooLarge("18 digits long"), 0..text.len());
        let exponent_is_number = is_digits(exponent.trim_start_matches(['-', '+'])) && !exponent.is_empty();
        let exponent: i32 = match exponent.replace('_', "").parse() {
            Ok(exponent) => exponent,
            Err(_) if exponent_is_number => return Err(too_large()),
            Err(_) => return Err(malformed()),
        };
        let mut digits: String = whole.chars().chain(fraction.chars()).filter(char::is_ascii_digit).collect();
        let fraction_digits = fraction.bytes().filter(u8::is_ascii_digit).count();
        let mut places = i64::try_from(fraction_digits).unwrap_or(i64::MAX).saturating_sub(i64::from(exponent));
        while places > 0 && digits.ends_with('0') {
            digits.pop();
            places -= 1;
        }
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Ok(Self::default());
        }
        let zeros = usize::try_from(-places.min(0)).unwrap_or(usize::MAX);
        if significant.len().saturating_add(zeros) > MOST_DIGITS || places > 18 {
            return Err(too_large());
        }
        let spelled = format!("{significant}{}", "0".repeat(zeros));
        let value: i64 = spelled.parse().map_err(|_| too_large())?;
        let digits = if text.starts_with('-') { -value } else { value };
        Ok(Self { digits, places: u8::try_from(places.max(0)).unwrap_or(0) })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.places.max(other.places);
        let scaled = |number: &Self| i128::from(number.digits) * 10_i128.pow(u32::from(places - number.places));
        scaled(self).cmp(&scaled(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_as_written() {
        let cases = [
            ("14.4", "14.4"),
            ("0.1", "0.1"),
            ("1e3", "1000"),
            ("1.5e-3", "0.0015"),
            ("-0.50", "-0.5"),
            ("100", "100"),
            ("1_000", "1000"),
            ("+7", "7"),
            ("-0", "0"),
            ("0e999", "0"),
            (".5", "0.5"),
            ("007", "7"),
            ("123456789012345678", "123456789012345678"),
        ];
        for (text, shown) in cases {
            assert_eq!(Number::parse(text).unwrap().to_string(), shown, "{text}");
        }
        assert_eq!(Number::parse("0.1").unwrap().to_f64().to_bits(), 0.1_f64.to_bits());
        assert!(Number::parse("0.3").unwrap() < Number::parse("14.4").unwrap());
        assert!(Number::parse("-2").unwrap() < Number::parse("-1.5").unwrap());
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        let problem = |text: &str| Number::parse(text).unwrap_err().problem;
        assert_eq!(problem("1,5"), UnitProblem::DecimalComma);
        assert_eq!(problem("many"), UnitProblem::NotANumber("many".into()));
        assert_eq!(problem("5ms"), UnitProblem::UnknownUnit("ms".into()));
        assert_eq!(problem("1e"), UnitProblem::NotANumber("1e".into()));
        assert_eq!(problem("5."), UnitProblem::NotANumber("5.".into()));
        assert!(matches!(problem("1e400"), UnitProblem::TooLarge(_)));
        assert!(matches!(problem("1e99999999999999"), UnitProblem::TooLarge(_)));
        assert!(matches!(problem("1234567890123456789"), UnitProblem::TooLarge(_)));
    }
}
