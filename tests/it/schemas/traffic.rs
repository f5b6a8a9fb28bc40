//! The traffic routers in a Rollout.

use std::collections::BTreeMap;

use super::common::{AnyMapping, objects};
use super::scalars::{Label, LabelKey, Name, Port, Positive, ServiceName, Text};

objects! {
    /// Who splits the traffic.
    #[schemars(extend("minProperties" = 1))]
    struct TrafficRouting {
        /// Istio.
        pub istio: Option<Istio>,
        /// ingress-nginx.
        pub nginx: Option<Nginx>,
        /// The AWS load balancer controller.
        pub alb: Option<Alb>,
        /// The Service Mesh Interface.
        pub smi: Option<Smi>,
        /// Ambassador.
        pub ambassador: Option<Ambassador>,
        /// AWS App Mesh.
        pub app_mesh: Option<AppMesh>,
        /// Traefik.
        pub traefik: Option<Traefik>,
        /// APISIX.
        pub apisix: Option<Apisix>,
        /// Plugins, by name, and what each understands.
        #[schemars(extend("minProperties" = 1))]
        pub plugins: Option<BTreeMap<String, AnyMapping>>,
        /// Routes that the controller may add, in the order in which they are tried.
        pub managed_routes: Option<Vec<ManagedRoute>>,
        /// The weight that is everything.
        pub max_traffic_weight: Option<Positive>,
    }

    /// A route that the controller may add.
    struct ManagedRoute {
        /// Its name.
        pub name: Text,
    }

    /// Istio.
    #[schemars(extend("oneOf" = [{"required": ["virtualService"]}, {"required": ["virtualServices"]}]))]
    struct Istio {
        /// The VirtualService.
        pub virtual_service: Option<VirtualServiceReference>,
        /// Several of them.
        #[schemars(length(min = 1))]
        pub virtual_services: Option<Vec<VirtualServiceReference>>,
        /// The DestinationRule, when the split is by subset.
        pub destination_rule: Option<DestinationRuleReference>,
    }

    /// A VirtualService.
    struct VirtualServiceReference {
        /// Its name, with its namespace after a dot or without.
        pub name: Text,
        /// The HTTP routes that are split.
        pub routes: Option<Vec<Text>>,
        /// The TLS routes that are split.
        pub tls_routes: Option<Vec<IstioTlsRoute>>,
        /// The TCP routes that are split.
        pub tcp_routes: Option<Vec<IstioTcpRoute>>,
    }

    /// A TLS route of a VirtualService.
    struct IstioTlsRoute {
        /// Its port.
        pub port: Option<Port>,
        /// Its hosts.
        pub sni_hosts: Option<Vec<Text>>,
    }

    /// A TCP route of a VirtualService.
    struct IstioTcpRoute {
        /// Its port.
        pub port: Option<Port>,
    }

    /// A DestinationRule.
    struct DestinationRuleReference {
        /// Its name.
        pub name: Text,
        /// The subset of the new version.
        pub canary_subset_name: Text,
        /// The subset of the old version.
        pub stable_subset_name: Text,
        /// Other subsets.
        pub additional_subset_names: Option<Vec<Text>>,
    }

    /// ingress-nginx.
    #[schemars(extend("oneOf" = [{"required": ["stableIngress"]}, {"required": ["stableIngresses"]}]))]
    struct Nginx {
        /// What the annotations start with.
        pub annotation_prefix: Option<Text>,
        /// The Ingress.
        pub stable_ingress: Option<Name>,
        /// Several of them.
        #[schemars(length(min = 1))]
        pub stable_ingresses: Option<Vec<Name>>,
        /// Annotations of the canary Ingress, without the prefix.
        pub additional_ingress_annotations: Option<BTreeMap<String, String>>,
        /// Annotations of the canary Ingress, whole.
        pub canary_ingress_annotations: Option<BTreeMap<LabelKey, String>>,
    }

    /// The AWS load balancer controller.
    #[schemars(extend("oneOf" = [{"required": ["ingress"]}, {"required": ["ingresses"]}]))]
    struct Alb {
        /// The Ingress.
        pub ingress: Option<Name>,
        /// Several of them.
        #[schemars(length(min = 1))]
        pub ingresses: Option<Vec<Name>>,
        /// The port that the Ingress names.
        pub service_port: Port,
        /// The Service that the Ingress names.
        pub root_service: Option<ServiceName>,
        /// What the annotations start with.
        pub annotation_prefix: Option<Text>,
        /// Whether a user stays on a version.
        pub stickiness_config: Option<Stickiness>,
    }

    /// Whether a user stays on a version.
    struct Stickiness {
        /// Whether.
        pub enabled: bool,
        /// For how long.
        pub duration_seconds: StickySeconds,
    }

    /// The Service Mesh Interface.
    struct Smi {
        /// The Service that callers name.
        pub root_service: Option<ServiceName>,
        /// The TrafficSplit.
        pub traffic_split_name: Option<Name>,
    }

    /// Ambassador.
    struct Ambassador {
        /// The Mappings.
        #[schemars(length(min = 1))]
        pub mappings: Vec<Name>,
    }

    /// AWS App Mesh.
    struct AppMesh {
        /// The virtual service.
        pub virtual_service: AppMeshVirtualService,
        /// The virtual nodes.
        pub virtual_node_group: AppMeshNodes,
    }

    /// A virtual service.
    struct AppMeshVirtualService {
        /// Its name.
        pub name: Name,
        /// The routes that are split.
        pub routes: Option<Vec<Text>>,
    }

    /// The virtual nodes.
    struct AppMeshNodes {
        /// Of the new version.
        pub canary_virtual_node_ref: AppMeshNode,
        /// Of the old version.
        pub stable_virtual_node_ref: AppMeshNode,
    }

    /// A virtual node.
    struct AppMeshNode {
        /// Its name.
        pub name: Label,
    }

    /// Traefik.
    struct Traefik {
        /// The weighted TraefikService.
        pub weighted_traefik_service_name: Name,
    }

    /// APISIX.
    struct Apisix {
        /// The ApisixRoute.
        pub route: ApisixRoute,
    }

    /// An ApisixRoute.
    struct ApisixRoute {
        /// Its name.
        pub name: Name,
        /// The rules that are split.
        pub rules: Option<Vec<Text>>,
    }
}

super::scalars::integers! {
    /// Seconds for which a user stays on a version.
    StickySeconds 1..=604_800;
}
