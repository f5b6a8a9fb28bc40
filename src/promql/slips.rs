//! In: the expressions of a query. Out: the usual slips, which Prometheus accepts: first those whose result is always the
//! same, then those whose result surprises.

use std::ops::Range;

use super::counters;
use super::facts::{Read, problem};
use super::tree::{Form, Id};
use super::{MatchOperator, Selector};
use crate::embedded::TextProblem;
use crate::status_code;

/// Slips whose result is the same whatever the version does.
pub(super) fn constant(read: &Read<'_>) -> Vec<TextProblem> {
    let mut found: Vec<TextProblem> = read.selectors.iter().filter_map(selects_nothing).collect();
    let lost = lost_bounds(read);
    for expression in &read.tree.0 {
        match &expression.form {
            Form::Call { name, arguments } if matches!(name.as_str(), "histogram_quantile" | "quantile_over_time") => {
                found.extend(quantile(read, name, arguments));
                if let (true, Some(Some(lost))) =
                    (name == "histogram_quantile", arguments.get(1).and_then(|id| lost.get(*id)))
                {
                    found.push(without_bounds(read, lost));
                } else if name == "histogram_quantile" {
                    found.extend(arguments.get(1).and_then(|id| without_buckets(read, *id)));
                }
            }
            Form::Aggregation { name, arguments, .. } if name == "quantile" => {
                found.extend(quantile(read, name, arguments));
            }
            Form::Binary { operator, matching: None, left, right } if operator == "/" => {
                found.extend(divided_by_itself(read, *left, *right, &expression.range));
            }
            _ => {}
        }
    }
    found
}

/// The placeholders of a hash of pods.
const HASHES: [&str; 2] = ["{{args.canary-hash}}", "{{args.stable-hash}}"];

/// A selector that no series can match: two values of one label, or a part of a pod's name for the whole of it.
fn selects_nothing(selector: &Selector) -> Option<TextProblem> {
    let why = "The query has no data, or with `or vector(0)` always the same: the check does not see a broken version.";
    let equal = |matcher: &&super::Matcher| matcher.operator == MatchOperator::Equal;
    for (at, matcher) in selector.matchers.iter().enumerate().filter(|(_, matcher)| equal(matcher)) {
        let earlier = selector.matchers.iter().take(at).filter(equal);
        let other = earlier.into_iter().find(|other| other.label == matcher.label && other.value != matcher.value);
        if let Some(other) = other {
            let found = problem(&matcher.range, format!("`{}` has two values in one selector", matcher.label));
            return Some(
                found
                    .label("no series has both")
                    .also(other.range.clone(), "the other value")
                    .why(why)
                    .help("keep the one that selects the canary"),
            );
        }
    }
    selector.matchers.iter().find_map(|matcher| {
        let is_pod = matcher.label == "pod" || matcher.label == "pod_name" || matcher.label == "kubernetes_pod_name";
        let selects = matches!(matcher.operator, MatchOperator::Equal | MatchOperator::Matches);
        let hash = HASHES.into_iter().find(|hash| matcher.value.ends_with(hash))?;
        if !is_pod || !selects {
            return None;
        }
        let before = matcher.value.strip_suffix(hash).unwrap_or_default();
        let before = if before.is_empty() { ".+-" } else { before };
        let shown = hash.replace("args.", "");
        let meant = format!("{}=~\"{before}{shown}-.+\"", matcher.label);
        Some(
            problem(&matcher.range, "no pod has this name: a name goes on after the hash")
                .label("the beginning of a name")
                .why(why)
                .help(format!("the matcher of all its pods is `{meant}`")),
        )
    })
}

/// A quantile outside of 0 to 1.
fn quantile(read: &Read<'_>, name: &str, arguments: &[Id]) -> Option<TextProblem> {
    let id = *arguments.first()?;
    let value = read.number(id).filter(|value| !(0.0..=1.0).contains(value))?;
    let range = &read.at(id)?.range;
    let infinite = if value < 0.0 { "-Inf" } else { "+Inf" };
    let fraction = (value > 1.0 && value <= 100.0).then(|| (value * 1e6).round() / 1e8);
    let found = problem(range, format!("`{name}` expects a quantile from 0 to 1, found {}", read.text(range)))
        .label(format!("the result is always {infinite}"))
        .why("The result does not depend on the version: the check always fails or always passes.");
    Some(match fraction {
        Some(fraction) => found.help(format!("write {fraction}")).fix(range.clone(), fraction.to_string()),
        None => found.help("write a number such as 0.99"),
    })
}

