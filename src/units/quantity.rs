//! In: `100m`, `128Mi`, `1e3`. Out: [`Quantity`], an amount as the API server reads it in a pod template.

use std::cmp::Ordering;
use std::fmt;

use super::error::{Kind, UnitError, UnitProblem};
use super::number::Number;

/// An amount of a resource: CPU, memory, storage. Equal amounts are equal regardless of spelling.
#[derive(Clone, Debug)]
pub struct Quantity {
    text: String,
    /// Billionths, rounded up, as the API server stores it.
    billionths: i128,
}

const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.billionths < 0
    }

    /// Its value as a decimal number; `None` if it is not a whole number of thousandths.
    pub fn as_number(&self) -> Option<Number> {
        let thousandths = (self.billionths % 1_000_000 == 0).then_some(self.billionths / 1_000_000)?;
        Number::from_scaled(i64::try_from(thousandths).ok()?, 3)
    }

    /// Reads it like Kubernetes.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let fail = |problem, range: std::ops::Range<usize>| UnitError::new(Kind::Quantity, problem, range);
        if text.trim().is_empty() {
            return Err(fail(UnitProblem::Empty, 0..text.len()));
        }
        if let Some(space) = super::decimal::space(text) {
            let compact: String = text.split_whitespace().collect();
            let instead = Self::parse(&compact).is_ok().then_some(compact);
            return Err(fail(UnitProblem::Space, space).maybe_instead(instead));
        }
        let sign = usize::from(text.starts_with(['-', '+']));
        let length = text[sign..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, suffix) = text[sign..].split_at(length);
        if let Some(rest) = suffix.strip_prefix(',').filter(|_| length > 0) {
            let pointed = format!("{}.{rest}", &text[..sign + length]);
            let instead = Self::parse(&pointed).is_ok().then_some(pointed);
            return Err(fail(UnitProblem::DecimalComma, sign + length..sign + length + 1).maybe_instead(instead));
        }
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(fail(UnitProblem::NotANumber(text.to_owned()), 0..text.len()));
        }
        let (binary, exponent) = if let Some(power) = BINARY.iter().position(|name| *name == suffix) {
            (10 * (power + 1), 0)
        } else if let Some((_, exponent)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
            (0, *exponent)
        } else if let Some(exponent) = suffix.strip_prefix(['e', 'E']).and_then(|digits| digits.parse::<i32>().ok()) {
            (0, exponent)
        } else {
            let instead = suggestion(suffix).map(|suffix| format!("{}{suffix}", &text[..sign + length]));
            let range = sign + length..text.len();
            return Err(fail(UnitProblem::UnknownUnit(suffix.to_owned()), range).maybe_instead(instead));
        };
        let magnitude = billionths(whole, fraction, exponent, binary);
        let billionths = if text.starts_with('-') { -magnitude } else { magnitude };
        Ok(Self { text: text.to_owned(), billionths })
    }
}

/// Rounded up to a billionth, and capped far above 2^63, where the API server caps it.
fn billionths(whole: &str, fraction: &str, exponent: i32, binary: usize) -> i128 {
    const CAP: i128 = i64::MAX as i128 * 1_000_000_000;
    let mut value: i128 = 0;
    let mut shift = exponent.saturating_add(9);
    let mut inexact = false;
    for (digit, behind) in whole.bytes().map(|byte| (byte, false)).chain(fraction.bytes().map(|byte| (byte, true))) {
        if value > CAP {
            if !behind {
                shift = shift.saturating_add(1);
            }
            continue;
        }
        value = value * 10 + i128::from(digit - b'0');
        if behind {
            shift = shift.saturating_sub(1);
        }
    }
    if value == 0 {
        return 0;
    }
    value = value.saturating_mul(1 << binary.min(60));
    while shift > 0 && value <= CAP {
        value *= 10;
        shift -= 1;
    }
    while shift < 0 && value > 0 {
        inexact |= value % 10 != 0;
        value /= 10;
        shift += 1;
    }
    (value + i128::from(inexact)).min(CAP)
}

/// The suffix that was probably meant.
fn suggestion(suffix: &str) -> Option<&'static str> {
    let lower = suffix.to_ascii_lowercase();
    Some(match lower.as_str() {
        "kib" | "ki" => "Ki",
        "mib" | "mi" => "Mi",
        "gib" | "gi" => "Gi",
        "tib" | "ti" => "Ti",
        "kb" | "k" => "k",
        "mb" => "M",
        "gb" | "g" => "G",
        "tb" | "t" => "T",
        "p" | "pb" => "P",
        "milli" | "mcpu" | "millicores" => "m",
        "b" | "bytes" | "cpu" | "core" | "cores" => "",
        _ => return None,
    })
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.billionths == other.billionths
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.billionths.cmp(&other.billionths)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare_regardless_of_spelling() {
        let quantity = |text: &str| Quantity::parse(text).unwrap();
        assert_eq!(quantity("100m"), quantity("0.1"));
        assert_eq!(quantity("1e3"), quantity("1k"));
        assert_eq!(quantity("1Ki"), quantity("1024"));
        assert_eq!(quantity("1.5Gi"), quantity("1536Mi"));
        assert_eq!(quantity("0.0000000001"), quantity("1n"));
        assert_eq!(quantity("1E"), quantity("1e18"));
        assert_eq!(quantity("0e9999999"), quantity("0"));
        assert_eq!(quantity("1e-999999"), quantity("1n"));
        assert!(quantity("128M") < quantity("128Mi"));
        assert!(quantity("-1").is_negative());
        assert_eq!(quantity(".5"), quantity("500m"));
        assert_eq!(quantity("5.").to_string(), "5.");
        assert!(quantity(&"9".repeat(10_000)) >= quantity("1E"));
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let instead = |text: &str| Quantity::parse(text).unwrap_err().instead;
        assert_eq!(instead("128MB").as_deref(), Some("128M"));
        assert_eq!(instead("1gb").as_deref(), Some("1G"));
        assert_eq!(instead("128 Mi").as_deref(), Some("128Mi"));
        assert_eq!(instead("0,5").as_deref(), Some("0.5"));
        assert_eq!(instead("1K").as_deref(), Some("1k"));
        assert_eq!(Quantity::parse("lots").unwrap_err().problem, UnitProblem::NotANumber("lots".into()));
        assert_eq!(Quantity::parse("1.2.3").unwrap_err().problem, UnitProblem::NotANumber("1.2.3".into()));
        assert_eq!(Quantity::parse("5x").unwrap_err().range, 1..2);
        assert_eq!(Quantity::parse("").unwrap_err().problem, UnitProblem::Empty);
    }
}
