//! In: the autoscaler and what is known of the containers. Out: a warning for each resource that the autoscaler measures,
//! and a container does not request: its utilisation is a share of the request.

use super::pods::Pods;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Field;
use crate::policy::context::Context;
use crate::policy::workload::{Autoscaler, AutoscalerSource};
use crate::source::Span;

/// The names of the containers that request neither by `requests` nor by `limits`, which are their default.
pub fn without(template: &Field, resource: &str) -> Vec<String> {
    let containers = template.at(&["spec", "containers"]).map(Field::items).unwrap_or_default();
    let requests = |container: &Field| {
        ["requests", "limits"].iter().any(|key| container.at(&["resources", key, resource]).is_some())
    };
    let name = |container: &Field| container.get("name").and_then(Field::as_str).unwrap_or_default().to_owned();
    containers.iter().filter(|container| !requests(container)).map(name).collect()
}

/// Judges the resources that an autoscaler measures as a share of the requests.
pub fn judge(cx: &mut Context<'_>, autoscaler: &Autoscaler, pods: &Pods) {
    for (resource, span) in measured(&autoscaler.source) {
        let Some((_, without)) = pods.without_request.iter().find(|(name, _)| *name == resource) else { continue };
        let Some(first) = without.first() else { continue };
        cx.report(
            Diagnostic::new(Code::AutoscalerNoRequests, span, format!("container `{first}` requests no {resource}"))
                .label(format!("a share of the requested {resource}"))
                .also(pods.containers_at, "the containers")
                .why("Without a request the autoscaler has no value for its target, and never changes the number of pods.")
                .help(format!("add `resources: {{requests: {{{resource}: …}}}}` to every container; if the namespace has a LimitRange with defaults, write `allow \"autoscaler/no-requests\" reason=\"…\"` on `autoscaler`")),
        );
    }
}

/// The resources whose utilisation an autoscaler measures, and where the policy says so. One that exists has shown that
/// it works.
fn measured(source: &AutoscalerSource) -> Vec<(&'static str, Span)> {
    match source {
        AutoscalerSource::Existing | AutoscalerSource::File(_) => Vec::new(),
        AutoscalerSource::Emitted { cpu, memory, .. } => {
            let named = [("cpu", cpu), ("memory", memory)];
            named.into_iter().filter_map(|(name, target)| Some((name, target.as_ref()?.span()))).collect()
        }
    }
}
