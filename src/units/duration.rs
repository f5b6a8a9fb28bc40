//! In: `30s`, `1h30m`, `250ms`, `1d`. Out: [`Duration`], exact in milliseconds, and the forms that other programs read.

use std::fmt;
use std::ops::Range;

use super::error::{Kind, UnitError, UnitProblem};
use super::number::Number;

/// A length of time, at most the maximum of Go's `time.Duration`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    milliseconds: u64,
}

/// The units, largest first, with their milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Go counts nanoseconds in a signed 64-bit integer.
const MOST: u64 = 9_223_372_036_854;
const MOST_TEXT: &str = "106751d, some 292 years";

/// Other names of units, and the unit; for weeks, the number of days.
const OTHER_NAMES: [(&str, &str, u64); 29] = [
    ("milli", "ms", 1),
    ("millis", "ms", 1),
    ("msec", "ms", 1),
    ("msecs", "ms", 1),
    ("millisecond", "ms", 1),
    ("milliseconds", "ms", 1),
    ("sec", "s", 1),
    ("secs", "s", 1),
    ("second", "s", 1),
    ("seconds", "s", 1),
    ("min", "m", 1),
    ("mins", "m", 1),
    ("minute", "m", 1),
    ("minutes", "m", 1),
    ("hr", "h", 1),
    ("hrs", "h", 1),
    ("hour", "h", 1),
    ("hours", "h", 1),
    ("day", "d", 1),
    ("days", "d", 1),
    ("w", "d", 7),
    ("wk", "d", 7),
    ("week", "d", 7),
    ("weeks", "d", 7),
    ("y", "d", 365),
    ("yr", "d", 365),
    ("year", "d", 365),
    ("years", "d", 365),
    ("mo", "d", 30),
];

impl Duration {
    /// A duration of zero.
    pub const ZERO: Self = Self { milliseconds: 0 };

    /// A number of seconds; `None` beyond the maximum.
    pub fn from_seconds(seconds: u64) -> Option<Self> {
        Self::from_milliseconds(seconds.checked_mul(1_000)?)
    }

    /// A number of milliseconds; `None` beyond the maximum.
    pub fn from_milliseconds(milliseconds: u64) -> Option<Self> {
        (milliseconds <= MOST).then_some(Self { milliseconds })
    }

    /// Its milliseconds.
    pub fn milliseconds(self) -> u64 {
        self.milliseconds
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.milliseconds == 0
    }

    /// Its seconds, for arithmetic that is not emitted.
    pub fn seconds_f64(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let milliseconds = self.milliseconds as f64;
        milliseconds / 1_000.0
    }

    /// For a field that counts whole seconds. Argo would silently truncate `500ms` to 0.
    pub fn as_seconds(self) -> Result<u64, UnitError> {
        if self.milliseconds.is_multiple_of(1_000) {
            return Ok(self.milliseconds / 1_000);
        }
        let up = Self { milliseconds: self.milliseconds.div_ceil(1_000) * 1_000 };
        Err(UnitError::new(Kind::Duration, UnitProblem::NotWholeSeconds, 0..usize::MAX).instead(up.to_string()))
    }

    /// A range as Prometheus reads it: `[5m]`. Prometheus refuses a range of `0s`.
    pub fn as_prometheus(self) -> String {
        self.text()
    }

    /// The canonical form, as [`fmt::Display`] shows it.
    pub fn text(self) -> String {
        let (number, unit) = self.canonical();
        [number.to_string().as_str(), unit].concat()
    }

    /// One number, and the largest unit up to hours that divides it.
    fn canonical(self) -> (u64, &'static str) {
        let fits = |(_, size): &&(&str, u64)| self.milliseconds.is_multiple_of(*size);
        match UNITS[1..].iter().find(fits).filter(|_| !self.is_zero()) {
            Some((name, size)) => (self.milliseconds / size, name),
            None => (0, "s"),
        }
    }

    /// Exact decimal text in seconds, for a comparison in a condition: `300ms` is `0.3`.
    pub fn as_seconds_text(self) -> String {
        super::decimal::format(i64::try_from(self.milliseconds).unwrap_or(i64::MAX), 3)
    }

    /// Seconds as an exact number: `300ms` is 0.3.
    pub fn in_seconds(self) -> Number {
        i64::try_from(self.milliseconds).ok().and_then(|value| Number::from_scaled(value, 3)).unwrap_or_default()
    }

    /// Milliseconds as an exact number: `1s` is 1000.
    pub fn in_milliseconds(self) -> Number {
        i64::try_from(self.milliseconds).ok().and_then(|value| Number::from_scaled(value, 0)).unwrap_or_default()
    }

