//! In: a query of the policy in PromQL. Out: its problems, its result type, and how to combine two queries.

use std::ops::Range;

use super::surprises;
use crate::diagnostic::Code;
use crate::embedded::TextProblem;
use crate::expression::Answer;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::template::{Part, Template};
use crate::promql::{self, Analysis, Scale, Selector, Type};
use crate::provider::endpoint::QueryText;
use crate::provider::language::{EventQueries, QueryLanguage};
use crate::provider::scrape;
use crate::provider::versions::why_one_version;
use crate::units::Duration;

/// The query language PromQL.
pub const LANGUAGE: QueryLanguage = QueryLanguage {
    name: "PromQL",
    window: Duration::as_prometheus,
    events: Some(EventQueries { share, comparison, mismatch, answer: Answer::Every }),
};

/// The maximum number of reported problems of one query. Further ones are usually of the same kind.
const MOST_PROBLEMS: usize = 20;

/// What is known of a query that Prometheus accepts.
pub struct Sound {
    /// The type of its result.
    pub gives: Option<Type>,
    /// Whether it distinguishes the canary from the stable version.
    pub distinguishes_versions: bool,
    /// The largest value that it can have.
    pub most: Option<f64>,
}

/// Reports the problems of a query. `None` when Prometheus would refuse it.
pub fn judge(cx: &mut Context<'_>, query: &QueryText<'_>, scraped: Duration) -> Option<Sound> {
    let Analysis { problems, constant, warnings, missing, scale, selectors, joins, share, gives } =
        promql::analyse(query.text);
    let sound = problems.is_empty();
    let most = match (&share, &scale) {
        (Some(_), Some((Scale::Ratio, _))) => Some(1.0),
        (Some(_), Some((Scale::Percent, _))) => Some(100.0),
        _ => None,
    };
    for problem in problems.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QueryPromql, query.value, query.text, problem);
    }
    let is_constant = !constant.is_empty();
    for problem in constant.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QueryConstant, query.value, query.text, problem);
    }
    for surprise in surprises::of_value(query, missing, scale, share) {
        embedded::report_in(cx, Code::QuerySurprise, query.value, query.text, surprise);
    }
    for warning in warnings.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QuerySurprise, query.value, query.text, warning);
    }
    if !sound || is_constant {
        return None;
    }
    for problem in promql::windows(&selectors, scraped).into_iter().take(MOST_PROBLEMS) {
        // The diagnostic about `{{window}}` belongs to the property.
        let said = query.window.filter(|window| window.value == problem.short.window);
        let span = said.map_or_else(|| cx.locate_filled(query.value, query.text, problem.range.clone()), Sourced::span);
        cx.report(scrape::window_problem(span, problem.short, scraped));
    }
    before_the_release(cx, query, &selectors);
    let distinguishes_versions = !query.must_name_canary || names_the_canary(cx, query, &selectors, &joins);
    match query.window {
        None if query.window_is_optional => literal_range(cx, query, &selectors),
        Some(window) => longer_range(cx, query, window, &selectors),
        None => {}
    }
    Some(Sound { gives, distinguishes_versions, most })
}

