//! In: a scalar as it stands after substitution. Out: a typed value, or what is wrong with it and where in its text.

use std::ops::Range;

use crate::syntax::tree::{Scalar, Text};
use crate::units::name::{Name, NameError, NameKind};
use crate::units::{Date, Duration, IntOrPercent, Number, Percent, Rate, UnitError};

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// One line.
    pub message: String,
    /// A few words under the text.
    pub label: String,
    /// What to write.
    pub help: String,
    /// The bytes of the text that are meant; `None` for all of it.
    pub range: Option<Range<usize>>,
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
    fn kind(due: &str, scalar: &Scalar) -> Self {
        Self {
            message: format!("{due} is due here, and this is {}", scalar.kind()),
            label: scalar.kind().to_owned(),
            help: format!("write {due}"),
            range: None,
        }
    }
}

impl From<UnitError> for Wrong {
    fn from(error: UnitError) -> Self {
        Self { message: error.message(), label: error.label(), help: error.help(), range: Some(error.range) }
    }
}

impl From<NameError> for Wrong {
    fn from(error: NameError) -> Self {
        Self { message: error.message(), label: error.label(), help: error.help(), range: Some(error.range) }
    }
}

fn text<'s>(due: &str, scalar: &'s Scalar) -> Result<&'s str, Wrong> {
    scalar.as_str().ok_or_else(|| Wrong::kind(due, scalar))
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
    Name: "a name",
    Percent: "a percentage",
    Rate: "a rate",
    Date: "a date",
}

impl FromScalar for Duration {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        if let Scalar::Integer(number) = scalar {
            return Self::parse(&number.to_string()).map_err(|error| Wrong { range: None, ..error.into() });
        }
        Ok(Self::parse(text("a duration", scalar)?)?)
    }
}

impl FromScalar for Text {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        text("a string", scalar).map(Self::from)
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
        Scalar::Integer(number) => Err(Wrong {
            message: format!("{number} is out of range: a whole number from 0 to {most} is due"),
            label: "out of range".to_owned(),
            help: format!("write a whole number from 0 to {most}"),
            range: None,
        }),
        other => Err(Wrong::kind("a whole number", other)),
    }
}

impl FromScalar for f64 {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Integer(number) => Number::from_integer(*number)
                .map(Number::to_f64)
                .ok_or_else(|| Wrong::kind("a number of at most 18 digits", scalar)),
            Scalar::Number { value, .. } if value.is_finite() => Ok(*value),
            other => Err(Wrong::kind("a finite number", other)),
        }
    }
}

impl FromScalar for Number {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Integer(number) => {
                Self::from_integer(*number).ok_or_else(|| Wrong::kind("a number of at most 18 digits", scalar))
            }
            Scalar::Number { text, .. } => Ok(Self::parse(text)?),
            other => Err(Wrong::kind("a number", other)),
        }
    }
}

impl FromScalar for IntOrPercent {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        match scalar {
            Scalar::Integer(number) => {
                Self::from_integer(*number).map_err(|error| Wrong { range: None, ..error.into() })
            }
            other => Ok(Self::parse(text("a whole number or a percentage", other)?)?),
        }
    }
}

impl FromScalar for Host {
    fn from_scalar(scalar: &Scalar) -> Result<Self, Wrong> {
        let host = text("a host name", scalar)?;
        NameKind::Host.check(host)?;
        Ok(Self(host.into()))
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
