//! The Service of Kubernetes.

use super::common::{Labels, choices, objects};
use super::scalars::{Label, Port, PortReference, ServiceName, Text};

choices! { "PascalCase":
    /// The version of this form.
    enum CoreVersion {
        #[serde(rename = "v1")]
        V1,
    }
    /// This kind.
    enum ServiceKind { Service }
    /// Where a Service is reached.
    enum ServiceType {
        #[serde(rename = "ClusterIP")]
        ClusterIp,
        NodePort,
        LoadBalancer,
        ExternalName,
    }
    /// Whether requests of a client go to one pod.
    enum SessionAffinity {
        #[serde(rename = "ClientIP")]
        ClientIp,
        None,
    }
    /// Which pods take the traffic of a node.
    enum TrafficPolicy { Cluster, Local }
    /// One address family or two.
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
    /// A name under which pods are reached.
    struct Service {
        /// The version of this form.
        pub api_version: CoreVersion,
        /// Its kind.
        pub kind: ServiceKind,
        /// Name, labels, annotations.
        pub metadata: ServiceMetadata,
        /// What is wanted.
        pub spec: ServiceSpec,
    }

    /// Name, labels and annotations.
    struct ServiceMetadata {
        /// The Service's name.
        pub name: ServiceName,
        /// Where it lives; absent: where it is applied.
        pub namespace: Option<Label>,
        /// Labels, for selectors.
        pub labels: Option<Labels>,
        /// Annotations.
        pub annotations: Option<super::common::Annotations>,
        /// What must be done before it is deleted.
        pub finalizers: Option<Vec<Text>>,
    }

    /// What is wanted of a Service.
    struct ServiceSpec {
        /// Where it is reached.
        #[serde(rename = "type")]
        pub service_type: Option<ServiceType>,
        /// The labels of its pods.
        pub selector: Option<Labels>,
        /// Its ports.
        #[schemars(length(min = 1))]
        pub ports: Option<Vec<ServicePort>>,
        /// Its address; `None` for none.
        #[serde(rename = "clusterIP")]
        pub cluster_ip: Option<Text>,
        /// Its addresses.
        #[serde(rename = "clusterIPs")]
        pub cluster_ips: Option<Vec<Text>>,
        /// Addresses outside the cluster.
        #[serde(rename = "externalIPs")]
        pub external_ips: Option<Vec<Text>>,
        /// A name outside the cluster.
        pub external_name: Option<Text>,
        /// Which pods take traffic from outside.
        pub external_traffic_policy: Option<TrafficPolicy>,
        /// Which pods take traffic from inside.
        pub internal_traffic_policy: Option<TrafficPolicy>,
        /// The port of the health check from outside.
        pub health_check_node_port: Option<Port>,
        /// The address families.
        pub ip_families: Option<Vec<IpFamily>>,
        /// One address family or two.
        pub ip_family_policy: Option<IpFamilyPolicy>,
        /// Whether a load balancer needs ports on the nodes.
        pub allocate_load_balancer_node_ports: Option<bool>,
        /// Who makes the load balancer.
        pub load_balancer_class: Option<Text>,
        /// The address of the load balancer.
        #[serde(rename = "loadBalancerIP")]
        pub load_balancer_ip: Option<Text>,
        /// Who may reach the load balancer.
        pub load_balancer_source_ranges: Option<Vec<Text>>,
        /// Whether pods that are not ready get traffic.
        pub publish_not_ready_addresses: Option<bool>,
        /// Whether requests of a client go to one pod.
        pub session_affinity: Option<SessionAffinity>,
        /// For how long.
        pub session_affinity_config: Option<SessionAffinityConfig>,
        /// Which pods are preferred.
        pub traffic_distribution: Option<TrafficDistribution>,
    }

    /// A port of a Service.
    struct ServicePort {
        /// The port.
        pub port: Port,
        /// Its name; needed when there are several.
        pub name: Option<Label>,
        /// Its protocol.
        pub protocol: Option<Protocol>,
        /// The port of the pods.
        pub target_port: Option<PortReference>,
        /// What is spoken on it.
        pub app_protocol: Option<Text>,
        /// The port on every node.
        pub node_port: Option<Port>,
    }

    /// How requests of a client stay on one pod.
    struct SessionAffinityConfig {
        /// By the client's address.
        #[serde(rename = "clientIP")]
        pub client_ip: Option<ClientIp>,
    }

    /// By the client's address.
    struct ClientIp {
        /// For how long.
        pub timeout_seconds: Option<AffinitySeconds>,
    }
}

super::scalars::integers! {
    /// Seconds for which a client stays on a pod.
    AffinitySeconds 1..=86_400;
}
