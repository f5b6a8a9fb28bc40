//! In: a measure that needs no declared provider, read. Out: how it is written, and what it answers.

use std::fmt;

use super::holes::Holes;
use crate::expression::Answer;
use crate::manifest::{Field, Origin};

/// A measure that needs no declared provider.
pub trait DirectMeasure: fmt::Debug + Send + Sync {
    /// What `result` is in its conditions; `None` where it judges by itself.
    fn answer(&self) -> Option<Answer>;

    /// The `provider` of a metric that takes it; `origin` is the measure's.
    fn metric(&self, origin: Origin, holes: &mut Holes<'_>) -> Field;
}

/// How a measure judges by itself.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// By what: "its exit code".
    pub by: &'static str,
    /// What to do instead of writing a condition.
    pub instead: &'static str,
}