/// For each expression: where an aggregation of buckets drops their bounds, `le`.
fn lost_bounds(read: &Read<'_>) -> Vec<Option<Range<usize>>> {
    let mut lost: Vec<Option<Range<usize>>> = Vec::with_capacity(read.tree.0.len());
    let mut buckets: Vec<bool> = Vec::with_capacity(read.tree.0.len());
    for expression in &read.tree.0 {
        let is_lost = |ids: &[Id]| ids.iter().find_map(|id| lost.get(*id).cloned().flatten());
        let has_buckets = |ids: &[Id]| ids.iter().any(|id| buckets.get(*id).copied().unwrap_or_default());
        let (of, here) = match &expression.form {
            Form::Selector(index) => {
                let metric = read.selectors.get(*index).and_then(|selector| selector.metric.as_deref());
                (metric.is_some_and(|metric| metric.ends_with("_bucket")), None)
            }
            Form::Call { arguments, .. } => (has_buckets(arguments), is_lost(arguments)),
            Form::Aggregation { grouping, arguments, .. } => {
                let has = has_buckets(arguments);
                let keeps = grouping.as_ref().is_some_and(|grouping| grouping.keeps("le"));
                (has, is_lost(arguments).or_else(|| (has && !keeps).then(|| expression.range.clone())))
            }
            Form::Binary { left, right, .. } => (has_buckets(&[*left, *right]), is_lost(&[*left, *right])),
            Form::Filter { left } | Form::Negative(left) => (has_buckets(&[*left]), is_lost(&[*left])),
            Form::Number(_) | Form::Text => (false, None),
        };
        buckets.push(of);
        lost.push(here);
    }
    lost
}

fn without_bounds(read: &Read<'_>, range: &Range<usize>) -> TextProblem {
    let text = read.text(range);
    let found = problem(range, "this aggregation drops the label `le`, which `histogram_quantile` needs")
        .label("`le` is gone here")
        .why("Without the bounds of the buckets the result is always empty, and the check has no data.");
    let word: usize = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_bare = text.get(word..).is_some_and(|rest| rest.trim_start().starts_with('(')) && text.ends_with(')');
    let outside = text.rfind(" by ").or_else(|| text.rfind(" by("));
    match (is_bare, outside) {
        (true, None) => {
            let at = range.start + word..range.start + word;
            let name = text.get(..word).unwrap_or("sum");
            found.help(format!("write `{name} by (le) (…)`")).fix(at, " by (le) ")
        }
        _ => found.help("add `le` to the labels of `by (…)`, or remove it from those of `without (…)`"),
    }
}

/// `histogram_quantile(0.99, rate(x_sum[5m]))`: only the series of buckets have the label `le`.
fn without_buckets(read: &Read<'_>, id: Id) -> Option<TextProblem> {
    let part = read.at(id)?.range.clone();
    let inside = read.selectors_in(&part);
    let suffixes = ["_sum", "_count", "_total"];
    inside.filter_map(|selector| Some((selector, selector.metric.as_deref()?))).find_map(|(selector, metric)| {
        let base = suffixes.iter().find_map(|suffix| metric.strip_suffix(suffix))?;
        let name = selector.range.start..selector.range.start + metric.len();
        let buckets = format!("{base}_bucket");
        Some(
            problem(&name, format!("`histogram_quantile` expects buckets, found `{metric}`"))
                .label("has no label `le`")
                .why("The result is always empty, and the check has no data.")
                .help(format!("write `{buckets}`"))
                .fix(name, buckets)
                .applicability(crate::diagnostic::Applicability::MaybeIncorrect),
        )
    })
}

/// `rate(x{code="500"}[5m]) / rate(x[5m])`: each series is divided by the one with the same labels, which is itself.
fn divided_by_itself(read: &Read<'_>, left: Id, right: Id, range: &Range<usize>) -> Option<TextProblem> {
    let (part, whole) = (only_selector(read, left)?, only_selector(read, right)?);
    let length = |selector: &Selector| selector.window.as_ref().map(|(length, _)| *length);
    let is_same = part.metric.is_some() && part.metric == whole.metric && length(part) == length(whole);
    let same = |matcher: &super::Matcher| {
        part.matchers
            .iter()
            .any(|own| own.label == matcher.label && own.operator == matcher.operator && own.value == matcher.value)
    };
    let has_offset = read.text(range).contains("offset");
    if !is_same || has_offset || part.function != whole.function || !whole.matchers.iter().all(same) {
        return None;
    }
    let found = problem(range, "each series is divided by itself, so the result is always 1")
        .label("both sides have the same labels")
        .why("Prometheus divides series with equal labels: a series of failures by that same series.");
    Some(found.help("add up each side: `(sum(…) or vector(0)) / sum(…)`"))
}

