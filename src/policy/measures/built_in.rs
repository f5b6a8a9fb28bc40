//! In: the built-in measures, whose queries come from the telemetry. Out: their typed form.

use super::providers::{self, Asked};
use super::{Read, Subject};
use crate::diagnostic::{Applicability, Code, Diagnostic, suggest};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::measure::{Against, LatencyFigure, MeasureKind};
use crate::policy::reader::Reader;
use crate::promql;
use crate::provider::endpoint::BuiltIn;
use crate::provider::scrape;
use crate::status_code;
use crate::syntax::tree::Text;
use crate::telemetry;
use crate::units::{Duration, Number, Percent};
use crate::vocabulary::Word;
use crate::vocabulary::choices::VerdictTest;

/// Why a window has no default.
const WINDOW_WHY: &str = "A window that is too short contains no requests, and one that is too long includes the previous version, so no default is safe.";

pub(super) fn success_ratio(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    if let Some(test) = node.block.property(Word::Test).filter(|test| test.read() == Some(VerdictTest::Sequential)) {
        cx.report(
            Diagnostic::new(Code::SupportNotYet, test.blame(), "the sequential test is not supported yet")
                .label("selected here")
                .help("use a threshold: `slo \"…\" min=\"99.5%\" { success-ratio window=\"5m\" }`"),
        );
        return None;
    }
    let window = window(cx, node);
    let against = against(cx, subject);
    let failed_status = node.written::<Text>(cx, Word::FailedStatus);
    if let Some(status) = &failed_status {
        regular_expression(cx, status);
        selects_no_status(cx, status);
    }
    let asked = providers::asked(cx, subject);
    let kind = window.map(|window| MeasureKind::SuccessRatio { window, against, failed_status });
    of_telemetry(cx, subject, asked, kind)
}

/// Reports alternatives of `failed-status=` that are no status of gRPC and match no code of HTTP.
fn selects_no_status(cx: &mut Context<'_>, status: &Sourced<Text>) {
    if telemetry::http_alternatives(&status.value).into_iter().any(status_code::matches_ok) {
        cx.report(
            Diagnostic::new(Code::CheckDirection, status.span(), "`failed-status` also matches 200")
                .label("counts successes as failures")
                .why("Every healthy version would be aborted.")
                .help(format!("write the codes of failures, such as `{}=\"5..\"`", Word::FailedStatus)),
        );
        return;
    }
    let unknown =
        telemetry::http_alternatives(&status.value).into_iter().find(|codes| status_code::matches_none(codes));
    let Some(unknown) = unknown else { return };
    let meant = status.value.replacen(unknown, &status_code::instead(unknown), 1);
    cx.report(
        Diagnostic::new(Code::CheckCannotFail, status.span(), format!("`{unknown}` matches no status code"))
            .label("a regular expression for the whole code")
            .why("No request would count as failed, so the check always passes.")
            .help(format!("write `{}=\"{meant}\"`", Word::FailedStatus))
            .fix(status.span(), format!("\"{meant}\""))
            .applicability(Applicability::MaybeIncorrect),
    );
}

pub(super) fn latency(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let figure = figure(cx, node);
    let window = window(cx, node);
    let against = against(cx, subject);
    let asked = providers::asked(cx, subject);
    let kind = figure.zip(window).map(|(figure, window)| MeasureKind::Latency { figure, window, against });
    of_telemetry(cx, subject, asked, kind)
}

