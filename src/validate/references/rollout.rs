//! What the controller refuses about a Rollout's strategy.

use super::{BundleCheck, called, is_true, number, refuse, select, text};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Value};

/// Built-in routers of the controller that need both Services.
const NEED_SERVICES: &[&str] = &["alb", "istio", "smi", "apisix", "ambassador", "nginx", "appMesh", "traefik"];

/// Two fields that must name different Services: paths under the strategy.
const DIFFERENT: &[(&[&str], &[&str])] = &[
    (&["canary", "stableService"], &["canary", "canaryService"]),
    (&["canary", "pingPong", "pingService"], &["canary", "pingPong", "pongService"]),
    (&["blueGreen", "activeService"], &["blueGreen", "previewService"]),
];

impl BundleCheck<'_, '_> {
    pub(super) fn strategy(&mut self, rollout: &Object) {
        let Some(specification) = rollout.root.get("spec") else { return };
        let Some(strategy) = specification.get("strategy") else { return };
        self.deadlines(rollout, specification);
        for (one, other) in DIFFERENT {
            if let (Some((first, name)), Some((second, same))) = (text(strategy, one), text(strategy, other))
                && name == same
            {
                let message = format!("{} uses Service `{name}` for both versions", called(rollout));
                let diagnostic = controller(second, message).label("the same Service");
                self.say(diagnostic.also(first.origin.span, "also here").help("use two Services"));
            }
        }
        if let Some(canary) = strategy.get("canary") {
            self.surge(canary);
            self.routing(rollout, canary);
        }
        self.history(specification, strategy);
    }

    /// The progress deadline (default 600) must be longer than the minimum ready time of a pod.
    fn deadlines(&mut self, rollout: &Object, specification: &Field) {
        let deadline = specification.get("progressDeadlineSeconds");
        let ready = specification.get("minReadySeconds");
        if let Some((place, wait)) = ready.and_then(|field| Some((field, field.as_integer()?)))
            && wait >= deadline.and_then(Field::as_integer).unwrap_or(600)
        {
            let message = format!("the progress deadline of {} is not longer than `minReadySeconds`", called(rollout));
            let mut diagnostic = controller(place, message).label("for a pod to become available");
            if let Some(deadline) = deadline {
                diagnostic = diagnostic.also(deadline.origin.span, "the progress deadline");
            }
            self.say(diagnostic.help("make `progressDeadlineSeconds` (default 600) longer than `minReadySeconds`"));
        }
    }

    /// Without a surge and without an unavailable pod, the rollout cannot progress.
    fn surge(&mut self, canary: &Field) {
        let none = |field: &Field| match &field.value {
            Value::Integer(0) => true,
            Value::String(text) => text.trim_end_matches('%').parse() == Ok(0),
            _ => false,
        };
        if let (Some(surge), Some(missing)) = (canary.get("maxSurge"), canary.get("maxUnavailable"))
            && none(surge)
            && none(missing)
        {
            let diagnostic = controller(surge, "`maxSurge` and `maxUnavailable` are both 0").label("no extra pods");
            self.say(diagnostic.also(missing.origin.span, "no missing pods").help("set one of them to at least 1"));
        }
    }

