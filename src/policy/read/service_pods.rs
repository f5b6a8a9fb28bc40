//! In: a service and what is known of the pods. Out: nothing if it selects them, otherwise diagnostics.

use super::pods::Pods;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::manifest::{Field, Object};
use crate::policy::context::Context;
use crate::policy::service::{Service, ServiceSource, TargetPort};

/// Judges the Service against the pods. Named ports must exist on them, and numbers should. The selectors of a Service
/// in a file must select them.
pub fn judge(cx: &mut Context<'_>, service: &Service, pods: &Pods) {
    if let ServiceSource::File(objects) = &service.source {
        for object in objects {
            selector_of(cx, object, pods);
        }
    }
    let Some(template) = &pods.ports else { return };
    for port in &service.ports {
        match &port.target.value {
            TargetPort::Name(name) if !template.iter().any(|known| known.name.as_deref() == Some(name)) => {
                let known = template.iter().filter_map(|port| port.name.as_deref());
                let nearest = suggest::nearest(name, known.clone());
                let mut diagnostic = Diagnostic::new(
                    Code::ServiceNoSuchPort,
                    port.target.span(),
                    format!("no container has a port named `{name}`"),
                )
                .label(
                    nearest.map_or_else(|| "no such port".to_owned(), |nearest| format!("did you mean `{nearest}`?")),
                )
                .also(pods.containers_at, "the containers of this workload")
                .why("The Service would have no endpoints, and every request would fail.");
                let known: Vec<&str> = known.collect();
                diagnostic = if known.is_empty() {
                    diagnostic.help("write the number of the port, because the containers have no named ports")
                } else {
                    diagnostic.help(format!("write {}", suggest::one_of(known)))
                };
                cx.report(diagnostic);
            }
            TargetPort::Number(number)
                if !template.is_empty() && !template.iter().any(|known| known.number == *number) =>
            {
                let known: Vec<String> = template.iter().map(|port| port.number.to_string()).collect();
                cx.report(
                    Diagnostic::new(Code::ServiceUndeclaredPort, port.target.span(), format!("no container declares port {number}"))
                        .label("not declared")
                        .also(pods.containers_at, "the containers of this workload")
                        .why("A container may listen on a port that it does not declare. If it does not, every request fails.")
                        .help(format!("the declared ports are {}", suggest::one_of(known.iter().map(String::as_str)))),
                );
            }
            _ => {}
        }
    }
}

/// Labels whose value changes with the version, by convention.
const VERSION_LABELS: [&str; 6] =
    ["version", "app.kubernetes.io/version", "helm.sh/chart", "chart", "commit", "app.kubernetes.io/component-version"];

fn of_one_version(object: &Object, key: &str, field: &Field, pods: &Pods) -> Diagnostic {
    Diagnostic::new(
        Code::ServiceVersionLabel,
        field.origin.span,
        format!("Service `{}` selects pods by `{key}`", object.name()),
    )
    .label("changes with the version")
    .also(pods.labels_at, "the labels of the pods")
    .why("The controller adds only the pod hash. When the pods of a new version have another value, the Service has no endpoints.")
    .help(format!("remove `{key}` from the selector; if its value never changes, write `allow \"service/version-label\" reason=\"…\"` on `service`"))
}

fn selector_of(cx: &mut Context<'_>, object: &Object, pods: &Pods) {
    if let Some(kind) = object.root.at(&["spec", "type"]).filter(|kind| kind.as_str() == Some("ExternalName")) {
        cx.report(
            Diagnostic::new(
                Code::ServiceSelector,
                kind.origin.span,
                format!("Service `{}` selects no pods", object.name()),
            )
            .label("leads to another host")
            .why("The controller points a Service at a version by its selector, which an external name does not have.")
            .help("write `type: ClusterIP` with a selector and ports"),
        );
        return;
    }
    let Some(selector) = object.root.at(&["spec", "selector"]) else { return };
    if let Some(hash) = selector.get(POD_TEMPLATE_HASH) {
        cx.report(
            Diagnostic::new(Code::ServiceSelector, hash.origin.span, format!("Service `{}` selects the pods of one version", object.name()))
                .label("the hash of a version")
                .why("The controller writes this hash. With every apply of the manifest, the Service would select the pods of that version again, which are gone.")
                .help(format!("remove `{POD_TEMPLATE_HASH}` from the selector")),
        );
    }
    for (key, field) in selector.entries() {
        if VERSION_LABELS.contains(&&**key) && pods.labels.is_some() {
            cx.report(of_one_version(object, key, field, pods));
        }
    }
    let Some(labels) = &pods.labels else { return };
    for (key, field) in selector.entries() {
        if key == POD_TEMPLATE_HASH {
            continue;
        }
        let wanted = field.as_str().unwrap_or_default();
        if labels.iter().any(|(known, value)| **known == **key && **value == *wanted) {
            continue;
        }
        cx.report(
            Diagnostic::new(
                Code::ServiceSelector,
                field.origin.span,
                format!("Service `{}` does not select the pods of this release", object.name()),
            )
            .label(format!("the pods have no label `{key}={wanted}`"))
            .also(pods.labels_at, "the labels of the pods")
            .why("The controller rejects the Rollout, and the Service would have no endpoints.")
            .help("use labels of the pod template"),
        );
        return;
    }
}