    /// The sum; `None` beyond the maximum.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_milliseconds(self.milliseconds + other.milliseconds)
    }

    /// The product; `None` beyond the maximum.
    pub fn checked_mul(self, times: u64) -> Option<Self> {
        Self::from_milliseconds(self.milliseconds.checked_mul(times)?)
    }

    /// The difference, at least zero.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self { milliseconds: self.milliseconds.saturating_sub(other.milliseconds) }
    }

    /// Reads durations such as `1h30m`.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        if let Some(duration) = simple(text) {
            return Ok(duration);
        }
        if text.trim().is_empty() {
            return Err(UnitError::new(Kind::Duration, UnitProblem::Empty, 0..text.len()));
        }
        Reader { text, at: 0 }
            .read()
            .map_err(|(problem, range)| UnitError::new(Kind::Duration, problem, range).maybe_instead(meant(text)))
    }
}

/// `10m`: one whole number and its unit. Nearly all durations have this form.
fn simple(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let milliseconds = number.parse::<u64>().ok()?.checked_mul(*size)?;
    (milliseconds <= MOST).then_some(Duration { milliseconds })
}

type Wrong = (UnitProblem, Range<usize>);

/// Reads number and unit in turn.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, wanted: impl Fn(char) -> bool) -> (&'a str, Range<usize>) {
        let rest = &self.text[self.at..];
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        let range = self.at..self.at + length;
        self.at = range.end;
        (&rest[..length], range)
    }

    fn read(mut self) -> Result<Duration, Wrong> {
        if let Some(space) = super::decimal::space(self.text) {
            return Err((UnitProblem::Space, space));
        }
        if self.text.starts_with('-') {
            return Err((UnitProblem::Negative, 0..1));
        }
        let mut total: u64 = 0;
        let mut last: Option<usize> = None;
        while self.at < self.text.len() {
            let (number, number_range) = self.take(|character| matches!(character, '0'..='9' | '.' | ','));
            let (unit, unit_range) = self.take(|character| !matches!(character, '0'..='9' | '.' | ','));
            if let Some(comma) = number.find(',') {
                return Err((UnitProblem::DecimalComma, number_range.start + comma..number_range.start + comma + 1));
            }
            if number.is_empty() {
                let known = known_unit(unit).is_some();
                let problem = if known { UnitProblem::MissingNumber } else { UnitProblem::NotANumber(unit.to_owned()) };
                return Err((problem, unit_range));
            }
            if unit.is_empty() {
                return Err((UnitProblem::MissingUnit, number_range));
            }
            let Some(index) = UNITS.iter().position(|(name, _)| *name == unit) else {
                return Err((UnitProblem::UnknownUnit(unit.to_owned()), unit_range));
            };
            if number.contains('.') {
                return Err((UnitProblem::Fraction, number_range));
            }
            let (name, size) = UNITS[index];
            match last {
                Some(previous) if previous == index => return Err((UnitProblem::UnitTwice(name), unit_range)),
                Some(previous) if previous > index => {
                    return Err((UnitProblem::UnitOrder(name, UNITS[previous].0), number_range.start..unit_range.end));
                }
                _ => last = Some(index),
            }
            total = (number.parse::<u64>().ok())
                .and_then(|number| number.checked_mul(size))
                .and_then(|part| total.checked_add(part))
                .filter(|total| *total <= MOST)
                .ok_or((UnitProblem::TooLarge(MOST_TEXT), number_range.start..unit_range.end))?;
        }
        Ok(Duration { milliseconds: total })
    }
}

/// The unit that a word means, and its multiple.
fn known_unit(word: &str) -> Option<(&'static str, u64)> {
    let lower = word.to_ascii_lowercase();
    let exact = UNITS.iter().find(|(name, _)| *name == lower).map(|(name, _)| (*name, 1));
    exact.or_else(|| OTHER_NAMES.iter().find(|(name, ..)| *name == lower).map(|(_, unit, factor)| (*unit, *factor)))
}

/// The duration that was probably meant by an invalid text. Adds up numbers and units wherever they can be recognised.
fn meant(text: &str) -> Option<String> {
    let mut rest = text.trim().trim_start_matches(['-', '+']).trim_start();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let length = super::decimal::number_length(rest);
        let number = rest[..length].replace(',', ".").replace('_', "");
        // Three places: nobody means a fraction of a millisecond.
        let thousandths = u64::try_from(super::decimal::parse(&number, 3).ok()?).ok()?;
        rest = rest[length..].trim_start();
        let length = rest.find(|character: char| !character.is_alphabetic()).unwrap_or(rest.len());
        let (unit, factor) = known_unit(&rest[..length])?;
        let size = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        let thousandths = thousandths.checked_mul(size)?.checked_mul(factor)?;
        if thousandths % 1_000 != 0 {
            return None;
        }
        total = total.checked_add(thousandths / 1_000)?;
        rest = rest[length..].trim_start();
    }
    let meant = Duration::from_milliseconds(total)?;
    Some(if text.contains(['w', 'W', 'd', 'D']) && meant.milliseconds.is_multiple_of(86_400_000) {
        format!("{}d", meant.milliseconds / 86_400_000)
    } else {
        meant.written()
    })
}

