//! In: how often a check measures, how many failures it tolerates, and what a failure leads to. Out: the same, with the
//! defaults of the language.

use super::{Subject, default_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Answer;
use crate::manifest::Origin;
use crate::policy::Sourced;
use crate::policy::check::{LONGEST_HOLD_SECONDS, NoData, OnFail};
use crate::policy::context::Context;
use crate::policy::measure::MeasureKind;
use crate::policy::reader::Reader;
use crate::units::Duration;
use crate::vocabulary::Word;

/// Errors in a row that are tolerated. The controller retries every ten seconds, so a provider may be silent for five
/// minutes.
const ERROR_LIMIT: u32 = 30;
/// After an error, the controller retries in this time, whatever the interval.
const ERROR_RETRY_SECONDS: u64 = 10;
/// Time between two measurements without `interval` and `window`.
const INTERVAL_SECONDS: u64 = 60;

pub(super) struct Limits {
    pub interval: Option<Sourced<Duration>>,
    pub failure_limit: Sourced<u32>,
    pub count: Option<Sourced<u32>>,
    pub success_limit: Option<Sourced<u32>>,
    pub initial_delay: Option<Sourced<Duration>>,
    pub error_limit: Sourced<u32>,
    pub on_fail: Sourced<OnFail>,
    pub no_data: Option<Sourced<NoData>>,
    pub timeout: Option<Sourced<Duration>>,
    pub retain: Sourced<u32>,
}

pub(super) fn read(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    kind: &MeasureKind,
    answer: Option<Answer>,
) -> Option<Limits> {
    let check = subject.check;
    let direct = subject.providers.direct(subject.node.block.word());
    let has_own_verdict = direct.is_some_and(|direct| direct.verdict.is_some());
    if matches!(kind, MeasureKind::Template { .. }) {
        written_in_the_template(cx, subject);
    }
    let on_fail = check.get::<OnFail>(cx, Word::OnFail);
    let retain = check.get::<u32>(cx, Word::Retain);
    let failure_limit = match check.has(Word::FailureLimit) {
        true => check.written::<u32>(cx, Word::FailureLimit),
        false => Some(default_of(u32::from(!has_own_verdict), check)),
    };
    let count = check.written::<u32>(cx, Word::Count);
    let success_limit = check.written::<u32>(cx, Word::SuccessLimit);
    both_counts(cx, check);
    let interval = interval(cx, check, kind, answer);
    let initial_delay = check.written::<Duration>(cx, Word::InitialDelay);
    let no_data = no_data(cx, subject, kind);
    let (on_fail, failure_limit, retain) = (on_fail?, failure_limit?, retain?);
    let timeout = timeout(cx, check, on_fail);
    let error_limit = match check.has(Word::ErrorLimit) {
        true => check.written::<u32>(cx, Word::ErrorLimit)?,
        false => {
            // A server that does not answer with a success is an error: for a measure of the server itself, that is bad.
            let is_probe = direct.is_some() && !has_own_verdict;
            default_error_limit(on_fail.value, timeout.as_ref(), is_probe.then_some(&failure_limit), check)
        }
    };
    let limits = Limits {
        interval,
        failure_limit,
        count,
        success_limit,
        initial_delay,
        error_limit,
        on_fail,
        no_data,
        timeout,
        retain,
    };
    if !without_effect(cx, check, &limits) {
        unreachable_limits(cx, check, &limits);
    }
    Some(limits)
}

fn default_error_limit(
    on_fail: OnFail,
    timeout: Option<&Sourced<Duration>>,
    of_probe: Option<&Sourced<u32>>,
    check: Reader<'_>,
) -> Sourced<u32> {
    let retries = |seconds| u32::try_from(seconds / ERROR_RETRY_SECONDS).unwrap_or(u32::MAX);
    match (on_fail, timeout, of_probe) {
        (OnFail::Wait, Some(timeout), _) => default_of(retries(timeout.value.milliseconds() / 1000), check),
        // A probe that fails must not abort: it may do so as long as the hold lasts.
        (OnFail::Pause, _, Some(_)) => default_of(retries(LONGEST_HOLD_SECONDS), check),
        (_, _, Some(limit)) => Sourced::new(limit.value, Origin::derived(limit.span())),
        _ => default_of(ERROR_LIMIT, check),
    }
}

/// An existing template contains its own thresholds and limits.
fn written_in_the_template(cx: &mut Context<'_>, subject: &Subject<'_>) {
    let here = [
        Word::Interval,
        Word::FailureLimit,
        Word::Count,
        Word::SuccessLimit,
        Word::InitialDelay,
        Word::ErrorLimit,
        Word::OnFail,
        Word::NoData,
        Word::Timeout,
        Word::Retain,
    ];
    for word in here {
        if let Some(span) = subject.check.property_span(word) {
            cx.report(
                Diagnostic::new(
                    Code::CheckJudgesItself,
                    span,
                    format!("`{word}` cannot be set on an existing template"),
                )
                .label("has no effect")
                .also(subject.node.head(), "an existing template")
                .help("remove it, and set it in the template"),
            );
        }
    }
}

fn both_counts(cx: &mut Context<'_>, check: Reader<'_>) {
    if let (Some(count), Some(success)) = (check.property_span(Word::Count), check.property_span(Word::SuccessLimit)) {
        cx.report(
            Diagnostic::new(Code::CheckLimits, success, "`success-limit` and `count` exclude each other")
                .label("ends the gate after consecutive successes")
                .also(count, "ends it after this number of measurements")
                .help("keep one of them"),
        );
    }
}

fn interval(
    cx: &mut Context<'_>,
    check: Reader<'_>,
    kind: &MeasureKind,
    answer: Option<Answer>,
) -> Option<Sourced<Duration>> {
    if check.has(Word::Interval) {
        let interval = check.written::<Duration>(cx, Word::Interval)?;
        if interval.value.milliseconds() < 1000 {
            cx.report(
                Diagnostic::new(Code::ValueRange, interval.span(), "an interval must be at least one second")
                    .label("too short")
                    .help("write `interval=\"30s\"`"),
            );
            return None;
        }
        if let Some(window) = kind.window().filter(|window| interval.value < window.value) {
            cx.report(
                Diagnostic::new(Code::CheckOverlap, interval.span(), "the measurements overlap: the interval is shorter than the window")
                    .label(format!("every {}", interval.value))
                    .also(window.span(), format!("covers {}", window.value))
                    .why("Several measurements count the same burst of errors, so `failure-limit` tolerates less than it says.")
                    .help(format!("remove `interval` (the default is {}), or increase `failure-limit`", window.value)),
            );
        }
        return Some(interval);
    }
    // A measure that judges by itself is measured once.
    answer?;
    Some(match kind.window() {
        Some(window) => Sourced::new(window.value, Origin::derived(window.span())),
        None => default_of(Duration::from_seconds(INTERVAL_SECONDS)?, check),
    })
}

fn no_data(cx: &mut Context<'_>, subject: &Subject<'_>, kind: &MeasureKind) -> Option<Sourced<NoData>> {
    let check = subject.check;
    let direct = subject.providers.direct(subject.node.block.word());
    let always_answers = direct.map(|direct| direct.always_answers);
    match (always_answers, check.property_span(Word::NoData)) {
        (Some(message), Some(span)) => {
            cx.report(
                Diagnostic::new(Code::CheckNoDataOfAnswer, span, "`no-data` has no effect here")
                    .label("has no effect")
                    .also(subject.node.head(), message)
                    .help("remove it; a server that does not respond is an error, and `error-limit` sets how many are tolerated"),
            );
            None
        }
        (Some(_), None) => None,
        (None, _) if matches!(kind, MeasureKind::Template { .. }) => None,
        (None, _) => check.get::<NoData>(cx, Word::NoData),
    }
}

fn timeout(cx: &mut Context<'_>, check: Reader<'_>, on_fail: Sourced<OnFail>) -> Option<Sourced<Duration>> {
    let written = check.property_span(Word::Timeout);
    match (on_fail.value, written) {
        (OnFail::Wait, None) => {
            cx.report(
                Diagnostic::new(Code::CheckLimits, on_fail.span(), "`on-fail=\"wait\"` needs a `timeout=`")
                    .label("waits without a limit")
                    .why("A release that waits forever blocks the next one.")
                    .help("add `timeout=\"4h\"`; after that time the gate fails"),
            );
            None
        }
        (OnFail::Wait, Some(_)) => check.whole_seconds(cx, Word::Timeout),
        (_, Some(span)) => {
            cx.report(
                Diagnostic::new(Code::CheckLimits, span, "`timeout` needs `on-fail=\"wait\"`")
                    .label("has no effect")
                    .help("add `on-fail=\"wait\"`, or remove `timeout`; `job` and `web` have their own `timeout`"),
            );
            None
        }
        (_, None) => None,
    }
}

/// Reports limits of failures that nothing counts: a gate that waits, and a hold, end with a good value alone.
fn without_effect(cx: &mut Context<'_>, check: Reader<'_>, limits: &Limits) -> bool {
    let on_fail = limits.on_fail.value;
    // Without data, such a check fails at once.
    let aborts = limits.no_data.as_ref().is_some_and(|no_data| no_data.value == NoData::Abort);
    if on_fail != OnFail::Wait && (on_fail != OnFail::Pause || aborts) {
        return false;
    }
    let until = match on_fail {
        OnFail::Wait => "until it passes or `timeout` is over",
        _ => "until it passes or somebody promotes",
    };
    let layer = |word| check.block.property(word).map(|value| value.layer);
    let mut found = false;
    let words: &[Word] = match on_fail {
        // Without data, a gate that waits measures again.
        OnFail::Wait => &[Word::FailureLimit, Word::Count, Word::NoData],
        _ => &[Word::FailureLimit, Word::Count],
    };
    for &word in words {
        let Some(span) = check.property_span(word) else { continue };
        // An environment or a release may change what follows, and leave the limits to the others.
        if layer(word) != layer(Word::OnFail) {
            continue;
        }
        found = true;
        let instead = match word {
            Word::Count => "; `success-limit` sets how many measurements in a row must pass",
            Word::NoData => ": without data, the gate waits as well",
            _ => "; to abort after failures, use `on-fail=\"abort\"`",
        };
        cx.report(
            Diagnostic::new(
                Code::CheckLimits,
                span,
                format!("`{word}` has no effect with `on-fail=\"{}\"`", on_fail.as_str()),
            )
            .label("has no effect")
            .also(limits.on_fail.span(), format!("measures {until}"))
            .help(format!("remove `{word}`{instead}")),
        );
    }
    found
}

/// Combinations of limits that the controller refuses at run time, by aborting the release.
fn unreachable_limits(cx: &mut Context<'_>, check: Reader<'_>, limits: &Limits) {
    if let Some(count) = &limits.count
        && count.value <= limits.failure_limit.value
    {
        let mut diagnostic = Diagnostic::new(
            Code::CheckLimits,
            count.span(),
            format!(
                "a count of {} must be greater than the failure limit of {}",
                count.value, limits.failure_limit.value
            ),
        )
        .label("number of measurements")
        .why("The controller rejects such a metric only when the analysis runs, and then it aborts the release.");
        diagnostic = if check.has(Word::FailureLimit) {
            diagnostic.also(limits.failure_limit.span(), "tolerated failures")
        } else {
            diagnostic.also(check.head(), format!("tolerates {} failure by default", limits.failure_limit.value))
        };
        cx.report(diagnostic.help(format!(
            "write `count={}` or more, or reduce `failure-limit`",
            limits.failure_limit.value.saturating_add(1)
        )));
    }
}
