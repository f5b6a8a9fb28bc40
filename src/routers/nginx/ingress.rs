//! In: the routes of a release. Out: the stable Ingress, with a rule for each route, and diagnostics about an Ingress
//! in a file.

use super::settings::Nginx;
use crate::diagnostic::{Code, Diagnostic};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::context::Context;
use crate::policy::path;
use crate::policy::routing::{PathMatch, Route, RouteSource};
use crate::policy::service::Service;
use crate::router::{self, Emission};
use crate::source::Span;

/// The Ingress of all emitted routes; `None` without one.
pub(super) fn emitted(settings: &Nginx, emission: &Emission<'_>, service: &Service) -> Option<Object> {
    let routes: Vec<&Route> =
        emission.routes.iter().filter(|route| matches!(route.source, RouteSource::Emitted)).collect();
    let origin = routes.first()?.origin;
    let name = settings.ingress_name(emission);
    let mut object = router::object(Kind::Ingress, name.field(), origin);
    let mut spec = Field::mapping(origin);
    if let Some(class) = &settings.class {
        spec.set("ingressClassName", class.field());
    }
    spec.set("rules", Field::sequence(routes.iter().map(|route| rule(route, service)).collect(), origin));
    object.root.set("spec", spec);
    Some(object)
}

fn rule(route: &Route, service: &Service) -> Field {
    let origin = Origin::derived(service.stable.span());
    let backend = Field::of(
        origin,
        [("name", service.stable.field()), ("port", Field::of(route.port.origin, [("number", route.port.field())]))],
    );
    let path_type = match route.path_match.value {
        PathMatch::Exact => "Exact",
        PathMatch::Prefix | PathMatch::Regex => "Prefix",
    };
    let path = Field::of(
        route.path.origin,
        [
            ("path", route.path.field()),
            ("pathType", Field::new(path_type, route.path_match.origin)),
            ("backend", Field::of(origin, [("service", backend)])),
        ],
    );
    let mut rule = Field::mapping(route.origin);
    if let Some(host) = &route.host {
        rule.set("host", host.field());
    }
    let paths = Field::sequence(vec![path], route.path.origin);
    rule.with("http", Field::of(route.origin, [("paths", paths)]))
}

/// Judges the paths of the emitted Ingress by the rules of the controller's webhook.
pub(super) fn judge_paths(cx: &mut Context<'_>, routes: &[Route]) {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
    for route in routes.iter().filter(|route| matches!(route.source, RouteSource::Emitted)) {
        // The rules for every route and those for this router's path types have diagnostics of their own.
        if route.path_match.value == PathMatch::Regex || path::problem(&route.path.value).is_some() {
            continue;
        }
        let Some(refused) = route.path.value.chars().find(|character| !is_allowed(*character)) else { continue };
        let message = format!("the NGINX Ingress controller does not accept `{}` in a path", refused.escape_debug());
        cx.report(
            Diagnostic::new(Code::RoutePath, route.path.span(), message)
                .label("not accepted")
                .why("Its webhook rejects an Ingress whose prefix or exact path contains other characters than letters, digits and `-._/`.")
                .help("write a prefix that ends before this character, or write the Ingress yourself with `pathType: ImplementationSpecific`: `route file=\"ingress.yaml\"`"),
        );
    }
}

/// Judges an Ingress in a file. `named` is where the policy names the file.
pub(super) fn judge(cx: &mut Context<'_>, settings: &Nginx, ingress: &Object, service: &Service, named: Span) {
    judge_annotations(cx, settings, ingress, named);
    if let Some(annotation) = canary_annotation(ingress, &settings.prefix.value) {
        cx.report(
            Diagnostic::new(Code::RouterCannot, annotation.origin.span, "this Ingress is a canary Ingress")
                .label("a canary Ingress")
                .also(named, "this release splits the Ingress")
                .why(
                    "The controller creates the canary Ingress from the stable one, and cannot split a canary Ingress.",
                )
                .help("name the file of the stable Ingress"),
        );
    }
    let stable = service.stable.value.as_str();
    for (place, what, help) in crashes(ingress) {
        cx.report(
            Diagnostic::new(Code::RouterCannot, place.origin.span, format!("this rule of the Ingress {what}"))
                .label(if what.contains("http") { "no `http.paths`" } else { "no `service`" })
                .also(named, "this release splits the Ingress")
                .why(CRASHES)
                .help(help),
        );
    }
    if !refers_to(ingress, stable) {
        cx.report(
            Diagnostic::new(
                Code::RouteNoStableBackend,
                named,
                format!("no rule of this Ingress refers to Service `{stable}`"),
            )
            .label("no backend to split")
            .also(service.stable.span(), "the stable Service")
            .why(NO_STABLE_BACKEND)
            .help("add a rule with this Service, or set the stable Service: `service stable=\"…\"`"),
        );
    }
}

