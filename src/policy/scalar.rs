//! In: a scalar as it stands after substitution. Out: a typed value, or what is wrong with it and where in its text.

use std::ops::Range;

use crate::syntax::tree::{Scalar, Text};
use crate::units::name::{Name, NameError, NameKind};
use crate::units::{Date, Duration, IntOrPercent, Number, Percent, Rate, UnitError};

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub enum Wrong {
    /// It is of another kind than the one that is due.
    Kind {
        /// What is due.
        due: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A whole number that is not from 0 to the second.
    OutOfRange(i64, i64),
    /// A text, or a number without quotes, that its unit refuses.
    Unit(UnitError, Written),
    /// A text that is no such name.
    Name(NameError),
}

/// How a value of a unit is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// In quotes.
    Text,
    /// As a number without them.
    Number,
}

/// A type that a scalar of the language can have.
pub trait FromScalar: Sized {
    /// Reads the scalar.
    ///
    /// # Errors
    /// When it is of another type, or its text is malformed.
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong>;
}

/// A host name, with a leading `*.` perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(pub Text);

/// `"never"` or a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationOrNever(pub Option<Duration>);

impl Wrong {
    fn kind(due: &'static str, scalar: &Scalar) -> Self {
        Self::Kind { due, found: scalar.kind() }
    }

    /// One line.
    pub fn message(&self) -> String {
        match self {
            Self::Kind { due, found } => format!("expected {due}, found {found}"),
            Self::OutOfRange(number, most) => {
                format!("{number} is out of range: expected an integer from 0 to {most}")
            }
            Self::Unit(error, _) => error.message(),
            Self::Name(error) => error.message(),
        }
    }

    /// A few words under the text.
    pub fn label(&self) -> String {
        match self {
            Self::Kind { found, .. } => (*found).to_owned(),
            Self::OutOfRange(..) => "out of range".to_owned(),
            Self::Unit(error, _) => error.label(),
            Self::Name(error) => error.label(),
        }
    }

    /// What to write.
    pub fn help(&self) -> String {
        match self {
            Self::Kind { due, .. } => format!("write {due}"),
            Self::OutOfRange(_, most) => format!("write an integer from 0 to {most}"),
            Self::Unit(error, _) => error.help(),
            Self::Name(error) => error.help(),
        }
    }

    /// The bytes of the text that are meant; `None` for all of it.
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Unit(error, Written::Text) => Some(error.range.clone()),
            Self::Name(error) => Some(error.range.clone()),
            Self::Kind { .. } | Self::OutOfRange(..) | Self::Unit(_, Written::Number) => None,
        }
    }
}

impl From<UnitError> for Wrong {
    fn from(error: UnitError) -> Self {
        Self::Unit(error, Written::Text)
    }
}

impl From<NameError> for Wrong {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

fn text<'s>(due: &'static str, scalar: &'s Scalar) -> Result<&'s Text, Wrong> {
    match scalar {
        Scalar::String(text) => Ok(text),
        other => Err(Wrong::kind(due, other)),
    }
}

/// Types that are parsed from a string and nothing else.
macro_rules! from_text {
    ($($type:ty: $due:literal,)*) => {
        $(impl FromScalar for $type {
            fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
                Ok(Self::parse(text($due, scalar)?)?)
            }
        })*
    };
}

from_text! {
    Percent: "a percentage",
    Rate: "a rate",
    Date: "a date",
}

impl FromScalar for Name {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        Ok(Self::of(text("a name", scalar)?)?)
    }
}

impl FromScalar for Duration {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        if let Scalar::Integer(number) = scalar {
            return Self::parse(&number.to_string()).map_err(|error| Wrong::Unit(error, Written::Number));
        }
        Ok(Self::parse(text("a duration", scalar)?)?)
    }
}

impl FromScalar for Text {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        text("a string", scalar).cloned()
    }
}

impl FromScalar for Scalar {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        Ok(scalar.clone())
    }
}

impl FromScalar for bool {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Boolean(value) => Ok(*value),
            other => Err(Wrong::kind("#true or #false", other)),
        }
    }
}

impl FromScalar for u32 {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        whole(scalar, i64::from(i32::MAX)).map(|number| Self::try_from(number).unwrap_or(Self::MAX))
    }
}

impl FromScalar for u16 {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        whole(scalar, i64::from(Self::MAX)).map(|number| Self::try_from(number).unwrap_or(Self::MAX))
    }
}

fn whole(scalar: &Scalar, most: i64) -> Result<i64, Wrong> {
    match scalar {
        Scalar::Integer(number) if (0..=most).contains(number) => Ok(*number),
        Scalar::Integer(number) => Err(Wrong::OutOfRange(*number, most)),
        other => Err(Wrong::kind("an integer", other)),
    }
}

impl FromScalar for f64 {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Integer(number) => Number::from_integer(*number)
                .map(Number::to_f64)
                .ok_or_else(|| Wrong::kind("a number with at most 18 digits", scalar)),
            Scalar::Number { value, .. } if value.is_finite() => Ok(*value),
            other => Err(Wrong::kind("a finite number", other)),
        }
    }
}

impl FromScalar for Number {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Integer(number) => {
                Self::from_integer(*number).ok_or_else(|| Wrong::kind("a number with at most 18 digits", scalar))
            }
            Scalar::Number { text, .. } => Ok(Self::parse(text)?),
            other => Err(Wrong::kind("a number", other)),
        }
    }
}

impl FromScalar for IntOrPercent {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Integer(number) => Self::from_integer(*number).map_err(|error| Wrong::Unit(error, Written::Number)),
            other => Ok(Self::parse(text("an integer or a percentage", other)?)?),
        }
    }
}

impl FromScalar for Host {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        let host = text("a host name", scalar)?;
        NameKind::Host.check(host)?;
        Ok(Self(Text::clone(host)))
    }
}

impl FromScalar for DurationOrNever {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        if scalar.as_str() == Some("never") {
            return Ok(Self(None));
        }
        Duration::from_scalar(scalar).map(|duration| Self(Some(duration)))
    }
}
