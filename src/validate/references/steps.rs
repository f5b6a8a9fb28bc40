//! What the controller refuses about the steps of a canary, or accepts and then handles wrongly.

use super::routers::Present;
use super::{BundleCheck, names, number, refuse, text};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::manifest::{Field, Object};
use crate::router::entry::{HeaderRoutes, RoutingEntry};

type Supports = fn(&RoutingEntry) -> bool;

/// The steps that set a managed route, and the routers that support them.
const MANAGED: &[(&str, Supports)] = &[
    ("setHeaderRoute", |router| router.header_routes != HeaderRoutes::None),
    ("setMirrorRoute", |router| router.mirror_routes),
];

impl BundleCheck<'_, '_> {
    pub(super) fn steps(&mut self, rollout: &Object) {
        let Some(canary) = rollout.root.at(&["spec", "strategy", "canary"]) else { return };
        let steps = canary.get("steps").map_or(&[][..], Field::items);
        let routing = canary.get("trafficRouting");
        let most = routing.and_then(|routing| number(routing.get("maxTrafficWeight")?)).unwrap_or(100);
        for step in steps {
            self.weights(step, routing, most);
            for (key, supports) in MANAGED {
                if let Some(route) = step.get(key) {
                    self.managed_step(route, key, routing, *supports);
                }
            }
        }
        if let Some((field, start)) =
            canary.at(&["analysis", "startingStep"]).and_then(|field| Some((field, field.as_integer()?)))
            && usize::try_from(start).is_ok_and(|start| start > steps.len())
        {
            let diagnostic = refuse(
                Code::BundleStep,
                field,
                format!("the analysis starts at step {start}, but there are only {}", steps.len()),
            )
            .label("no such step")
            .why("The cluster accepts it, but the analysis never starts, and no release is ever measured.");
            self.say(diagnostic.help("write the index of a step, starting at 0"));
        }
    }

    fn weights(&mut self, step: &Field, routing: Option<&Field>, most: i64) {
        if let Some(field) = step.get("setWeight")
            && field.as_integer().is_some_and(|weight| weight > most)
        {
            let diagnostic = controller(field, format!("a weight must be at most {most}")).label("too large");
            self.say(diagnostic.help(format!("write a number from 0 to {most}")));
        }
        let Some(scale) = step.get("setCanaryScale") else {
            if routing.is_none() {
                for field in step.select(&["experiment", "templates", "[]", "weight"]) {
                    let diagnostic = controller(field, "the weight of an experiment needs a traffic router");
                    self.say(diagnostic.label("no router").help("remove it, or add a router"));
                }
            }
            return;
        };
        if routing.is_none() {
            let diagnostic = controller(scale, "`setCanaryScale` needs a traffic router").label("no router");
            self.say(diagnostic.help("remove the step, or add a router"));
        }
        if let Some(field) = scale.get("weight")
            && field.as_integer().is_some_and(|weight| weight > 100)
        {
            let diagnostic = controller(field, "a scale must be at most 100 percent").label("too large");
            self.say(diagnostic.help("write a number from 0 to 100"));
        }
    }

    /// A header or mirror step must set a managed route, on a router that supports it.
    fn managed_step(&mut self, route: &Field, key: &str, routing: Option<&Field>, supports: Supports) {
        let routers = routing.map(|routing| Present::of(self.backends.routers, routing));
        let able = |routers: &Present<'_>| routers.has_unknown_plugin || routers.any(supports);
        let (Some(routing), Some(routers)) = (routing, routers.filter(able)) else {
            let diagnostic = controller(route, format!("this router does not support `{key}`")).label("not supported");
            return self.say(diagnostic.help("remove the step, or use a router that supports it, such as Istio"));
        };
        let names: Vec<&str> = names(routing, &["managedRoutes"]).map(|(_, name)| name).collect();
        if let Some((field, name)) = text(route, &["name"]).filter(|(_, name)| !names.contains(name)) {
            let label =
                suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| "not a managed route".into());
            let diagnostic = controller(field, format!("route `{name}` is not in `managedRoutes`")).label(label);
            self.say(diagnostic.help(format!("add `{name}` to `trafficRouting.managedRoutes`")));
        }
        let exact = routers.known.iter().find(|(router, _)| router.header_routes == HeaderRoutes::Exact);
        if let Some((router, _)) = exact {
            for value in
                route.select(&["match", "[]", "headerValue"]).into_iter().filter(|value| value.get("exact").is_none())
            {
                let diagnostic = controller(value, format!("{} only supports exact header matches", router.name))
                    .label("not `exact`");
                self.say(diagnostic.help("write `exact`"));
            }
        }
    }
}

/// What the controller refuses.
fn controller(field: &Field, message: impl Into<String>) -> Diagnostic {
    refuse(Code::BundleStep, field, message).why("The controller rejects such a Rollout: Degraded, \"InvalidSpec\".")
}
