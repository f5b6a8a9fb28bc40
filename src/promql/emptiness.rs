//! In: the expressions of a query. Out: whether its result is missing although there is traffic. Client libraries create
//! the series of a label's value with the first event, so that a healthy version has no series of failures.

use std::ops::Range;

use super::facts::Read;
use super::tree::{Form, Id};
use super::{MatchOperator, Matcher, Missing, Selector, When};

/// Whether an expression has a value.
#[derive(Clone, Debug)]
enum Presence {
    Always,
    /// With traffic.
    WithTraffic,
    Missing(Missing),
}

/// When the result of the whole query is missing.
pub(super) fn missing(read: &Read<'_>, whole: Id) -> Option<Missing> {
    let mut found: Vec<Presence> = Vec::with_capacity(read.tree.0.len());
    for expression in &read.tree.0 {
        let of = |id: &Id| found.get(*id).cloned().unwrap_or(Presence::WithTraffic);
        let missing = |when: When, range: &Range<usize>| Presence::Missing(Missing { range: range.clone(), when });
        let presence = match &expression.form {
            Form::Number(_) | Form::Text => Presence::Always,
            Form::Selector(index) => match read.selectors.get(*index).and_then(selected) {
                Some(when) => missing(when, &expression.range),
                None => Presence::WithTraffic,
            },
            Form::Call { name, .. } if matches!(name.as_str(), "absent" | "absent_over_time") => {
                missing(When::NotAbsent, &expression.range)
            }
            Form::Call { arguments, .. } | Form::Aggregation { arguments, .. } => {
                arguments.iter().map(of).reduce(both).unwrap_or(Presence::Always)
            }
            Form::Filter { .. } => missing(When::Filtered, &expression.range),
            Form::Negative(id) => of(id),
            Form::Binary { operator, left, right, .. } => match operator.as_str() {
                "or" => either(of(left), of(right)),
                "unless" => of(left),
                "/" => match (of(left), selects_events(read, *left, *right)) {
                    (Presence::WithTraffic, Some(part)) => missing(When::NoEvent, &part),
                    (part, _) => both(part, of(right)),
                },
                _ => both(of(left), of(right)),
            },
        };
        found.push(presence);
    }
    match found.into_iter().nth(whole) {
        Some(Presence::Missing(missing)) => Some(missing),
        _ => replaced(read, whole),
    }
}

/// `a / b or vector(0)`: a number in place of no data.
fn replaced(read: &Read<'_>, whole: Id) -> Option<Missing> {
    let Form::Binary { operator, left, right, .. } = &read.at(whole)?.form else { return None };
    let Form::Call { name, arguments } = &read.at(*right)?.form else { return None };
    let is_number = name == "vector" && arguments.first().is_some_and(|id| read.number(*id).is_some());
    let is_of_traffic = match &read.at(*left)?.form {
        Form::Binary { operator, left, right, .. } => {
            operator == "/" && read.number(*left).is_none() && read.number(*right).is_none()
        }
        Form::Call { name, .. } => name == "histogram_quantile",
        _ => false,
    };
    let range = read.at(*right)?.range.clone();
    (operator == "or" && is_number && is_of_traffic).then_some(Missing { range, when: When::Replaced })
}

/// Where the numerator of a ratio selects events of the denominator by a label that the denominator leaves open.
fn selects_events(read: &Read<'_>, part: Id, whole: Id) -> Option<Range<usize>> {
    let (part, whole) = (read.at(part)?.range.clone(), read.at(whole)?.range.clone());
    let of = |range: &Range<usize>| {
        let mut inside = read.selectors_in(range);
        inside.next().filter(|_| inside.next().is_none())
    };
    let (events, all) = (of(&part)?, of(&whole)?);
    let is_open = |matcher: &&Matcher| {
        let positive = matches!(matcher.operator, MatchOperator::Equal | MatchOperator::Matches);
        let names_a_version =
            ["service", "svc", "pod", "hash", "version", "le"].iter().any(|part| matcher.label.contains(part));
        positive
            && !names_a_version
            && !matcher.matches_empty()
            && all.matchers.iter().all(|other| other.label != matcher.label)
    };
    (events.metric.is_some() && events.metric == all.metric && events.matchers.iter().any(|matcher| is_open(&matcher)))
        .then_some(part)
}