/// Every selector must select the canary: a query over both versions judges mostly the stable one.
fn names_the_canary(
    cx: &mut Context<'_>,
    query: &QueryText<'_>,
    selectors: &[Selector],
    joins: &[(Range<usize>, Range<usize>)],
) -> bool {
    if selectors.is_empty() {
        report_no_series(cx, query);
        return false;
    }
    let canary = cx.names.canary_service.known().map(|name| name.to_string());
    let stable = cx.names.stable_service.known().map(|name| name.to_string());
    let mut of_canary = vec!["{{args.canary-hash}}"];
    of_canary.extend(canary.as_deref());
    let names_stable = |selector: &Selector| {
        promql::names(selector, &["{{args.stable-hash}}"])
            || stable.as_deref().is_some_and(|stable| promql::names_service(selector, stable))
    };
    let of_one = |selector: &&Selector| promql::names(selector, &of_canary) || names_stable(selector);
    let is_in =
        |selector: &Selector, side: &Range<usize>| side.start <= selector.range.start && selector.range.end <= side.end;
    // What is joined with the canary's pods is restricted to them.
    let is_restricted = |side: &Range<usize>| {
        let mut inside = selectors.iter().filter(|selector| is_in(selector, side)).peekable();
        inside.peek().is_some() && inside.all(|selector| of_one(&selector))
    };
    let is_joined = |selector: &Selector| {
        joins.iter().any(|(left, right)| {
            is_in(selector, left) && is_restricted(right) || is_in(selector, right) && is_restricted(left)
        })
    };
    let loose: Vec<&Selector> = selectors.iter().filter(|selector| !of_one(selector) && !is_joined(selector)).collect();
    // A comparison names the stable version in one selector and the canary in another.
    let names_canary = selectors.iter().any(|selector| promql::names(selector, &of_canary));
    if loose.is_empty() && names_canary {
        return true;
    }
    let Some(first) = loose.first().copied().or(selectors.first()) else { return true };
    if loose.is_empty() {
        let problem = TextProblem::new(first.range.clone(), "this query measures only the stable version")
            .label("selects the stable version")
            .why("A broken canary does not change the result.")
            .help(if canary.is_some() {
                "write `{{canary-service}}` or `{{canary-hash}}` instead"
            } else {
                "write `{{canary-hash}}` instead"
            });
        embedded::report_in(cx, Code::QueryScope, query.value, query.text, problem);
        return false;
    }
    let help = if canary.is_some() {
        "add a matcher such as `service=\"{{canary-service}}\"` or `rollouts_pod_template_hash=\"{{canary-hash}}\"`; to measure \
         both versions, write `scope=\"any\"`"
    } else {
        "add a matcher such as `rollouts_pod_template_hash=\"{{canary-hash}}\"`; to measure both versions, write `scope=\"any\"`"
    };
    let message = "this query does not distinguish the canary from the stable version";
    let problem = TextProblem::new(first.range.clone(), message).label("matches both versions").help(help);
    let why = why_one_version(cx);
    embedded::report_because(cx, Code::QueryScope, query.value, query.text, problem, &why);
    false
}

/// Reports a query such as `vector(0)` or `time()`.
fn report_no_series(cx: &mut Context<'_>, query: &QueryText<'_>) {
    let problem = TextProblem::new(0..query.text.len(), "this query reads no series")
        .label("does not measure the canary")
        .why("Its result is the same for every version, so the check always passes or always fails.")
        .help("read a metric of the canary; if you mean this, as for the time of day, write `scope=\"any\"`");
    embedded::report_in(cx, Code::QueryScope, query.value, query.text, problem);
}

/// How far back a query may read the canary: to the samples that have arrived for sure.
const OFFSET_AT_MOST_MILLISECONDS: u64 = 30 * 60 * 1000;

/// Reports a selector of the canary that reads a time when this canary did not exist.
fn before_the_release(cx: &mut Context<'_>, query: &QueryText<'_>, selectors: &[Selector]) {
    let canary = cx.names.canary_service.known().map(|name| name.to_string());
    let mut of_canary = vec!["{{args.canary-hash}}"];
    of_canary.extend(canary.as_deref());
    let far = selectors.iter().filter(|selector| promql::names(selector, &of_canary)).find_map(|selector| {
        selector.offset.clone().filter(|(length, _)| length.milliseconds() >= OFFSET_AT_MOST_MILLISECONDS)
    });
    let Some((length, range)) = far else { return };
    let problem = TextProblem::new(range, format!("this canary did not exist {length} ago"))
        .label("reads the time before the release")
        .why("The pods of the canary have a new hash in every release, so the result is empty, or belongs to another release.")
        .help("remove the `offset`; to compare with the past, apply it to the stable version, and write `scope=\"any\"`");
    embedded::report_in(cx, Code::QuerySurprise, query.value, query.text, problem);
}

