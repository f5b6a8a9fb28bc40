//! In: the errors of the parsers of this module. Out: sentences about them, and the text to write instead.

use std::fmt;
use std::ops::Range;

/// What the text was expected to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `10m`
    Duration,
    /// `5%`
    Percent,
    /// `120/s`
    Rate,
    /// `3` or `25%`
    IntOrPercent,
    /// `14.4`
    Number,
    /// `2027-03-31`
    Date,
    /// `128Mi`
    Quantity,
}

impl Kind {
    /// The name with its article, for sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Duration => "a duration",
            Self::Percent => "a percentage",
            Self::Rate => "a rate",
            Self::IntOrPercent => "a number or a percentage",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Quantity => "a quantity",
        }
    }

    /// An example or pattern of it.
    pub fn form(self) -> &'static str {
        match self {
            Self::Duration => "write a number and a unit, such as `\"30s\"`, `\"10m\"` or `\"1h30m\"` (ms, s, m, h, d)",
            Self::Percent => "write a number and a percent sign, such as `\"5%\"` or `\"99.95%\"`",
            Self::Rate => "write a number and a unit of time, such as `\"120/s\"`, `\"90/m\"` or `\"5000/h\"`",
            Self::IntOrPercent => "write an integer such as `3`, or a whole percentage such as `\"25%\"`",
            Self::Number => "write a number such as 3, 14.4 or -0.5",
            Self::Date => "write a date such as `\"2027-03-31\"`",
            Self::Quantity => "write a Kubernetes quantity such as `\"100m\"`, `\"0.5\"`, `\"128Mi\"` or `\"2Gi\"`",
        }
    }
}

/// What is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitProblem {
    /// The text is empty.
    Empty,
    /// A number without its unit.
    MissingUnit,
    /// A unit without its number.
    MissingNumber,
    /// A unit that does not exist here.
    UnknownUnit(String),
    /// The text is not a number.
    NotANumber(String),
    /// Below zero.
    Negative,
    /// A space within the value.
    Space,
    /// `1,5` for `1.5`.
    DecimalComma,
    /// A fraction where only whole numbers are allowed.
    Fraction,
    /// Too many digits; the smallest step is given.
    TooPrecise(&'static str),
    /// Outside the range; both bounds are given.
    OutOfRange(&'static str, &'static str),
    /// Larger than the maximum, which is given.
    TooLarge(&'static str),
    /// Units of a duration in the wrong order: the first must precede the second.
    UnitOrder(&'static str, &'static str),
    /// A unit of a duration twice.
    UnitTwice(&'static str),
    /// Not whole seconds, in a field that counts whole seconds.
    NotWholeSeconds,
    /// No such day in the calendar.
    NoSuchDay(String),
}

/// A text that is not a valid value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What it was expected to be.
    pub kind: Kind,
    /// What is wrong.
    pub problem: UnitProblem,
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
    /// The whole text as it was probably meant, if that is clear. It always parses.
    pub instead: Option<String>,
}

impl UnitError {
    pub(crate) fn new(kind: Kind, problem: UnitProblem, range: Range<usize>) -> Self {
        Self { kind, problem, range, instead: None }
    }

    #[must_use]
    pub(crate) fn instead(mut self, text: impl Into<String>) -> Self {
        self.instead = Some(text.into());
        self
    }

    #[must_use]
    pub(crate) fn maybe_instead(mut self, text: Option<String>) -> Self {
        self.instead = text;
        self
    }

    /// One line, lower case, no full stop.
    pub fn message(&self) -> String {
        let noun = self.kind.noun();
        match &self.problem {
            UnitProblem::Empty => format!("expected {noun}, found an empty string"),
            UnitProblem::MissingUnit => format!("{noun} needs a unit"),
            UnitProblem::MissingNumber => format!("{noun} must start with a number"),
            UnitProblem::UnknownUnit(unit) => format!("`{unit}` is not a unit of {noun}"),
            UnitProblem::NotANumber(text) => format!("`{text}` is not {noun}"),
            UnitProblem::Negative => format!("{noun} cannot be negative"),
            UnitProblem::Space => format!("{noun} cannot contain spaces"),
            UnitProblem::DecimalComma => "the decimal separator is a point, not a comma".to_owned(),
            UnitProblem::Fraction => match self.kind {
                Kind::Duration => "each part of a duration must be an integer".to_owned(),
                _ => format!("{noun} must be an integer here"),
            },
            UnitProblem::TooPrecise(finest) => {
                format!("the smallest supported unit is {finest}")
            }
            UnitProblem::OutOfRange(least, most) => format!("{noun} must be between {least} and {most} here"),
            UnitProblem::TooLarge(most) => format!("{noun} must be at most {most}"),
            UnitProblem::UnitOrder(first, second) => format!("`{first}` must come before `{second}` in a duration"),
            UnitProblem::UnitTwice(unit) => format!("`{unit}` appears twice in this duration"),
            UnitProblem::NotWholeSeconds => "this setting only supports whole seconds".to_owned(),
            UnitProblem::NoSuchDay(what) => format!("there is no such day: {what}"),
        }
    }

    /// A few words under the text.
    pub fn label(&self) -> String {
        match &self.problem {
            UnitProblem::Empty => "empty".to_owned(),
            UnitProblem::MissingUnit => "missing unit".to_owned(),
            UnitProblem::MissingNumber => "missing number before this".to_owned(),
            UnitProblem::UnknownUnit(_) => "unknown unit".to_owned(),
            UnitProblem::NotANumber(_) => "not a number".to_owned(),
            UnitProblem::Negative => "negative".to_owned(),
            UnitProblem::Space => "space".to_owned(),
            UnitProblem::DecimalComma => "comma".to_owned(),
            UnitProblem::Fraction => "not an integer".to_owned(),
            UnitProblem::TooPrecise(_) => "too many digits".to_owned(),
            UnitProblem::OutOfRange(least, most) => format!("not between {least} and {most}"),
            UnitProblem::TooLarge(most) => format!("more than {most}"),
            UnitProblem::UnitOrder(first, _) => format!("`{first}` comes first"),
            UnitProblem::UnitTwice(_) => "second".to_owned(),
            UnitProblem::NotWholeSeconds => "has a fraction of a second".to_owned(),
            UnitProblem::NoSuchDay(_) => "not in the calendar".to_owned(),
        }
    }

    /// What to write.
    pub fn help(&self) -> String {
        match &self.instead {
            Some(text) if self.kind == Kind::Number => format!("write `{text}`"),
            Some(text) => format!("write `\"{text}\"`"),
            None => self.kind.form().to_owned(),
        }
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl std::error::Error for UnitError {}
