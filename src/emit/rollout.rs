//! In: a release. Out: the Rollout, with every setting written explicitly.

use crate::emit::analysis::Analyses;
use crate::emit::context::{Context, derived, mapping, strings};
use crate::emit::{canary, metadata, plan_annotation};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::Strategy;
use crate::policy::workload::PodTemplate;
use crate::policy::workload::ScaleDown;

pub(super) fn rollout(context: &Context<'_>, analyses: &Analyses) -> Object {
    let release = context.release;
    let mut object = metadata::object(context, Kind::Rollout, &release.name, release.origin);
    metadata::merge(&mut object, "annotations", subscriptions(context));
    metadata::merge(&mut object, "annotations", plan_annotation::annotation(context, analyses));
    object.root.set("spec", spec(context, analyses));
    object
}

fn spec(context: &Context<'_>, analyses: &Analyses) -> Field {
    let release = context.release;
    let (workload, settings) = (&release.workload, &release.rollout);
    let mut spec = Field::with_room(12, workload.origin);
    if let Some(replicas) = &workload.replicas {
        spec.set("replicas", replicas.field());
    }
    spec.set("minReadySeconds", settings.min_ready.seconds_field());
    spec.set("progressDeadlineSeconds", settings.progress_deadline.seconds_field());
    spec.set("progressDeadlineAbort", settings.progress_deadline_abort.field());
    spec.set("revisionHistoryLimit", settings.revision_history_limit.field());
    if let Some(window) = &settings.rollback_window {
        spec.set("rollbackWindow", mapping(window.origin, [("revisions", window.field())]));
    }
    let histories = [
        ("successfulRunHistoryLimit", settings.successful_run_history_limit.field()),
        ("unsuccessfulRunHistoryLimit", settings.unsuccessful_run_history_limit.field()),
    ];
    spec.set("analysis", mapping(settings.successful_run_history_limit.origin, histories));
    let selector = strings(&workload.selector, Origin::derived(workload.origin.span));
    spec.set("selector", mapping(selector.origin, [("matchLabels", selector)]));
    match &workload.template {
        PodTemplate::Reference { kind, name, scale_down, .. } => {
            let reference = [
                ("apiVersion", derived(kind.value.kind().api_version(), kind)),
                ("kind", Field::new(kind.value.kind().name(), kind.origin)),
                ("name", name.field()),
                ("scaleDown", Field::new(argo_scale_down(scale_down.value), scale_down.origin)),
            ];
            spec.set("workloadRef", mapping(workload.origin, reference));
        }
        PodTemplate::Embedded { template, .. } => spec.set("template", template.clone()),
    }
    let strategy = match &release.strategy.value {
        Strategy::Canary(_) => ("canary", canary::canary(context, analyses)),
    };
    spec.set("strategy", mapping(release.strategy.origin, [strategy]));
    spec
}

/// Subscriptions to notifications. Several recipients of one trigger and service become one list, as Argo expects.
fn subscriptions(context: &Context<'_>) -> Field {
    let notifications = &context.release.notifications;
    let origin = notifications.first().map_or(context.release.origin, |first| first.origin);
    let mut field = Field::mapping(origin);
    for notification in notifications {
        let key =
            format!("notifications.argoproj.io/subscribe.{}.{}", notification.trigger.value, notification.via.value);
        let to = &notification.to;
        let joined = match field.get(&key) {
            Some(before) => {
                let known = before.as_str().unwrap_or_default();
                if known.split(';').any(|recipient| recipient == &*to.value) {
                    continue;
                }
                Field::new(format!("{known};{}", to.value), before.origin)
            }
            None => to.field(),
        };
        field.set(key, joined);
    }
    field
}

/// As the controller spells `scaleDown`.
const fn argo_scale_down(scale_down: ScaleDown) -> &'static str {
    match scale_down {
        ScaleDown::Never => "never",
        ScaleDown::OnSuccess => "onsuccess",
        ScaleDown::Progressively => "progressively",
    }
}
