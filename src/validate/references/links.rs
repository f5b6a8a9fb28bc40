//! Names of other objects: each must be in the bundle, or be declared to exist.

use super::{Net, called, refuse, select, text};
use crate::diagnostic::{Code, suggest};
use crate::manifest::{Field, Object};

/// Objects of one kind name objects of another at a path.
struct Link {
    owner: &'static str,
    path: &'static [&'static str],
    target: &'static str,
}

const CANARY: [&str; 3] = ["spec", "strategy", "canary"];

const fn link(owner: &'static str, path: &'static [&'static str], target: &'static str) -> Link {
    Link { owner, path, target }
}

/// The controller refuses a Rollout whose Services, Ingresses, mappings or routes do not exist; for an HTTPRoute it
/// says nothing and waits, for ever and with no pods.
const LINKS: &[Link] = &[
    link("Rollout", &["spec", "strategy", "canary", "stableService"], "Service"),
    link("Rollout", &["spec", "strategy", "canary", "canaryService"], "Service"),
    link("Rollout", &["spec", "strategy", "canary", "pingPong", "pingService"], "Service"),
    link("Rollout", &["spec", "strategy", "canary", "pingPong", "pongService"], "Service"),
    link("Rollout", &["spec", "strategy", "blueGreen", "activeService"], "Service"),
    link("Rollout", &["spec", "strategy", "blueGreen", "previewService"], "Service"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "alb", "rootService"], "Service"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "smi", "rootService"], "Service"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "alb", "ingress"], "Ingress"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "alb", "ingresses", "[]"], "Ingress"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "nginx", "stableIngress"], "Ingress"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "nginx", "stableIngresses", "[]"], "Ingress"),
    link(
        "Rollout",
        &["spec", "strategy", "canary", "trafficRouting", "traefik", "weightedTraefikServiceName"],
        "TraefikService",
    ),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "apisix", "route", "name"], "ApisixRoute"),
    link("Rollout", &["spec", "strategy", "canary", "trafficRouting", "ambassador", "mappings", "[]"], "Mapping"),
    link(
        "Rollout",
        &["spec", "strategy", "canary", "trafficRouting", "istio", "virtualService", "name"],
        "VirtualService",
    ),
    link(
        "Rollout",
        &["spec", "strategy", "canary", "trafficRouting", "istio", "virtualServices", "[]", "name"],
        "VirtualService",
    ),
    link(
        "Rollout",
        &["spec", "strategy", "canary", "trafficRouting", "istio", "destinationRule", "name"],
        "DestinationRule",
    ),
];

/// Where a Rollout or a template names templates.
const TEMPLATES: &[&[&str]] = &[
    &["spec", "strategy", "canary", "analysis", "templates", "[]"],
    &["spec", "strategy", "canary", "steps", "[]", "analysis", "templates", "[]"],
    &["spec", "strategy", "canary", "steps", "[]", "experiment", "analyses", "[]"],
    &["spec", "strategy", "blueGreen", "prePromotionAnalysis", "templates", "[]"],
    &["spec", "strategy", "blueGreen", "postPromotionAnalysis", "templates", "[]"],
    &["spec", "templates", "[]"],
];

/// How the Gateway API plugin names routes: one, or several.
pub(super) const PLUGIN_ROUTES: &[(&str, &str, &str)] = &[
    ("httpRoute", "httpRoutes", "HTTPRoute"),
    ("grpcRoute", "grpcRoutes", "GRPCRoute"),
    ("tcpRoute", "tcpRoutes", "TCPRoute"),
    ("tlsRoute", "tlsRoutes", "TLSRoute"),
];

/// The configuration of the Gateway API plugin.
pub(super) fn plugin_configuration(rollout: &Object) -> Option<&Field> {
    rollout.root.at(&CANARY)?.at(&["trafficRouting", "plugins", "argoproj-labs/gatewayAPI"])
}

/// The routes that the plugin is told of: the field with the name, and the kind.
pub(super) fn plugin_routes(configuration: &Field) -> Vec<(&Field, &str, &'static str)> {
    let mut routes = Vec::new();
    for (one, several, kind) in PLUGIN_ROUTES {
        routes.extend(text(configuration, &[one]).map(|(field, name)| (field, name, *kind)));
        for field in select(configuration, &[several, "[]", "name"]) {
            routes.extend(field.as_str().map(|name| (field, name, *kind)));
        }
    }
    routes
}

impl Net<'_, '_> {
    pub(super) fn links(&mut self) {
        for object in self.objects {
            for link in LINKS.iter().filter(|link| link.owner == object.kind()) {
                for field in select(&object.root, link.path) {
                    // Istio's names may carry a namespace after a point; those lie elsewhere.
                    if let Some(name) = field.as_str().filter(|name| !name.contains('.')) {
                        self.link(object, field, link.target, name);
                    }
                }
            }
            for path in TEMPLATES {
                for reference in select(&object.root, path) {
                    let cluster = super::is_true(reference.get("clusterScope"));
                    let kind = if cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
                    if let Some((field, name)) = text(reference, &["templateName"]) {
                        self.link(object, field, kind, name);
                    }
                }
            }
            if let (Some(kind), Some((field, name))) = (
                text(&object.root, &["spec", "scaleTargetRef", "kind"]),
                text(&object.root, &["spec", "scaleTargetRef", "name"]),
            ) {
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

    fn link(&mut self, owner: &Object, field: &Field, kind: &str, name: &str) {
        if self.find(kind, name).is_some() || self.external.contains(kind, name) {
            return;
        }
        let names: Vec<&str> = self.objects.iter().filter(|object| object.kind() == kind).map(Object::name).collect();
        let label = suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("no such {kind}"));
        let why = if kind.ends_with("Route") && kind != "ApisixRoute" {
            "Nothing refuses it: the Rollout waits for the route with no pods at all, and no deadline ends that."
        } else {
            "The controller refuses a Rollout whose objects do not exist, and an autoscaler scales nothing."
        };
        let message = format!("{} names the {kind} `{name}`, which does not exist", called(owner));
        let help = if names.is_empty() {
            format!("add the {kind}, or say that it exists already")
        } else {
            format!("write {}, or say that `{name}` exists already", suggest::one_of(names))
        };
        self.say(refuse(Code::BundleMissingObject, field, message).label(label).why(why).help(help));
    }
}
