//! Who splits the traffic: one alternative a router.
//! In: nothing. Out: their lines of the table.

use super::make::{alternative, default, list, map, one, optional, otherwise, section, single};
use crate::vocabulary::{ChoiceSpec, FreeKeys, NodeSpec, PropertySpec, Type, Word};

static CHOICE: ChoiceSpec = ChoiceSpec { name: "router", required: true, several: true };

/// The words of the routers, as `guardrail` names them.
pub const ROUTERS: &[&str] =
    &["gateway-api", "istio", "nginx", "alb", "traefik", "apisix", "ambassador", "smi", "app-mesh", "plugin"];

const IMPLEMENTATIONS: &[&str] = &[
    "envoy-gateway",
    "contour",
    "cilium",
    "kong",
    "istio",
    "linkerd",
    "traefik",
    "nginx-gateway-fabric",
    "kgateway",
    "gke",
    "vpc-lattice",
    "haproxy",
];

const EXISTING: PropertySpec = default(
    Word::Existing,
    Type::Boolean,
    "#false",
    "Whether the router's objects exist elsewhere, so that they are only named and none is emitted.",
);

const INGRESS_CLASS: PropertySpec = optional(Word::Class, Type::String, "The Ingress class.");
const INGRESS: PropertySpec =
    otherwise(Word::Ingress, Type::Name, "the release's name", "The Ingress of the stable Service.");
const ROOT_SERVICE: PropertySpec = otherwise(
    Word::RootService,
    Type::Name,
    "the service's name",
    "The Service that callers name, in front of both versions.",
);

pub static ROUTER: NodeSpec = NodeSpec {
    children: &[
        alternative(&GATEWAY_API, &CHOICE),
        alternative(&ISTIO, &CHOICE),
        alternative(&NGINX, &CHOICE),
        alternative(&ALB, &CHOICE),
        alternative(&TRAEFIK, &CHOICE),
        alternative(&APISIX, &CHOICE),
        alternative(&AMBASSADOR, &CHOICE),
        alternative(&SMI, &CHOICE),
        alternative(&APP_MESH, &CHOICE),
        alternative(&PLUGIN, &CHOICE),
    ],
    example: r#"router { gateway-api "infra/public" }"#,
    ..section(
        Word::Router,
        "Says who splits the traffic between the versions; without it, the share of pods is the share of traffic.",
    )
};

static GATEWAY_API: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Listener, Type::String, "The listener of the gateways (`sectionName`) that routes hang on."),
        default(
            Word::Mesh,
            Type::Boolean,
            "#false",
            "Whether the parent of routes is the Service that callers name, as in a mesh (Linkerd, GAMMA).",
        ),
        optional(
            Word::Implementation,
            Type::OneOf(IMPLEMENTATIONS),
            "Which implementation serves the gateways; what it cannot do is then refused.",
        ),
    ],
    ..list(
        Word::GatewayApi,
        Word::Gateways,
        Type::String,
        "The gateways, each as `namespace/name`.",
        "Splits by Gateway API routes, through the Argo Rollouts plugin.",
    )
};

static ISTIO: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::VirtualService, Type::Name, "the release's name", "The VirtualService that holds the weights."),
        optional(
            Word::DestinationRule,
            Type::Name,
            "The DestinationRule whose subsets tell the versions apart; without it, two Services do.",
        ),
        default(Word::StableSubset, Type::Name, "stable", "The subset of the stable pods."),
        default(Word::CanarySubset, Type::Name, "canary", "The subset of the canary's pods."),
        EXISTING,
    ],
    ..list(
        Word::Istio,
        Word::Gateways,
        Type::String,
        "The gateways, each as `namespace/name`; `mesh` is the traffic within the mesh.",
        "Splits by an Istio VirtualService, and by a DestinationRule's subsets if one is named.",
    )
};

static NGINX: NodeSpec = NodeSpec {
    properties: &[
        INGRESS_CLASS,
        INGRESS,
        EXISTING,
        default(
            Word::AnnotationPrefix,
            Type::String,
            "nginx.ingress.kubernetes.io",
            "What the names of the controller's annotations begin with.",
        ),
    ],
    children: &[one(&CANARY_ANNOTATIONS)],
    ..section(Word::Nginx, "Splits by the canary annotations of the NGINX Ingress controller.")
};

static CANARY_ANNOTATIONS: NodeSpec =
    map(Word::CanaryAnnotations, FreeKeys::Annotations, "Annotations of the canary's Ingress, with their whole keys.");

static ALB: NodeSpec = NodeSpec {
    properties: &[
        INGRESS_CLASS,
        INGRESS,
        EXISTING,
        ROOT_SERVICE,
        default(
            Word::AnnotationPrefix,
            Type::String,
            "alb.ingress.kubernetes.io",
            "What the names of the controller's annotations begin with.",
        ),
    ],
    ..section(Word::Alb, "Splits by an action of the AWS Load Balancer Controller's Ingress.")
};

static TRAEFIK: NodeSpec = NodeSpec {
    properties: &[otherwise(Word::Service, Type::Name, "the release's name", "The weighted TraefikService."), EXISTING],
    ..list(
        Word::Traefik,
        Word::EntryPoints,
        Type::String,
        "The entry points on which the IngressRoute listens.",
        "Splits by a weighted TraefikService behind an IngressRoute.",
    )
};

static APISIX: NodeSpec = NodeSpec {
    properties: &[otherwise(Word::Route, Type::Name, "the release's name", "The ApisixRoute."), EXISTING],
    children: &[one(&RULES)],
    ..section(Word::Apisix, "Splits by the weights of an ApisixRoute.")
};

static RULES: NodeSpec = list(
    Word::Rules,
    Word::Rules,
    Type::String,
    "The rules' names.",
    "The rules of the ApisixRoute that are split; without it, all that canaryc writes.",
);

static AMBASSADOR: NodeSpec =
    NodeSpec { properties: &[EXISTING], ..section(Word::Ambassador, "Splits by the weights of Ambassador Mappings.") };

static SMI: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Split, Type::Name, "the release's name", "The TrafficSplit, which the controller makes."),
        ROOT_SERVICE,
    ],
    ..section(Word::Smi, "Splits by a TrafficSplit of the Service Mesh Interface.")
};

static APP_MESH: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::VirtualService, Type::Name, "the release's name", "The AppMesh VirtualService."),
        otherwise(
            Word::VirtualRouter,
            Type::Name,
            "the release's name",
            "The VirtualRouter whose routes hold the weights.",
        ),
        otherwise(Word::StableNode, Type::Name, "`<release>-stable`", "The VirtualNode of the stable pods."),
        otherwise(Word::CanaryNode, Type::Name, "`<release>-canary`", "The VirtualNode of the canary's pods."),
        EXISTING,
    ],
    ..section(Word::AppMesh, "Splits by the routes of an AWS App Mesh VirtualRouter.")
};

static PLUGIN: NodeSpec = NodeSpec {
    properties: &[optional(Word::Yaml, Type::Yaml, "The plugin's own configuration, as YAML text.")],
    ..single(
        Word::Plugin,
        Word::Name,
        Type::String,
        "The plugin's name, such as `argoproj-labs/openshift`.",
        "Splits by another traffic router plugin of Argo Rollouts.",
    )
};
