//! In: `rollout`. Out: [`RolloutSettings`] with every default. The controller accepts all of them.

use super::stage::Draft;
use super::whole_seconds;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Origin;
use crate::model::Block;
use crate::model::DurationOrNever;
use crate::pods::split_by_pods;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::settings::{AntiAffinity, PodMetadata, RolloutSettings, StringMap};
use crate::units::{Duration, IntOrPercent, Percent};
use crate::vocabulary::choices::AntiAffinityMode;
use crate::vocabulary::{RELEASE, Word};

/// Reads `rollout`. Without the node, every setting has its default. `has_router` is also true for an invalid router.
pub fn rollout(cx: &mut Context<'_>, release: Reader<'_>, has_router: bool) -> Option<RolloutSettings> {
    let absent;
    let block = match release.child(Word::Rollout) {
        Some(block) => block,
        None => {
            absent = empty(release)?;
            Reader::new(&absent)
        }
    };
    let min_ready = seconds(cx, block, Word::MinReady);
    let progress_deadline = seconds(cx, block, Word::ProgressDeadline);
    if let (Some(ready), Some(deadline)) = (&min_ready, &progress_deadline)
        && ready.value >= deadline.value
    {
        deadlines(cx, ready, deadline);
    }
    let max_surge = block.get::<IntOrPercent>(cx, Word::MaxSurge);
    let max_unavailable = block.get::<IntOrPercent>(cx, Word::MaxUnavailable);
    if let (Some(surge), Some(unavailable)) = (&max_surge, &max_unavailable) {
        room_to_move(cx, surge, unavailable);
    }
    let dynamic = block.get::<bool>(cx, Word::DynamicStableScale);
    let scale_down_delay = scale_down_delay(cx, block, dynamic.as_ref(), has_router);
    let abort = block.get::<DurationOrNever>(cx, Word::AbortScaleDownDelay).map(|delay| delay.map(|delay| delay.0));
    if let Some(delay) = &abort {
        abort_delay(cx, delay);
    }
    let threshold = block.get::<IntOrPercent>(cx, Word::ReplicaProgressThreshold);
    if let Some(threshold) =
        threshold.filter(|threshold| matches!(threshold.value, IntOrPercent::Int(0) | IntOrPercent::Percent(0)))
    {
        cx.report(
            Diagnostic::new(
                Code::RolloutThreshold,
                threshold.span(),
                "a stage would continue before any of its pods is available",
            )
            .label("zero pods")
            .why("The router would send users to pods that do not respond yet.")
            .help("write `\"100%\"` or slightly less"),
        );
    }
    Some(RolloutSettings {
        rollback_window: block.get(cx, Word::RollbackWindow),
        revision_history_limit: block.get(cx, Word::RevisionHistoryLimit)?,
        scale_down_delay_revision_limit: block.get(cx, Word::ScaleDownDelayRevisionLimit),
        progress_deadline_abort: block.get(cx, Word::ProgressDeadlineAbort)?,
        min_pods_per_replica_set: block.get(cx, Word::MinPodsPerReplicaSet)?,
        successful_run_history_limit: block.get(cx, Word::SuccessfulRunHistoryLimit)?,
        unsuccessful_run_history_limit: block.get(cx, Word::UnsuccessfulRunHistoryLimit)?,
        anti_affinity: anti_affinity(cx, block),
        canary_metadata: pod_metadata(cx, block, Word::CanaryMetadata),
        stable_metadata: pod_metadata(cx, block, Word::StableMetadata),
        min_ready: min_ready?,
        progress_deadline: progress_deadline?,
        max_surge: max_surge?,
        max_unavailable: max_unavailable?,
        scale_down_delay,
        abort_scale_down_delay: abort?,
        dynamic_stable_scale: dynamic.map(|dynamic| if has_router { dynamic } else { dynamic.map(|_| false) })?,
        replica_progress_threshold: threshold?,
    })
}

/// An empty `rollout`: its defaults come from the same table.
fn empty(release: Reader<'_>) -> Option<Block> {
    let spec = RELEASE.child(Word::Rollout)?.node;
    let keyword = release.head();
    Some(Block {
        spec,
        keyword,
        span: keyword,
        arguments: Vec::new(),
        properties: Vec::new(),
        free: Vec::new(),
        children: Vec::new(),
        layer: release.block.layer,
        misread: false,
    })
}

