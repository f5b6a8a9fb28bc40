//! In: the measures whose queries the telemetry knows. Out: their typed form.

use super::providers::{self, Asked};
use super::{Read, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::measure::{Against, LatencyFigure, MeasureKind};
use crate::policy::reader::Reader;
use crate::promql;
use crate::provider::endpoint::BuiltIn;
use crate::provider::scrape;
use crate::syntax::tree::Text;
use crate::units::{Duration, Number, Percent};
use crate::vocabulary::Word;

const AGAINST: &[(&str, Against)] = &[("stable", Against::Stable), ("baseline", Against::Baseline)];

/// Why a window has no default.
const WINDOW_WHY: &str =
    "A window that is too short sees no requests, one that is too long sees the version before; no default is safe.";

pub(super) fn success_ratio(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    if let Some(test) = node.block.property(Word::Test).filter(|test| test.as_str() == Some("sequential")) {
        cx.report(
            Diagnostic::new(Code::SupportNotYet, test.blame(), "the sequential test is not supported yet")
                .label("asks for it")
                .help("use a threshold today: `slo \"…\" min=\"99.5%\" { success-ratio window=\"5m\" }`"),
        );
        return None;
    }
    let window = window(cx, node);
    let against = against(cx, subject);
    let failed_status = node.written::<Text>(cx, Word::FailedStatus);
    if let Some(status) = &failed_status {
        regular_expression(cx, status);
    }
    let asked = providers::asked(cx, subject);
    let kind = window.map(|window| MeasureKind::SuccessRatio { window, against, failed_status });
    of_telemetry(cx, subject, asked, kind)
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
            Diagnostic::new(
                Code::CheckCannotPass,
                objective.span(),
                "an objective of 100 % leaves no error budget to burn",
            )
            .label("no budget")
            .why("The burn rate would be infinite at the first error, and nothing at all before it.")
            .help("write the objective that you promise, such as \"99.9%\""),
        );
    }
    if window.value >= long_window.value {
        cx.report(
            Diagnostic::new(Code::CheckWindows, window.span(), "the short window must be shorter than the long one")
                .label(format!("{}", window.value))
                .also(long_window.span(), format!("{}", long_window.value))
                .why("The short window says that it still burns, the long one that it is no blip; the same window says neither.")
                .help("the usual pair is `window=\"5m\" long-window=\"1h\"`"),
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
    // The series are those of kube-state-metrics, whatever the telemetry.
    let built_in = built_in(cx, subject, &asked)?;
    Some(Read::asked(MeasureKind::Restarts { window }, asked.endpoint, built_in.answer))
}

/// `window=`, which has no default.
pub(super) fn window(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<Duration>> {
    node.required(cx, Word::Window, WINDOW_WHY)
}

/// `against=`; the baseline exists only in an experiment.
pub(super) fn against(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Sourced<Against>> {
    if !subject.node.has(Word::Against) {
        return None;
    }
    let against = subject.node.choice(cx, Word::Against, AGAINST)?;
    if against.value == Against::Baseline {
        cx.report(
            Diagnostic::new(Code::SupportNotYet, against.span(), "comparing with a baseline is not supported yet")
                .label("needs an `experiment`")
                .help("compare with the stable version today: `against=\"stable\"`"),
        );
    }
    Some(against)
}

fn figure(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<LatencyFigure>> {
    match (node.property_span(Word::Percentile), node.property_span(Word::Under)) {
        (Some(percentile), Some(under)) => {
            cx.report(
                Diagnostic::new(
                    Code::CheckTwoFigures,
                    under,
                    "a latency is measured by `percentile=` or by `under=`, not both",
                )
                .label("the second figure")
                .also(percentile, "the first figure")
                .help("keep one, or make two slos of it"),
            );
            None
        }
        (None, None) => {
            cx.report(
                Diagnostic::new(Code::PropertyMissing, node.head(), "`latency` needs `percentile=` or `under=`")
                    .label("what of the latency?")
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
                    format!("it is counted in hundredths: write `percentile={}`", (value * 1e6).round() / 1e4)
                } else {
                    "write `percentile=99`, or `percentile=99.9`".to_owned()
                };
                cx.report(
                    Diagnostic::new(Code::ValueRange, percentile.span(), "a percentile lies between 1 and 100")
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
                    Diagnostic::new(Code::ValueRange, under.span(), "no request takes no time")
                        .label("zero")
                        .help("write the bound under which a request counts as fast: `under=\"300ms\"`"),
                );
                return None;
            }
            Some(under.map(LatencyFigure::ShareUnder))
        }
    }
}

/// The measure, asked of the telemetry of its provider.
fn of_telemetry(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    asked: Option<Asked>,
    kind: Option<MeasureKind>,
) -> Option<Read> {
    let (asked, kind) = (asked?, kind?);
    let built_in = built_in(cx, subject, &asked)?;
    for word in [Word::Window, Word::LongWindow] {
        if let Some(window) = subject.node.block.property(word).filter(|window| window.sound)
            && let Some(duration) = window.as_str().and_then(|text| Duration::parse(text).ok())
            && let Some(problem) = promql::window(duration, built_in.scrape)
        {
            cx.report(scrape::window_problem(window.blame(), problem, built_in.scrape));
        }
    }
    if built_in.telemetry.is_some() {
        return Some(Read::asked(kind, asked.endpoint, built_in.answer));
    }
    let word = subject.node.block.word();
    cx.report(
        Diagnostic::new(Code::ProviderTelemetry, subject.node.head(), format!("`{word}` cannot know which series to read"))
            .label("a built-in measure")
            .also(asked.endpoint.origin.span, "says no `telemetry=`")
            .why("Istio, Linkerd, NGINX and the others name their series and labels differently.")
            .help("add `telemetry=\"istio\"` (or linkerd, envoy-gateway, nginx-ingress, opentelemetry …) to the provider, or ask with a `query` of your own"),
    );
    None
}

/// What the provider has for built-in measures.
fn built_in(cx: &mut Context<'_>, subject: &Subject<'_>, asked: &Asked) -> Option<BuiltIn> {
    let built_in = asked.endpoint.endpoint.built_in();
    if built_in.is_none() {
        let word = subject.node.block.word();
        cx.report(
            Diagnostic::new(Code::SupportNotYet, subject.node.head(), format!("{} cannot answer `{word}`", asked.name))
                .label("a built-in measure")
                .also(asked.endpoint.origin.span, "the provider that is asked")
                .why("A built-in measure reads series that a telemetry names, and this provider has no telemetry.")
                .help("ask with a `query` of your own"),
        );
    }
    built_in
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
