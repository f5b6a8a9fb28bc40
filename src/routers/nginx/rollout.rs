//! In: a Rollout with NGINX, as a patch may have left it. Out: diagnostics about what the controller refuses, or crashes
//! on.

use super::{ingress, settings};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::manifest::Field;
use crate::router::entry::Manifests;

pub(super) fn check(manifests: &Manifests<'_>, diagnostics: &mut Diagnostics) {
    let Manifests { rollout, entry, .. } = manifests;
    let stable = rollout.root.at(&["spec", "strategy", "canary", "stableService"]).and_then(Field::as_str);
    let Some(stable) = stable else { return };
    let prefix = entry.get("annotationPrefix").and_then(Field::as_str).unwrap_or(settings::PREFIX);
    for reference in super::ENTRY.references {
        let names = entry.select(reference.path).into_iter().filter_map(Field::as_str);
        for ingress in names.filter_map(|name| manifests.find(reference.kind, name)) {
            if let Some(annotation) = ingress::canary_annotation(ingress, prefix) {
                let message = format!("{} is a canary Ingress", ingress.shown());
                diagnostics.push(
                    Diagnostic::new(Code::BundleRoute, annotation.origin.span, message)
                        .label("makes the stable Ingress a canary Ingress")
                        .why("The NGINX Ingress controller ignores a canary Ingress without a main one, so every request gets a 404.")
                        .help("remove this annotation: the Argo Rollouts controller creates the canary Ingress"),
                );
            }
            for (place, what, help) in ingress::crashes(ingress) {
                let message = format!("a rule of {} {what}", ingress.shown());
                diagnostics.push(
                    Diagnostic::new(Code::BundleRoute, place.origin.span, message)
                        .label("in this rule")
                        .why(ingress::CRASHES)
                        .help(help),
                );
            }
            let canary = format!("{}-{}-canary", rollout.name(), ingress.name());
            if let Some(taken) = manifests.find(reference.kind, &canary) {
                let message = format!("{} has the name of the canary Ingress of `{}`", taken.shown(), ingress.name());
                let place = taken.root.at(&["metadata", "name"]).unwrap_or(&taken.root);
                diagnostics.push(
                    Diagnostic::new(Code::BundleRoute, place.origin.span, message)
                        .label("the controller creates an Ingress with this name")
                        .why("The controller does not change an Ingress that it did not create, so the release would wait forever.")
                        .help("rename this Ingress"),
                );
            }
            if !ingress::refers_to(ingress, stable) {
                let rules = ingress.root.at(&["spec", "rules"]).unwrap_or(&ingress.root);
                let message = format!("no rule of {} refers to Service `{stable}`", ingress.shown());
                diagnostics.push(
                    Diagnostic::new(Code::BundleRoute, rules.origin.span, message)
                        .label("no backend to split")
                        .why(ingress::NO_STABLE_BACKEND)
                        .help("add a rule with this Service"),
                );
            }
        }
    }
}
