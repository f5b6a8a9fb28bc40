//! A value of the policy together with the text that it came from.

use crate::manifest::{Field, Origin, Value};
use crate::source::Span;
use crate::units::Duration;

/// A value and its origin. Only the value counts in comparisons: the place of a value does not change its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// Pairs a value with its origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value that is written at `span`.
    pub fn written(value: T, span: Span) -> Self {
        Self { value, origin: Origin::written(span) }
    }

    /// The text for diagnostics to point at.
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// Another value with the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }
}

impl<T: PartialEq> PartialEq for Sourced<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Clone + Into<Value>> Sourced<T> {
    /// The value as a field of a manifest, with the same origin.
    pub fn field(&self) -> Field {
        Field::new(self.value.clone(), self.origin)
    }
}

impl Sourced<Duration> {
    /// The duration as a field in whole seconds.
    pub fn seconds_field(&self) -> Field {
        Field::new(i64::try_from(self.value.milliseconds() / 1_000).unwrap_or(i64::MAX), self.origin)
    }
}
