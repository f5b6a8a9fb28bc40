//! The routes of the Gateway API plugin: what it rewrites must hold both Services, and what it must not touch is elsewhere.

use super::links::{plugin_configuration, plugin_routes};
use super::{Net, called, refuse, select, text};
use crate::diagnostic::Code;
use crate::manifest::{Field, Object};

impl Net<'_, '_> {
    /// Nothing refuses these: the plugin reports them to the controller's log, or breaks the route.
    pub(super) fn plugin_routes(&mut self, rollout: &Object) {
        let Some(configuration) = plugin_configuration(rollout) else { return };
        let canary = rollout.root.at(&["spec", "strategy", "canary"]).unwrap_or(&rollout.root);
        let name = |key: &str| text(canary, &[key]).map(|(_, name)| name);
        let (Some(stable), Some(new)) = (name("stableService"), name("canaryService")) else {
            let message = format!("{} uses the Gateway API plugin without naming both Services", called(rollout));
            let diagnostic = refuse(Code::BundleStrategy, canary, message)
                .label("`stableService` or `canaryService` is missing here")
                .why("Nothing refuses it: the pods run and the Rollout is never Healthy.");
            return self.say(diagnostic.help("add `stableService` and `canaryService`"));
        };
        let selectors = ["httpRouteSelector", "grpcRouteSelector", "tcpRouteSelector", "tlsRouteSelector"];
        let routes = plugin_routes(configuration);
        if routes.is_empty() && !selectors.iter().any(|key| configuration.get(key).is_some()) {
            let message = format!("the Gateway API plugin of {} is told of no route", called(rollout));
            let diagnostic = refuse(Code::BundleRoute, configuration, message)
                .label("no route")
                .why("Nothing refuses it: the pods run and the Rollout is never Healthy.");
            self.say(diagnostic.help("add `httpRoute`, or the route's own kind"));
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
                    format!("a rule of {} sends to `{stable}` and not to `{new}`", called(route)),
                    "At the end of a release the plugin gives the stable Service the weight 0 in every rule: this one \
                     would then serve nobody.",
                    format!("add `{new}` with weight 0 beside it, or move the rule to a route of its own"),
                ),
                (false, true) => (
                    format!("a rule of {} sends to `{new}` alone", called(route)),
                    "The plugin deletes such a rule when it cleans up, already at the first deployment.",
                    format!("add `{stable}` beside it, or move the rule to a route of its own"),
                ),
                (true, true) if names.iter().any(|name| *name != stable && *name != new) => (
                    format!("a rule of {} sends to a third Service too", called(route)),
                    "The plugin sets the weights of its two Services to a sum of 100 and leaves the third alone: the \
                     shares are distorted, also when no release is going on.",
                    "move the third Service to a route of its own".to_owned(),
                ),
                _ => continue,
            };
            self.say(refuse(Code::BundleRoute, rule, message).label("this rule").why(why).help(help));
        }
        if !complete {
            let place = route.root.at(&["spec", "rules"]).unwrap_or(&route.root);
            let message = format!("{} has no rule with both `{stable}` and `{new}`", called(route));
            let diagnostic = refuse(Code::BundleRoute, place, message)
                .label("no traffic can be split here")
                .why("Nothing refuses it: the pods run and the Rollout is never Healthy.");
            self.say(diagnostic.help("name both Services in one rule"));
        }
    }
}