fn seconds(cx: &mut Context<'_>, block: Reader<'_>, word: Word) -> Option<Sourced<Duration>> {
    let duration = block.get::<Duration>(cx, word)?;
    whole_seconds(cx, &duration, format_args!("`{word}`"));
    Some(duration)
}

fn deadlines(cx: &mut Context<'_>, ready: &Sourced<Duration>, deadline: &Sourced<Duration>) {
    let (first, label, second, other) = if ready.origin.derivation == crate::manifest::Derivation::Default {
        (deadline, "the deadline", ready, "a pod is available only after this time")
    } else {
        (ready, "a pod is available only after this time", deadline, "the deadline")
    };
    let mut diagnostic = Diagnostic::new(
        Code::RolloutDeadline,
        first.span(),
        format!("pods become available after {} at the earliest, but the deadline is {}", ready.value, deadline.value),
    )
    .label(label)
    .why("The controller rejects a deadline that no pod can meet.")
    .help("write a `progress-deadline` well above `min-ready`");
    if second.span() != first.span() {
        diagnostic = diagnostic.also(second.span(), other);
    }
    cx.report(diagnostic);
}

fn room_to_move(cx: &mut Context<'_>, surge: &Sourced<IntOrPercent>, unavailable: &Sourced<IntOrPercent>) {
    let zero = |value: IntOrPercent| matches!(value, IntOrPercent::Int(0) | IntOrPercent::Percent(0));
    if !zero(surge.value) || !zero(unavailable.value) {
        return;
    }
    let mut diagnostic =
        Diagnostic::new(Code::RolloutNoRoom, surge.span(), "`max-surge` and `max-unavailable` cannot both be zero")
            .label("no extra pods")
            .why("The controller could neither start a new pod nor stop an old one, so it rejects the Rollout.")
            .help("write `max-surge=\"25%\"` or `max-unavailable=1`");
    if unavailable.span() != surge.span() {
        diagnostic = diagnostic.also(unavailable.span(), "no missing pods");
    }
    cx.report(diagnostic);
}

fn scale_down_delay(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    dynamic: Option<&Sourced<bool>>,
    has_router: bool,
) -> Option<Sourced<Duration>> {
    let delay = seconds(cx, block, Word::ScaleDownDelay);
    let dynamic_is_on = dynamic.is_some_and(|dynamic| dynamic.value);
    if !has_router {
        for word in [
            Word::ScaleDownDelay,
            Word::ScaleDownDelayRevisionLimit,
            Word::MinPodsPerReplicaSet,
            Word::DynamicStableScale,
        ] {
            let off = word == Word::DynamicStableScale && !dynamic_is_on;
            if let Some(span) = block.property_span(word).filter(|_| !off) {
                cx.report(
                    Diagnostic::new(Code::RolloutWithoutRouter, span, format!("`{word}` has no effect without a router"))
                        .label("not written")
                        .why("The controller rejects it without a router: there, the number of stable pods is the share of the stable version.")
                        .help("remove it, or add a `router`"),
                );
            }
        }
        return None;
    }
    if !dynamic_is_on {
        return delay;
    }
    if let (Some(span), Some(dynamic)) = (block.property_span(Word::ScaleDownDelay), dynamic) {
        cx.report(
            Diagnostic::new(
                Code::RolloutDynamicDelay,
                span,
                "`scale-down-delay` has no effect with `dynamic-stable-scale`",
            )
            .label("a delay")
            .also(dynamic.span(), "scales down the stable pods early")
            .why("The controller rejects a Rollout with both.")
            .help("remove one of them"),
        );
    }
    None
}

/// For longer delays the controller does not wait: it reconciles every Rollout at least once in this time.
const LONGEST_ABORT_DELAY: u64 = 15 * 60;

