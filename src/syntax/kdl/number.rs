//! In: the text of a bare word. Out: its numeric value, if it is a KDL number.

use crate::syntax::tree::{Scalar, Text};

/// Whether a word begins like a number. It is then a number or a mistake, but never a name.
pub fn looks_numeric(word: &str) -> bool {
    let bytes = word.as_bytes();
    let unsigned = bytes.strip_prefix(b"+").or_else(|| bytes.strip_prefix(b"-")).unwrap_or(bytes);
    match unsigned {
        [first, ..] if first.is_ascii_digit() => true,
        [b'.', second, ..] => second.is_ascii_digit(),
        _ => false,
    }
}

/// Whether a word is a number by KDL's grammar.
pub fn is_number(word: &str) -> bool {
    let unsigned = unsigned(word);
    if let Some((radix, digits)) = radix(unsigned) {
        return digits.starts_with(|first: char| first.is_digit(radix))
            && digits.chars().all(|digit| digit.is_digit(radix) || digit == '_');
    }
    let Some(rest) = after_digits(unsigned.as_bytes()) else { return false };
    let rest = match rest {
        [b'.', fraction @ ..] => match after_digits(fraction) {
            Some(rest) => rest,
            None => return false,
        },
        rest => rest,
    };
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let digits = match exponent {
                [b'+' | b'-', digits @ ..] => digits,
                digits => digits,
            };
            after_digits(digits).is_some_and(<[u8]>::is_empty)
        }
        _ => false,
    }
}

/// The rest of the text after a digit and the digits and underscores that follow it.
fn after_digits(bytes: &[u8]) -> Option<&[u8]> {
    if !bytes.first()?.is_ascii_digit() {
        return None;
    }
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    bytes.get(length..)
}

fn unsigned(word: &str) -> &str {
    word.strip_prefix(['+', '-']).unwrap_or(word)
}

fn radix(unsigned: &str) -> Option<(u32, &str)> {
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x', ..] => (16, unsigned.get(2..)?),
        [b'0', b'o', ..] => (8, unsigned.get(2..)?),
        [b'0', b'b', ..] => (2, unsigned.get(2..)?),
        _ => return None,
    };
    Some((radix, digits))
}

/// The value of a word that [`is_number`].
pub fn value(word: &str) -> Scalar {
    let clean;
    let digits = if word.contains('_') {
        clean = word.replace('_', "");
        clean.as_str()
    } else {
        word
    };
    let negative = digits.starts_with('-');
    let number = match radix(unsigned(digits)) {
        Some((radix, digits)) => {
            match i128::from_str_radix(digits, radix).ok().map(|value| if negative { -value } else { value }) {
                Some(value) if i64::try_from(value).is_ok() => {
                    return i64::try_from(value).map_or(Scalar::Null, Scalar::Integer);
                }
                _ if negative => -large(radix, digits),
                _ => large(radix, digits),
            }
        }
        None => {
            if let Ok(value) = digits.parse::<i64>() {
                return Scalar::Integer(value);
            }
            digits.parse::<f64>().unwrap_or(f64::NAN)
        }
    };
    Scalar::Number { value: number, text: Text::from(word) }
}

/// The double nearest to a number whose radix is a power of two, however many digits it has.
fn large(radix: u32, digits: &str) -> f64 {
    let bits = radix.trailing_zeros();
    let mut head: u128 = 0;
    let mut dropped: i32 = 0;
    for digit in digits.chars().filter_map(|digit| digit.to_digit(radix)) {
        if head >> (128 - bits) == 0 {
            head = head << bits | u128::from(digit);
        } else {
            // These digits are below the precision of a double. Only whether one of them is nonzero affects the
            // rounding.
            head |= u128::from(digit != 0);
            dropped = dropped.saturating_add(1);
        }
    }
    head as f64 * 2f64.powi(dropped.saturating_mul(i32::try_from(bits).unwrap_or(4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar() {
        for number in ["0", "-1", "+1", "1_000_", "1.5", "1.5e10", "1E-5", "0xfF_", "-0b1_0", "0o17", "1_.0_e+1_"] {
            assert!(is_number(number), "{number}");
        }
        for other in [
            "", "-", "1.", ".5", "1e", "1.e5", "0x", "0x_1", "0b2", "0o8", "1.5.5", "1e1.5", "10m", "_1", "--1", "1._5",
        ] {
            assert!(!is_number(other), "{other}");
        }
    }

    #[test]
    fn values() {
        assert_eq!(value("-0x10"), Scalar::Integer(-16));
        assert_eq!(value("+1_000"), Scalar::Integer(1000));
        assert_eq!(value("9223372036854775807"), Scalar::Integer(i64::MAX));
        assert_eq!(value("-9223372036854775808"), Scalar::Integer(i64::MIN));
        assert_eq!(value("-0x8000000000000000"), Scalar::Integer(i64::MIN));
        assert_eq!(value("1.50"), Scalar::Number { value: 1.5, text: "1.50".into() });
        assert_eq!(value("1e400"), Scalar::Number { value: f64::INFINITY, text: "1e400".into() });
        let long = format!("0x{}", "f".repeat(64));
        assert_eq!(value(&long), Scalar::Number { value: 2f64.powi(256), text: long.as_str().into() });
    }
}
