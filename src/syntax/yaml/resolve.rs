//! In: the text of a plain scalar. Out: how each family of readers interprets it, and whether they disagree. kubectl
//! reads YAML 1.1 with Go's number forms, PyYAML reads strict YAML 1.1, newer tools read YAML 1.2.

use std::borrow::Cow;
use std::fmt;

use super::double;

/// How a reader interprets a plain scalar.
#[derive(Clone, Copy, Debug)]
pub enum Reading {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A whole number in the range of `i64`.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A date or a time, or text that looks like the beginning of one.
    Timestamp,
    /// The merge key `<<`, or `=`, which has a meaning only in YAML 1.1.
    Special,
    /// A string.
    String,
}

impl PartialEq for Reading {
    /// Numbers are compared by value, because `1000` and `1000.0` are the same in JSON; NaN equals NaN.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null)
            | (Self::Timestamp, Self::Timestamp)
            | (Self::Special, Self::Special)
            | (Self::String, Self::String) => true,
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::Integer(left), Self::Integer(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right || (left.is_nan() && right.is_nan()),
            #[allow(clippy::cast_precision_loss, reason = "near enough to be the same number")]
            (Self::Integer(integer), Self::Number(number)) | (Self::Number(number), Self::Integer(integer)) => {
                *integer as f64 == *number
            }
            _ => false,
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => write!(formatter, "the boolean {value}"),
            Self::Integer(number) => write!(formatter, "the number {number}"),
            Self::Number(number) => write!(formatter, "the number {number}"),
            Self::Timestamp => formatter.write_str("a date"),
            Self::Special => formatter.write_str("an instruction"),
            Self::String => formatter.write_str("a string"),
        }
    }
}

/// How the three families of readers interpret one plain scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readings {
    /// YAML 1.2: newer libraries, editors.
    pub core: Reading,
    /// kubectl, kustomize, Helm.
    pub kubectl: Reading,
    /// PyYAML and other readers that keep to YAML 1.1.
    pub older: Reading,
}

/// A plain scalar about which readers disagree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trap {
    /// How each family interprets it.
    pub readings: Readings,
}

impl Trap {
    /// The trap of a plain scalar, if it is one. Dates are not traps: kubectl and YAML 1.2 read them as strings, and so
    /// does canaryc.
    pub fn of(raw: &str) -> Option<Self> {
        let found = readings(raw);
        let older_differs = found.older != found.core && found.older != Reading::Timestamp;
        (found.kubectl != found.core || older_differs).then_some(Self { readings: found })
    }
}

impl fmt::Display for Trap {
    /// "kubectl reads the boolean true, YAML 1.2 a string"
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Readings { core, kubectl, older } = self.readings;
        if kubectl != core {
            write!(formatter, "kubectl reads {kubectl}, YAML 1.2 {core}")
        } else {
            write!(formatter, "YAML 1.1 reads {older}, YAML 1.2 {core}")
        }
    }
}

/// Whether this byte can start a word, a number or a date that some reader knows.
pub fn can_mean_more(first: u8) -> bool {
    matches!(
        first,
        b'0'..=b'9'
            | b'+'
            | b'-'
            | b'.'
            | b'~'
            | b'<'
            | b'='
            | b'y'
            | b'Y'
            | b'n'
            | b'N'
            | b't'
            | b'T'
            | b'f'
            | b'F'
            | b'o'
            | b'O'
    )
}

/// How all families of readers interpret a plain scalar.
pub fn readings(raw: &str) -> Readings {
    let starts = raw.as_bytes().first().copied();
    let is_word = starts.is_some_and(|byte| byte.is_ascii_alphabetic());
    // Nearly every scalar can only be a string. Its first byte shows that, or the length of a word.
    if !starts.is_none_or(can_mean_more) || is_word && raw.len() > LONGEST_WORD {
        return Readings { core: Reading::String, kubectl: Reading::String, older: Reading::String };
    }
    if is_word {
        // A few words start with letters, but no number or date does.
        let core = word(raw);
        let older = core.or_else(|| older_word(raw));
        let kubectl = older.or_else(|| letter(raw));
        let or_string = |reading: Option<Reading>| reading.unwrap_or(Reading::String);
        return Readings { core: or_string(core), kubectl: or_string(kubectl), older: or_string(older) };
    }
    if starts.is_some_and(|byte| byte.is_ascii_digit()) && !may_be_number(raw) && !is_timestamp(raw) {
        return Readings { core: Reading::String, kubectl: Reading::String, older: Reading::String };
    }
    Readings { core: core(raw), kubectl: kubectl(raw), older: older(raw) }
}

