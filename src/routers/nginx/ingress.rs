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
pub(super) fn judge(cx: &mut Context<'_>, ingress: &Object, service: &Service, named: Span, prefix: &str) {
    if let Some(annotation) = canary_annotation(ingress, prefix) {
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
    for rule in rules_without_http(ingress) {
        cx.report(
            Diagnostic::new(Code::RouterCannot, rule.origin.span, "this rule of the Ingress has no `http`")
                .label("no `http.paths`")
                .also(named, "this release splits the Ingress")
                .why(CRASHES)
                .help("add paths to the rule, or remove it"),
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

/// The rules without paths.
pub(super) fn rules_without_http(ingress: &Object) -> impl Iterator<Item = &Field> {
    let rules = ingress.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
    rules.iter().filter(|rule| rule.at(&["http", "paths"]).is_none())
}

/// Whether a rule refers to the Service.
pub(super) fn refers_to(ingress: &Object, service: &str) -> bool {
    let path = ["spec", "rules", "[]", "http", "paths", "[]", "backend", "service", "name"];
    ingress.root.select(&path).into_iter().any(|name| name.as_str() == Some(service))
}