/// The annotation that makes an Ingress a canary Ingress.
pub(super) fn canary_annotation<'a>(ingress: &'a Object, prefix: &str) -> Option<&'a Field> {
    let key = [prefix, "/canary"].concat();
    let annotation = ingress.root.at(&["metadata", "annotations", &key]);
    annotation.filter(|annotation| annotation.as_str() == Some("true"))
}

/// Why a rule needs `http`.
pub(super) const CRASHES: &str = "The Argo Rollouts controller crashes on such a rule, again after every restart.";

/// Why a rule must refer to the stable Service.
pub(super) const NO_STABLE_BACKEND: &str = "The controller rejects the Rollout; a default backend does not count.";

/// What the controller cannot read: the rules without paths, and the backends that are not Services.
pub(super) fn crashes(ingress: &Object) -> impl Iterator<Item = (&Field, &'static str, &'static str)> {
    let rules = ingress.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
    let pathless = rules.iter().filter(|rule| rule.at(&["http", "paths"]).is_none());
    let backends = ingress.root.select(&["spec", "rules", "[]", "http", "paths", "[]", "backend"]);
    let resources = backends.into_iter().filter(|backend| backend.get("service").is_none());
    pathless.map(|rule| (rule, "has no `http`", "add paths to the rule, or remove it")).chain(
        resources.map(|backend| (backend, "has a backend without a Service", "move the path to another Ingress")),
    )
}

/// The annotations of the stable Ingress that matter to the split: the controller reads those of the location from it, and
/// those of the canary's pods from the canary Ingress.
fn judge_annotations(cx: &mut Context<'_>, settings: &Nginx, ingress: &Object, named: Span) {
    let Some(annotations) = ingress.root.at(&["metadata", "annotations"]) else { return };
    for (key, value) in annotations.entries() {
        let Some(name) = key.strip_prefix(&*settings.prefix.value).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let (span, text) = (value.origin.span, value.as_str().unwrap_or_default());
        match name {
            "ssl-passthrough" if text == "true" => cx.report(
                Diagnostic::new(Code::RouterCannot, span, "this Ingress passes TLS connections through")
                    .label("no requests to split")
                    .also(named, "this release splits the Ingress")
                    .why("The NGINX Ingress controller then sends each connection to the stable Service, and does not look at the canary Ingress: the canary gets no requests.")
                    .help("remove `ssl-passthrough`, or move this host to another Ingress"),
            ),
            "affinity" => cx.report(
                Diagnostic::new(Code::RouteSessionAffinity, span, "this Ingress keeps sessions on one pod")
                    .label("session affinity")
                    .also(named, "this release splits the Ingress")
                    .why("A session stays on the version on which it began, so the share of the canary only applies to new sessions. The controller looks at the session before it looks at the header or cookie of an audience.")
                    .help("remove `affinity`, or make the stages longer than a session"),
            ),
            "service-upstream" | "load-balance" | "upstream-hash-by" | "upstream-hash-by-subset"
                if !settings.canary_annotations.iter().any(|(other, _)| *other.value == *key.as_ref()) =>
            {
                cx.report(
                    Diagnostic::new(Code::RouteNotCopied, span, format!("requests to the canary lose `{name}` of your Ingress"))
                        .label("not copied")
                        .also(named, "this release splits the Ingress")
                        .why("The Argo Rollouts controller does not copy annotations to the canary Ingress, where the NGINX Ingress controller reads this one. The canary's pods then get requests in another way than the stable ones.")
                        .help(format!("add it to the router: `canary-annotations \"{key}\"=\"{text}\"`")),
                );
            }
            _ => {}
        }
    }
}

/// Whether a rule refers to the Service.
pub(super) fn refers_to(ingress: &Object, service: &str) -> bool {
    let path = ["spec", "rules", "[]", "http", "paths", "[]", "backend", "service", "name"];
    ingress.root.select(&path).into_iter().any(|name| name.as_str() == Some(service))
}
