//! The Ingress of Kubernetes.

use super::common::{Metadata, choices, objects};
use super::scalars::{Group, Host, Kind, Name, Port, PortName, ServiceName, Text};

choices! { "PascalCase":
    /// The API version of the object.
    enum NetworkingVersion {
        #[serde(rename = "networking.k8s.io/v1")]
        V1,
    }
    /// The kind of the object.
    enum IngressKind { Ingress }
    /// How a path is compared.
    enum PathType { Exact, Prefix, ImplementationSpecific }
}

objects! {
    /// An Ingress.
    struct Ingress {
        /// The API version of the object.
        pub api_version: NetworkingVersion,
        /// The kind.
        pub kind: IngressKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: IngressSpec,
    }

    /// The specification of an Ingress.
    #[schemars(extend("anyOf" = [{"required": ["rules"]}, {"required": ["defaultBackend"]}]))]
    struct IngressSpec {
        /// The class, which selects the controller.
        pub ingress_class_name: Option<Name>,
        /// The backend for requests that match no rule.
        pub default_backend: Option<IngressBackend>,
        /// The certificates.
        pub tls: Option<Vec<IngressTls>>,
        /// The rules for hosts and paths.
        pub rules: Option<Vec<IngressRule>>,
    }

    /// A certificate.
    struct IngressTls {
        /// The hosts.
        pub hosts: Option<Vec<Host>>,
        /// The Secret that contains the certificate.
        pub secret_name: Option<Name>,
    }

    /// A host and its paths.
    struct IngressRule {
        /// The host; without it, all hosts.
        pub host: Option<Host>,
        /// The paths.
        pub http: Option<IngressPaths>,
    }

    /// The paths of a host.
    struct IngressPaths {
        /// The paths in any order: the longest match applies.
        #[schemars(length(min = 1))]
        pub paths: Vec<IngressPath>,
    }

    /// A path and its backend.
    struct IngressPath {
        /// The path.
        pub path: Option<Text>,
        /// The type of the path.
        pub path_type: PathType,
        /// The backend.
        pub backend: IngressBackend,
    }

    /// A Service by name and port.
    struct IngressService {
        /// The name.
        pub name: ServiceName,
        /// The port.
        pub port: IngressPort,
    }

    /// An object that is not a Service.
    struct IngressResource {
        /// The API group.
        pub api_group: Option<Group>,
        /// The kind.
        pub kind: Kind,
        /// The name.
        pub name: Name,
    }
}

choices! { "camelCase":
    /// A backend.
    enum IngressBackend {
        /// A Service.
        Service(IngressService),
        /// Another object.
        Resource(IngressResource),
    }
    /// A port of a Service.
    enum IngressPort {
        /// By its number.
        Number(Port),
        /// By its name.
        Name(PortName),
    }
}
