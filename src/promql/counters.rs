//! In: the counters that a query reads. Out: what is wrong with how it reads them.

use super::Selector;
use super::facts::{Read, problem};
use super::tree::Form;
use crate::embedded::TextProblem;

/// Functions and aggregations for which the value of a counter does not matter.
const VALUE_FREE: [&str; 8] =
    ["count", "group", "absent", "timestamp", "count_values", "absent_over_time", "resets", "changes"];

/// The value of a counter, which only grows.
pub(super) fn raw(read: &Read<'_>, selector: &Selector) -> Option<TextProblem> {
    let metric = selector.metric.as_deref()?;
    let asks_value = !selector.function.as_deref().is_some_and(|name| VALUE_FREE.contains(&name));
    // The difference to an earlier value, or the rate of a sum.
    let is_compared = read.query.contains("offset") || read.query.contains(":]") || read.query.contains('@');
    if !asks_value || is_compared || !is_counter(read, metric) {
        return None;
    }
    if let Some(function) = selector.function.as_deref().filter(|_| selector.window.is_some()) {
        return of_gauge(read, selector, function, metric);
    }
    if selector.window.is_some() {
        return None;
    }
    let window = "[{{window}}]";
    let text = read.text(&selector.range);
    let short = if text.len() <= 40 { text } else { metric };
    Some(
        problem(&selector.range, format!("`{metric}` is a counter: it only grows"))
            .label("the total since the start of the process")
            .why("A counter exceeds every limit after some time, and its value says nothing about this release.")
            .help(format!("write `rate({short}{window})` or `increase({short}{window})`, with `window=` on the query")),
    )
}

/// Whether a metric is a counter, by its name. `_count` and `_sum` also end the names of gauges.
fn is_counter(read: &Read<'_>, metric: &str) -> bool {
    let base = metric.strip_suffix("_count").or_else(|| metric.strip_suffix("_sum"));
    let of_histogram = |base: &str| {
        let others = ["_bucket", "_count", "_sum"].map(|suffix| [base, suffix].concat());
        let has_unit = ["_seconds", "_milliseconds", "_bytes", "requests", "duration", "latency", "_ms"];
        has_unit.iter().any(|unit| base.ends_with(unit))
            || read
                .selectors
                .iter()
                .filter_map(|selector| selector.metric.as_ref())
                .any(|name| name != metric && others.contains(name))
    };
    metric.ends_with("_total") || metric.ends_with("_bucket") || base.is_some_and(of_histogram)
}

/// Functions of a gauge: a counter falls when a process starts again.
const DIFFERENCES: [&str; 4] = ["delta", "idelta", "deriv", "predict_linear"];
/// Functions that return a value of the series, which for a counter is the total.
const VALUES: [&str; 6] =
    ["avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "last_over_time", "quantile_over_time"];

/// A counter in a function that is about gauges.
fn of_gauge(read: &Read<'_>, selector: &Selector, function: &str, metric: &str) -> Option<TextProblem> {
    let is_difference = DIFFERENCES.contains(&function);
    if !is_difference && !VALUES.contains(&function) {
        return None;
    }
    let text = read.text(&selector.range);
    let short = if text.len() <= 40 { text } else { metric };
    let label =
        if is_difference { "negative after a restart of a pod" } else { "the total since the start of the process" };
    Some(
        problem(&selector.range, format!("`{function}` expects a gauge, but `{metric}` is a counter"))
            .label(label)
            .why("A counter starts again at zero with each process, and its value says nothing about this release.")
            .help(format!("write `increase({short}[{{{{window}}}}])`, or `rate` for a value per second")),
    )
}

/// `rate(sum(x)[5m:])`: when one pod starts again, the sum falls, and `rate` takes that for a restart of all.
pub(super) fn rates_of_sums(read: &Read<'_>) -> Vec<TextProblem> {
    let of_sum = |form: &Form| match form {
        Form::Call { name, arguments } if matches!(name.as_str(), "rate" | "irate" | "increase") => {
            let inner = read.at(*arguments.first()?)?;
            matches!(inner.form, Form::Aggregation { .. }).then(|| (name.clone(), inner.range.clone()))
        }
        _ => None,
    };
    let rates = read.tree.0.iter().filter_map(|expression| Some((of_sum(&expression.form)?, expression.range.clone())));
    rates
        .map(|((name, _), range)| {
            problem(&range, format!("this is the `{name}` of a sum"))
                .label("wrong whenever a pod starts or stops")
                .why("When one counter starts again at zero, the sum falls, and Prometheus counts what is left of it once more.")
                .help(format!("apply `{name}` first: `sum({name}(…[{{{{window}}}}]))`"))
        })
        .collect()
}