fn abort_delay(cx: &mut Context<'_>, delay: &Sourced<Option<Duration>>) {
    let Some(duration) = delay.value else { return };
    whole_seconds(cx, &Sourced::new(duration, delay.origin), "`abort-scale-down-delay`");
    if duration.is_zero() {
        cx.report(
            Diagnostic::new(Code::RolloutAbortDelay, delay.span(), "a delay of 0 has a special meaning")
                .label("at once or never")
                .why("If the first step sets a number of pods, as for an audience, the pods of the aborted version would run forever, and the canary Service would alternate between both versions. Otherwise the controller would stop them at once.")
                .help("write `\"1s\"` to stop them almost at once, or `\"never\"`"),
        );
    } else if duration.as_seconds().is_ok_and(|seconds| seconds >= LONGEST_ABORT_DELAY) {
        cx.report(
            Diagnostic::new(Code::RolloutAbortDelay, delay.span(), format!("a delay of {duration} after an abort has no effect"))
                .label("stops the pods at once")
                .why("The controller can keep the pods of an aborted version for less than 15 minutes. With a longer delay it stops them at once.")
                .help("write a shorter delay, such as `\"14m\"`"),
        );
    }
}

/// Reports a number of pods that a small stage never reaches: it would hold the release there for ever.
pub fn threshold_is_reached(
    cx: &mut Context<'_>,
    settings: &RolloutSettings,
    drafts: &[Draft],
    exposures: &[Percent],
    fleet: u32,
    has_router: bool,
) {
    let threshold = &settings.replica_progress_threshold;
    let IntOrPercent::Int(wanted) = threshold.value else { return };
    let surge = settings.max_surge.value.of_rounded_up(fleet);
    for (draft, exposure) in drafts.iter().zip(exposures) {
        let pods = match (draft.stage.replicas, draft.stage.weight.value.whole()) {
            (Some(replicas), _) => replicas.value.of_rounded_up(fleet),
            (None, Some(weight)) if !has_router => split_by_pods(fleet, weight, surge).canary,
            _ => exposure.of_rounded_up(fleet),
        };
        if pods == 0 || pods >= wanted {
            continue;
        }
        cx.report(
            Diagnostic::new(Code::RolloutThreshold, threshold.span(), format!("stage `{}` never has {wanted} pods", draft.stage.name.value))
                .label("required here")
                .also(draft.stage.name.span(), format!("has {pods}"))
                .why("In each stage, the controller waits until this number of pods is available. It would wait until the deadline.")
                .help("write a percentage such as `\"100%\"`, which applies to the pods of each stage"),
        );
        return;
    }
}

fn anti_affinity(cx: &mut Context<'_>, block: Reader<'_>) -> Option<AntiAffinity> {
    let block = block.child(Word::AntiAffinity)?;
    let mode = block.get::<AntiAffinityMode>(cx, Word::Mode)?;
    let weight = block.get::<u32>(cx, Word::Weight);
    if mode.value == AntiAffinityMode::Preferred {
        // A preferred rule without a weight gets the highest weight.
        let weight = weight.unwrap_or_else(|| Sourced::new(100, Origin::default_of(block.head())));
        return Some(AntiAffinity { origin: block.origin(), weight: Some(weight) });
    }
    if let Some(weight) = weight {
        cx.report(
            Diagnostic::new(Code::RolloutAntiAffinity, weight.span(), "a required rule cannot have a weight")
                .label("has no effect")
                .also(mode.span(), "required")
                .help("remove `weight=`, or write `mode=\"preferred\"`"),
        );
    }
    Some(AntiAffinity { origin: block.origin(), weight: None })
}

fn pod_metadata(cx: &mut Context<'_>, block: Reader<'_>, word: Word) -> Option<PodMetadata> {
    let block = block.child(word)?;
    let map = |cx: &mut Context<'_>, word| block.child(word).map(|map| map.map(cx)).unwrap_or_default();
    Some(PodMetadata { origin: block.origin(), labels: map(cx, Word::Labels), annotations: map(cx, Word::Annotations) })
}

/// Temporary labels of pods must not replace the labels that select the pods.
pub fn metadata_spares_selector(cx: &mut Context<'_>, settings: &RolloutSettings, selector: &StringMap) {
    for metadata in [&settings.canary_metadata, &settings.stable_metadata].into_iter().flatten() {
        for (key, value) in &metadata.labels {
            if let Some((own, _)) = selector.iter().find(|(own, _)| own.value == key.value) {
                cx.report(
                    Diagnostic::new(
                        Code::RolloutMetadata,
                        key.span().to(value.span()),
                        format!("label `{}` selects the pods and must not change", key.value),
                    )
                    .label("changes during a release")
                    .also(own.span(), "selects the pods")
                    .why("The controller cannot create such pods. The Rollout stays Healthy and unchanged, and the new version is never released.")
                    .help("use another label"),
                );
            }
        }
    }
}