pub(super) fn burn_rate(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let objective = node.get::<Percent>(cx, Word::Objective);
    let period = node.get::<Duration>(cx, Word::Period);
    let window = node.get::<Duration>(cx, Word::Window);
    let long_window = node.get::<Duration>(cx, Word::LongWindow);
    let asked = providers::asked(cx, subject);
    let (objective, window, long_window) = (objective?, window?, long_window?);
    if objective.value == Percent::FULL {
        cx.report(
            Diagnostic::new(Code::CheckCannotPass, objective.span(), "an objective of 100% has no error budget")
                .label("no error budget")
                .why("The burn rate would be infinite after the first error, and undefined before it.")
                .help("write an objective below 100%, such as `\"99.9%\"`"),
        );
    }
    if window.value >= long_window.value {
        cx.report(
            Diagnostic::new(Code::CheckWindows, window.span(), "the short window must be shorter than the long one")
                .label(format!("{}", window.value))
                .also(long_window.span(), format!("{}", long_window.value))
                .why("The long window shows that the burn is significant, and the short one that it is still going on. Two equal windows show neither.")
                .help("use the usual pair: `window=\"5m\" long-window=\"1h\"`"),
        );
    }
    let kind = period.map(|period| MeasureKind::BurnRate { objective, period, window, long_window });
    of_telemetry(cx, subject, asked, kind)
}

pub(super) fn request_rate(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let window = window(cx, subject.node);
    let asked = providers::asked(cx, subject);
    of_telemetry(cx, subject, asked, window.map(|window| MeasureKind::RequestRate { window }))
}

pub(super) fn restarts(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let window = window(cx, subject.node);
    let asked = providers::asked(cx, subject);
    let (asked, window) = (asked?, window?);
    // kube-state-metrics exports these series, whatever the telemetry.
    let built_in = built_in(cx, subject, &asked)?;
    Some(Read::asked(MeasureKind::Restarts { window }, asked.endpoint, built_in.answer))
}

