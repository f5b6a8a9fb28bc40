//! What the controller, or a router, refuses about `trafficRouting`.

use super::rollout::controller;
use super::{BundleCheck, is_true, names, refuse};
use crate::diagnostic::Code;
use crate::manifest::{Field, Object, Value};
use crate::router::Routers;
use crate::router::entry::{Manifests, RoutingEntry, Weights, WithoutServices, is_numbered};

impl BundleCheck<'_, '_> {
    pub(super) fn routing(&mut self, rollout: &Object, canary: &Field) {
        let routing = canary.get("trafficRouting");
        for key in ["scaleDownDelaySeconds", "dynamicStableScale"] {
            let there = canary.get(key).filter(|field| field.value != Value::Boolean(false));
            if let Some(field) = there.filter(|_| routing.is_none()) {
                let diagnostic = controller(field, format!("`{key}` needs a traffic router")).label("no router");
                self.say(diagnostic.help("remove it, or add a router"));
            }
        }
        let Some(routing) = routing else { return };
        let routers = Present::of(self.backends.routers, routing);
        if routers.is_empty() {
            let message = format!("{} has `trafficRouting` without a router", rollout.shown());
            let diagnostic = refuse(Code::BundleStrategy, routing, message)
                .label("no router")
                .why("The cluster accepts it, but no traffic is ever split, and all weights have no effect.");
            self.say(diagnostic.help("add a router, or remove `trafficRouting`"));
        }
        if let (Some(delay), true) = (canary.get("scaleDownDelaySeconds"), is_true(canary.get("dynamicStableScale"))) {
            let diagnostic = controller(delay, "`scaleDownDelaySeconds` and `dynamicStableScale` exclude each other");
            self.say(diagnostic.help("keep one of them"));
        }
        let ping_pong = canary.get("pingPong");
        let needed = routers.known.iter().find(|(router, entry)| {
            let is_rejected = match router.without_services {
                WithoutServices::Rejected => true,
                WithoutServices::RejectedUnless(subsets) => entry.get(subsets).is_none(),
                WithoutServices::Accepted => false,
            };
            is_rejected && !(ping_pong.is_some() && router.ping_pong)
        });
        if let Some((router, _)) = needed {
            for key in ["stableService", "canaryService"] {
                if canary.get(key).is_none() {
                    let diagnostic = controller(canary, format!("{} needs `{key}`", router.key()));
                    self.say(diagnostic.label(format!("`{key}` is missing here")).help(format!("add `{key}`")));
                }
            }
        }
        if let Some(field) = ping_pong.filter(|_| !routers.any(|router| router.ping_pong)) {
            let able: Vec<&str> = self.able(|router| router.ping_pong);
            let message = format!("only {} support `pingPong`", able.join(" and "));
            let diagnostic = controller(field, message).label("another router");
            self.say(diagnostic.help("remove it, and set `stableService` and `canaryService`"));
        }
        if let Some(field) = routing.get("maxTrafficWeight") {
            self.maximum(&routers, field);
        }
        self.managed_routes(routing);
    }

    fn maximum(&mut self, routers: &Present<'_>, field: &Field) {
        let refused = routers.known.iter().find_map(|(router, _)| match router.weights {
            Weights::PercentDespiteMaximum { message, why } => Some((message, why)),
            Weights::Percent | Weights::PartsOfMaximum => None,
        });
        if let Some((message, why)) = refused {
            let diagnostic = refuse(Code::BundleStrategy, field, message).label("its maximum is 100").why(why);
            self.say(diagnostic.help("remove it"));
        } else if !routers.has_unknown_plugin && !routers.any(has_maximum) {
            let message = format!("only {} and plugins support `maxTrafficWeight`", self.able(has_maximum).join(", "));
            self.say(controller(field, message).help("remove it"));
        }
    }

    /// The names of the routers of the controller that support something.
    fn able(&self, supports: fn(&RoutingEntry) -> bool) -> Vec<&'static str> {
        self.backends.routers.entries().filter(|router| supports(router)).map(|router| router.name).collect()
    }

    /// What each router of the Rollout reports itself.
    pub(super) fn routers(&mut self, rollout: &Object) {
        let Some(routing) = rollout.root.at(&["spec", "strategy", "canary", "trafficRouting"]) else { return };
        for (router, entry) in Present::of(self.backends.routers, routing).known {
            (router.check)(&Manifests { rollout, entry, objects: self.objects }, self.diagnostics);
        }
    }

    /// Names of managed routes must be distinct. The plugin numbers its rules, so `x-1` would collide with a rule of
    /// `x`.
    fn managed_routes(&mut self, routing: &Field) {
        let names: Vec<(&Field, &str)> = names(routing, &["managedRoutes"]).collect();
        for (index, (field, name)) in names.iter().enumerate() {
            for (at, (first, other)) in names.iter().enumerate() {
                if at < index && name == other || at != index && is_numbered(other, name) {
                    let diagnostic = refuse(
                        Code::BundleStep,
                        field,
                        format!("the managed routes `{other}` and `{name}` collide"),
                    )
                    .label("this one")
                    .also(first.origin.span, "the other name")
                    .why(
                        "The router appends numbers to the rules of a managed route: `x-1` is the second rule of `x`.",
                    );
                    self.say(diagnostic.help("use names that differ in more than a number"));
                }
            }
        }
    }
}

fn has_maximum(router: &RoutingEntry) -> bool {
    matches!(router.weights, Weights::PartsOfMaximum)
}

/// The routers in `trafficRouting`.
pub(super) struct Present<'a> {
    /// Those with an entry that canaryc knows.
    pub known: Vec<(&'static RoutingEntry, &'a Field)>,
    /// Whether there is a plugin that canaryc does not know, which can support anything.
    pub has_unknown_plugin: bool,
}

impl<'a> Present<'a> {
    pub fn of(routers: Routers, routing: &'a Field) -> Self {
        let known: Vec<_> = routers.entries().filter_map(|router| Some((router, router.of(routing)?))).collect();
        let plugins = routing.get("plugins").map_or(&[][..], Field::entries);
        let is_known = |plugin: &Field| known.iter().any(|(_, entry)| std::ptr::eq(*entry, plugin));
        let has_unknown_plugin = plugins.iter().any(|(_, plugin)| !is_known(plugin));
        Self { known, has_unknown_plugin }
    }

    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && !self.has_unknown_plugin
    }

    /// Whether one of the known routers supports something.
    pub fn any(&self, supports: impl Fn(&RoutingEntry) -> bool) -> bool {
        self.known.iter().any(|(router, _)| supports(router))
    }
}
