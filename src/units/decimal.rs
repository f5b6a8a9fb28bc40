//! In: decimal digits. Out: exact scaled integers, and their shortest text. Nothing uses floating point.

/// What can be wrong with a plain decimal text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecimalError {
    /// Not `digits` or `digits.digits`.
    Malformed,
    /// More digits after the point than are stored.
    TooPrecise,
    /// Larger than an `i64`.
    TooLarge,
}

/// Reads `12`, `12.5` or `.5` as a number of 10^-`places`. No sign, no exponent.
pub(super) fn parse(text: &str, places: u32) -> Result<i64, DecimalError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() || text.ends_with('.') {
        return Err(DecimalError::Malformed);
    }
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalError::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places as usize {
        return Err(DecimalError::TooPrecise);
    }
    let mut value: i64 = 0;
    let padding = places as usize - fraction.len();
    for digit in whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0').chain(std::iter::repeat_n(0, padding)) {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit)))
            .ok_or(DecimalError::TooLarge)?;
    }
    Ok(value)
}

/// The shortest text of `value` × 10^-`places`: no exponent, no trailing zero.
pub(super) fn format(value: i64, places: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = value.unsigned_abs();
    let one = 10_u64.checked_pow(places);
    let (whole, mut fraction) = one.map_or((0, digits), |one| (digits / one, digits % one));
    if fraction == 0 {
        return if sign.is_empty() { whole.to_string() } else { format!("{sign}{whole}") };
    }
    let mut width = places as usize;
    while fraction.is_multiple_of(10) {
        (fraction, width) = (fraction / 10, width - 1);
    }
    format!("{sign}{whole}.{fraction:0width$}")
}

/// Length of the number that `text` starts with: a sign, digits, a point, a comma.
pub(super) fn number_length(text: &str) -> usize {
    let sign = usize::from(text.starts_with(['-', '+']));
    sign + text[sign..].bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'_')).count()
}

/// The bytes of the first space of any kind.
pub(super) fn space(text: &str) -> Option<std::ops::Range<usize>> {
    let (at, character) = text.char_indices().find(|(_, character)| character.is_whitespace())?;
    Some(at..at + character.len_utf8())
}
