//! In: a route of the user whose weights the plugin will write. Out: diagnostics about what the plugin would do to its
//! rules.

use super::mesh;
use crate::diagnostic::{Code, Diagnostic};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object};
use crate::policy::context::Context;
use crate::policy::service::Service;
use crate::source::Span;

/// The backend of a rule that is the stable Service.
pub(super) fn stable_backend<'a>(rule: &'a Field, service: &Service) -> Option<&'a Field> {
    named_backend(rule, service.stable.value.as_str())
}

/// The rules whose weights the plugin writes.
pub(super) fn splits<'a>(route: &'a Object, service: &'a Service) -> impl Iterator<Item = &'a Field> {
    let rules = route.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
    rules.iter().filter(move |rule| stable_backend(rule, service).is_some())
}

/// A Service of the release by its name alone, which is how the plugin finds it.
fn named_backend<'a>(rule: &'a Field, name: &str) -> Option<&'a Field> {
    let backends = rule.get("backendRefs").map_or(&[][..], Field::items);
    backends.iter().find(|backend| backend.get("name").and_then(Field::as_str) == Some(name))
}

/// Reports a backend that only has the name of the Service: the plugin does not look at the kind and the namespace.
fn is_another(cx: &mut Context<'_>, backend: &Field, named: Span) {
    let text = |key: &str| backend.get(key).and_then(|field| Some((field, field.as_str()?)));
    let name = text("name").map_or("", |(_, name)| name);
    let ours = cx.names.namespace.known().map(|namespace| namespace.to_string());
    let kind = text("kind").filter(|(_, kind)| *kind != Kind::Service.name());
    let kind = kind.map(|(field, kind)| (field, format!("`{name}` is a {kind}, not the Service of this release")));
    let elsewhere = text("namespace").filter(|(_, namespace)| ours.as_deref().is_some_and(|ours| ours != *namespace));
    let elsewhere = elsewhere.map(|(field, namespace)| {
        (field, format!("Service `{name}` of namespace `{namespace}` is not the Service of this release"))
    });
    let Some((field, message)) = kind.or(elsewhere) else { return };
    cx.report(
        Diagnostic::new(Code::RouteOtherBackend, field.origin.span, message)
            .label("only the name is the same")
            .also(named, "this release splits the route")
            .why("The plugin finds a backend by its name alone. It would change the weight of this one, and the requests would not reach the pods of the release.")
            .help("remove this key, or move the rule to a route that the policy does not name"),
    );
}

