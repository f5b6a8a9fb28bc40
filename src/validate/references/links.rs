//! Names of other objects: each must be in the bundle, or be declared to exist.

use super::{BundleCheck, called, each, refuse, text};
use crate::diagnostic::{Code, suggest};
use crate::manifest::{Field, Object};

/// A path of a strategy that names objects of a kind.
struct Link {
    path: &'static [&'static str],
    target: &'static str,
}

const fn link(path: &'static [&'static str], target: &'static str) -> Link {
    Link { path, target }
}

/// The objects that a Rollout's strategy names, by path. The controller refuses a Rollout whose Services, Ingresses,
/// mappings or routes do not exist. For a missing HTTPRoute it reports nothing and waits for ever without pods.
const LINKS: &[(&[&str], &[Link])] = &[
    (
        &["canary"],
        &[
            link(&["stableService"], "Service"),
            link(&["canaryService"], "Service"),
            link(&["pingPong", "pingService"], "Service"),
            link(&["pingPong", "pongService"], "Service"),
        ],
    ),
    (&["blueGreen"], &[link(&["activeService"], "Service"), link(&["previewService"], "Service")]),
    (
        &["canary", "trafficRouting"],
        &[
            link(&["alb", "rootService"], "Service"),
            link(&["smi", "rootService"], "Service"),
            link(&["alb", "ingress"], "Ingress"),
            link(&["alb", "ingresses", "[]"], "Ingress"),
            link(&["nginx", "stableIngress"], "Ingress"),
            link(&["nginx", "stableIngresses", "[]"], "Ingress"),
            link(&["traefik", "weightedTraefikServiceName"], "TraefikService"),
            link(&["apisix", "route", "name"], "ApisixRoute"),
            link(&["ambassador", "mappings", "[]"], "Mapping"),
            link(&["istio", "virtualService", "name"], "VirtualService"),
            link(&["istio", "virtualServices", "[]", "name"], "VirtualService"),
            link(&["istio", "destinationRule", "name"], "DestinationRule"),
        ],
    ),
];

/// The paths of a strategy that name templates.
const TEMPLATES: &[(&str, &[&[&str]])] = &[
    (
        "canary",
        &[
            &["analysis", "templates", "[]"],
            &["steps", "[]", "analysis", "templates", "[]"],
            &["steps", "[]", "experiment", "analyses", "[]"],
        ],
    ),
    ("blueGreen", &[&["prePromotionAnalysis", "templates", "[]"], &["postPromotionAnalysis", "templates", "[]"]]),
];

/// How the Gateway API plugin lists routes: one, or several.
pub(super) const PLUGIN_ROUTES: &[(&str, &str, &str)] = &[
    ("httpRoute", "httpRoutes", "HTTPRoute"),
    ("grpcRoute", "grpcRoutes", "GRPCRoute"),
    ("tcpRoute", "tcpRoutes", "TCPRoute"),
    ("tlsRoute", "tlsRoutes", "TLSRoute"),
];

/// The configuration of the Gateway API plugin.
pub(super) fn plugin_configuration(rollout: &Object) -> Option<&Field> {
    rollout.root.at(&["spec", "strategy", "canary", "trafficRouting", "plugins", "argoproj-labs/gatewayAPI"])
}

/// The routes in the plugin's configuration: the field with the name, and the kind.
pub(super) fn plugin_routes(configuration: &Field) -> Vec<(&Field, &str, &'static str)> {
    let mut routes = Vec::new();
    for (one, several, kind) in PLUGIN_ROUTES {
        routes.extend(text(configuration, &[one]).map(|(field, name)| (field, name, *kind)));
        each(configuration, &[several, "[]", "name"], &mut |field| {
            routes.extend(field.as_str().map(|name| (field, name, *kind)));
        });
    }
    routes
}

impl BundleCheck<'_, '_> {
    pub(super) fn links(&mut self) {
        for object in self.objects {
            let Some(specification) = object.root.get("spec") else { continue };
            if let Some(strategy) = specification.get("strategy") {
                self.strategy_links(object, strategy);
            }
            for reference in specification.get("templates").map_or(&[][..], Field::items) {
                self.template_link(object, reference);
            }
            if let (Some(kind), Some((field, name))) =
                (text(specification, &["scaleTargetRef", "kind"]), text(specification, &["scaleTargetRef", "name"]))
            {
                self.link(object, field, kind.1, name);
            }
            if object.kind() == "Rollout"
                && let Some(configuration) = plugin_configuration(object)
                && text(configuration, &["namespace"]).is_none_or(|(_, name)| Some(name) == object.namespace())
            {
                for (field, name, kind) in plugin_routes(configuration) {
                    self.link(object, field, kind, name);
                }
            }
        }
    }

    fn strategy_links(&mut self, object: &Object, strategy: &Field) {
        for (place, links) in LINKS.iter().filter(|_| object.kind() == "Rollout") {
            let Some(place) = strategy.at(place) else { continue };
            for link in *links {
                each(place, link.path, &mut |field| {
                    // A name for Istio may contain a namespace after a dot. Such an object is in another namespace.
                    if let Some(name) = field.as_str().filter(|name| !name.contains('.')) {
                        self.link(object, field, link.target, name);
                    }
                });
            }
        }
        for (place, paths) in TEMPLATES {
            let Some(place) = strategy.get(place) else { continue };
            for path in *paths {
                each(place, path, &mut |reference| self.template_link(object, reference));
            }
        }
    }

    fn template_link(&mut self, owner: &Object, reference: &Field) {
        let cluster = super::is_true(reference.get("clusterScope"));
        let kind = if cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
        if let Some((field, name)) = text(reference, &["templateName"]) {
            self.link(owner, field, kind, name);
        }
    }

    fn link(&mut self, owner: &Object, field: &Field, kind: &str, name: &str) {
        if self.find(kind, name).is_some() || self.external.contains(kind, name) {
            return;
        }
        let names: Vec<&str> = self.objects.iter().filter(|object| object.kind() == kind).map(Object::name).collect();
        let label = suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("no such {kind}"));
        let why = if kind.ends_with("Route") && kind != "ApisixRoute" {
            "The cluster accepts it, but the Rollout waits for the route without any pods, and no deadline ends that."
        } else {
            "The controller rejects a Rollout whose objects do not exist, and an autoscaler scales nothing."
        };
        let message = format!("{} refers to {kind} `{name}`, which does not exist", called(owner));
        let help = if names.is_empty() {
            format!("add the {kind}, or declare that it already exists")
        } else {
            format!("write {}, or declare that `{name}` already exists", suggest::one_of(names))
        };
        self.say(refuse(Code::BundleMissingObject, field, message).label(label).why(why).help(help));
    }
}
