//! In: `query` and `events`, questions of the user's own. Out: the same with their texts parsed: they must be PromQL, and
//! must tell the canary from the stable version unless the policy says that they need not.

use super::{Read, Subject, built_in, providers};
use crate::diagnostic::{Code, Diagnostic};
use crate::embedded::TextProblem;
use crate::model::Value;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::measure::{Against, MeasureKind, Query, Unit};
use crate::policy::provider::{Provider, ProviderKind};
use crate::policy::reader::Reader;
use crate::policy::substitute::{self, Scope, Window};
use crate::policy::template::Template;
use crate::promql;
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::units::Duration;
use crate::vocabulary::Word;

const UNITS: &[(&str, Unit)] = &[
    ("ratio", Unit::Ratio),
    ("percent", Unit::Percent),
    ("seconds", Unit::Seconds),
    ("milliseconds", Unit::Milliseconds),
    ("none", Unit::None),
];

/// Settings of other providers' queries.
const OF_OTHER_PROVIDERS: [Word; 3] = [Word::Aggregate, Word::Formula, Word::Yaml];

/// Of so many mistakes in one query, the others are of the same kind.
const MOST_PROBLEMS: usize = 20;

/// Whether a text must name the canary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sees {
    Canary,
    Any,
}

pub(super) fn query(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let provider = providers::prometheus(cx, subject);
    let window = node.written::<Duration>(cx, Word::Window);
    let unit = node.choice(cx, Word::Unit, UNITS);
    let range = range(cx, node);
    let sees = sees(cx, node);
    let text = match node.block.argument() {
        Some(value) => question(cx, node, value, window.as_ref(), sees, provider.as_deref()),
        None => {
            if provider.is_some() {
                cx.report(
                    Diagnostic::new(Code::QueryMissing, node.head(), "a query of Prometheus is its text")
                        .label("no text behind it")
                        .help("write it right after the keyword: query #\"sum(rate(…[5m]))\"#"),
                );
            }
            None
        }
    };
    let provider = provider?;
    for word in OF_OTHER_PROVIDERS {
        if let Some(span) = node.property_span(word) {
            cx.report(
                Diagnostic::new(Code::QuerySetting, span, format!("`{word}` means nothing to Prometheus"))
                    .label("has no effect")
                    .also(provider.origin.span, "the provider that is asked")
                    .help("leave it out"),
            );
        }
    }
    literal_range(cx, node, text.as_ref(), window.as_ref());
    let Question { text, gives, .. } = text?;
    let query = Query { text: Some(text), gives, window, unit: unit?, range: range? };
    Some((MeasureKind::Query(Box::new(query)), Some(provider), Vec::new()))
}

pub(super) fn events(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let provider = providers::prometheus(cx, subject);
    let window = built_in::window(cx, node);
    let against = built_in::against(cx, subject);
    let sees = sees(cx, node);
    let mut text = |word: Word| match node.block.property(word) {
        Some(value) if value.sound => question(cx, node, value, window.as_ref(), sees, provider.as_deref()),
        _ => {
            node.get::<Text>(cx, word);
            None
        }
    };
    let (good, total) = (text(Word::Good), text(Word::Total));
    // A query that does not tell the versions apart was reported as that.
    let told_apart = good.as_ref().zip(total.as_ref()).is_some_and(|(good, total)| good.told_apart && total.told_apart);
    let (good, total) = (good.map(|question| question.text), total.map(|question| question.text));
    if let (Some(good), Some(total)) = (&good, &total)
        && good.value.render() == total.value.render()
    {
        cx.report(
            Diagnostic::new(Code::CheckCannotFail, good.span(), "good events and all events are the same query")
                .label("as many as")
                .also(total.span(), "these")
                .why("The share is always 100 %: a gate that cannot fail looks like safety and is none.")
                .help("let `good=` count only what went well"),
        );
    }
    if let (Some(against), Some(good), Some(total), true) = (&against, &good, &total, told_apart) {
        for text in [good, total] {
            let other = if std::ptr::eq(text, good) { total } else { good };
            if !text.value.names_the_canary() && (sees == Sees::Canary || !other.value.names_the_canary()) {
                cx.report(same_on_both_sides(text, against));
                break;
            }
        }
    }
    let provider = provider?;
    Some((MeasureKind::Events { good: good?, total: total?, window: window?, against }, Some(provider), Vec::new()))
}

