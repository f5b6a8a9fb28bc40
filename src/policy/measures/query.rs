//! In: `query` and `events`, which contain the user's own queries. Out: the same, with their texts judged. They must be
//! in the language of the provider, and must distinguish the canary from the stable version unless the policy says
//! otherwise.

use std::sync::Arc;

use super::{Read, Subject, built_in, providers};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Value;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::measure::{Against, MeasureKind, Query, Unit};
use crate::policy::reader::Reader;
use crate::policy::substitute::{self, Scope, Window};
use crate::policy::template::Template;
use crate::provider::endpoint::{DeclaredEndpoint, Judged, QueryText};
use crate::syntax::tree::{Scalar, Text};
use crate::units::Duration;
use crate::vocabulary::Word;
use crate::vocabulary::choices::{NoData, QueryScope};

/// Settings of a query that only some providers support.
const PROVIDER_SETTINGS: [Word; 5] = [Word::Aggregate, Word::Formula, Word::Yaml, Word::Range, Word::Step];

pub(super) fn query(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let asked = providers::asked(cx, subject);
    let provider = asked.as_ref().map(|asked| &asked.endpoint);
    let window = node.written::<Duration>(cx, Word::Window);
    let window = window.and_then(|window| built_in::at_least_a_second(cx, window));
    let unit = node.get::<Unit>(cx, Word::Unit);
    let range = range(cx, node);
    let selects = scope(cx, node);
    let text = match node.block.argument() {
        Some(value) => question(
            cx,
            subject,
            value,
            &Settings { window: window.as_ref(), selects, provider, unit: unit.as_ref().map(|unit| unit.value) },
        ),
        None => {
            if let Some(asked) = &asked {
                let message = format!("a {} query needs its text", asked.name);
                cx.report(
                    Diagnostic::new(Code::QueryMissing, node.head(), message)
                        .label("missing text")
                        .help("write it after the keyword: query #\"sum(rate(…[5m]))\"#"),
                );
            }
            None
        }
    };
    let asked = asked?;
    for word in PROVIDER_SETTINGS.into_iter().filter(|word| !asked.declared.query_settings.contains(word)) {
        if let Some(span) = node.property_span(word) {
            cx.report(
                Diagnostic::new(Code::QuerySetting, span, format!("{} does not support `{word}`", asked.name))
                    .label("has no effect")
                    .also(asked.endpoint.origin.span, "the provider of this query")
                    .help("remove it"),
            );
        }
    }
    let Question { text, judged } = text?;
    // A text that was not understood as written has been reported.
    let most = judged.and_then(|judged| judged.most).filter(|_| !is_mended(cx, node));
    let query = Query { text, window, unit: unit?, range: range?, most };
    let answer = judged.map(|judged| judged.answer);
    Some(Read::asked(MeasureKind::Query(Box::new(query)), asked.endpoint, answer?))
}

/// Whether the text holds quotes that end its string: a mistake that is reported, and which says how it was read.
fn is_mended(cx: &Context<'_>, node: Reader<'_>) -> bool {
    let written = node.block.argument().and_then(|value| Some(cx.sources().get(value.span.source)?.slice(value.span)));
    let inner =
        written.filter(|text| !text.starts_with("\"\"\"")).and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    inner.is_some_and(|inner| inner.replace("\\\\", "").replace("\\\"", "").contains('"'))
}

pub(super) fn events(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let asked = providers::asked(cx, subject);
    let provider = asked.as_ref().map(|asked| &asked.endpoint);
    let window = built_in::window(cx, node);
    let against = built_in::against(cx, subject);
    let selects = scope(cx, node);
    let mut text = |word: Word| match node.block.property(word) {
        Some(value) if value.is_sound() => {
            question(cx, subject, value, &Settings { window: window.as_ref(), selects, provider, unit: None })
        }
        _ => {
            node.get::<Text>(cx, word);
            None
        }
    };
    let (good, total) = (text(Word::Good), text(Word::Total));
    // A query that does not distinguish the versions was reported as such.
    let distinguishes_versions = good
        .as_ref()
        .zip(total.as_ref())
        .is_some_and(|(good, total)| good.distinguishes_versions() && total.distinguishes_versions());
    let (good, total) = (good.map(|question| question.text), total.map(|question| question.text));
    if let (Some(good), Some(total)) = (&good, &total)
        && good.value.render() == total.value.render()
    {
        cx.report(
            Diagnostic::new(Code::CheckCannotFail, good.span(), "`good=` and `total=` are the same query")
                .label("the same as")
                .also(total.span(), "these")
                .why("The ratio is always 100%. A gate that cannot fail protects nothing.")
                .help("count only successful events in `good=`"),
        );
    }
    if let (Some(against), Some(good), Some(total), true) = (&against, &good, &total, distinguishes_versions) {
        for text in [good, total] {
            let other = if std::ptr::eq(text, good) { total } else { good };
            if !text.value.names_the_canary() && (selects == QueryScope::Canary || !other.value.names_the_canary()) {
                cx.report(same_on_both_sides(text, against));
                break;
            }
        }
    }
    let asked = asked?;
    let Some(events) = &asked.endpoint.language.events else {
        cx.report(
            Diagnostic::new(
                Code::SupportNotYet,
                node.head(),
                format!("`events` is not supported for {} yet", asked.name),
            )
            .label("needs a ratio of two queries")
            .also(asked.endpoint.origin.span, "the provider of this query")
            .help("write one `query` that returns the ratio"),
        );
        return None;
    };
    if let (Some(good), Some(total)) = (&good, &total)
        && let Some(message) = (events.mismatch)(&good.value.render(), &total.value.render())
    {
        cx.report(
            Diagnostic::new(Code::CheckCannotFail, good.span(), message)
                .label("`good=`")
                .also(total.span(), "`total=`")
                .why("The share does not tell a broken version from a healthy one.")
                .help("count all events in `total=`, and the successful ones among them in `good=`, both with the same function"),
        );
        return None;
    }
    let kind = MeasureKind::Events { good: good?, total: total?, window: window?, against };
    Some(Read::asked(kind, asked.endpoint, events.answer))
}