/// Judges the rules of a route in a file. `named` is where the policy names the file.
pub(super) fn judge(cx: &mut Context<'_>, route: &Object, service: &Service, named: Span) {
    let (stable, canary) = (service.stable.value.as_str(), service.canary.value.as_str());
    let rules = route.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
    let mut splits = false;
    if route.root.select(&["spec", "parentRefs", "[]"]).is_empty() {
        let place = route.root.get("spec").unwrap_or(&route.root);
        cx.report(
            Diagnostic::new(Code::RouteNoGateway, place.origin.span, "this route is not attached to a gateway")
                .label("no `parentRefs`")
                .also(named, "this release splits the route")
                .why("The API server accepts a route without a gateway, but the route receives no requests.")
                .help("add the gateway to the file: `parentRefs: [{name: public, namespace: infra}]`"),
        );
    }
    for rule in rules {
        if let Some(backend) = named_backend(rule, stable).or_else(|| named_backend(rule, canary)) {
            is_another(cx, backend, named);
        }
        let backends: Vec<(&Field, &str)> = rule
            .get("backendRefs")
            .map_or(&[][..], Field::items)
            .iter()
            .filter_map(|backend| Some((backend, backend.get("name")?.as_str()?)))
            .collect();
        let has = |name: &str| backends.iter().any(|(_, backend)| *backend == name);
        splits |= has(stable);
        for name in [stable, canary] {
            let mut same = backends.iter().filter(|(_, backend)| *backend == name);
            if let (Some((first, _)), Some((second, _))) = (same.next(), same.next()) {
                cx.report(
                    Diagnostic::new(Code::RouteBackendTwice, second.origin.span, format!("Service `{name}` is twice in one rule"))
                        .label("second")
                        .also(first.origin.span, "first")
                        .why("The plugin gives each of the two the whole weight of the Service, so the canary would get another share of the requests than the stage says.")
                        .help("remove one of them; for two ports, write two rules"),
                );
            }
        }
        if has(stable) {
            weights(cx, &backends, stable, canary, named);
            retries(cx, rule);
            sessions(cx, rule);
        }
        if has(canary) && !has(stable) {
            let span = backends
                .iter()
                .find(|(_, name)| *name == canary)
                .map_or(rule.origin.span, |(field, _)| field.origin.span);
            cx.report(
                Diagnostic::new(Code::RouteCanaryOnlyRule, span, "this rule only refers to the canary Service")
                    .label("the only backend")
                    .also(named, "this release splits the route")
                    .why("The router's plugin mistakes such a rule for one of its own and deletes it, even at the first deployment.")
                    .help("move the rule to a separate route, or write an `audience … pinned=\"canary\"`"),
            );
        } else if has(stable)
            && let Some((field, third)) = backends.iter().find(|(_, name)| *name != stable && *name != canary)
        {
            cx.report(
                Diagnostic::new(Code::RouteThirdBackend, field.origin.span, format!("`{third}` shares a rule with the stable Service"))
                    .label("third Service")
                    .also(named, "this release splits the route")
                    .why("The plugin gives stable and canary 100 parts together and leaves the third Service as it is. So the share of the third Service changes even when no release is in flight.")
                    .help("move it to a separate rule or route"),
            );
        }
    }
    if route.root.select(&["spec", "parentRefs", "[]"]).into_iter().any(mesh::is_parent) {
        mesh::judge_file(cx, route, named);
    }
    if !splits {
        cx.report(
            Diagnostic::new(
                Code::RouteNoStableBackend,
                named,
                format!("no rule of this route refers to Service `{stable}`"),
            )
            .label("no backend to split")
            .also(service.stable.span(), "the stable Service")
            .why("The controller waits forever if the route does not refer to the stable Service.")
            .help(
                "add this Service to the `backendRefs` of the route, or set the stable Service: `service stable=\"…\"`",
            ),
        );
    }
}

/// The weights in a file are not those of the release at rest.
fn weights(cx: &mut Context<'_>, backends: &[(&Field, &str)], stable: &str, canary: &str, named: Span) {
    let weight = |name: &str| {
        let (backend, _) = backends.iter().find(|(_, backend)| *backend == name)?;
        backend.get("weight").and_then(|weight| Some((weight, weight.as_integer()?)))
    };
    let of_stable = weight(stable).filter(|(_, weight)| *weight == 0).map(|(field, _)| (field, stable));
    let of_canary = weight(canary).filter(|(_, weight)| *weight > 0).map(|(field, _)| (field, canary));
    let Some((field, name)) = of_stable.or(of_canary) else { return };
    cx.report(
        Diagnostic::new(
            Code::RouteWeights,
            field.origin.span,
            format!("Service `{name}` has weight {} in this file", field.as_integer().unwrap_or_default()),
        )
        .label("has no effect")
        .also(named, "this release splits the route")
        .why("The weights of the two Services belong to the release: canaryc writes 100 for the stable Service and 0 for the canary, as the plugin does when no release is in flight.")
        .help("remove `weight` from both Services; a `stage` sets the share of the canary"),
    );
}

/// A retry hides the errors of the canary.
fn retries(cx: &mut Context<'_>, rule: &Field) {
    let Some(retry) = rule.get("retry") else { return };
    cx.report(
        Diagnostic::new(Code::RouteRetry, retry.origin.span, "this route retries failed requests")
            .label("hides errors of the canary")
            .why("The gateway sends a request that failed on the canary again, mostly to the stable version. Users and the metrics of the gateway then see a success, so a check of these metrics passes for a broken canary.")
            .help("remove `retry`, or check metrics of the pods themselves, which count every attempt"),
    );
}

/// A session stays where it began.
fn sessions(cx: &mut Context<'_>, rule: &Field) {
    let Some(sessions) = rule.get("sessionPersistence") else { return };
    cx.report(
        Diagnostic::new(Code::RouteSessionAffinity, sessions.origin.span, "this route keeps sessions on one pod")
            .label("session affinity")
            .why("A session stays on the version on which it began, so the share of the canary only applies to new sessions.")
            .help("remove `sessionPersistence`, or make the stages longer than a session"),
    );
}
