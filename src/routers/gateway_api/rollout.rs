//! In: a Rollout with the plugin. Out: diagnostics about routes that the plugin would break. A route that it rewrites
//! must contain both Services, and other routes must not be in its configuration.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::manifest::{Field, Object};
use crate::router::entry::{Manifests, Reference};

/// The fields that select routes by their labels.
const SELECTORS: [&str; 4] = ["httpRouteSelector", "grpcRouteSelector", "tcpRouteSelector", "tlsRouteSelector"];

/// Nothing refuses these mistakes: the plugin writes them to the controller's log, or breaks the route.
pub(super) fn check(manifests: &Manifests<'_>, diagnostics: &mut Diagnostics) {
    let Manifests { rollout, entry, .. } = manifests;
    let canary = rollout.root.at(&["spec", "strategy", "canary"]).unwrap_or(&rollout.root);
    let name = |key: &str| canary.get(key).and_then(Field::as_str);
    let (Some(stable), Some(new)) = (name("stableService"), name("canaryService")) else {
        let message = format!("{} uses the Gateway API plugin without both Services", rollout.shown());
        diagnostics.push(
            Diagnostic::new(Code::BundleStrategy, canary.origin.span, message)
                .label("`stableService` or `canaryService` is missing here")
                .why("The cluster accepts it, but the Rollout never becomes Healthy.")
                .help("add `stableService` and `canaryService`"),
        );
        return;
    };
    let of_reference = |reference: &'static Reference| {
        entry.select(reference.path).into_iter().filter_map(|field| Some((reference.kind, field.as_str()?)))
    };
    let routes: Vec<(&str, &str)> = super::ENTRY.references.iter().flat_map(of_reference).collect();
    if routes.is_empty() && !SELECTORS.iter().any(|key| entry.get(key).is_some()) {
        let message = format!("the Gateway API plugin of {} has no route", rollout.shown());
        diagnostics.push(
            Diagnostic::new(Code::BundleRoute, entry.origin.span, message)
                .label("no route")
                .why("The cluster accepts it, but the Rollout never becomes Healthy.")
                .help("add `httpRoute`, or the field for the kind of the route"),
        );
    }
    for (kind, name) in routes {
        if let Some(route) = manifests.find(kind, name) {
            rules(route, stable, new, diagnostics);
        }
    }
}

fn rules(route: &Object, stable: &str, new: &str, diagnostics: &mut Diagnostics) {
    let mut complete = false;
    for rule in route.root.select(&["spec", "rules", "[]"]) {
        let names: Vec<&str> =
            rule.select(&["backendRefs", "[]", "name"]).into_iter().filter_map(Field::as_str).collect();
        let (has_stable, has_new) = (names.contains(&stable), names.contains(&new));
        complete |= has_stable && has_new;
        let (message, why, help) = match (has_stable, has_new) {
            (true, false) => (
                format!("a rule of {} refers to `{stable}` but not to `{new}`", route.shown()),
                "At the end of a release the plugin sets the weight of the stable Service to 0 in every rule, so this rule would have no backend.",
                format!("add `{new}` with weight 0 beside it, or move the rule to a separate route"),
            ),
            (false, true) => (
                format!("a rule of {} only refers to `{new}`", route.shown()),
                "The plugin deletes such a rule when it cleans up, even at the first deployment.",
                format!("add `{stable}` beside it, or move the rule to a separate route"),
            ),
            (true, true) if names.iter().any(|name| *name != stable && *name != new) => (
                format!("a rule of {} also refers to a third Service", route.shown()),
                "The plugin sets the weights of its two Services to a sum of 100 and leaves the third as it is. This distorts the shares, even when no release is in flight.",
                "move the third Service to a separate route".to_owned(),
            ),
            _ => continue,
        };
        let diagnostic = Diagnostic::new(Code::BundleRoute, rule.origin.span, message).label("this rule");
        diagnostics.push(diagnostic.why(why).help(help));
    }
    if !complete {
        let place = route.root.at(&["spec", "rules"]).unwrap_or(&route.root);
        let message = format!("{} has no rule with both `{stable}` and `{new}`", route.shown());
        diagnostics.push(
            Diagnostic::new(Code::BundleRoute, place.origin.span, message)
                .label("no rule to split")
                .why("The cluster accepts it, but the Rollout never becomes Healthy.")
                .help("add both Services to one rule"),
        );
    }
}
