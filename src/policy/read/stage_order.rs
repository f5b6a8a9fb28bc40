//! In: drafts of stages. Out: whether their sequence makes sense: weights rise, names are unique, time passes.

use super::stage::Draft;
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::AudienceId;
use crate::policy::audience::{Audience, Members};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::source::Span;
use crate::units::{IntOrPercent, Percent};
use crate::vocabulary::Word;

/// Judges the order of the stages and carries weights over to the next stage. Returns the exposure of each.
pub fn judge(
    cx: &mut Context<'_>,
    release: Reader<'_>,
    drafts: &mut [Draft],
    audiences: &[Option<Audience>],
    fleet: Option<u32>,
) -> Vec<Percent> {
    if release.block.child(Word::Stage).is_none() {
        cx.report_missing(
            release.block,
            Diagnostic::new(Code::StageMissing, release.head(), "a release needs a `stage`")
                .label("no `stage` here")
                .why("Without a stage, the new version would receive all the traffic as soon as its pods are ready.")
                .help("write `stage weight=\"10%\" pause=\"10m\"`"),
        );
    }
    carry_weights(cx, drafts);
    labels_are_unique(cx, drafts);
    something_happens(cx, release, drafts);
    admitted_once(cx, drafts, audiences);
    let exposures = exposures(drafts, audiences);
    enough_pods(cx, drafts, &exposures, fleet);
    exposures
}

fn carry_weights(cx: &mut Context<'_>, drafts: &mut [Draft]) {
    let mut highest: Option<crate::policy::Sourced<Percent>> = None;
    for draft in drafts {
        if !draft.stage.sets_weight {
            if let Some(weight) = highest {
                draft.stage.weight = weight;
            }
            continue;
        }
        let weight = draft.stage.weight;
        match highest {
            Some(before) if weight.value < before.value => {
                cx.report(
                    Diagnostic::new(Code::StageWeightFalls, weight.span(), format!("the weight decreases from {} to {}", before.value, weight.value))
                        .label("less than before")
                        .also(before.span(), format!("already {}", before.value))
                        .why("Users of the new version would go back to the old one although nothing is wrong. To go back, abort the release.")
                        .help(format!("write at least `\"{}\"`, or move this stage before the other one", before.value)),
                );
            }
            _ => highest = Some(weight),
        }
    }
}

fn labels_are_unique(cx: &mut Context<'_>, drafts: &[Draft]) {
    let mut seen: std::collections::BTreeMap<&str, &Draft> = std::collections::BTreeMap::new();
    for draft in drafts {
        let label = draft.stage.label.as_str();
        let Some(first) = seen.get(label) else {
            seen.insert(label, draft);
            continue;
        };
        // Stages of two ramps, or of a ramp and a stage, that have the same weight.
        let same = first.stage.name == draft.stage.name;
        let message = if same {
            format!("two stages have the name `{}`", draft.stage.name.value)
        } else {
            format!(
                "stages `{}` and `{}` both become `{label}` in the names of objects",
                first.stage.name.value, draft.stage.name.value
            )
        };
        cx.report(
            Diagnostic::new(Code::StageSameName, draft.stage.name.span(), message)
                .label("second")
                .also(first.stage.name.span(), "first")
                .why("Objects and reports identify a stage by its name.")
                .help("rename one of them, as in `stage \"soak\" …`"),
        );
    }
}

fn something_happens(cx: &mut Context<'_>, release: Reader<'_>, drafts: &[Draft]) {
    let blocks: Vec<Reader<'_>> = release.all(Word::Stage).collect();
    for (index, draft) in drafts.iter().enumerate() {
        let stage = &draft.stage;
        if draft.ramp.is_some_and(|place| place > 0) {
            continue;
        }
        let Some(block) = blocks.iter().find(|block| block.origin() == stage.origin) else { continue };
        let asked = [Word::Gate, Word::Experiment, Word::Plugin, Word::Mirror]
            .iter()
            .any(|word| block.block.child(*word).is_some());
        let time = block.has(Word::Pause) && stage.pause.is_none_or(|pause| !pause.value.is_zero());
        let last = index + 1 == drafts.len() && stage.weight.value == Percent::FULL;
        if asked || time || stage.manual.is_some() || last {
            continue;
        }
        let unsound = |word| block.block.property(word).is_some_and(|value| !value.is_sound());
        if block.block.misread || unsound(Word::Promote) {
            continue;
        }
        let zero = stage.pause.map(|pause| pause.span());
        let mut diagnostic = Diagnostic::new(
            Code::StageNothingHappens,
            zero.unwrap_or(stage.origin.span.to(stage.name.span())),
            "this stage has no wait",
        )
        .label(if zero.is_some() { "no pause" } else { "no pause, no gate and no approval" })
        .why("The controller passes through the stage at once, so nobody can observe it before the next one.")
        .help("add `pause=\"10m\"`, a `gate`, or `promote=\"manual\"`");
        if let Some(next) = drafts.get(index + 1) {
            diagnostic = diagnostic.also(next.stage.name.span(), "starts at once");
        }
        cx.report_missing(block.block, diagnostic);
    }
}

