//! What the routes of the Gateway API share, and TCPRoute and TLSRoute.

use super::common::{Metadata, choices, objects};
use super::scalars::{BackendWeight, Group, Host, Kind, Label, Name, Percentage, Port, Text};

choices! { "PascalCase":
    /// The API version of stable routes.
    enum GatewayVersion {
        #[serde(rename = "gateway.networking.k8s.io/v1")]
        V1,
    }
    /// The API version of experimental routes.
    enum GatewayAlphaVersion {
        #[serde(rename = "gateway.networking.k8s.io/v1alpha2")]
        V1alpha2,
    }
    /// The kind of the object.
    enum TcpRouteKind {
        #[serde(rename = "TCPRoute")]
        TcpRoute,
    }
    /// The kind of the object.
    enum TlsRouteKind {
        #[serde(rename = "TLSRoute")]
        TlsRoute,
    }
    /// The scope of the default gateways.
    enum DefaultGateways { All, None }
    /// How a value is compared.
    enum MatchType { Exact, RegularExpression }
    /// How session persistence works.
    enum SessionType { Cookie, Header }
    /// The lifetime of a cookie.
    enum CookieLifetime { Permanent, Session }
}

objects! {
    /// A TCPRoute.
    struct TcpRoute {
        /// The API version of the object.
        pub api_version: GatewayAlphaVersion,
        /// The kind.
        pub kind: TcpRouteKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: TcpRouteSpec,
    }

    /// The specification of a TCPRoute.
    struct TcpRouteSpec {
        /// The parents: gateways, or a Service in a mesh.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Whether the default gateways serve the route.
        pub use_default_gateways: Option<DefaultGateways>,
        /// The rules.
        #[schemars(length(min = 1, max = 16))]
        pub rules: Vec<StreamRule>,
    }

    /// A TLSRoute.
    struct TlsRoute {
        /// The API version of the object.
        pub api_version: GatewayAlphaVersion,
        /// The kind.
        pub kind: TlsRouteKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: TlsRouteSpec,
    }

    /// The specification of a TLSRoute.
    struct TlsRouteSpec {
        /// The parents: gateways, or a Service in a mesh.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Whether the default gateways serve the route.
        pub use_default_gateways: Option<DefaultGateways>,
        /// The hosts.
        #[schemars(length(max = 16))]
        pub hostnames: Option<Vec<Host>>,
        /// The rules.
        #[schemars(length(min = 1, max = 16))]
        pub rules: Vec<StreamRule>,
    }

    /// A rule for connections.
    struct StreamRule {
        /// The name.
        pub name: Option<Name>,
        /// The Services.
        #[schemars(length(min = 1, max = 16))]
        pub backend_refs: Vec<WeightedBackend>,
    }

    /// A gateway, or a Service in a mesh.
    struct ParentReference {
        /// The API group.
        pub group: Option<Group>,
        /// The kind.
        pub kind: Option<Kind>,
        /// The namespace.
        pub namespace: Option<Label>,
        /// The name.
        pub name: Name,
        /// The listener.
        pub section_name: Option<Name>,
        /// The port of the listener.
        pub port: Option<Port>,
    }

    /// A Service and its share.
    struct WeightedBackend {
        /// The API group.
        pub group: Option<Group>,
        /// The kind.
        pub kind: Option<Kind>,
        /// The name.
        pub name: Name,
        /// The namespace.
        pub namespace: Option<Label>,
        /// The port.
        pub port: Option<Port>,
        /// The share of the requests.
        pub weight: Option<BackendWeight>,
    }

    /// A Service.
    struct Backend {
        /// The API group.
        pub group: Option<Group>,
        /// The kind.
        pub kind: Option<Kind>,
        /// The name.
        pub name: Name,
        /// The namespace.
        pub namespace: Option<Label>,
        /// The port.
        pub port: Option<Port>,
    }

    /// An object of a kind that the gateway defines.
    struct LocalObject {
        /// The API group.
        pub group: Group,
        /// The kind.
        pub kind: Kind,
        /// The name.
        pub name: Name,
    }

    /// Changes of headers.
    struct HeaderModifier {
        /// Headers to set.
        #[schemars(length(max = 16))]
        pub set: Option<Vec<HttpHeader>>,
        /// Headers to add.
        #[schemars(length(max = 16))]
        pub add: Option<Vec<HttpHeader>>,
        /// Headers to remove.
        #[schemars(length(max = 16))]
        pub remove: Option<Vec<Text>>,
    }

    /// A header and its value.
    struct HttpHeader {
        /// The name.
        pub name: super::scalars::HeaderName,
        /// The value.
        #[schemars(length(min = 1, max = 4096))]
        pub value: String,
    }

    /// A header or parameter and how it is compared.
    struct ValueMatch {
        /// How the values are compared.
        #[serde(rename = "type")]
        pub match_type: Option<MatchType>,
        /// The name.
        pub name: super::scalars::HeaderName,
        /// The value to compare with.
        #[schemars(length(min = 1, max = 4096))]
        pub value: String,
    }

    /// A copy of requests.
    #[schemars(extend("not" = {"required": ["percent", "fraction"]}))]
    struct RequestMirror {
        /// The target of the copies.
        pub backend_ref: Backend,
        /// The percentage of the requests.
        pub percent: Option<Percentage>,
        /// The fraction of the requests.
        pub fraction: Option<Fraction>,
    }

    /// A fraction.
    struct Fraction {
        /// The numerator.
        pub numerator: u32,
        /// The denominator.
        pub denominator: Option<super::scalars::Positive>,
    }

    /// How session persistence works.
    struct SessionPersistence {
        /// The name of the cookie or header.
        #[schemars(length(max = 128))]
        pub session_name: Option<String>,
        /// The maximum duration of a session.
        pub absolute_timeout: Option<super::scalars::GatewayDuration>,
        /// The idle timeout of a session.
        pub idle_timeout: Option<super::scalars::GatewayDuration>,
        /// Whether a cookie or a header identifies the session.
        #[serde(rename = "type")]
        pub session_type: Option<SessionType>,
        /// The cookie.
        pub cookie_config: Option<CookieConfig>,
    }

    /// The cookie of a session.
    struct CookieConfig {
        /// The lifetime.
        pub lifetime_type: Option<CookieLifetime>,
    }
}