/// `window=`, which has no default.
pub(super) fn window(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<Duration>> {
    let window = node.required(cx, Word::Window, WINDOW_WHY)?;
    at_least_a_second(cx, window)
}

/// A window of less than a second contains nothing.
pub(super) fn at_least_a_second(cx: &mut Context<'_>, window: Sourced<Duration>) -> Option<Sourced<Duration>> {
    if window.value.milliseconds() >= 1_000 {
        return Some(window);
    }
    cx.report(
        Diagnostic::new(Code::ValueRange, window.span(), "a window must be at least one second")
            .label("too short")
            .help("write the time that one measurement covers, such as `window=\"5m\"`"),
    );
    None
}

/// `against=`. The baseline exists only in an experiment.
pub(super) fn against(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Sourced<Against>> {
    if !subject.node.has(Word::Against) {
        return None;
    }
    let against = subject.node.get::<Against>(cx, Word::Against)?;
    if against.value == Against::Baseline {
        cx.report(
            Diagnostic::new(Code::SupportNotYet, against.span(), "comparison with a baseline is not supported yet")
                .label("needs an `experiment`")
                .help("compare with the stable version: `against=\"stable\"`"),
        );
    }
    Some(against)
}

fn figure(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<LatencyFigure>> {
    match (node.property_span(Word::Percentile), node.property_span(Word::Under)) {
        (Some(percentile), Some(under)) => {
            cx.report(
                Diagnostic::new(Code::CheckTwoFigures, under, "`percentile=` and `under=` exclude each other")
                    .label("second")
                    .also(percentile, "first")
                    .help("keep one of them, or declare two slos"),
            );
            None
        }
        (None, None) => {
            cx.report(
                Diagnostic::new(Code::PropertyMissing, node.head(), "`latency` needs `percentile=` or `under=`")
                    .label("neither is set")
                    .help("write `percentile=99` (the threshold is a duration), or `under=\"300ms\"` (the threshold is the share of requests that fast)"),
            );
            None
        }
        (Some(_), None) => {
            let percentile = node.get::<Number>(cx, Word::Percentile)?;
            let value = percentile.value.to_f64();
            if !(1.0..100.0).contains(&value) {
                let fraction = value > 0.0 && value < 1.0;
                let help = if fraction {
                    format!(
                        "write the percentile as a number from 1 to 100: `percentile={}`",
                        (value * 1e6).round() / 1e4
                    )
                } else {
                    "write `percentile=99`, or `percentile=99.9`".to_owned()
                };
                cx.report(
                    Diagnostic::new(Code::ValueRange, percentile.span(), "a percentile must be between 1 and 100")
                        .label("out of range")
                        .help(help),
                );
                return None;
            }
            Some(percentile.map(LatencyFigure::Percentile))
        }
        (None, Some(_)) => {
            let under = node.get::<Duration>(cx, Word::Under)?;
            if under.value.is_zero() {
                cx.report(
                    Diagnostic::new(Code::ValueRange, under.span(), "`under` must be greater than zero")
                        .label("zero")
                        .help("write the latency below which a request counts as fast: `under=\"300ms\"`"),
                );
                return None;
            }
            Some(under.map(LatencyFigure::ShareUnder))
        }
    }
}

/// The measure, which queries the telemetry of its provider.
fn of_telemetry(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    asked: Option<Asked>,
    kind: Option<MeasureKind>,
) -> Option<Read> {
    let (asked, kind) = (asked?, kind?);
    let built_in = built_in(cx, subject, &asked)?;
    for word in [Word::Window, Word::LongWindow] {
        if let Some(window) = subject.node.block.property(word).filter(|window| window.is_sound())
            && let Some(duration) = window.as_str().and_then(|text| Duration::parse(text).ok())
            && let Some(problem) = promql::window(duration, built_in.scrape)
        {
            cx.report(scrape::window_problem(window.blame(), problem, built_in.scrape));
        }
    }
    if built_in.telemetry.is_some() {
        return Some(Read::asked(kind, asked.endpoint, built_in.answer));
    }
    cx.report_with_others(
        Diagnostic::new(
            Code::ProviderTelemetry,
            subject.node.head(),
            "a built-in measure needs a provider with `telemetry=`",
        )
        .label("a built-in measure")
        .also(asked.endpoint.origin.span, "has no `telemetry=`")
        .why("Istio, Linkerd, NGINX and the others use different names for their series and labels.")
        .help(format!("add {} to the provider, or write your own `query`", fitting(cx))),
    );
    None
}

/// The telemetry that can tell the versions of this release apart, for help.
fn fitting(cx: &Context<'_>) -> String {
    let names: &[&str] = match cx.resolved.release.child(Word::Router) {
        // Only what a pod reports has its version.
        None => &["istio", "linkerd", "opentelemetry"],
        Some(_) => &["istio", "linkerd", "envoy-gateway", "nginx-ingress", "opentelemetry"],
    };
    let names: Vec<String> = names.iter().map(|name| format!("telemetry=\"{name}\"")).collect();
    suggest::one_of(names.iter().map(String::as_str))
}

/// What the provider offers for built-in measures.
fn built_in(cx: &mut Context<'_>, subject: &Subject<'_>, asked: &Asked) -> Option<BuiltIn> {
    let built_in = asked.endpoint.endpoint.built_in();
    if built_in.is_none() {
        let word = subject.node.block.word();
        cx.report(
            Diagnostic::new(
                Code::ProviderTelemetry,
                subject.node.head(),
                format!("{} does not support `{word}`", asked.name),
            )
            .label("a built-in measure")
            .also(asked.endpoint.origin.span, "the provider of this query")
            .why("A built-in measure needs the series names of a telemetry, and this provider has none.")
            .help("write your own `query`"),
        );
    }
    built_in
}

/// A regular expression for Prometheus.
pub(super) fn regular_expression(cx: &mut Context<'_>, text: &Sourced<Text>) {
    let query = format!("x{{y=~\"{}\"}}", text.value.replace('\\', "\\\\").replace('"', "\\\""));
    if let Some(problem) = promql::check(&query).into_iter().next() {
        let mut diagnostic = Diagnostic::new(Code::QueryPromql, text.span(), problem.message).label(problem.label);
        diagnostic = diagnostic.maybe_help(problem.help);
        cx.report(diagnostic);
    }
}
