//! The Ingress of Kubernetes.

use super::common::{Metadata, choices, objects};
use super::scalars::{Group, Host, Kind, Name, Port, PortName, ServiceName, Text};

choices! { "PascalCase":
    /// The version of this form.
    enum NetworkingVersion {
        #[serde(rename = "networking.k8s.io/v1")]
        V1,
    }
    /// This kind.
    enum IngressKind { Ingress }
    /// How a path is compared.
    enum PathType { Exact, Prefix, ImplementationSpecific }
}

objects! {
    /// Where requests come in.
    struct Ingress {
        /// The version of this form.
        pub api_version: NetworkingVersion,
        /// Its kind.
        pub kind: IngressKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: IngressSpec,
    }

    /// What is wanted of an Ingress.
    #[schemars(extend("anyOf" = [{"required": ["rules"]}, {"required": ["defaultBackend"]}]))]
    struct IngressSpec {
        /// Who serves it.
        pub ingress_class_name: Option<Name>,
        /// Where requests go that no rule takes.
        pub default_backend: Option<IngressBackend>,
        /// Certificates.
        pub tls: Option<Vec<IngressTls>>,
        /// Hosts and paths.
        pub rules: Option<Vec<IngressRule>>,
    }

    /// A certificate.
    struct IngressTls {
        /// For these hosts.
        pub hosts: Option<Vec<Host>>,
        /// The Secret that holds it.
        pub secret_name: Option<Name>,
    }

    /// A host and its paths.
    struct IngressRule {
        /// The host; absent: all.
        pub host: Option<Host>,
        /// Its paths.
        pub http: Option<IngressPaths>,
    }

    /// Paths.
    struct IngressPaths {
        /// In no order: the longest counts.
        #[schemars(length(min = 1))]
        pub paths: Vec<IngressPath>,
    }

    /// A path and where its requests go.
    struct IngressPath {
        /// The path.
        pub path: Option<Text>,
        /// How it is compared.
        pub path_type: PathType,
        /// Where its requests go.
        pub backend: IngressBackend,
    }

    /// A Service by name and port.
    struct IngressService {
        /// Its name.
        pub name: ServiceName,
        /// Its port.
        pub port: IngressPort,
    }

    /// An object that is no Service.
    struct IngressResource {
        /// Its group.
        pub api_group: Option<Group>,
        /// Its kind.
        pub kind: Kind,
        /// Its name.
        pub name: Name,
    }
}

choices! { "camelCase":
    /// Where requests go.
    enum IngressBackend {
        /// To a Service.
        Service(IngressService),
        /// To something else.
        Resource(IngressResource),
    }
    /// A port.
    enum IngressPort {
        /// By number.
        Number(Port),
        /// By name.
        Name(PortName),
    }
}
