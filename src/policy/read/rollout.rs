//! In: `rollout`. Out: its [`Settings`] with every default. The controller accepts all of them.

use super::whole_seconds;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Origin;
use crate::model::Block;
use crate::model::DurationOrNever;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::settings::{AntiAffinity, CanarySettings, PodMetadata, RolloutSettings};
use crate::units::{Duration, IntOrPercent};
use crate::vocabulary::choices::AntiAffinityMode;
use crate::vocabulary::{RELEASE, Word};

/// The settings in `rollout`.
pub struct Settings {
    /// Those of every strategy.
    pub rollout: RolloutSettings,
    /// Those of a canary.
    pub canary: CanarySettings,
}

/// Reads `rollout`. Without the node, every setting has its default. `has_router` is also true for an invalid router.
pub fn rollout(cx: &mut Context<'_>, release: Reader<'_>, has_router: bool) -> Option<Settings> {
    match release.child(Word::Rollout) {
        Some(block) => settings(cx, block, has_router),
        None => defaults(cx, release, has_router),
    }
}

/// The default of every setting.
pub fn defaults(cx: &mut Context<'_>, release: Reader<'_>, has_router: bool) -> Option<Settings> {
    let absent = empty(release)?;
    settings(cx, Reader::new(&absent), has_router)
}

fn settings(cx: &mut Context<'_>, block: Reader<'_>, has_router: bool) -> Option<Settings> {
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
    let rollout = RolloutSettings {
        rollback_window: block.get(cx, Word::RollbackWindow),
        revision_history_limit: block.get(cx, Word::RevisionHistoryLimit)?,
        progress_deadline_abort: block.get(cx, Word::ProgressDeadlineAbort)?,
        successful_run_history_limit: block.get(cx, Word::SuccessfulRunHistoryLimit)?,
        unsuccessful_run_history_limit: block.get(cx, Word::UnsuccessfulRunHistoryLimit)?,
        min_ready: min_ready?,
        progress_deadline: progress_deadline?,
    };
    let canary = CanarySettings {
        scale_down_delay_revision_limit: block.get(cx, Word::ScaleDownDelayRevisionLimit),
        min_pods_per_replica_set: block.get(cx, Word::MinPodsPerReplicaSet)?,
        anti_affinity: anti_affinity(cx, block),
        canary_metadata: pod_metadata(cx, block, Word::CanaryMetadata),
        stable_metadata: pod_metadata(cx, block, Word::StableMetadata),
        max_surge: max_surge?,
        max_unavailable: max_unavailable?,
        scale_down_delay,
        abort_scale_down_delay: abort?,
        dynamic_stable_scale: dynamic.map(|dynamic| if has_router { dynamic } else { dynamic.map(|_| false) })?,
        replica_progress_threshold: threshold?,
    };
    Some(Settings { rollout, canary })
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