/// The audiences that a stage admits: the members of an `any`, else the audience itself.
pub fn admitted(audiences: &[Option<Audience>], id: AudienceId) -> Vec<AudienceId> {
    match audiences.get(id.0).and_then(Option::as_ref).map(|audience| &audience.members) {
        Some(Members::Any(members)) => members.iter().map(|member| member.value).collect(),
        _ => vec![id],
    }
}

fn admitted_once(cx: &mut Context<'_>, drafts: &[Draft], audiences: &[Option<Audience>]) {
    let mut seen: Vec<(AudienceId, Span)> = Vec::new();
    for draft in drafts {
        let Some(audience) = &draft.stage.audience else { continue };
        for id in admitted(audiences, audience.value) {
            let Some((_, first)) = seen.iter().find(|(other, _)| *other == id) else {
                seen.push((id, audience.span()));
                continue;
            };
            let name = audiences
                .get(id.0)
                .and_then(Option::as_ref)
                .map_or_else(String::new, |audience| format!(" `{}`", audience.name.value));
            cx.report(
                Diagnostic::new(Code::StageAdmittedTwice, audience.span(), format!("audience{name} is admitted twice"))
                    .label("second")
                    .also(*first, "first")
                    .why("An audience stays admitted until the end of the release, so the second time changes nothing.")
                    .help("remove `audience=` here, and give the stage a name"),
            );
            break;
        }
    }
}

/// The weight plus the shares of all audiences admitted so far.
fn exposures(drafts: &[Draft], audiences: &[Option<Audience>]) -> Vec<Percent> {
    let mut shares = Percent::ZERO;
    drafts
        .iter()
        .map(|draft| {
            if let Some(id) = &draft.stage.audience
                && let Some(Some(audience)) = audiences.get(id.value.0)
                && let Some(share) = &audience.share
            {
                shares = shares.saturating_add(share.value);
            }
            draft.stage.weight.value.saturating_add(shares)
        })
        .collect()
}

/// Reports a `replicas=` that leaves exposed users without pods.
fn enough_pods(cx: &mut Context<'_>, drafts: &[Draft], exposures: &[Percent], fleet: Option<u32>) {
    let mut audience: Option<Span> = None;
    for (draft, exposure) in drafts.iter().zip(exposures) {
        if let Some(admitted) = &draft.stage.audience {
            audience.get_or_insert(admitted.span());
        }
        let Some(replicas) = draft.stage.replicas.filter(|_| draft.ramp.unwrap_or(0) == 0) else { continue };
        let none = matches!(replicas.value, IntOrPercent::Int(0) | IntOrPercent::Percent(0));
        if none && *exposure > Percent::ZERO {
            cx.report(
                Diagnostic::new(Code::StageReplicas, replicas.span(), "this stage sends users to no pods")
                    .label("no pods")
                    .also(draft.stage.name.span(), format!("exposes {exposure}"))
                    .why("Their requests would fail.")
                    .help("remove `replicas=`; the exposure then determines the number"),
            );
            continue;
        }
        let pods = match (replicas.value, fleet) {
            (IntOrPercent::Int(pods), _) => Some(pods),
            (percent, Some(fleet)) => Some(percent.of_rounded_up(fleet)),
            (IntOrPercent::Percent(_), None) => None,
        };
        if let (Some(audience), Some(1)) = (audience, pods) {
            cx.report(
                Diagnostic::new(Code::StageReplicas, replicas.span(), "an audience needs at least two pods")
                    .label("one pod")
                    .also(audience, "an audience is admitted")
                    .why("If the only pod of the new version is lost, the controller removes the route of the audience and does not restore it.")
                    .help("write at least 2, or remove `replicas=`"),
            );
        }
    }
}
