//! In: `gate` and `watch`. Out: [`Gate`]s and the [`Watch`], with their names resolved to checks and stages.

use crate::diagnostic::{Code, Diagnostic, reference, suggest};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::stage::{Gate, GateTime, Stage, Watch};
use crate::policy::{CheckId, Sourced, StageId};
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// Reads the gates of a stage. `first` is false for the repeated stages of a ramp, which report nothing again.
pub fn gates(cx: &mut Context<'_>, stage: Reader<'_>, first: bool) -> Vec<Gate> {
    if first { read_gates(cx, stage) } else { cx.without_reporting(|cx| read_gates(cx, stage)) }
}

fn read_gates(cx: &mut Context<'_>, stage: Reader<'_>) -> Vec<Gate> {
    let mut gates: Vec<Gate> = Vec::new();
    for block in stage.all(Word::Gate) {
        let at = block.get::<GateTime>(cx, Word::At);
        let checks = checks(cx, block, "gate");
        let Some(at) = at else { continue };
        let earlier = gates.iter().filter(|gate| gate.at.value == at.value).flat_map(|gate| &gate.checks);
        let twice = earlier
            .filter_map(|first| {
                checks.iter().find(|check| check.value == first.value).map(|check| (first.span(), check.span()))
            })
            .next();
        if let Some((first, second)) = twice {
            named_twice(cx, first, second);
        }
        gates.push(Gate { origin: block.origin(), checks, at });
    }
    gates
}

/// The checks that a list names.
pub fn checks(cx: &mut Context<'_>, block: Reader<'_>, word: &str) -> Vec<Sourced<CheckId>> {
    if block.block.arguments.is_empty() {
        cx.report_missing(
            block.block,
            Diagnostic::new(Code::GateEmpty, block.block.keyword, format!("this `{word}` names no checks"))
                .label("no names")
                .why(if word == "gate" {
                    "An analysis without measurements never ends, so the release waits forever."
                } else {
                    "The controller would measure nothing, and every version would pass."
                })
                .help(format!("name an `slo` or a `check`: `{word} \"availability\"`")),
        );
        return Vec::new();
    }
    let mut found: Vec<Sourced<CheckId>> = Vec::new();
    for name in block.arguments::<Text>(cx) {
        let Some(index) = cx.checks.iter().position(|(known, _)| *known == name.value) else {
            unknown(cx, &name);
            continue;
        };
        let id = Sourced::new(CheckId(index), name.origin);
        match found.iter().find(|other| other.value == id.value) {
            Some(first) => named_twice(cx, first.span(), id.span()),
            None => found.push(id),
        }
    }
    found
}

fn named_twice(cx: &mut Context<'_>, first: Span, second: Span) {
    cx.report(
        Diagnostic::new(Code::GateTwice, second, "duplicate name")
            .label("second")
            .also(first, "first")
            .why("Names in one analysis must be unique. Otherwise the analysis fails and the release is aborted.")
            .help("remove one of them"),
    );
}

fn unknown(cx: &mut Context<'_>, name: &Sourced<Text>) {
    let known: Vec<&str> = cx.checks.iter().map(|(known, _)| &**known).collect();
    let nearest = suggest::nearest(&name.value, known.iter().copied());
    let declared =
        nearest.and_then(|nearest| cx.checks.iter().find(|(known, _)| **known == *nearest)).map(|(_, span)| *span);
    let mut diagnostic = reference::unknown("slo or check", &name.value, name.span(), &known);
    if let Some(span) = declared {
        diagnostic = diagnostic.also(span, "declared here");
    }
    if known.is_empty() {
        diagnostic = diagnostic.help(format!(
            "declare it, as in `slo \"{}\" min=\"99.5%\" {{ success-ratio window=\"5m\" }}`, or include the file that declares it",
            name.value
        ));
    }
    cx.report_unknown(&name.value, diagnostic);
}

/// Reads `watch`. `None` when there is none, and when it is invalid.
pub fn watch(cx: &mut Context<'_>, release: Reader<'_>, stages: &[Stage]) -> Option<Watch> {
    let block = release.child(Word::Watch)?;
    let checks = checks(cx, block, "watch");
    let from = if block.has(Word::From) { Some(from(cx, block, stages)?) } else { None };
    (!checks.is_empty()).then(|| Watch { origin: block.origin(), checks, from })
}

fn from(cx: &mut Context<'_>, block: Reader<'_>, stages: &[Stage]) -> Option<Sourced<StageId>> {
    let written = block.get::<Text>(cx, Word::From)?;
    if let Some(index) = stages.iter().position(|stage| stage.name.value == written.value) {
        return Some(Sourced::new(StageId(index), written.origin));
    }
    let known: Vec<&str> = stages.iter().map(|stage| &*stage.name.value).collect();
    cx.report_unknown(&written.value, reference::unknown("stage", &written.value, written.span(), &known));
    None
}
