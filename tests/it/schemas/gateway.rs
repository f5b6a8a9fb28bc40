//! What the routes of the Gateway API share, and TCPRoute and TLSRoute.

use super::common::{Metadata, choices, objects};
use super::scalars::{BackendWeight, Group, Host, Kind, Label, Name, Percentage, Port, Text};

choices! { "PascalCase":
    /// The version of stable routes.
    enum GatewayVersion {
        #[serde(rename = "gateway.networking.k8s.io/v1")]
        V1,
    }
    /// The version of experimental routes.
    enum GatewayAlphaVersion {
        #[serde(rename = "gateway.networking.k8s.io/v1alpha2")]
        V1alpha2,
    }
    /// This kind.
    enum TcpRouteKind {
        #[serde(rename = "TCPRoute")]
        TcpRoute,
    }
    /// This kind.
    enum TlsRouteKind {
        #[serde(rename = "TLSRoute")]
        TlsRoute,
    }
    /// Which gateways are the default.
    enum DefaultGateways { All, None }
    /// How a value is compared.
    enum MatchType { Exact, RegularExpression }
    /// How a session is kept.
    enum SessionType { Cookie, Header }
    /// How long a cookie lives.
    enum CookieLifetime { Permanent, Session }
}

objects! {
    /// TCP connections and where they go.
    struct TcpRoute {
        /// The version of this form.
        pub api_version: GatewayAlphaVersion,
        /// Its kind.
        pub kind: TcpRouteKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: TcpRouteSpec,
    }

    /// What is wanted of a TCPRoute.
    struct TcpRouteSpec {
        /// Which gateways serve it.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Which default gateways serve it.
        pub use_default_gateways: Option<DefaultGateways>,
        /// Where connections go.
        #[schemars(length(min = 1, max = 16))]
        pub rules: Vec<StreamRule>,
    }

    /// TLS connections by host and where they go.
    struct TlsRoute {
        /// The version of this form.
        pub api_version: GatewayAlphaVersion,
        /// Its kind.
        pub kind: TlsRouteKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: TlsRouteSpec,
    }

    /// What is wanted of a TLSRoute.
    struct TlsRouteSpec {
        /// Which gateways serve it.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Which default gateways serve it.
        pub use_default_gateways: Option<DefaultGateways>,
        /// For these hosts.
        #[schemars(length(max = 16))]
        pub hostnames: Option<Vec<Host>>,
        /// Where connections go.
        #[schemars(length(min = 1, max = 16))]
        pub rules: Vec<StreamRule>,
    }

    /// Where connections go.
    struct StreamRule {
        /// Its name.
        pub name: Option<Name>,
        /// The Services.
        #[schemars(length(min = 1, max = 16))]
        pub backend_refs: Vec<WeightedBackend>,
    }

    /// A gateway, or a Service in a mesh.
    struct ParentReference {
        /// Its group.
        pub group: Option<Group>,
        /// Its kind.
        pub kind: Option<Kind>,
        /// Its namespace.
        pub namespace: Option<Label>,
        /// Its name.
        pub name: Name,
        /// The listener.
        pub section_name: Option<Name>,
        /// The port of the listener.
        pub port: Option<Port>,
    }

    /// A Service and its share.
    struct WeightedBackend {
        /// Its group.
        pub group: Option<Group>,
        /// Its kind.
        pub kind: Option<Kind>,
        /// Its name.
        pub name: Name,
        /// Its namespace.
        pub namespace: Option<Label>,
        /// Its port.
        pub port: Option<Port>,
        /// Its share.
        pub weight: Option<BackendWeight>,
    }

    /// A Service.
    struct Backend {
        /// Its group.
        pub group: Option<Group>,
        /// Its kind.
        pub kind: Option<Kind>,
        /// Its name.
        pub name: Name,
        /// Its namespace.
        pub namespace: Option<Label>,
        /// Its port.
        pub port: Option<Port>,
    }

    /// An object of the gateway's own kind.
    struct LocalObject {
        /// Its group.
        pub group: Group,
        /// Its kind.
        pub kind: Kind,
        /// Its name.
        pub name: Name,
    }

    /// How headers are changed.
    struct HeaderModifier {
        /// Overwritten.
        #[schemars(length(max = 16))]
        pub set: Option<Vec<HttpHeader>>,
        /// Added to what is there.
        #[schemars(length(max = 16))]
        pub add: Option<Vec<HttpHeader>>,
        /// Taken away.
        #[schemars(length(max = 16))]
        pub remove: Option<Vec<Text>>,
    }

    /// A header and its value.
    struct HttpHeader {
        /// Its name.
        pub name: super::scalars::HeaderName,
        /// Its value.
        #[schemars(length(min = 1, max = 4096))]
        pub value: String,
    }

    /// A header or parameter and how it is compared.
    struct ValueMatch {
        /// How.
        #[serde(rename = "type")]
        pub match_type: Option<MatchType>,
        /// Its name.
        pub name: super::scalars::HeaderName,
        /// With what.
        #[schemars(length(min = 1, max = 4096))]
        pub value: String,
    }

    /// A copy of requests.
    #[schemars(extend("not" = {"required": ["percent", "fraction"]}))]
    struct RequestMirror {
        /// Where it goes.
        pub backend_ref: Backend,
        /// How many, of a hundred.
        pub percent: Option<Percentage>,
        /// How many.
        pub fraction: Option<Fraction>,
    }

    /// A share.
    struct Fraction {
        /// So many.
        pub numerator: u32,
        /// Of so many.
        pub denominator: Option<super::scalars::Positive>,
    }

    /// How a session is kept.
    struct SessionPersistence {
        /// The name of the cookie or header.
        #[schemars(length(max = 128))]
        pub session_name: Option<String>,
        /// It ends after so long.
        pub absolute_timeout: Option<super::scalars::GatewayDuration>,
        /// It ends when nothing comes for so long.
        pub idle_timeout: Option<super::scalars::GatewayDuration>,
        /// By cookie or by header.
        #[serde(rename = "type")]
        pub session_type: Option<SessionType>,
        /// The cookie.
        pub cookie_config: Option<CookieConfig>,
    }

    /// The cookie of a session.
    struct CookieConfig {
        /// How long it lives.
        pub lifetime_type: Option<CookieLifetime>,
    }
}
