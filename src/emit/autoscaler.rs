//! In: the `autoscaler` of a policy. Out: the object that scales the Rollout. canaryc generates it or takes it from a
//! file.

use crate::emit::context::{Context, mapping};
use crate::emit::metadata;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::workload::{Autoscaler, AutoscalerSource};
use crate::units::Percent;

pub(super) fn autoscaler(context: &Context<'_>) -> Option<Object> {
    let autoscaler = context.release.autoscaler.as_ref()?;
    match &autoscaler.source {
        AutoscalerSource::Emitted { max, cpu, memory } => {
            let mut object =
                metadata::object(context, Kind::HorizontalPodAutoscaler, &autoscaler.name, autoscaler.origin);
            let mut spec = mapping(autoscaler.origin, [("scaleTargetRef", target(context, autoscaler))]);
            if let Some(min) = &autoscaler.min {
                spec.set("minReplicas", min.field());
            }
            spec.set("maxReplicas", max.field());
            let resources = [("cpu", cpu), ("memory", memory)];
            let metrics: Vec<_> =
                resources.into_iter().filter_map(|(name, target)| Some(resource(name, target.as_ref()?))).collect();
            if !metrics.is_empty() {
                spec.set("metrics", Field::sequence(metrics, autoscaler.origin));
            }
            object.root.set("spec", spec);
            Some(object)
        }
        AutoscalerSource::File(object) => {
            let mut object = object.clone();
            let mut spec = object.root.get("spec").cloned().unwrap_or_else(|| Field::mapping(autoscaler.origin));
            // KEDA reads the name of a container here as well.
            let own = spec.get("scaleTargetRef").map(Field::entries).unwrap_or_default().to_vec();
            let mut target = target(context, autoscaler);
            for (key, field) in own.into_iter().filter(|(key, _)| !matches!(&**key, "apiVersion" | "kind" | "name")) {
                target.set(key, field);
            }
            spec.set("scaleTargetRef", target);
            object.root.set("spec", spec);
            metadata::adopt(context, &mut object);
            Some(object)
        }
        AutoscalerSource::Existing => None,
    }
}

fn target(context: &Context<'_>, autoscaler: &Autoscaler) -> Field {
    let origin = Origin::derived(autoscaler.origin.span);
    let name = &context.release.name;
    Field::mapping(origin)
        .put("apiVersion", Kind::Rollout.api_version())
        .put("kind", Kind::Rollout.name())
        .with("name", Field::new(name.value.clone(), Origin::derived(name.span())))
}

fn resource(name: &'static str, target: &Sourced<Percent>) -> Field {
    let origin = target.origin;
    // Kubernetes counts whole percents.
    let utilization = i64::from(target.value.millionths().div_ceil(10_000));
    let target = Field::mapping(origin).put("type", "Utilization").put("averageUtilization", utilization);
    let resource = Field::mapping(origin).put("name", name).with("target", target);
    Field::mapping(origin).put("type", "Resource").with("resource", resource)
}
