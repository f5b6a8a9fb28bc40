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
            for rule in ingress::rules_without_http(ingress) {
                let message = format!("a rule of {} has no `http`", ingress.shown());
                diagnostics.push(
                    Diagnostic::new(Code::BundleRoute, rule.origin.span, message)
                        .label("no `http.paths`")
                        .why(ingress::CRASHES)
                        .help("add paths to the rule, or remove it"),
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