/// Whether some reader's number can consist of these bytes, starting with a digit. `30s` and `5m` cannot be numbers.
fn may_be_number(raw: &str) -> bool {
    let part = |byte: u8| {
        byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'o' | b'O' | b'_' | b'.' | b':' | b'+' | b'-')
    };
    raw.bytes().all(part)
}

/// The core schema of YAML 1.2.
pub(super) fn core(raw: &str) -> Reading {
    if raw.bytes().next().is_some_and(|first| !can_mean_more(first)) {
        return Reading::String;
    }
    if let Some(reading) = word(raw) {
        return reading;
    }
    let (sign, digits) = split_sign(raw);
    if all(digits, |byte| byte.is_ascii_digit()) {
        return whole(sign, digits, 10);
    }
    if let Some(octal) = raw.strip_prefix("0o").filter(|rest| all(rest, |byte| matches!(byte, b'0'..=b'7'))) {
        return whole("", octal, 8);
    }
    if let Some(hexadecimal) = raw.strip_prefix("0x").filter(|rest| all(rest, |byte| byte.is_ascii_hexdigit())) {
        return whole("", hexadecimal, 16);
    }
    if is_float(digits, Exponent::SignOptional) { Reading::Number(double(raw)) } else { Reading::String }
}

/// How kubectl's reader interprets it: YAML 1.1 words, underscores, and every number that Go accepts.
pub(super) fn kubectl(raw: &str) -> Reading {
    if let Some(reading) = word(raw).or_else(|| older_word(raw)).or_else(|| letter(raw)) {
        return reading;
    }
    if raw == "<<" {
        return Reading::Special;
    }
    let first = raw.as_bytes().first().copied().unwrap_or(b' ');
    if first == b'.' {
        let plain = raw.replace('_', "");
        let float = underscores_separate_digits(raw) && is_float(&plain, Exponent::SignOptional);
        return if float { Reading::Number(double(&plain)) } else { Reading::String };
    }
    if !(first.is_ascii_digit() || first == b'+' || first == b'-') {
        return Reading::String;
    }
    let plain = raw.replace('_', "");
    let (sign, digits) = split_sign(&plain);
    // Go's parser gets the text after `0b`, and accepts a sign there.
    if let Some((inner, bits)) = plain.strip_prefix("0b").map(split_sign)
        && !inner.is_empty()
        && all(bits, |byte| matches!(byte, b'0' | b'1'))
    {
        return whole(inner, bits, 2);
    }
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some(_) if lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    if all(body, |byte| (byte as char).is_digit(radix)) {
        return whole(sign, body, radix);
    }
    if is_float(digits, Exponent::SignOptional) { Reading::Number(double(&plain)) } else { Reading::String }
}

/// YAML 1.1 as PyYAML implements it.
pub(super) fn older(raw: &str) -> Reading {
    if let Some(reading) = word(raw).or_else(|| older_word(raw)) {
        return reading;
    }
    if matches!(raw, "<<" | "=") {
        return Reading::Special;
    }
    if is_timestamp(raw) {
        return Reading::Timestamp;
    }
    let (sign, digits) = split_sign(raw);
    let plain = digits.replace('_', "");
    let radix = |prefix: &str, radix: u32| {
        digits
            .strip_prefix(prefix)
            .filter(|rest| all(rest, |byte| byte == b'_' || (byte as char).is_digit(radix)))
            .map(|rest| whole(sign, &rest.replace('_', ""), radix))
    };
    if let Some(reading) = radix("0b", 2).or_else(|| radix("0x", 16)) {
        return reading;
    }
    if digits == "0" {
        return Reading::Integer(0);
    }
    if let Some(reading) = radix("0", 8) {
        return reading;
    }
    let starts_with_digit = digits.starts_with(|first: char| first.is_ascii_digit());
    if starts_with_digit && !digits.starts_with('0') && all(digits, |byte| byte.is_ascii_digit() || byte == b'_') {
        return whole(sign, &plain, 10);
    }
    if let Some(reading) = sexagesimal(sign, digits) {
        return reading;
    }
    let float = if starts_with_digit {
        digits.contains('.')
    } else {
        sign.is_empty() && digits.starts_with('.') && digits[1..].starts_with(|next: char| next.is_ascii_digit())
    };
    if float && is_float(&plain, Exponent::SignRequired) {
        return Reading::Number(double(&format!("{sign}{plain}")));
    }
    Reading::String
}

