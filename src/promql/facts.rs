//! In: the expressions of a valid query. Out: what follows from them for its result, added to the analysis.

use std::ops::Range;

use super::tree::{Expression, Form, Id, Tree};
use super::{Analysis, Missing, Scale, Selector, emptiness, joins, share, slips};
use crate::embedded::TextProblem;

/// The query and its expressions.
pub(super) struct Read<'a> {
    pub(super) query: &'a str,
    pub(super) tree: &'a Tree,
    pub(super) selectors: &'a [Selector],
    /// The value of each expression that is a number known at build time.
    pub(super) numbers: Vec<Option<f64>>,
}

impl Read<'_> {
    pub(super) fn at(&self, id: Id) -> Option<&Expression> {
        self.tree.0.get(id)
    }

    pub(super) fn number(&self, id: Id) -> Option<f64> {
        self.numbers.get(id).copied().flatten()
    }

    /// The selectors within a part of the query.
    pub(super) fn selectors_in(&self, part: &Range<usize>) -> impl Iterator<Item = &Selector> {
        let (start, end) = (part.start, part.end);
        self.selectors.iter().filter(move |selector| start <= selector.range.start && selector.range.end <= end)
    }

    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.query.get(range.clone()).unwrap_or_default()
    }
}

/// Adds what follows from the expressions; `whole` is the whole query.
pub(super) fn add(analysis: &mut Analysis, query: &str, tree: &Tree, whole: Id) {
    let read = Read { query, tree, selectors: &analysis.selectors, numbers: numbers(tree) };
    let constant = slips::constant(&read);
    let mut warnings = slips::surprising(&read);
    let missing = emptiness::missing(&read, whole);
    let scale = scale(&read, whole);
    // A comparison around the whole query is already reported, and so is a matcher in the missing part.
    let is_said = |missing: &Missing| {
        let inside = |problem: &TextProblem| {
            missing.range.start <= problem.range.start && problem.range.end <= missing.range.end
        };
        warnings.iter().any(inside)
    };
    let missing = missing.filter(|missing| analysis.warnings.is_empty() && constant.is_empty() && !is_said(missing));
    let joins = joins::joins(&read);
    let share = share::share(&read, whole);
    analysis.constant = constant;
    analysis.warnings.append(&mut warnings);
    analysis.missing = missing;
    analysis.joins = joins;
    analysis.share = share;
    analysis.scale = scale;
}

/// The value of each expression that is a number known at build time.
fn numbers(tree: &Tree) -> Vec<Option<f64>> {
    let mut found: Vec<Option<f64>> = Vec::with_capacity(tree.0.len());
    for expression in &tree.0 {
        let of = |id: Id| found.get(id).copied().flatten();
        let number = match &expression.form {
            Form::Number(value) => Some(*value),
            Form::Negative(id) => of(*id).map(|value| -value),
            Form::Binary { operator, left, right, .. } => of(*left).zip(of(*right)).and_then(|(left, right)| {
                Some(match operator.as_str() {
                    "+" => left + right,
                    "-" => left - right,
                    "*" => left * right,
                    "/" => left / right,
                    "^" => left.powf(right),
                    _ => return None,
                })
            }),
            _ => None,
        };
        found.push(number);
    }
    found
}

/// The scale of the result, as far as its form tells.
fn scale(read: &Read<'_>, whole: Id) -> Option<(Scale, Range<usize>)> {
    let mut at = whole;
    // Each step goes to a part, which stands before.
    loop {
        let expression = read.at(at)?;
        let found = |scale| Some((scale, expression.range.clone()));
        match &expression.form {
            Form::Binary { operator, left, right, .. } => {
                match (operator.as_str(), read.number(*left), read.number(*right)) {
                    ("*", Some(factor), None) | ("*", None, Some(factor)) if is(factor, 100.0) => {
                        return found(Scale::Percent);
                    }
                    ("/", None, Some(divisor)) if is(divisor, 0.01) => {
                        return found(Scale::Percent);
                    }
                    ("-", Some(one), None) if is(one, 1.0) => at = *right,
                    ("or", ..) => at = *left,
                    ("/", None, None) if is_hundredfold(read, *left) => return found(Scale::Percent),
                    ("/", None, None) => {
                        return is_share(read, *left, *right).then(|| (Scale::Ratio, expression.range.clone()));
                    }
                    _ => return None,
                }
            }
            Form::Aggregation { name, arguments, .. } if matches!(name.as_str(), "max" | "min" | "avg") => {
                at = *arguments.last()?;
            }
            Form::Call { name, arguments } => match name.as_str() {
                "clamp" | "clamp_max" | "clamp_min" | "round" | "abs" => at = *arguments.first()?,
                "histogram_quantile" => return unit_of_buckets(read, at).and_then(found),
                _ => return None,
            },
            _ => return None,
        }
    }
}

fn is(number: f64, wanted: f64) -> bool {
    (number - wanted).abs() < f64::EPSILON
}

/// `100 * x`
fn is_hundredfold(read: &Read<'_>, id: Id) -> bool {
    let Some(Form::Binary { operator, left, right, .. }) = read.at(id).map(|part| &part.form) else { return false };
    operator == "*" && [left, right].iter().any(|id| read.number(**id).is_some_and(|factor| is(factor, 100.0)))
}

/// Whether a division counts a part and a whole. `_sum / _count` and `sum(x) / count(x)` are averages of any scale.
fn is_share(read: &Read<'_>, left: Id, right: Id) -> bool {
    let names = |id: Id| {
        read.at(id).map_or_else(Vec::new, |part| {
            read.selectors_in(&part.range).filter_map(|selector| selector.metric.as_deref()).collect::<Vec<_>>()
        })
    };
    let counts =
        |id: Id| matches!(read.at(id).map(|part| &part.form), Some(Form::Aggregation { name, .. }) if name == "count");
    let (part, whole) = (names(left), names(right));
    let is_average = |name: &&str| name.ends_with("_sum") || name.contains("percent");
    !part.is_empty() && !whole.is_empty() && !part.iter().any(is_average) && counts(left) == counts(right)
}

/// The unit of a histogram, by the name of its metric.
fn unit_of_buckets(read: &Read<'_>, quantile: Id) -> Option<Scale> {
    let mut names = read.selectors_in(&read.at(quantile)?.range);
    let name = names.next()?.metric.as_deref()?.strip_suffix("_bucket")?;
    match name {
        _ if name.ends_with("_milliseconds") || name.ends_with("_ms") || name.ends_with("_millis") => {
            Some(Scale::Milliseconds)
        }
        _ if name.ends_with("_seconds") => Some(Scale::Seconds),
        _ => None,
    }
}

/// A problem with the text of a part.
pub(super) fn problem(range: &Range<usize>, message: impl Into<String>) -> TextProblem {
    TextProblem::new(range.clone(), message)
}
