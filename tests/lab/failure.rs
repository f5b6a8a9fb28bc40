//! Why the lab or a test of it failed, as text for a person.

use std::fmt;

/// A failure with everything that is known about it.
#[derive(Debug)]
pub struct Failure(String);

/// A failure with this text.
pub fn failed(text: impl Into<String>) -> Failure {
    Failure(text.into())
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
