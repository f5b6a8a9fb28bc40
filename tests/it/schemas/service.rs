//! The Service of Kubernetes.

use super::common::{Labels, choices, objects};
use super::scalars::{Label, Port, PortReference, ServiceName, Text};

choices! { "PascalCase":
    /// The API version of the object.
    enum CoreVersion {
        #[serde(rename = "v1")]
        V1,
    }
    /// The kind of the object.
    enum ServiceKind { Service }
    /// Where a Service is accessible.
    enum ServiceType {
        #[serde(rename = "ClusterIP")]
        ClusterIp,
        NodePort,
        LoadBalancer,
        ExternalName,
    }
    /// Whether all requests of a client go to one pod.
    enum SessionAffinity {
        #[serde(rename = "ClientIP")]
        ClientIp,
        None,
    }
    /// Which pods receive the traffic of a node.
    enum TrafficPolicy { Cluster, Local }
    /// The number of address families.
    enum IpFamilyPolicy { SingleStack, PreferDualStack, RequireDualStack }
    /// An address family.
    enum IpFamily {
        #[serde(rename = "IPv4")]
        V4,
        #[serde(rename = "IPv6")]
        V6,
    }
    /// Which pods are preferred.
    enum TrafficDistribution { PreferClose, PreferSameZone, PreferSameNode }
}

choices! { "UPPERCASE":
    /// The protocol of a port.
    enum Protocol { Tcp, Udp, Sctp }
}

objects! {
    /// A Service.
    struct Service {
        /// The API version of the object.
        pub api_version: CoreVersion,
        /// The kind.
        pub kind: ServiceKind,
        /// Name, labels and annotations.
        pub metadata: ServiceMetadata,
        /// The specification.
        pub spec: ServiceSpec,
    }

    /// Name, labels and annotations.
    struct ServiceMetadata {
        /// The name of the Service.
        pub name: ServiceName,
        /// The namespace; without it, the namespace of `kubectl apply`.
        pub namespace: Option<Label>,
        /// Labels, for selectors.
        pub labels: Option<Labels>,
        /// Annotations.
        pub annotations: Option<super::common::Annotations>,
        /// The finalizers.
        pub finalizers: Option<Vec<Text>>,
    }

    /// The specification of a Service.
    struct ServiceSpec {
        /// Where the Service is accessible.
        #[serde(rename = "type")]
        pub service_type: Option<ServiceType>,
        /// The labels of the pods.
        pub selector: Option<Labels>,
        /// The ports.
        #[schemars(length(min = 1))]
        pub ports: Option<Vec<ServicePort>>,
        /// The IP address in the cluster; `None` for a headless Service.
        #[serde(rename = "clusterIP")]
        pub cluster_ip: Option<Text>,
        /// The IP addresses in the cluster.
        #[serde(rename = "clusterIPs")]
        pub cluster_ips: Option<Vec<Text>>,
        /// Addresses outside the cluster.
        #[serde(rename = "externalIPs")]
        pub external_ips: Option<Vec<Text>>,
        /// The external DNS name.
        pub external_name: Option<Text>,
        /// Which pods receive external traffic.
        pub external_traffic_policy: Option<TrafficPolicy>,
        /// Which pods receive internal traffic.
        pub internal_traffic_policy: Option<TrafficPolicy>,
        /// The port of the external health check.
        pub health_check_node_port: Option<Port>,
        /// The address families.
        pub ip_families: Option<Vec<IpFamily>>,
        /// The number of address families.
        pub ip_family_policy: Option<IpFamilyPolicy>,
        /// Whether a load balancer gets ports on the nodes.
        pub allocate_load_balancer_node_ports: Option<bool>,
        /// The class of the load balancer.
        pub load_balancer_class: Option<Text>,
        /// The address of the load balancer.
        #[serde(rename = "loadBalancerIP")]
        pub load_balancer_ip: Option<Text>,
        /// The client addresses that the load balancer accepts.
        pub load_balancer_source_ranges: Option<Vec<Text>>,
        /// Whether pods that are not ready receive traffic.
        pub publish_not_ready_addresses: Option<bool>,
        /// Whether requests of a client go to one pod.
        pub session_affinity: Option<SessionAffinity>,
        /// The settings of the session affinity.
        pub session_affinity_config: Option<SessionAffinityConfig>,
        /// Which pods are preferred.
        pub traffic_distribution: Option<TrafficDistribution>,
    }

    /// A port of a Service.
    struct ServicePort {
        /// The port.
        pub port: Port,
        /// The name; required if there are several ports.
        pub name: Option<Label>,
        /// The protocol.
        pub protocol: Option<Protocol>,
        /// The port of the pods.
        pub target_port: Option<PortReference>,
        /// The application protocol.
        pub app_protocol: Option<Text>,
        /// The port on each node.
        pub node_port: Option<Port>,
    }

    /// The settings of the session affinity.
    struct SessionAffinityConfig {
        /// Affinity by the address of the client.
        #[serde(rename = "clientIP")]
        pub client_ip: Option<ClientIp>,
    }

    /// Affinity by the address of the client.
    struct ClientIp {
        /// The duration.
        pub timeout_seconds: Option<AffinitySeconds>,
    }
}

super::scalars::integers! {
    /// The seconds for which a client stays on one pod.
    AffinitySeconds 1..=86_400;
}
