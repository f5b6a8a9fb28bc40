//! The routers that split the traffic, one alternative for each. In: nothing. Out: their lines of the table.

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
    "Whether the router's objects already exist; canaryc then refers to them and writes none.",
);

const INGRESS_CLASS: PropertySpec = optional(Word::Class, Type::String, "The Ingress class.");
const INGRESS: PropertySpec =
    otherwise(Word::Ingress, Type::ObjectName, "the release's name", "The Ingress of the stable Service.");
const ROOT_SERVICE: PropertySpec = otherwise(
    Word::RootService,
    Type::Name,
    "the service's name",
    "The Service that callers use, in front of both versions.",
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
        "Selects the router that splits the traffic; without one, the share of traffic is the share of pods.",
    )
};

static GATEWAY_API: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Listener, Type::String, "The listener (`sectionName`) of the gateways that routes attach to."),
        default(
            Word::Mesh,
            Type::Boolean,
            "#false",
            "Whether the parent of routes is the Service that callers use, as in a mesh (Linkerd, GAMMA).",
        ),
        optional(
            Word::Implementation,
            Type::OneOf(IMPLEMENTATIONS),
            "The implementation behind the gateways; canaryc then rejects what it does not support.",
        ),
    ],
    ..list(
        Word::GatewayApi,
        Word::Gateways,
        Type::String,
        "The gateways, each as `namespace/name`.",
        "Splits traffic with Gateway API routes, through the Argo Rollouts plugin.",
    )
};

static ISTIO: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::VirtualService, Type::Name, "the release's name", "The VirtualService with the weights."),
        optional(
            Word::DestinationRule,
            Type::Name,
            "The DestinationRule whose subsets select the two versions; without it, two Services select them.",
        ),
        default(Word::StableSubset, Type::Name, "stable", "The subset of the stable pods."),
        default(Word::CanarySubset, Type::Name, "canary", "The subset of the canary pods."),
        EXISTING,
    ],
    ..list(
        Word::Istio,
        Word::Gateways,
        Type::String,
        "The gateways, each as `namespace/name`; `mesh` stands for traffic inside the mesh.",
        "Splits traffic with an Istio VirtualService, and with the subsets of a DestinationRule if one is named.",
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
            "The prefix of the controller's annotations.",
        ),
    ],
    children: &[one(&CANARY_ANNOTATIONS)],
    ..section(Word::Nginx, "Splits traffic with the canary annotations of the NGINX Ingress controller.")
};

static CANARY_ANNOTATIONS: NodeSpec =
    map(Word::CanaryAnnotations, FreeKeys::Annotations, "Annotations of the canary Ingress, with their full keys.");

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
            "The prefix of the controller's annotations.",
        ),
    ],
    ..section(Word::Alb, "Splits traffic with an Ingress action of the AWS Load Balancer Controller.")
};

static TRAEFIK: NodeSpec = NodeSpec {
    properties: &[otherwise(Word::Service, Type::Name, "the release's name", "The weighted TraefikService."), EXISTING],
    ..list(
        Word::Traefik,
        Word::EntryPoints,
        Type::String,
        "The entry points of the IngressRoute.",
        "Splits traffic with a weighted TraefikService behind an IngressRoute.",
    )
};

static APISIX: NodeSpec = NodeSpec {
    properties: &[otherwise(Word::Route, Type::Name, "the release's name", "The ApisixRoute."), EXISTING],
    children: &[one(&RULES)],
    ..section(Word::Apisix, "Splits traffic with the weights of an ApisixRoute.")
};

static RULES: NodeSpec = list(
    Word::Rules,
    Word::Rules,
    Type::String,
    "The names of the rules.",
    "The rules of the ApisixRoute to split; by default all rules that canaryc writes.",
);

static AMBASSADOR: NodeSpec = NodeSpec {
    properties: &[EXISTING],
    ..section(Word::Ambassador, "Splits traffic with the weights of Ambassador Mappings.")
};

static SMI: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Split, Type::Name, "the release's name", "The TrafficSplit, which the controller creates."),
        ROOT_SERVICE,
    ],
    ..section(Word::Smi, "Splits traffic with a TrafficSplit of the Service Mesh Interface.")
};

static APP_MESH: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::VirtualService, Type::Name, "the release's name", "The AppMesh VirtualService."),
        otherwise(
            Word::VirtualRouter,
            Type::Name,
            "the release's name",
            "The VirtualRouter whose routes have the weights.",
        ),
        otherwise(Word::StableNode, Type::Name, "`<release>-stable`", "The VirtualNode of the stable pods."),
        otherwise(Word::CanaryNode, Type::Name, "`<release>-canary`", "The VirtualNode of the canary pods."),
        EXISTING,
    ],
    ..section(Word::AppMesh, "Splits traffic with the routes of an AWS App Mesh VirtualRouter.")
};

static PLUGIN: NodeSpec = NodeSpec {
    properties: &[optional(Word::Yaml, Type::Yaml, "The configuration of the plugin, as YAML text.")],
    ..single(
        Word::Plugin,
        Word::Name,
        Type::String,
        "The name of the plugin, such as `argoproj-labs/openshift`.",
        "Splits traffic with another traffic router plugin of Argo Rollouts.",
    )
};
