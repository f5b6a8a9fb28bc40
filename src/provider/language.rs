//! In: nothing. Out: what canaryc knows of one query language. Several providers may share a language.

use crate::expression::Answer;
use crate::policy::template::Template;
use crate::units::Duration;

/// A language in which queries are written.
#[derive(Debug)]
pub struct QueryLanguage {
    /// Its name.
    pub name: &'static str,
    /// How the language writes a duration, for `{{window}}`.
    pub window: fn(Duration) -> String,
    /// How to combine two queries. `None` if the arithmetic of the language does not distinguish no data from zero.
    pub events: Option<EventQueries>,
}

/// The queries of an `events` measure.
#[derive(Debug)]
pub struct EventQueries {
    /// The share of good events among all events: no data without any event, and 0 without good events.
    pub share: fn(good: &Template, total: &Template) -> Template,
    /// What is wrong with the two queries together: where `total` counts less than `good`, or in another unit.
    pub mismatch: fn(good: &str, total: &str) -> Option<&'static str>,
    /// The type of `result` for both.
    pub answer: Answer,
    /// The canary's share, divided by the stable version's.
    pub comparison: fn(canary: Template, stable: Template) -> Template,
}
