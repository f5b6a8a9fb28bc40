//! In: a release and its plan. Out: `strategy.canary` of the Rollout.

use crate::emit::analysis::Analyses;
use crate::emit::context::{Context, int_or_percent, mapping, strings};
use crate::emit::{analysis, steps, traffic};
use crate::manifest::{Derivation, Field, Origin};
use crate::policy::Sourced;
use crate::policy::settings::{AntiAffinity, CanarySettings, PodMetadata};
use crate::units::IntOrPercent;

pub(super) fn canary(context: &Context<'_>, analyses: &Analyses) -> Field {
    let release = context.release;
    let settings = &release.canary().settings;
    let mut canary = Field::with_room(16, release.strategy.origin);
    if let Some(service) = context.split_service() {
        canary.set("stableService", service.stable.field());
        canary.set("canaryService", service.canary.field());
    }
    if let Some(routing) = traffic::traffic_routing(context, analyses) {
        canary.set("trafficRouting", routing);
    }
    canary.set("maxSurge", int_or_percent(&settings.max_surge));
    canary.set("maxUnavailable", int_or_percent(&settings.max_unavailable));
    if release.traffic.is_split() {
        routed(&mut canary, settings);
    }
    if settings.replica_progress_threshold.origin.derivation != Derivation::Default {
        canary.set("replicaProgressThreshold", threshold(&settings.replica_progress_threshold));
    }
    if let Some(anti_affinity) = &settings.anti_affinity {
        canary.set("antiAffinity", affinity(anti_affinity));
    }
    for (key, pods) in [("canaryMetadata", &settings.canary_metadata), ("stableMetadata", &settings.stable_metadata)] {
        if let Some(pods) = pods {
            canary.set(key, pod_metadata(pods));
        }
    }
    if let Some(watch) = &context.plan.staged().watch
        && let Some(mut background) = analysis::reference(context, analyses, &watch.usage)
    {
        let start =
            release.canary().watch.as_ref().and_then(|watch| watch.from).map_or(watch.origin, |from| from.origin);
        let starting_step = i64::try_from(watch.starting_step).unwrap_or(i64::MAX);
        background.set("startingStep", Field::new(starting_step, Origin::derived(start.span)));
        canary.set("analysis", background);
    }
    canary.set("steps", steps::steps(context, analyses));
    canary
}

/// Settings that the controller refuses or ignores if no router splits requests.
fn routed(canary: &mut Field, settings: &CanarySettings) {
    if let Some(delay) = &settings.scale_down_delay {
        canary.set("scaleDownDelaySeconds", delay.seconds_field());
    }
    if let Some(limit) = &settings.scale_down_delay_revision_limit {
        canary.set("scaleDownDelayRevisionLimit", limit.field());
    }
    // Argo writes never as 0, if the first step scales the canary.
    let delay = &settings.abort_scale_down_delay;
    let delay = delay
        .value
        .map_or_else(|| Field::new(0i64, delay.origin), |value| Sourced::new(value, delay.origin).seconds_field());
    canary.set("abortScaleDownDelaySeconds", delay);
    canary.set("dynamicStableScale", settings.dynamic_stable_scale.field());
    canary.set("minPodsPerReplicaSet", settings.min_pods_per_replica_set.field());
}

/// Left out at its default, which the controller applies anyway: only versions from 1.9 on know the field.
fn threshold(threshold: &Sourced<IntOrPercent>) -> Field {
    let (kind, value) = match threshold.value {
        IntOrPercent::Int(count) => ("Pods", count),
        IntOrPercent::Percent(percent) => ("Percent", u32::from(percent)),
    };
    let entry = |value| Field { value, origin: threshold.origin };
    mapping(threshold.origin, [("type", entry(kind.into())), ("value", entry(value.into()))])
}

fn affinity(anti_affinity: &AntiAffinity) -> Field {
    match &anti_affinity.weight {
        Some(weight) => {
            let preferred = mapping(weight.origin, [("weight", weight.field())]);
            mapping(anti_affinity.origin, [("preferredDuringSchedulingIgnoredDuringExecution", preferred)])
        }
        None => {
            let required = Field::mapping(anti_affinity.origin);
            mapping(anti_affinity.origin, [("requiredDuringSchedulingIgnoredDuringExecution", required)])
        }
    }
}

fn pod_metadata(pods: &PodMetadata) -> Field {
    let mut field = Field::mapping(pods.origin);
    for (key, entries) in [("labels", &pods.labels), ("annotations", &pods.annotations)] {
        if !entries.is_empty() {
            field.set(key, strings(entries, pods.origin));
        }
    }
    field
}