/// Reports a literal range without `window=`: the first measurement has no initial delay, so it sees the previous
/// version.
fn literal_range(cx: &mut Context<'_>, query: &QueryText<'_>, selectors: &[Selector]) {
    let Some((duration, range)) = selectors.iter().find_map(|selector| selector.window.clone()) else {
        return;
    };
    let message = format!("this query covers {duration}, but the first measurement does not wait that long");
    let problem = TextProblem::new(range, message)
        .label("a fixed range")
        .why("The first measurement includes the time before the change of weight and judges the previous version.")
        .help(format!(
            "write `[{{{{window}}}}]` here and `window=\"{duration}\"` on the query; the first measurement is then one window later"
        ));
    embedded::report_in(cx, Code::QueryLiteralRange, query.value, query.text, problem);
}

/// Reports a literal range that is longer than `window=`: the first measurement waits for the window only.
fn longer_range(cx: &mut Context<'_>, query: &QueryText<'_>, window: &Sourced<Duration>, selectors: &[Selector]) {
    let ranges = selectors.iter().filter_map(|selector| selector.window.clone());
    let Some((duration, range)) = ranges.into_iter().find(|(duration, _)| *duration > window.value) else { return };
    let message = format!("this range covers {duration}, but `window` is {}", window.value);
    let problem = TextProblem::new(range, message)
        .label("longer than the window")
        .why("The first measurement waits for one window, so it includes the time before the change of weight.")
        .help(format!("write `[{{{{window}}}}]` here, or `window=\"{duration}\"` on the query"));
    embedded::report_in(cx, Code::QueryLiteralRange, query.value, query.text, problem);
}

fn literal(text: &str) -> Part {
    Part::Literal(text.into())
}

/// `((good) or (total) * 0) / (total)`: empty or NaN without traffic, and 0 if nothing good was ever counted. A series
/// without events does not exist, and a canary that fails everything must not look like one without data.
fn share(good: &Template, total: &Template) -> Template {
    let mut parts = vec![literal("((")];
    parts.extend(good.parts.iter().cloned());
    parts.push(literal(") or ("));
    parts.extend(total.parts.iter().cloned());
    parts.push(literal(") * 0) / ("));
    parts.extend(total.parts.iter().cloned());
    parts.push(literal(")"));
    Template { parts }
}

/// Whether `total` is a part of `good`, or one is a rate and the other a number.
fn mismatch(good: &str, total: &str) -> Option<&'static str> {
    let (good, total) = (promql::analyse(good).selectors, promql::analyse(total).selectors);
    let ([good], [total]) = (good.as_slice(), total.as_slice()) else { return None };
    let per_second = |selector: &Selector| match selector.function.as_deref() {
        Some("rate" | "irate") => Some(true),
        Some("increase") => Some(false),
        _ => None,
    };
    let has = |selector: &Selector, wanted: &promql::Matcher| {
        let same = |own: &promql::Matcher| {
            own.label == wanted.label && own.operator == wanted.operator && own.value == wanted.value
        };
        selector.matchers.iter().any(same)
    };
    let is_part = good.metric.is_some()
        && good.metric == total.metric
        && good.matchers.len() < total.matchers.len()
        && good.matchers.iter().all(|matcher| has(total, matcher));
    if is_part {
        return Some("`total=` counts a part of `good=`, so the share is always 100% or more");
    }
    let (one, other) = (per_second(good)?, per_second(total)?);
    (one != other).then_some("one of these is a rate per second, and the other a number in the window")
}

fn comparison(canary: Template, stable: Template) -> Template {
    let mut parts = vec![literal("(")];
    parts.extend(canary.parts);
    parts.push(literal(") / ("));
    parts.extend(stable.parts);
    parts.push(literal(")"));
    Template { parts }
}