impl Duration {
    /// The form that is easiest to read: `1h30m`, not `90m`. It is for messages; the emitted form is [`fmt::Display`].
    pub fn written(self) -> String {
        if self.is_zero() {
            return "0s".to_owned();
        }
        let mut rest = self.milliseconds;
        let mut text = String::new();
        for (name, size) in &UNITS[1..] {
            if rest >= *size {
                text.push_str(&format!("{}{name}", rest / size));
                rest %= size;
            }
        }
        text
    }
}

/// The canonical form, as Go and Prometheus read it: one number and the largest unit up to hours that divides it. A
/// duration has one text however it was written, so a new spelling in a policy never restarts a release.
impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = self.canonical();
        write!(formatter, "{number}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (UnitProblem, Range<usize>, Option<String>) {
        let error = Duration::parse(text).unwrap_err();
        if let Some(instead) = &error.instead {
            Duration::parse(instead).unwrap();
        }
        (error.problem, error.range, error.instead)
    }

    #[test]
    fn one_duration_has_one_text() {
        let canonical = [
            ("30s", "30s"),
            ("60s", "1m"),
            ("90s", "90s"),
            ("1m30s", "90s"),
            ("1h30m", "90m"),
            ("90m", "90m"),
            ("1d", "24h"),
            ("1d12h", "36h"),
            ("250ms", "250ms"),
            ("1s500ms", "1500ms"),
            ("1000ms", "1s"),
            ("0s", "0s"),
            ("0h", "0s"),
            ("007m", "7m"),
        ];
        for (written, emitted) in canonical {
            let duration = Duration::parse(written).unwrap();
            assert_eq!(duration.to_string(), emitted, "{written}");
            assert_eq!(Duration::parse(emitted).unwrap(), duration, "{written}");
            assert_eq!(Duration::parse(&duration.written()).unwrap(), duration, "{written}");
        }
        assert_eq!(Duration::parse("90m").unwrap().written(), "1h30m");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let meant = |text: &str| error(text).2;
        assert_eq!(error("5min"), (UnitProblem::UnknownUnit("min".into()), 1..4, Some("5m".into())));
        assert_eq!(error("10sec"), (UnitProblem::UnknownUnit("sec".into()), 2..5, Some("10s".into())));
        assert_eq!(error("1w"), (UnitProblem::UnknownUnit("w".into()), 1..2, Some("7d".into())));
        assert_eq!(error("5M"), (UnitProblem::UnknownUnit("M".into()), 1..2, Some("5m".into())));
        assert_eq!(error("30"), (UnitProblem::MissingUnit, 0..2, None));
        assert_eq!(error("1h30"), (UnitProblem::MissingUnit, 2..4, None));
        assert_eq!(error("m"), (UnitProblem::MissingNumber, 0..1, None));
        assert_eq!(error("soon"), (UnitProblem::NotANumber("soon".into()), 0..4, None));
        assert_eq!(error(""), (UnitProblem::Empty, 0..0, None));
        assert_eq!(error("10 m"), (UnitProblem::Space, 2..3, Some("10m".into())));
        assert_eq!(error("-5m"), (UnitProblem::Negative, 0..1, Some("5m".into())));
        assert_eq!(error("1,5h"), (UnitProblem::DecimalComma, 1..2, Some("1h30m".into())));
        assert_eq!(error("1.5h"), (UnitProblem::Fraction, 0..3, Some("1h30m".into())));
        assert_eq!(error("30m1h"), (UnitProblem::UnitOrder("h", "m"), 3..5, Some("1h30m".into())));
        assert_eq!(error("1m2m"), (UnitProblem::UnitTwice("m"), 3..4, Some("3m".into())));
        assert_eq!(meant("2 weeks").as_deref(), Some("14d"));
        assert_eq!(meant("0.5s").as_deref(), Some("500ms"));
        assert_eq!(meant("5minutes30seconds").as_deref(), Some("5m30s"));
        assert!(matches!(error("300000d").0, UnitProblem::TooLarge(_)));
        assert!(matches!(error("99999999999999999999s").0, UnitProblem::TooLarge(_)));
        assert!(matches!(error("5µs").0, UnitProblem::UnknownUnit(_)));
        assert!(matches!(error("５m").0, UnitProblem::NotANumber(_)));
    }

    #[test]
    fn fractions_of_seconds_are_rejected_where_seconds_are_required() {
        assert_eq!(Duration::parse("2m").unwrap().as_seconds(), Ok(120));
        let error = Duration::parse("1500ms").unwrap().as_seconds().unwrap_err();
        assert_eq!((error.problem, error.instead.as_deref()), (UnitProblem::NotWholeSeconds, Some("2s")));
        assert_eq!(Duration::parse("300ms").unwrap().as_seconds_text(), "0.3");
        assert_eq!(Duration::parse("300ms").unwrap().in_seconds().to_string(), "0.3");
        assert_eq!(Duration::parse("1s").unwrap().in_milliseconds().to_string(), "1000");
    }
}