    fn routing(&mut self, rollout: &Object, canary: &Field) {
        let routing = canary.get("trafficRouting");
        for key in ["scaleDownDelaySeconds", "dynamicStableScale"] {
            let there = canary.get(key).filter(|field| field.value != Value::Boolean(false));
            if let Some(field) = there.filter(|_| routing.is_none()) {
                let diagnostic = controller(field, format!("`{key}` needs a traffic router")).label("no router");
                self.say(diagnostic.help("remove it, or add a router"));
            }
        }
        let Some(routing) = routing else { return };
        let has = |router: &str| routing.get(router).is_some();
        let plugins = routing.get("plugins").is_some_and(|plugins| !plugins.entries().is_empty());
        if !plugins && !NEED_SERVICES.iter().any(|router| has(router)) {
            let diagnostic = refuse(
                Code::BundleStrategy,
                routing,
                format!("{} has `trafficRouting` without a router", called(rollout)),
            )
            .label("no router")
            .why("The cluster accepts it, but no traffic is ever split, and all weights have no effect.");
            self.say(diagnostic.help("add a router, or remove `trafficRouting`"));
        }
        if let (Some(delay), true) = (canary.get("scaleDownDelaySeconds"), is_true(canary.get("dynamicStableScale"))) {
            let diagnostic = controller(delay, "`scaleDownDelaySeconds` and `dynamicStableScale` exclude each other");
            self.say(diagnostic.help("keep one of them"));
        }
        let paired = canary.get("pingPong").is_some();
        let split = |router: &str| router == "istio" && routing.at(&["istio", "destinationRule"]).is_some();
        let needed = NEED_SERVICES
            .iter()
            .find(|router| has(router) && !split(router) && !(paired && matches!(**router, "alb" | "istio")));
        if let Some(router) = needed {
            for key in ["stableService", "canaryService"] {
                if canary.get(key).is_none() {
                    let diagnostic = controller(canary, format!("{router} needs `{key}`"));
                    self.say(diagnostic.label(format!("`{key}` is missing here")).help(format!("add `{key}`")));
                }
            }
        }
        if let Some(field) = canary.get("pingPong").filter(|_| !has("alb") && !has("istio")) {
            let diagnostic = controller(field, "only ALB and Istio support `pingPong`").label("another router");
            self.say(diagnostic.help("remove it, and set `stableService` and `canaryService`"));
        }
        if let Some(field) = routing.get("maxTrafficWeight") {
            if routing.at(&["plugins", "argoproj-labs/gatewayAPI"]).is_some() {
                let diagnostic = refuse(Code::BundleStrategy, field, "the Gateway API plugin does not support `maxTrafficWeight`")
                    .label("its maximum is 100")
                    .why("The cluster accepts it, but the plugin gives the stable Service 100 minus the weight, which can be negative.");
                self.say(diagnostic.help("remove it"));
            } else if !has("nginx") && !plugins {
                let diagnostic = controller(field, "only nginx and plugins support `maxTrafficWeight`");
                self.say(diagnostic.help("remove it"));
            }
        }
        self.managed_routes(routing);
    }

    /// Names of managed routes must be distinct. The plugin numbers its rules, so `x-1` would collide with a rule of
    /// `x`.
    fn managed_routes(&mut self, routing: &Field) {
        let names: Vec<(&Field, &str)> = select(routing, &["managedRoutes", "[]", "name"])
            .into_iter()
            .filter_map(|field| Some((field, field.as_str()?)))
            .collect();
        for (index, (field, name)) in names.iter().enumerate() {
            let numbered = |other: &str| {
                let rest = name.strip_prefix(other).and_then(|rest| rest.strip_prefix('-'));
                rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
            };
            for (at, (first, other)) in names.iter().enumerate() {
                if at < index && name == other || at != index && numbered(other) {
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

    /// The number of versions that wait to be scaled down must not exceed the number of kept revisions.
    fn history(&mut self, specification: &Field, strategy: &Field) {
        let kept = specification.get("revisionHistoryLimit").and_then(number).unwrap_or(10);
        if let Some(field) = strategy.at(&["blueGreen", "scaleDownDelayRevisionLimit"])
            && field.as_integer().is_some_and(|limit| limit > kept)
        {
            let diagnostic = controller(field, format!("the limit is greater than the {kept} revisions that are kept"));
            self.say(diagnostic.help("reduce it, or increase `revisionHistoryLimit`"));
        }
    }
}

/// What the controller refuses: the Rollout becomes Degraded with "InvalidSpec".
pub(super) fn controller(field: &Field, message: impl Into<String>) -> Diagnostic {
    refuse(Code::BundleStrategy, field, message)
        .why("The controller rejects such a Rollout: Degraded, \"InvalidSpec\".")
}