/// A text that does not change when it is asked about the stable version.
fn same_on_both_sides(text: &Sourced<Template>, against: &Sourced<Against>) -> Diagnostic {
    Diagnostic::new(Code::CheckCannotFail, text.span(), "this query is the same for the canary and for the stable version")
        .label("compared with itself")
        .also(against.span(), "asks for the comparison")
        .why("canaryc asks the query again about the stable version by changing `{{canary-service}}` and `{{canary-hash}}` in it, and here is neither.")
        .help("write `{{canary-service}}` or `{{canary-hash}}` where the query names the canary")
}

fn sees(cx: &mut Context<'_>, node: Reader<'_>) -> Sees {
    match node.choice(cx, Word::Scope, &[("canary", Sees::Canary), ("any", Sees::Any)]) {
        Some(scope) => scope.value,
        None => Sees::Any,
    }
}

/// `range=` with `step=`: both or none. The outer `None` means that something was wrong.
#[allow(clippy::option_option, reason = "absent and wrong are different")]
fn range(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Option<(Sourced<Duration>, Sourced<Duration>)>> {
    match (node.property_span(Word::Range), node.property_span(Word::Step)) {
        (None, None) => Some(None),
        (Some(_), Some(_)) => {
            let (range, step) = (node.written::<Duration>(cx, Word::Range), node.written::<Duration>(cx, Word::Step));
            let (range, step) = (range?, step?);
            if step.value.is_zero() || step.value > range.value {
                cx.report(
                    Diagnostic::new(Code::QueryRange, step.span(), "a step lies between one second and the range")
                        .label(format!("{}", step.value))
                        .also(range.span(), format!("{}", range.value))
                        .help("write a step that divides the range, such as `range=\"30m\" step=\"1m\"`"),
                );
                return None;
            }
            Some(Some((range, step)))
        }
        (Some(span), None) | (None, Some(span)) => {
            cx.report(
                Diagnostic::new(Code::QueryRange, span, "`range` and `step` stand together")
                    .label("alone")
                    .help("write both: `range=\"30m\" step=\"1m\"`"),
            );
            None
        }
    }
}

/// A text of PromQL, and what was found out about it.
struct Question {
    text: Sourced<Template>,
    selectors: Vec<promql::Selector>,
    gives: Option<promql::Type>,
    /// Whether it tells the canary from the stable version, or need not.
    told_apart: bool,
}

/// A text of PromQL, its names filled in and judged.
fn question(
    cx: &mut Context<'_>,
    node: Reader<'_>,
    value: &Value,
    window: Option<&Sourced<Duration>>,
    sees: Sees,
    provider: Option<&Provider>,
) -> Option<Question> {
    let said = window;
    let window = match (window, node.has(Word::Window)) {
        (Some(window), _) => Window::Is(window.value),
        (None, true) => Window::Wrong,
        (None, false) => Window::Unsaid(node.head()),
    };
    let scope = Scope { hashes: true, window, ..Scope::default() };
    let template = substitute::template(cx, value, scope)?;
    let text = template.value.render();
    let promql::Analysis { problems, warnings, selectors, gives } = promql::analyse(&text);
    let Some(ProviderKind::Prometheus(prometheus)) = provider.map(|provider| &provider.kind) else {
        return Some(Question { text: template, selectors, gives, told_apart: true });
    };
    let sound = problems.is_empty();
    for problem in problems.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QueryPromql, value, &text, problem);
    }
    for warning in warnings.into_iter().take(MOST_PROBLEMS) {
        embedded::report_in(cx, Code::QuerySurprise, value, &text, warning);
    }
    if !sound {
        return None;
    }
    for problem in promql::windows(&selectors, prometheus.scrape.value).into_iter().take(MOST_PROBLEMS) {
        // `{{window}}` is written at the property.
        let said = said.filter(|window| window.value == problem.short.window);
        let span = said.map_or_else(|| cx.locate_filled(value, &text, problem.range.clone()), Sourced::span);
        cx.report(window_problem(span, problem.short, prometheus.scrape.value));
    }
    let told_apart = sees == Sees::Any || canary_only(cx, value, &text, &selectors);
    Some(Question { text: template, selectors, gives, told_apart })
}

