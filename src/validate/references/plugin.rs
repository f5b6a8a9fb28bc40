//! The routes of the Gateway API plugin. A route that it rewrites must contain both Services, and other routes must not
//! be in its configuration.

use super::links::{plugin_configuration, plugin_routes};
use super::{BundleCheck, called, refuse, select, text};
use crate::diagnostic::Code;
use crate::manifest::{Field, Object};

impl BundleCheck<'_, '_> {
    /// Nothing refuses these mistakes: the plugin writes them to the controller's log, or breaks the route.
    pub(super) fn plugin_routes(&mut self, rollout: &Object) {
        let Some(configuration) = plugin_configuration(rollout) else { return };
        let canary = rollout.root.at(&["spec", "strategy", "canary"]).unwrap_or(&rollout.root);
        let name = |key: &str| text(canary, &[key]).map(|(_, name)| name);
        let (Some(stable), Some(new)) = (name("stableService"), name("canaryService")) else {
            let message = format!("{} uses the Gateway API plugin without both Services", called(rollout));
            let diagnostic = refuse(Code::BundleStrategy, canary, message)
                .label("`stableService` or `canaryService` is missing here")
                .why("The cluster accepts it, but the Rollout never becomes Healthy.");
            return self.say(diagnostic.help("add `stableService` and `canaryService`"));
        };
        let selectors = ["httpRouteSelector", "grpcRouteSelector", "tcpRouteSelector", "tlsRouteSelector"];
        let routes = plugin_routes(configuration);
        if routes.is_empty() && !selectors.iter().any(|key| configuration.get(key).is_some()) {
            let message = format!("the Gateway API plugin of {} has no route", called(rollout));
            let diagnostic = refuse(Code::BundleRoute, configuration, message)
                .label("no route")
                .why("The cluster accepts it, but the Rollout never becomes Healthy.");
            self.say(diagnostic.help("add `httpRoute`, or the field for the kind of the route"));
        }
        for (_, name, kind) in routes {
            if let Some(route) = self.find(kind, name) {
                self.plugin_route(route, stable, new);
            }
        }
    }

    fn plugin_route(&mut self, route: &Object, stable: &str, new: &str) {
        let rules = select(&route.root, &["spec", "rules", "[]"]);
        let mut complete = false;
        for rule in &rules {
            let names: Vec<&str> =
                select(rule, &["backendRefs", "[]", "name"]).into_iter().filter_map(Field::as_str).collect();
            let (has_stable, has_new) = (names.contains(&stable), names.contains(&new));
            complete |= has_stable && has_new;
            let (message, why, help) = match (has_stable, has_new) {
                (true, false) => (
                    format!("a rule of {} refers to `{stable}` but not to `{new}`", called(route)),
                    "At the end of a release the plugin sets the weight of the stable Service to 0 in every rule, so this rule would have no backend.",
                    format!("add `{new}` with weight 0 beside it, or move the rule to a separate route"),
                ),
                (false, true) => (
                    format!("a rule of {} only refers to `{new}`", called(route)),
                    "The plugin deletes such a rule when it cleans up, even at the first deployment.",
                    format!("add `{stable}` beside it, or move the rule to a separate route"),
                ),
                (true, true) if names.iter().any(|name| *name != stable && *name != new) => (
                    format!("a rule of {} also refers to a third Service", called(route)),
                    "The plugin sets the weights of its two Services to a sum of 100 and leaves the third as it is. This distorts the shares, even when no release is in flight.",
                    "move the third Service to a separate route".to_owned(),
                ),
                _ => continue,
            };
            self.say(refuse(Code::BundleRoute, rule, message).label("this rule").why(why).help(help));
        }
        if !complete {
            let place = route.root.at(&["spec", "rules"]).unwrap_or(&route.root);
            let message = format!("{} has no rule with both `{stable}` and `{new}`", called(route));
            let diagnostic = refuse(Code::BundleRoute, place, message)
                .label("no rule to split")
                .why("The cluster accepts it, but the Rollout never becomes Healthy.");
            self.say(diagnostic.help("add both Services to one rule"));
        }
    }
}