/// The presence of an expression that needs both.
fn both(left: Presence, right: Presence) -> Presence {
    match (left, right) {
        (Presence::Missing(left), Presence::Missing(right)) => {
            Presence::Missing(if left.when == When::NoSuccess { right } else { left })
        }
        (missing @ Presence::Missing(_), _) | (_, missing @ Presence::Missing(_)) => missing,
        (Presence::Always, Presence::Always) => Presence::Always,
        _ => Presence::WithTraffic,
    }
}

/// The presence of an expression that needs one of the two.
fn either(left: Presence, right: Presence) -> Presence {
    match (left, right) {
        (Presence::Always, _) | (_, Presence::Always) => Presence::Always,
        (Presence::Missing(left), Presence::Missing(right)) if left.when == right.when => Presence::Missing(left),
        _ => Presence::WithTraffic,
    }
}

/// Labels whose value says whether a request failed.
const STATUS_LABELS: [&str; 13] = [
    "code",
    "status",
    "result",
    "outcome",
    "class",
    "type",
    "error",
    "grpc_status",
    "success",
    "failed",
    "state",
    "exception",
    "severity",
];

/// Whether the matchers of a selector select only failures, or only successes.
pub(super) fn selected(selector: &Selector) -> Option<When> {
    selector.matchers.iter().filter(|matcher| is_status(&matcher.label)).find_map(of_status)
}

fn is_status(label: &str) -> bool {
    STATUS_LABELS.iter().any(|known| {
        label == *known || label.ends_with("_code") || label.ends_with("_status") || label.ends_with("_class")
    })
}

fn of_status(matcher: &Matcher) -> Option<When> {
    let negative = matches!(matcher.operator, MatchOperator::NotEqual | MatchOperator::NotMatches);
    if let ("true" | "false" | "1" | "0", Some(failed)) = (matcher.value.as_str(), says_failed(&matcher.label)) {
        let is_failure = (matches!(matcher.value.as_str(), "true" | "1") == failed) != negative;
        return Some(if is_failure { When::NoFailure } else { When::NoSuccess });
    }
    let values: Vec<&str> = matcher.value.trim_matches(['(', ')', '^', '$']).split('|').collect();
    let all = |judge: fn(&str) -> bool| values.iter().all(|value| judge(value.trim()));
    let (failures, successes) = (all(is_failure), all(is_success));
    match (failures, successes, negative) {
        (true, _, false) | (_, true, true) => Some(When::NoFailure),
        (_, true, false) | (true, _, true) => Some(When::NoSuccess),
        _ => None,
    }
}

/// Whether "true" in a label means a failure; `None` if the label is no yes or no.
fn says_failed(label: &str) -> Option<bool> {
    match label {
        "error" | "failed" | "exception" | "is_error" => Some(true),
        "success" | "ok" | "succeeded" | "successful" => Some(false),
        _ => None,
    }
}

fn is_failure(value: &str) -> bool {
    let word = value.to_ascii_lowercase();
    value.starts_with(['4', '5']) && value.len() == 3
        || value.starts_with("[45]")
        || value.starts_with("5[")
        || matches!(value, "5.*" | "5.+" | "4.*" | "4.+")
        || ["error", "fail", "exception", "timeout", "unavailable", "internal", "unknown"]
            .iter()
            .any(|bad| word.starts_with(bad) || word.ends_with(bad))
        || word.ends_with("failure")
        || word == "critical"
}

fn is_success(value: &str) -> bool {
    let word = value.to_ascii_lowercase();
    value.starts_with(['1', '2', '3']) && value.len() == 3
        || value.starts_with("[23]")
        || value.starts_with("[123]")
        || value.starts_with("2[")
        || matches!(value, "2.*" | "2.+" | "3.*")
        || matches!(word.as_str(), "ok" | "success" | "successful" | "succeeded" | "0")
}
