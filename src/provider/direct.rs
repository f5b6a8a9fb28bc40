//! In: a measure that needs no declared provider. Out: the `provider` of its metric, and the type of its answer.

use std::fmt;

use super::holes::Holes;
use crate::expression::Answer;
use crate::manifest::{Field, Origin};

/// A measure that needs no declared provider.
pub trait DirectMeasure: fmt::Debug + Send + Sync {
    /// The type of `result` in its conditions; `None` if it judges by itself.
    fn answer(&self) -> Option<Answer>;

    /// Whether the controller passes an answer of plain text without a look at the condition.
    fn passes_plain_text(&self) -> bool {
        false
    }

    /// The `provider` of its metric. `origin` is that of the measure.
    fn metric(&self, origin: Origin, holes: &mut Holes<'_>) -> Field;
}

/// How a measure judges by itself.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// What judges: "its exit code".
    pub by: &'static str,
    /// What to do instead of writing a condition.
    pub instead: &'static str,
}