/// A window that holds too few samples, as `window=` writes it.
pub(super) fn window_problem(span: Span, problem: promql::ShortWindow, scrape: Duration) -> Diagnostic {
    let (code, message, why) = if problem.is_empty {
        (
            Code::QueryWindowEmpty,
            format!("a range of {} holds fewer than two samples", problem.window),
            "A rate needs two samples: the answer would always be empty, and the gate would never see a failure.",
        )
    } else {
        (
            Code::QueryWindowShort,
            format!("a range of {} holds few samples", problem.window),
            "One late scrape leaves the range with a single sample, and the answer empty.",
        )
    };
    Diagnostic::new(code, span, message)
        .label(format!("scraped every {scrape}"))
        .why(why)
        .help(format!("write at least {}, or the real `scrape=` of the provider", problem.least))
}

/// Every selector must say that it means the canary: a query that sees both versions alike judges the stable one.
fn canary_only(cx: &mut Context<'_>, value: &Value, text: &str, selectors: &[promql::Selector]) -> bool {
    let canary = cx.names.canary_service.known().map(|name| name.to_string());
    let mut words = vec!["{{args.canary-hash}}"];
    words.extend(canary.as_deref());
    let unscoped = promql::unscoped(selectors, &words);
    let Some(first) = unscoped.first() else { return true };
    let help = if canary.is_some() {
        "add a matcher such as `service=\"{{canary-service}}\"` or `rollouts_pod_template_hash=\"{{canary-hash}}\"`; if it is right that it \
         sees both, write `scope=\"any\"`"
    } else {
        "add a matcher such as `rollouts_pod_template_hash=\"{{canary-hash}}\"`; if it is right that it sees both, write `scope=\"any\"`"
    };
    let problem = TextProblem {
        range: first.range.clone(),
        message: "this query does not tell the canary from the stable version".to_owned(),
        label: "sees both versions".to_owned(),
        also: None,
        why: Some("At a weight of 5 % the stable version makes up 95 % of the answer: a broken canary would pass."),
        help: Some(help.to_owned()),
        fix: None,
    };
    embedded::report_in(cx, Code::QueryScope, value, text, problem);
    false
}

/// A literal range without `window=` has no initial delay: the first look sees the version before.
fn literal_range(
    cx: &mut Context<'_>,
    node: Reader<'_>,
    question: Option<&Question>,
    window: Option<&Sourced<Duration>>,
) {
    let (Some(question), None, Some(value)) = (question, window, node.block.argument()) else { return };
    let Some((duration, range)) = question.selectors.iter().find_map(|selector| selector.window.clone()) else {
        return;
    };
    let rendered = question.text.value.render();
    let problem = TextProblem {
        range,
        message: format!("this query looks back {duration}, and the first look does not wait for it"),
        label: "a literal range".to_owned(),
        also: None,
        why: Some("The first look straddles the change of weight and judges the version before."),
        help: Some(format!(
            "write `[{{{{window}}}}]` here and `window=\"{duration}\"` on the query: the first look then comes one window later"
        )),
        fix: None,
    };
    embedded::report_in(cx, Code::QueryLiteralRange, value, &rendered, problem);
}

/// A regular expression that Prometheus will read.
pub(super) fn regular_expression(cx: &mut Context<'_>, text: &Sourced<Text>) {
    let query = format!("x{{y=~\"{}\"}}", text.value.replace('\\', "\\\\").replace('"', "\\\""));
    if let Some(problem) = promql::check(&query).into_iter().next() {
        let mut diagnostic = Diagnostic::new(Code::QueryPromql, text.span(), problem.message).label(problem.label);
        diagnostic.help = problem.help;
        cx.report(diagnostic);
    }
}
