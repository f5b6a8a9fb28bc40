//! The traffic routers in a Rollout.

use std::collections::BTreeMap;

use super::common::{AnyMapping, objects};
use super::scalars::{Label, LabelKey, Name, Port, Positive, ServiceName, Text};

objects! {
    /// The traffic router.
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
        /// Plugins, by name, with their configuration.
        #[schemars(extend("minProperties" = 1))]
        pub plugins: Option<BTreeMap<String, AnyMapping>>,
        /// Routes that the controller may add, in order of precedence.
        pub managed_routes: Option<Vec<ManagedRoute>>,
        /// The weight that means all traffic.
        pub max_traffic_weight: Option<Positive>,
    }

    /// A route that the controller may add.
    struct ManagedRoute {
        /// The name.
        pub name: Text,
    }

    /// Istio.
    #[schemars(extend("oneOf" = [{"required": ["virtualService"]}, {"required": ["virtualServices"]}]))]
    struct Istio {
        /// The VirtualService.
        pub virtual_service: Option<VirtualServiceReference>,
        /// Several VirtualServices.
        #[schemars(length(min = 1))]
        pub virtual_services: Option<Vec<VirtualServiceReference>>,
        /// The DestinationRule, for a split by subset.
        pub destination_rule: Option<DestinationRuleReference>,
    }

    /// A VirtualService.
    struct VirtualServiceReference {
        /// The name, optionally followed by a dot and the namespace.
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
        /// The port.
        pub port: Option<Port>,
        /// The hosts.
        pub sni_hosts: Option<Vec<Text>>,
    }

    /// A TCP route of a VirtualService.
    struct IstioTcpRoute {
        /// The port.
        pub port: Option<Port>,
    }

    /// A DestinationRule.
    struct DestinationRuleReference {
        /// The name.
        pub name: Text,
        /// The subset of the new version.
        pub canary_subset_name: Text,
        /// The subset of the stable version.
        pub stable_subset_name: Text,
        /// Other subsets.
        pub additional_subset_names: Option<Vec<Text>>,
    }

    /// ingress-nginx.
    #[schemars(extend("oneOf" = [{"required": ["stableIngress"]}, {"required": ["stableIngresses"]}]))]
    struct Nginx {
        /// The prefix of the annotations.
        pub annotation_prefix: Option<Text>,
        /// The Ingress.
        pub stable_ingress: Option<Name>,
        /// Several Ingresses.
        #[schemars(length(min = 1))]
        pub stable_ingresses: Option<Vec<Name>>,
        /// Annotations of the canary Ingress, without the prefix.
        pub additional_ingress_annotations: Option<BTreeMap<String, String>>,
        /// Annotations of the canary Ingress, with their prefix.
        pub canary_ingress_annotations: Option<BTreeMap<LabelKey, String>>,
    }

    /// The AWS load balancer controller.
    #[schemars(extend("oneOf" = [{"required": ["ingress"]}, {"required": ["ingresses"]}]))]
    struct Alb {
        /// The Ingress.
        pub ingress: Option<Name>,
        /// Several Ingresses.
        #[schemars(length(min = 1))]
        pub ingresses: Option<Vec<Name>>,
        /// The port that the Ingress names.
        pub service_port: Port,
        /// The Service that the Ingress names.
        pub root_service: Option<ServiceName>,
        /// The prefix of the annotations.
        pub annotation_prefix: Option<Text>,
        /// Whether a user stays on one version.
        pub stickiness_config: Option<Stickiness>,
    }

    /// Whether a user stays on one version.
    struct Stickiness {
        /// Whether it is enabled.
        pub enabled: bool,
        /// The duration.
        pub duration_seconds: StickySeconds,
    }

    /// The Service Mesh Interface.
    struct Smi {
        /// The Service that callers use.
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
        /// The name.
        pub name: Name,
        /// The routes that are split.
        pub routes: Option<Vec<Text>>,
    }

    /// The virtual nodes.
    struct AppMeshNodes {
        /// The virtual node of the new version.
        pub canary_virtual_node_ref: AppMeshNode,
        /// The virtual node of the stable version.
        pub stable_virtual_node_ref: AppMeshNode,
    }

    /// A virtual node.
    struct AppMeshNode {
        /// The name.
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
        /// The name.
        pub name: Name,
        /// The rules that are split.
        pub rules: Option<Vec<Text>>,
    }
}

super::scalars::integers! {
    /// The seconds for which a user stays on one version.
    StickySeconds 1..=604_800;
}