/// The words that all versions agree about.
fn word(raw: &str) -> Option<Reading> {
    Some(match raw {
        "" | "~" | "null" | "Null" | "NULL" => Reading::Null,
        "true" | "True" | "TRUE" => Reading::Boolean(true),
        "false" | "False" | "FALSE" => Reading::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => Reading::Number(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Reading::Number(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Reading::Number(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// The length of `false`. No longer word of letters is more than a string.
const LONGEST_WORD: usize = 5;

/// The words that are booleans in YAML 1.1 only.
fn older_word(raw: &str) -> Option<Reading> {
    Some(match raw {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Reading::Boolean(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Reading::Boolean(false),
        _ => return None,
    })
}

/// The letters that are booleans for kubectl.
fn letter(raw: &str) -> Option<Reading> {
    match raw {
        "y" | "Y" => Some(Reading::Boolean(true)),
        "n" | "N" => Some(Reading::Boolean(false)),
        _ => None,
    }
}

/// `1:30` is ninety in YAML 1.1.
fn sexagesimal(sign: &str, digits: &str) -> Option<Reading> {
    if !digits.contains(':') || !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let (whole_part, fraction) = digits.split_once('.').map_or((digits, None), |(left, right)| (left, Some(right)));
    if fraction.is_some_and(|rest| !rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
        || (fraction.is_none() && digits.starts_with('0'))
    {
        return None;
    }
    let mut total = 0.0;
    for (position, part) in whole_part.split(':').enumerate() {
        let valid = if position == 0 {
            part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
        } else {
            matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
        };
        if !valid {
            return None;
        }
        total = total * 60.0 + double(&part.replace('_', ""));
    }
    let signed = if sign == "-" { -total } else { total };
    Some(Reading::Number(signed))
}

/// Whether each underscore is between two digits, as Go requires in fractions.
fn underscores_separate_digits(text: &str) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'_')
        .all(|(at, _)| at > 0 && digit(bytes.get(at - 1)) && digit(bytes.get(at + 1)))
}

/// `2027-03-31`, optionally followed by what may be a time of day.
fn is_timestamp(raw: &str) -> bool {
    if raw.as_bytes().get(4) != Some(&b'-') {
        return false;
    }
    let mut parts = raw.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = &rest[day_length..];
    year.len() == 4
        && all(year, |byte| byte.is_ascii_digit())
        && matches!(month.len(), 1 | 2)
        && all(month, |byte| byte.is_ascii_digit())
        && matches!(day_length, 1 | 2)
        && (after.is_empty() || after.starts_with(['T', 't', ' ', '\t']))
}

/// Whether an exponent must have a sign, as in YAML 1.1.
#[derive(Clone, Copy, PartialEq)]
enum Exponent {
    SignOptional,
    SignRequired,
}

/// `1.5`, `1.`, `.5`, `1e3`, without the sign.
fn is_float(text: &str, exponent: Exponent) -> bool {
    let (mantissa, power) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, power_digits) = power.map_or(("", "0"), split_sign);
    digits(before)
        && digits(after)
        && !(before.is_empty() && after.is_empty())
        && all(power_digits, |byte| byte.is_ascii_digit())
        && (power.is_none() || exponent == Exponent::SignOptional || !sign.is_empty())
}

fn split_sign(text: &str) -> (&str, &str) {
    text.split_at(usize::from(text.starts_with(['+', '-'])))
}

/// Whether there is at least one byte, and all of them match.
fn all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(fits)
}

/// A whole number, or a floating-point number when it is out of the range of `i64`.
fn whole(sign: &str, digits: &str, radix: u32) -> Reading {
    let signed = if sign.is_empty() { Cow::Borrowed(digits) } else { Cow::Owned(format!("{sign}{digits}")) };
    match i64::from_str_radix(&signed, radix) {
        Ok(number) => Reading::Integer(number),
        Err(_) => {
            let magnitude = digits
                .chars()
                .fold(0.0, |total, digit| total * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or(0)));
            let magnitude = if radix == 10 { double(digits) } else { magnitude };
            Reading::Number(if sign == "-" { -magnitude } else { magnitude })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_reads_like_the_long_form() {
        let alphabet = ["0", "1", "9", ".", "_", "-", ":", "+", "e", "x", "o", "b", "p", "n", "m", "T", " ", "%"];
        let mut texts: Vec<String> = ["0", "1", "2027", "2027-03-31", "0x1"].map(str::to_owned).into();
        let mut last = texts.clone();
        for _ in 0..3 {
            last = last.iter().flat_map(|text| alphabet.map(|next| format!("{text}{next}"))).collect();
            texts.extend(last.iter().cloned());
        }
        for text in &texts {
            let long = Readings { core: core(text), kubectl: kubectl(text), older: older(text) };
            assert_eq!(readings(text), long, "{text}");
        }
    }
}
