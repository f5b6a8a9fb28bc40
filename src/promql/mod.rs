//! In: a PromQL query. Out: what is wrong with it and exactly where, which series it reads, and the query with matchers added.
//!
//! The grammar and the types are read in one pass by a parser of our own: the crate `promql-parser` gives no positions and takes
//! longer than the rest of a build together. It is the oracle of the tests.

mod calls;
mod functions;
mod lexer;
mod matchers;
mod parser;
mod scope;
mod selector;
#[cfg(test)]
mod tests;
mod windows;

use std::ops::Range;

use crate::embedded::TextProblem;
use crate::units::Duration;

pub use scope::{splice, unscoped};
pub use windows::{ShortWindow, WindowProblem, window, windows};

/// What a query gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// One number.
    Scalar,
    /// Series with one number each.
    Vector,
    /// Series with many numbers each: not an answer, only the argument of a function.
    Range,
    /// A text.
    String,
}

/// How a label must be.
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
    /// How it must be.
    pub operator: MatchOperator,
    /// To what; escapes resolved.
    pub value: String,
    /// Where it stands.
    pub range: Range<usize>,
}

/// One place where a query reads series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The metric's name, when it is written before the braces.
    pub metric: Option<String>,
    /// What the labels must be.
    pub matchers: Vec<Matcher>,
    /// Name and braces.
    pub range: Range<usize>,
    /// The braces; `None` when there are none.
    pub braces: Option<Range<usize>>,
    /// `[5m]`, and where it stands.
    pub window: Option<(Duration, Range<usize>)>,
    /// The function or aggregation that it stands in.
    pub function: Option<String>,
}

/// What was found out about a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// Mistakes; Prometheus would refuse the query, or the controller its answer.
    pub problems: Vec<TextProblem>,
    /// What works and will surprise.
    pub warnings: Vec<TextProblem>,
    /// Where it reads series, in order; those before the first mistake of grammar.
    pub selectors: Vec<Selector>,
    /// What it gives; `None` when that is unknown because of a mistake.
    pub gives: Option<Type>,
}

/// Everything about a query. Placeholders of the controller, `{{args.…}}`, may stand inside strings.
pub fn analyse(query: &str) -> Analysis {
    parser::analyse(query)
}

/// The mistakes of a query.
pub fn check(query: &str) -> Vec<TextProblem> {
    analyse(query).problems
}

/// Where a query reads series.
pub fn selectors(query: &str) -> Vec<Selector> {
    analyse(query).selectors
}
