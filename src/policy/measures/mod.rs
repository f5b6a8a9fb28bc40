//! In: the `slo`s and `check`s of a resolved release that its watch and gates name. Out: [`Check`]s: what they measure,
//! how they judge the value, and what a failure leads to. Unused ones may belong to other releases, so they are not
//! judged here.

mod buckets;
mod built_in;
mod direction;
mod external;
mod limits;
mod plain_text;
mod providers;
mod query;
mod reach;
mod threshold;
mod used;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::backends::Backends;
use super::check::{Check, CheckWord, UnusedCheck};
use super::context::Context;
use super::measure::{Measure, MeasureKind};
use super::reader::Reader;
use super::{CheckId, Sourced};
use crate::diagnostic::{Code, Diagnostic, reference};
use crate::expression::Answer;
use crate::layers::{Arguments, Instance, LayerKind};
use crate::manifest::Origin;
use crate::model::{Block, LayerId};
use crate::provider::endpoint::DeclaredEndpoint;
use crate::provider::secret::Secret;
use crate::units::name::Name;
use crate::vocabulary::Word;

pub use used::known;

/// Reads every check that the release uses, in the order of [`known`].
pub fn read(cx: &mut Context<'_>, release: &Block, backends: Backends) -> BTreeMap<CheckId, Check> {
    let providers = providers::Providers::of(release, backends.providers);
    unused(cx, release, &providers);
    let blocks = used::blocks(release).into_iter().enumerate();
    blocks.filter_map(|(index, block)| Some((CheckId(index), check(cx, block, &providers)?))).collect()
}

/// The checks of the release itself that nothing names. Other releases may use shared ones.
pub fn unused_checks(cx: &Context<'_>, release: &Block) -> Vec<UnusedCheck> {
    let of_release = |block: &&Block| {
        let layer = cx.resolved.layer(block.layer);
        layer.is_none_or(|layer| matches!(layer.kind, LayerKind::Release | LayerKind::ReleaseEnvironment))
    };
    // A part of a stage that was not understood may name it.
    if release.all(Word::Stage).any(Block::is_doubtful) {
        return Vec::new();
    }
    let misspelt = used::misspelt(release);
    let is_meant = |block: &&Block| block.name().is_some_and(|name| misspelt.contains(&name));
    let unused = used::unused(release).into_iter().filter(of_release).filter(|block| !is_meant(block));
    unused
        .filter_map(|block| {
            let name = block.name()?.into();
            Some(UnusedCheck { origin: Reader::new(block).origin(), word: word(block), name })
        })
        .collect()
}

fn word(check: &Block) -> CheckWord {
    if check.word() == Word::Slo { CheckWord::Slo } else { CheckWord::Check }
}

/// Judges a check of the release that nothing uses; perhaps its name is misspelt where it is used. Reports only what is
/// wrong with the check by itself. What depends on the release (a router, a provider) may be right where the check will
/// be used.
fn unused(cx: &mut Context<'_>, release: &Block, providers: &providers::Providers<'_>) {
    const BY_ITSELF: &[Code] = &[
        Code::CheckCannotFail,
        Code::CheckCannotPass,
        Code::CheckCondition,
        Code::CheckDirection,
        Code::CheckJudgesItself,
        Code::CheckLimits,
        Code::CheckNoDataOfAnswer,
        Code::CheckNoVerdict,
        Code::CheckThresholdUnit,
        Code::CheckTwoFigures,
        Code::CheckTwoVerdicts,
        Code::CheckWindows,
        Code::JobMount,
        Code::JobTwoSources,
        Code::ParameterMissing,
        Code::ParameterRange,
        Code::ParameterUnknown,
        Code::PropertyMissing,
        Code::QueryConstant,
        Code::QueryLanguage,
        Code::QueryMissing,
        Code::QueryPromql,
        Code::QueryRange,
        Code::ReferenceUnknown,
        Code::ValueRange,
        Code::ValueUnit,
        Code::WebBody,
        Code::WebJsonPath,
        Code::WebPlainText,
        Code::WebUrl,
    ];
    for block in used::unused(release) {
        if cx.resolved.layer(block.layer).is_some_and(|layer| layer.kind == LayerKind::Shared) {
            continue;
        }
        let found = cx.with_own_diagnostics(|cx| drop(check(cx, block, providers)));
        for diagnostic in found.into_vec().into_iter().filter(|found| BY_ITSELF.contains(&found.code)) {
            cx.report(diagnostic);
        }
    }
}

/// The input of every measure's reader.
struct Subject<'a> {
    /// The `slo` or `check`.
    check: Reader<'a>,
    /// The measure's node.
    node: Reader<'a>,
    /// The providers in scope.
    providers: &'a providers::Providers<'a>,
}

