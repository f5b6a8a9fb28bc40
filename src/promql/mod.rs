//! In: a PromQL query. Out: its problems with their positions, the series that it reads, and the query with added
//! matchers.
//!
//! Our own parser reads the grammar and checks the types in one pass. The crate `promql-parser` has no positions and
//! takes longer than the rest of a build. The tests compare our parser with it.

mod calls;
mod counters;
mod emptiness;
mod facts;
mod functions;
mod joins;
mod lexer;
mod matchers;
mod parser;
mod scope;
mod selector;
mod share;
mod slips;
#[cfg(test)]
mod tests;
mod tree;
mod windows;

use std::ops::Range;

use crate::embedded::TextProblem;
use crate::units::Duration;

pub use scope::{names, names_service};
pub use windows::{ShortWindow, window, windows};

/// The type of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// One number.
    Scalar,
    /// Series with one number each.
    Vector,
    /// Series with many numbers each: only valid as the argument of a function.
    Range,
    /// A text.
    String,
}

/// How a matcher compares the value of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchOperator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Matches,
    /// `!~`
    NotMatches,
}

/// `label="value"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// The comparison.
    pub operator: MatchOperator,
    /// The value to compare with; escapes are resolved.
    pub value: String,
    /// The position in the query.
    pub range: Range<usize>,
}

/// A place where a query reads series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The name of the metric, if it is before the braces.
    pub metric: Option<String>,
    /// The label matchers.
    pub matchers: Vec<Matcher>,
    /// The position of the name and the braces.
    pub range: Range<usize>,
    /// The position of the braces; `None` without braces.
    pub braces: Option<Range<usize>>,
    /// The range `[5m]` and its position.
    pub window: Option<(Duration, Range<usize>)>,
    /// The enclosing function or aggregation.
    pub function: Option<String>,
    /// `offset 1w` and its position, if it reads the past.
    pub offset: Option<(Duration, Range<usize>)>,
}

/// The result of an analysis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Errors: Prometheus would reject the query, or the controller its result.
    pub problems: Vec<TextProblem>,
    /// Errors: the result is the same whatever the version does.
    pub constant: Vec<TextProblem>,
    /// A healthy version, or a broken one, has no such result.
    pub missing: Option<Missing>,
    /// What the value of the query looks like.
    pub scale: Option<(Scale, Range<usize>)>,
    /// What the result is a share of, and where that is counted.
    pub share: Option<(ShareOf, Range<usize>)>,
    /// Valid queries with a surprising result.
    pub warnings: Vec<TextProblem>,
    /// Where the query reads series, in order, up to the first syntax error.
    pub selectors: Vec<Selector>,
    /// Parts that are joined by the labels of a pod, so that each of the two is restricted to the pods of the other.
    pub joins: Vec<(Range<usize>, Range<usize>)>,
    /// The type of the result; `None` if an error makes it unknown.
    pub gives: Option<Type>,
}

/// When a query has no result, although there is traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The part that is missing.
    pub range: Range<usize>,
    /// When it is missing.
    pub when: When,
}

/// When a part of a query is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Until the first failure: the series of failures does not exist before.
    NoFailure,
    /// As long as the series exist, which `absent` asks.
    NotAbsent,
    /// As long as a comparison inside drops every value.
    Filtered,
    /// Until the first event of the kind that the numerator of a ratio selects from the denominator.
    NoEvent,
    /// When every request fails: the series of successes does not exist.
    NoSuccess,
    /// Never: `or vector(0)` stands in place of no data.
    Replaced,
}

/// The scale of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// A share, from 0 to 1.
    Ratio,
    /// A share multiplied by 100.
    Percent,
    /// Seconds, by the name of the metric.
    Seconds,
    /// Milliseconds, by the name of the metric.
    Milliseconds,
}

/// What a ratio counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareOf {
    /// Failures: the lower, the better.
    Failures,
    /// Successes: the higher, the better.
    Successes,
}

/// Analyses a query. Placeholders of the controller, `{{args.…}}`, may appear inside strings.
pub fn analyse(query: &str) -> Analysis {
    parser::analyse(query)
}

/// The errors of a query.
pub fn check(query: &str) -> Vec<TextProblem> {
    analyse(query).problems
}