/// The selector of an expression that only applies functions to it.
fn only_selector<'r>(read: &'r Read<'_>, id: Id) -> Option<&'r Selector> {
    let mut at = id;
    loop {
        match &read.at(at)?.form {
            Form::Selector(index) => return read.selectors.get(*index),
            Form::Call { name, arguments } if matches!(name.as_str(), "rate" | "irate" | "increase") => {
                at = *arguments.first()?;
            }
            _ => return None,
        }
    }
}

/// Slips whose result surprises.
pub(super) fn surprising(read: &Read<'_>) -> Vec<TextProblem> {
    let mut found: Vec<TextProblem> = Vec::new();
    for selector in read.selectors {
        found.extend(counters::raw(read, selector));
        for matcher in &selector.matchers {
            found.extend(pattern_with_equal(read, matcher));
            found.extend(no_status_code(selector, matcher));
        }
    }
    found.extend(counters::rates_of_sums(read));
    found
}

/// A regular expression behind `=` or `!=`, which compare the text as it is.
fn pattern_with_equal(read: &Read<'_>, matcher: &super::Matcher) -> Option<TextProblem> {
    let (operator, meant, effect) = match matcher.operator {
        MatchOperator::Equal => ("=", "=~", "matches no series"),
        MatchOperator::NotEqual => ("!=", "!~", "excludes no series"),
        MatchOperator::Matches | MatchOperator::NotMatches => return None,
    };
    if !looks_like_a_pattern(&matcher.value) {
        return None;
    }
    let text = read.text(&matcher.range);
    let at = text.find(operator)?;
    let place = matcher.range.start + at..matcher.range.start + at + operator.len();
    Some(
        problem(&matcher.range, format!("`{operator}` compares the text as it is, but this is a regular expression"))
            .label(effect)
            .why("The query is empty or counts everything, and the check does not see a broken version.")
            .help(format!("write `{}{meant}\"{}\"`", matcher.label, matcher.value))
            .fix(place, meant)
            .applicability(crate::diagnostic::Applicability::MaybeIncorrect),
    )
}

/// `code=~"5xx"`: a pattern for status codes that matches none.
fn no_status_code(selector: &Selector, matcher: &super::Matcher) -> Option<TextProblem> {
    let label = matcher.label.to_ascii_lowercase();
    let is_code = ["code", "status", "status_code", "response_code", "http_status", "http_code", "http_status_code"];
    // HAProxy and some others count the classes themselves, as `5xx`.
    let counts_classes = selector.metric.as_deref().is_some_and(|metric| metric.starts_with("haproxy_"));
    let is_pattern = matches!(matcher.operator, MatchOperator::Matches | MatchOperator::NotMatches);
    let has_digit = matcher.value.starts_with(|first: char| first.is_ascii_digit() || first == '>');
    if !is_pattern || counts_classes || !is_code.contains(&&*label) || !has_digit {
        return None;
    }
    if matcher.value.len() < 3 && matcher.value.bytes().all(|byte| byte.is_ascii_digit()) {
        // The number of a gRPC status.
        return None;
    }
    if !status_code::matches_none(&matcher.value) {
        return None;
    }
    let operator = if matcher.operator == MatchOperator::Matches { "=~" } else { "!~" };
    let meant = format!("{}{operator}\"{}\"", matcher.label, status_code::instead(&matcher.value));
    Some(
        problem(&matcher.range, format!("`{}` matches no status code", matcher.value))
            .label("a regular expression for the whole code")
            .why("The selector has no series, or all of them, whatever the version does.")
            .help(format!("write `{meant}`; for a label that holds classes, write `=` with the class"))
            .fix(matcher.range.clone(), meant)
            .applicability(crate::diagnostic::Applicability::MaybeIncorrect),
    )
}

fn looks_like_a_pattern(value: &str) -> bool {
    let status = value.len() == 3 && value.starts_with(|first: char| first.is_ascii_digit()) && value.ends_with("..");
    let alternatives = value.contains('|')
        && value.split('|').all(|part| !part.is_empty() && part.len() <= 24 && !part.contains(['/', ':']));
    status
        || alternatives
        || value.contains(".*")
        || value.contains(".+")
        || value.contains("\\d")
        || value.contains('[') && value.contains(']') && value.contains('-')
        || value.starts_with('^') && value.ends_with('$')
}