fn check(cx: &mut Context<'_>, block: &Block, providers: &providers::Providers<'_>) -> Option<Check> {
    let reader = Reader::new(block);
    let name = reader.argument::<Name>(cx)?;
    if is_the_other_word(cx, block) {
        // Which word is meant decides how the rest is judged.
        cx.already_said();
        return None;
    }
    let Some(node) = measure_node(block) else {
        if block.misread {
            cx.already_said();
            return None;
        }
        cx.report(
            Diagnostic::new(
                Code::CheckNoMeasure,
                reader.head(),
                format!("`{} \"{}\"` has no measure", block.word(), name.value.as_str()),
            )
            .label("missing measure")
            .help(
                "add a measure in braces: `{ success-ratio window=\"5m\" }`, `{ query \"…\" }`, `{ web url=\"…\" }` …",
            ),
        );
        return None;
    };
    let declared;
    let node = if node.word() == Word::Metric {
        declared = metric(cx, node)?;
        measure_node(&declared)?
    } else {
        node
    };
    let subject = Subject { check: reader, node: Reader::new(node), providers };
    let Read { kind, provider, secrets, answer } = measure(cx, &subject)?;
    let origin = subject.node.origin();
    let verdict = verdict::read(cx, &subject, &kind, answer);
    let limits = limits::read(cx, &subject, &kind, answer);
    let (verdict, limits) = (verdict?, limits?);
    if let Some(diagnostic) = buckets::outside(provider.as_deref(), &kind, &verdict) {
        cx.report(diagnostic);
    }
    if let Some(diagnostic) = plain_text::never_judged(&subject, &kind, &verdict) {
        cx.report(diagnostic);
    }
    Some(Check {
        origin: reader.origin(),
        name,
        measure: Measure { origin, kind, provider, secrets, answer },
        verdict,
        interval: limits.interval,
        failure_limit: limits.failure_limit,
        count: limits.count,
        success_limit: limits.success_limit,
        initial_delay: limits.initial_delay,
        error_limit: limits.error_limit,
        on_fail: limits.on_fail,
        no_data: limits.no_data,
        timeout: limits.timeout,
        retain: limits.retain,
    })
}

/// Whether an `slo` is read as a `check`, or the reverse, because of its measure. That was reported.
fn is_the_other_word(cx: &Context<'_>, block: &Block) -> bool {
    let other = if block.word() == Word::Slo { Word::Check } else { Word::Slo };
    cx.sources().slice(block.keyword) == other.as_str()
}

/// The child that is the measure.
fn measure_node(block: &Block) -> Option<&Block> {
    block.children.iter().find(|child| block.spec.child(child.word()).is_some_and(|spec| spec.choice.is_some()))
}

/// A measure, read.
struct Read {
    kind: MeasureKind,
    provider: Option<Arc<DeclaredEndpoint>>,
    secrets: Vec<Secret>,
    answer: Option<Answer>,
}

impl Read {
    /// A measure that asks a declared provider.
    fn asked(kind: MeasureKind, provider: Arc<DeclaredEndpoint>, answer: Answer) -> Self {
        Self { kind, provider: Some(provider), secrets: Vec::new(), answer: Some(answer) }
    }
}

fn measure(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    match subject.node.block.word() {
        Word::SuccessRatio => built_in::success_ratio(cx, subject),
        Word::Latency => built_in::latency(cx, subject),
        Word::BurnRate => built_in::burn_rate(cx, subject),
        Word::RequestRate => built_in::request_rate(cx, subject),
        Word::Restarts => built_in::restarts(cx, subject),
        Word::Events => query::events(cx, subject),
        Word::Query => query::query(cx, subject),
        word => match subject.providers.direct(word) {
            Some(direct) => {
                let (measure, secrets) = (direct.read)(cx, subject.node)?;
                let answer = measure.answer();
                Some(Read { kind: MeasureKind::Direct(measure), provider: None, secrets, answer })
            }
            None => external::template(cx, subject),
        },
    }
}

/// The measure of a declared `metric`, with its parameters filled in. The copy has the form of the `metric`.
fn metric(cx: &mut Context<'_>, usage: &Block) -> Option<Block> {
    let name = usage.name()?;
    let Some(declared) = cx.resolved.metrics.iter().find(|metric| metric.name() == Some(name)).map(Arc::clone) else {
        let known: Vec<&str> = cx.resolved.metrics.iter().filter_map(|metric| metric.name()).collect();
        let diagnostic = reference::unknown("metric", name, usage.name_span(), &known);
        cx.report_unknown(name, diagnostic);
        return None;
    };
    let mut filled = std::mem::take(&mut cx.filled);
    let (arguments, copy) = cx.with_diagnostics(|sources, diagnostics| {
        let arguments = Arguments::bind(&declared, usage, sources, diagnostics);
        let layer = LayerId::default();
        let mut instance = Instance { arguments: &arguments, layer, sources, filled: &mut filled, diagnostics };
        let copy = instance.of(&declared);
        (arguments, copy)
    });
    drop(arguments);
    cx.filled = filled;
    Some(copy)
}

/// A default of the language that belongs to a node.
fn default_of<T>(value: T, reader: Reader<'_>) -> Sourced<T> {
    Sourced::new(value, Origin::default_of(reader.head()))
}
