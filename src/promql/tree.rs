//! The expressions of a query, as a list in which the parts of an expression stand before it: facts about them are
//! computed in one pass, without recursion.

use std::ops::Range;

/// The index of an expression in its [`Tree`].
pub(super) type Id = usize;

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) form: Form,
    pub(super) range: Range<usize>,
}

/// The form of an expression. Ranges, subqueries, `offset`, `@` and parentheses add nothing to the expression inside.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Number(f64),
    Text,
    /// The index of the selector.
    Selector(usize),
    /// Also a name that is no function.
    Call {
        name: String,
        arguments: Vec<Id>,
    },
    Aggregation {
        name: String,
        grouping: Option<Grouping>,
        arguments: Vec<Id>,
    },
    Binary {
        operator: String,
        /// `on (…)` or `ignoring (…)`.
        matching: Option<Matching>,
        left: Id,
        right: Id,
    },
    /// A comparison that drops the values that do not satisfy it.
    Filter {
        left: Id,
    },
    Negative(Id),
}

/// `on (…)` or `ignoring (…)`.
#[derive(Clone, Debug)]
pub(super) struct Matching {
    pub(super) ignoring: bool,
    pub(super) labels: Vec<String>,
}

/// `by (…)` or `without (…)`.
#[derive(Clone, Debug)]
pub(super) struct Grouping {
    pub(super) without: bool,
    pub(super) labels: Vec<String>,
}

impl Grouping {
    /// Whether a label is still there after the aggregation.
    pub(super) fn keeps(&self, label: &str) -> bool {
        self.labels.iter().any(|known| known == label) != self.without
    }
}

/// The expressions of a query; the last one is the whole query.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(pub(super) Vec<Expression>);

impl Tree {
    pub(super) fn add(&mut self, form: Form, range: Range<usize>) -> Id {
        self.0.push(Expression { form, range });
        self.0.len() - 1
    }
}
