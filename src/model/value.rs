//! In: a scalar of the document, and its meaning by its type. Out: [`Value`], which the layers copy and the policy
//! reads.

use std::ops::Range;

use super::LayerId;
use crate::manifest::{Origin, ParameterId};
use crate::source::{Sources, Span};
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::{Name, ObjectName};
use crate::units::{Duration, IntOrPercent, Number, Percent, Rate, RelativePercent};
use crate::vocabulary::Choice;

/// A scalar of a policy, with its meaning.
#[derive(Clone, Debug)]
pub struct Value {
    /// As written, after substitution.
    pub scalar: Scalar,
    /// Its meaning by the type of its place.
    pub meaning: Meaning,
    /// Where it is written, quotes included.
    pub span: Span,
    /// The parameter, if the value is exactly one parameter.
    pub via: Option<Given>,
    /// The layer that wrote it.
    pub layer: LayerId,
}

/// A parameter with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Where the value was given.
    pub span: Span,
    /// Which parameter it is. `None` for a parameter of a shared metric, which belongs to no release.
    pub parameter: Option<ParameterId>,
}

/// What is known about the meaning of a value.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// It was parsed by the type of its place.
    Typed(Typed),
    /// It contains `{{…}}`, and is parsed when its final text is known.
    Unfilled,
    /// It does not fit the type of its place. An error was reported: the value counts as written, and nothing more is
    /// reported about it.
    Invalid,
}

/// A parsed value. The type of its place decides the variant.
#[derive(Clone, Debug)]
pub enum Typed {
    /// Text, a whole number or a boolean: the scalar itself.
    Plain,
    /// A DNS label.
    Name(Name),
    /// A DNS subdomain.
    ObjectName(ObjectName),
    /// A host name. The scalar is its text.
    Host,
    /// An exact number.
    Number(Number),
    /// A duration.
    Duration(Duration),
    /// The word `never`, in place of a duration.
    Never,
    /// A share of a whole.
    Percent(Percent),
    /// A percentage that may exceed 100%.
    RelativePercent(RelativePercent),
    /// A rate.
    Rate(Rate),
    /// A count or a percentage.
    IntOrPercent(IntOrPercent),
    /// A word of a closed set, as the table spells it.
    Word(&'static str),
}

/// A Rust type that a policy value can be read as.
pub trait FromValue: Sized {
    /// The name of the type in messages, with its article.
    const NOUN: &'static str;

    /// The value as this type. `None` when the place has another type: the table and the reader disagree.
    fn from_value(scalar: &Scalar, typed: &Typed) -> Option<Self>;
}

/// A host name, optionally with a leading `*.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(pub Text);

/// `"never"` or a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationOrNever(pub Option<Duration>);

impl Value {
    /// The place to report for the value: where the parameter was given, else where it is written.
    pub fn blame(&self) -> Span {
        self.via.map_or(self.span, |given| given.span)
    }

    /// Where it came from: where it is written, or, for a parameter, where the parameter was given.
    pub fn origin(&self) -> Origin {
        let parameter = self.via.and_then(|given| given.parameter);
        Origin { parameter, ..Origin::written(self.blame()) }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar.as_str()
    }

    /// Whether the value fits its type, or may fit once it is filled in. If it does not fit, an error was reported.
    pub fn is_sound(&self) -> bool {
        !matches!(self.meaning, Meaning::Invalid)
    }

    /// Whether the value contains `{{…}}`.
    pub fn is_unfilled(&self) -> bool {
        matches!(self.meaning, Meaning::Unfilled)
    }

    /// The parsed value, unless it is unfilled or invalid.
    pub fn typed(&self) -> Option<&Typed> {
        match &self.meaning {
            Meaning::Typed(typed) => Some(typed),
            Meaning::Unfilled | Meaning::Invalid => None,
        }
    }

    /// The value as a Rust type. `None` when it is unfilled or invalid, and when its place has another type.
    pub fn read<T: FromValue>(&self) -> Option<T> {
        self.typed().and_then(|typed| T::from_value(&self.scalar, typed))
    }

    /// The place of a part of the text. If a parameter gave the text, it is the whole value that was given.
    pub fn blame_part(&self, sources: &Sources, range: Range<usize>) -> Span {
        if self.via.is_some() { self.blame() } else { self.locate(sources, range) }
    }
}

/// Types that one variant of [`Typed`] holds.
macro_rules! from_variant {
    ($($type:ident $noun:literal,)*) => {
        $(impl FromValue for $type {
            const NOUN: &'static str = $noun;

            fn from_value(_: &Scalar, typed: &Typed) -> Option<Self> {
                match typed {
                    Typed::$type(value) => Some(value.clone()),
                    _ => None,
                }
            }
        })*
    };
}

from_variant! {
    Name "a name",
    ObjectName "a name",
    Number "a number",
    Duration "a duration",
    Percent "a percentage",
    Rate "a rate",
    IntOrPercent "an integer or a percentage",
}

impl<T: Choice> FromValue for T {
    const NOUN: &'static str = "one of a few words";

    fn from_value(_: &Scalar, typed: &Typed) -> Option<Self> {
        match typed {
            Typed::Word(word) => Self::find(word),
            _ => None,
        }
    }
}

impl FromValue for Text {
    const NOUN: &'static str = "a string";

    fn from_value(scalar: &Scalar, _: &Typed) -> Option<Self> {
        match scalar {
            Scalar::String(text) => Some(Self::clone(text)),
            _ => None,
        }
    }
}

impl FromValue for bool {
    const NOUN: &'static str = "#true or #false";

    fn from_value(scalar: &Scalar, _: &Typed) -> Option<Self> {
        match scalar {
            Scalar::Boolean(value) => Some(*value),
            _ => None,
        }
    }
}

impl FromValue for u32 {
    const NOUN: &'static str = "an integer";

    fn from_value(scalar: &Scalar, _: &Typed) -> Option<Self> {
        match scalar {
            Scalar::Integer(number) => Self::try_from(*number).ok(),
            _ => None,
        }
    }
}

impl FromValue for u16 {
    const NOUN: &'static str = "a whole number up to 65535";

    fn from_value(scalar: &Scalar, _: &Typed) -> Option<Self> {
        match scalar {
            Scalar::Integer(number) => Self::try_from(*number).ok(),
            _ => None,
        }
    }
}

impl FromValue for f64 {
    const NOUN: &'static str = "a number";

    fn from_value(scalar: &Scalar, typed: &Typed) -> Option<Self> {
        match (scalar, typed) {
            (Scalar::Number { value, .. }, _) => Some(*value).filter(|value| value.is_finite()),
            (_, Typed::Number(number)) => Some(number.to_f64()),
            _ => None,
        }
    }
}

impl FromValue for Host {
    const NOUN: &'static str = "a host name";

    fn from_value(scalar: &Scalar, typed: &Typed) -> Option<Self> {
        match (scalar, typed) {
            (Scalar::String(text), Typed::Host) => Some(Self(Text::clone(text))),
            _ => None,
        }
    }
}

impl FromValue for DurationOrNever {
    const NOUN: &'static str = "a duration or \"never\"";

    fn from_value(_: &Scalar, typed: &Typed) -> Option<Self> {
        match typed {
            Typed::Never => Some(Self(None)),
            Typed::Duration(duration) => Some(Self(Some(*duration))),
            _ => None,
        }
    }
}
