//! In: a query of the policy in PromQL. Out: its problems, its result type, and how to combine two queries.

use crate::diagnostic::Code;
use crate::embedded::TextProblem;
use crate::expression::Answer;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::template::{Part, Template};
use crate::promql::{self, Analysis, Selector, Type};
use crate::provider::endpoint::QueryText;
use crate::provider::language::{EventQueries, QueryLanguage};
use crate::provider::scrape;
use crate::units::Duration;

/// The query language PromQL.
pub const LANGUAGE: QueryLanguage = QueryLanguage {
    name: "PromQL",
    window: Duration::as_prometheus,
    events: Some(EventQueries { share, comparison, answer: Answer::Every }),
};

/// The maximum number of reported problems of one query. Further ones are usually of the same kind.
const MOST_PROBLEMS: usize = 20;

/// Reports the problems of a query. `None` when Prometheus would refuse it; otherwise its result type, if known, and
/// whether it distinguishes the canary from the stable version.
pub fn judge(cx: &mut Context<'_>, query: &QueryText<'_>, scraped: Duration) -> Option<(Option<Type>, bool)> {
    let Analysis { problems, warnings, selectors, gives } = promql::analyse(query.text);
    let sound = problems.is_empty();
    for problem in problems.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QueryPromql, query.value, query.text, problem);
    }
    for warning in warnings.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QuerySurprise, query.value, query.text, warning);
    }
    if !sound {
        return None;
    }
    for problem in promql::windows(&selectors, scraped).into_iter().take(MOST_PROBLEMS) {
        // The diagnostic about `{{window}}` belongs to the property.
        let said = query.window.filter(|window| window.value == problem.short.window);
        let span = said.map_or_else(|| cx.locate_filled(query.value, query.text, problem.range.clone()), Sourced::span);
        cx.report(scrape::window_problem(span, problem.short, scraped));
    }
    let distinguishes_versions = !query.must_name_canary || names_the_canary(cx, query, &selectors);
    if query.window_is_optional && query.window.is_none() {
        literal_range(cx, query, &selectors);
    }
    Some((gives, distinguishes_versions))
}

/// Every selector must select the canary: a query over both versions judges mostly the stable one.
fn names_the_canary(cx: &mut Context<'_>, query: &QueryText<'_>, selectors: &[Selector]) -> bool {
    let canary = cx.names.canary_service.known().map(|name| name.to_string());
    let mut words = vec!["{{args.canary-hash}}"];
    words.extend(canary.as_deref());
    let unscoped = promql::unscoped(selectors, &words);
    let Some(first) = unscoped.first() else { return true };
    let help = if canary.is_some() {
        "add a matcher such as `service=\"{{canary-service}}\"` or `rollouts_pod_template_hash=\"{{canary-hash}}\"`; to measure \
         both versions, write `scope=\"any\"`"
    } else {
        "add a matcher such as `rollouts_pod_template_hash=\"{{canary-hash}}\"`; to measure both versions, write `scope=\"any\"`"
    };
    let message = "this query does not distinguish the canary from the stable version";
    let problem = TextProblem::new(first.range.clone(), message)
        .label("matches both versions")
        .why("At a weight of 5%, the stable version makes up 95% of the result, so a broken canary would pass.")
        .help(help);
    embedded::report_in(cx, Code::QueryScope, query.value, query.text, problem);
    false
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

fn comparison(canary: Template, stable: Template) -> Template {
    let mut parts = vec![literal("(")];
    parts.extend(canary.parts);
    parts.push(literal(") / ("));
    parts.extend(stable.parts);
    parts.push(literal(")"));
    Template { parts }
}