/// A text that is the same for the stable version.
fn same_on_both_sides(text: &Sourced<Template>, against: &Sourced<Against>) -> Diagnostic {
    Diagnostic::new(Code::CheckCannotFail, text.span(), "this query is the same for the canary and for the stable version")
        .label("compared with itself")
        .also(against.span(), "compares the two versions")
        .why("For the stable version, canaryc replaces `{{canary-service}}` and `{{canary-hash}}` in the query, and this query has neither.")
        .help("write `{{canary-service}}` or `{{canary-hash}}` where the query selects the canary")
}

fn scope(cx: &mut Context<'_>, node: Reader<'_>) -> QueryScope {
    match node.get::<QueryScope>(cx, Word::Scope) {
        Some(scope) => scope.value,
        None => QueryScope::Any,
    }
}

/// `range=` with `step=`: both or none. The outer `None` means that there was an error.
#[allow(clippy::option_option, reason = "absent and wrong are different")]
fn range(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Option<(Sourced<Duration>, Sourced<Duration>)>> {
    match (node.property_span(Word::Range), node.property_span(Word::Step)) {
        (None, None) => Some(None),
        (Some(_), Some(_)) => {
            let (range, step) = (node.written::<Duration>(cx, Word::Range), node.written::<Duration>(cx, Word::Step));
            let (range, step) = (range?, step?);
            if step.value.is_zero() || step.value > range.value {
                cx.report(
                    Diagnostic::new(Code::QueryRange, step.span(), "`step` must be between one second and the range")
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
                Diagnostic::new(Code::QueryRange, span, "`range` and `step` must be used together")
                    .label("alone")
                    .help("write both: `range=\"30m\" step=\"1m\"`"),
            );
            None
        }
    }
}

/// A query, and what is known of its result. `None` if the provider is unknown.
struct Question {
    text: Sourced<Template>,
    judged: Option<Judged>,
}

impl Question {
    fn distinguishes_versions(&self) -> bool {
        self.judged.is_some_and(|judged| judged.distinguishes_versions)
    }
}

/// What else the policy says about a query.
struct Settings<'a> {
    window: Option<&'a Sourced<Duration>>,
    selects: QueryScope,
    provider: Option<&'a Arc<DeclaredEndpoint>>,
    /// `None` for a part of a ratio.
    unit: Option<Unit>,
}

/// A query with its names filled in, judged by its provider.
fn question(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value, settings: &Settings<'_>) -> Option<Question> {
    let node = subject.node;
    let Settings { window, selects, provider, unit } = *settings;
    let no_data = subject.check.block.property(Word::NoData).and_then(Value::as_str);
    let spell = provider.map_or(Duration::text as fn(Duration) -> String, |provider| provider.language.window);
    let spelled = window.map(|window| spell(window.value));
    let filled = match (&spelled, node.has(Word::Window)) {
        (Some(spelled), _) => Window::Is(spelled),
        (None, true) => Window::Wrong,
        (None, false) => Window::Unsaid(node.head()),
    };
    let scope = Scope { hashes: true, window: filled, ..Scope::default() };
    let template = substitute::template(cx, value, scope)?;
    let Some(provider) = provider else { return Some(Question { text: template, judged: None }) };
    let query = QueryText {
        value,
        template: &template.value,
        text: &template.value.render(),
        window,
        window_is_optional: node.block.word() == Word::Query,
        is_range: node.has(Word::Range),
        must_name_canary: selects == QueryScope::Canary,
        unit,
        no_data_passes: no_data == Some(NoData::Pass.as_str()),
        plain_max: subject.check.block.property(Word::Max).and_then(|max| match max.scalar {
            Scalar::Integer(number) => Some(number as f64),
            Scalar::Number { value, .. } => Some(value),
            _ => None,
        }),
        only_bound: match (subject.check.has(Word::Min), subject.check.has(Word::Max)) {
            (true, false) => Some(Word::Min),
            (false, true) => Some(Word::Max),
            _ => None,
        },
    };
    let judged = provider.endpoint.judge(cx, &query)?;
    Some(Question { text: template, judged: Some(judged) })
}
