//! In: nothing. Out: what canaryc knows of one query language. Several providers may share a language.

use crate::expression::Answer;
use crate::policy::template::Template;
use crate::units::Duration;

/// A language in which queries are written.
#[derive(Debug)]
pub struct QueryLanguage {
    /// Its name.
    pub name: &'static str,
    /// How a duration is spelled, for `{{window}}`.
    pub window: fn(Duration) -> String,
    /// How two queries become one; `None` where the language has no arithmetic that keeps no data apart from zero.
    pub events: Option<EventQueries>,
}

/// The queries of an `events` measure.
#[derive(Debug)]
pub struct EventQueries {
    /// The share of good events among all: no data without any event, and 0 where nothing good was counted.
    pub share: fn(good: &Template, total: &Template) -> Template,
    /// What `result` is for both.
    pub answer: Answer,
    /// The canary's share, divided by the stable version's.
    pub comparison: fn(canary: Template, stable: Template) -> Template,
}
