//! In: `2027-03-31`. Out: [`Date`], a day that exists in the calendar.

use std::fmt;

use super::error::{Kind, UnitError, UnitProblem};

/// A day; days are ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// A day of the calendar, or `None`.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let in_calendar =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        in_calendar.then_some(Self { year, month, day })
    }

    /// Reads `2027-03-31`.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let fail = |problem, range: std::ops::Range<usize>| UnitError::new(Kind::Date, problem, range);
        if text.trim().is_empty() {
            return Err(fail(UnitProblem::Empty, 0..text.len()));
        }
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            let problem = UnitProblem::NotANumber(text.to_owned());
            return Err(fail(problem, 0..text.len()).maybe_instead(meant(text)));
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().unwrap_or(0);
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        if year == 0 {
            return Err(fail(UnitProblem::NoSuchDay("years start at 1".to_owned()), 0..4));
        }
        let Some(name) = month.checked_sub(1).and_then(|month| MONTHS.get(usize::from(month))) else {
            return Err(fail(UnitProblem::NoSuchDay(format!("there is no month {month}")), 5..7));
        };
        let (month, day) = (u8::try_from(month).unwrap_or(0), u8::try_from(day).unwrap_or(0));
        Self::new(year, month, day).ok_or_else(|| {
            let days = days_in(year, month);
            fail(UnitProblem::NoSuchDay(format!("{name} {year} has {days} days")), 8..10)
        })
    }
}

/// `2027-3-1`, `2027/03/01` and `20270301` can only mean one day. `31.3.2027` gets no suggestion.
fn meant(text: &str) -> Option<String> {
    let text = text.trim().split(['T', ' ']).next()?;
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [all] if all.len() == 8 && all.is_ascii() => (&all[..4], &all[4..6], &all[6..]),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).map(|date| date.to_string())
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar() {
        assert_eq!(Date::parse("2028-02-29").unwrap().to_string(), "2028-02-29");
        assert!(Date::parse("2027-03-31").unwrap() < Date::parse("2027-04-01").unwrap());
        let error = |text: &str| Date::parse(text).unwrap_err();
        assert_eq!(error("2027-02-29").problem, UnitProblem::NoSuchDay("February 2027 has 28 days".into()));
        assert_eq!(error("2027-02-29").range, 8..10);
        assert_eq!(error("1900-02-29").range, 8..10);
        assert_eq!(error("2027-13-01").range, 5..7);
        assert_eq!(error("2027-00-01").range, 5..7);
        assert_eq!(error("2027-3-1").instead.as_deref(), Some("2027-03-01"));
        assert_eq!(error("2027/03/01").instead.as_deref(), Some("2027-03-01"));
        assert_eq!(error("2027-03-01T00:00:00Z").instead.as_deref(), Some("2027-03-01"));
        assert_eq!(error("31.3.2027").instead, None);
        assert_eq!(error("").problem, UnitProblem::Empty);
    }
}
