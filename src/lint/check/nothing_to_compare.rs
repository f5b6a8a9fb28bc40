//! In: checks that compare with the stable version, and the stages in which they are measured. Out: an error for each that
//! is measured while the stable version gets no requests.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::plan::PlannedStage;
use crate::policy::audience::{Admission, Audience};
use crate::policy::check::{Check, NoData, OnFail};
use crate::policy::measure::{Against, MeasureKind};
use crate::policy::template::{Argument, Part, Template};
use crate::policy::{CheckId, Sourced};
use crate::side::Side;
use crate::source::Span;
use crate::units::Percent;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let canary = subject.release.canary();
    let staged = subject.plan.staged();
    let starts = staged.watch.as_ref().map_or(usize::MAX, |watch| watch.from.0);
    let mut seen = Vec::new();
    for (stage, planned) in canary.stages.iter().zip(&staged.stages).filter(|(_, planned)| takes_all(subject, planned))
    {
        let watched = canary.watch.iter().filter(|_| planned.steps.end > starts).flat_map(|watch| &watch.checks);
        let gated = stage.gates.iter().flat_map(|gate| &gate.checks);
        for named in watched.chain(gated) {
            let check = subject.release.check(named.value).filter(|_| !seen.contains(&named.value));
            let Some((check, compared)) = check.and_then(|check| Some((check, compared(check)?))) else { continue };
            seen.push(named.value);
            let place =
                stage.audience.as_ref().filter(|_| !stage.sets_weight).map_or(stage.weight.span(), |at| at.span());
            diagnostics.push(nothing(check, compared, named, (planned, place)));
        }
    }
}

fn nothing(check: &Check, compared: Compared, named: &Sourced<CheckId>, stage: (&PlannedStage, Span)) -> Diagnostic {
    let (name, stage, place) = (&check.name.value, &stage.0.name, stage.1);
    let instead = match compared.against {
        true => "remove `against=` and adapt the threshold",
        false => "write a query without the stable version",
    };
    Diagnostic::new(
        Code::CheckNothingToCompare,
        compared.span,
        format!("in stage `{stage}`, `{name}` has nothing to compare with"),
    )
    .label("compared with the stable version")
    .also(place, "the stable version gets no requests")
    .also(named.span(), "measured here")
    .why("The comparison has no data there, so every release is held in this stage, or aborted.")
    .help(format!(
        "remove the stage `{stage}` (a release ends at 100% by itself), or compare with a fixed threshold: {instead}"
    ))
}

/// Whether the stable version gets no requests in a stage.
fn takes_all(subject: &Subject<'_>, stage: &PlannedStage) -> bool {
    let audiences = &subject.release.audiences;
    if audiences.iter().any(|(_, audience)| audience.admission == Admission::PinnedToStable) {
        return false;
    }
    let by_pods = || {
        let split = subject.plan.controller.split(stage.weight.whole()?, subject.plan.fleet.most?)?;
        Some(split.canary == split.total)
    };
    // Each stage adds to those admitted, so they are not searched for every audience.
    let is_all = |audience: &Audience| audience.share.as_ref().is_some_and(|share| share.value == Percent::FULL);
    let pinned = audiences.values().filter(|audience| audience.admission == Admission::PinnedToCanary);
    let admitted = stage.admitted.iter().filter_map(|id| subject.release.audience(*id));
    stage.weight == Percent::FULL
        || stage.weight > Percent::ZERO && by_pods() == Some(true)
        || pinned.chain(admitted).any(is_all)
}

/// A part of a check that compares with the stable version.
struct Compared {
    span: Span,
    /// Whether it is `against=`; otherwise it is the text of a query.
    against: bool,
}

/// How a check compares with the stable version; `None` if it does not, or if an empty answer is right.
fn compared(check: &Check) -> Option<Compared> {
    let is_allowed = check.no_data.as_ref().is_none_or(|no_data| no_data.value == NoData::Pass);
    if is_allowed || check.on_fail.value == OnFail::Ignore {
        return None;
    }
    match &check.measure.kind {
        MeasureKind::SuccessRatio { against, .. }
        | MeasureKind::Latency { against, .. }
        | MeasureKind::Events { against, .. } => {
            let against = against.as_ref().filter(|against| against.value == Against::Stable)?;
            Some(Compared { span: against.span(), against: true })
        }
        MeasureKind::Query(query) if needs_stable(&query.text.value) => {
            Some(Compared { span: query.text.span(), against: false })
        }
        _ => None,
    }
}

/// Whether a query has no answer without requests to the stable version. One with `or` may have an answer of its own.
fn needs_stable(query: &Template) -> bool {
    let is_stable =
        |part: &Part| matches!(part, Part::Service(Side::Stable, _) | Part::Argument(Argument::Hash(Side::Stable)));
    let has_another = |part: &Part| match part {
        Part::Literal(text) => text.split_whitespace().any(|word| matches!(word, "or" | "unless")),
        _ => false,
    };
    query.parts.iter().any(is_stable) && !query.parts.iter().any(has_another)
}
