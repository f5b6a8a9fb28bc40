//! The GRPCRoute of the Gateway API.

use super::common::{Metadata, choices, objects};
use super::gateway::{
    DefaultGateways, GatewayVersion, HeaderModifier, LocalObject, MatchType, ParentReference, RequestMirror,
    SessionPersistence, ValueMatch,
};
use super::scalars::{BackendWeight, Group, Host, Kind, Label, Name, Port};

choices! { "PascalCase":
    /// This kind.
    enum GrpcRouteKind {
        #[serde(rename = "GRPCRoute")]
        GrpcRoute,
    }
}

objects! {
    /// gRPC calls and where they go.
    struct GrpcRoute {
        /// The version of this form.
        pub api_version: GatewayVersion,
        /// Its kind.
        pub kind: GrpcRouteKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: GrpcRouteSpec,
    }

    /// What is wanted of a GRPCRoute.
    struct GrpcRouteSpec {
        /// Which gateways serve it.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Which default gateways serve it.
        pub use_default_gateways: Option<DefaultGateways>,
        /// For these hosts.
        #[schemars(length(max = 16))]
        pub hostnames: Option<Vec<Host>>,
        /// Which calls go where.
        #[schemars(length(max = 16))]
        pub rules: Option<Vec<GrpcRule>>,
    }

    /// Which calls go where.
    struct GrpcRule {
        /// Its name.
        pub name: Option<Name>,
        /// Which calls; any of these.
        #[schemars(length(max = 64))]
        pub matches: Option<Vec<GrpcMatch>>,
        /// What is done to them.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<GrpcFilter>>,
        /// Where they go.
        #[schemars(length(max = 16))]
        pub backend_refs: Option<Vec<GrpcBackend>>,
        /// How a session is kept.
        pub session_persistence: Option<SessionPersistence>,
    }

    /// Which calls: all of these hold.
    struct GrpcMatch {
        /// Their service and method.
        pub method: Option<GrpcMethod>,
        /// Their headers.
        #[schemars(length(max = 16))]
        pub headers: Option<Vec<ValueMatch>>,
    }

    /// A service and a method.
    #[schemars(extend("anyOf" = [{"required": ["service"]}, {"required": ["method"]}]))]
    struct GrpcMethod {
        /// How they are compared.
        #[serde(rename = "type")]
        pub match_type: Option<MatchType>,
        /// The service.
        #[schemars(length(max = 1024))]
        pub service: Option<String>,
        /// The method.
        #[schemars(length(max = 1024))]
        pub method: Option<String>,
    }

    /// A Service and its share.
    struct GrpcBackend {
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
        /// What is done to calls on the way.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<GrpcFilter>>,
    }
}

/// What is done to calls.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum GrpcFilter {
    /// Headers of the call are changed.
    RequestHeaderModifier {
        /// How.
        request_header_modifier: HeaderModifier,
    },
    /// Headers of the answer are changed.
    ResponseHeaderModifier {
        /// How.
        response_header_modifier: HeaderModifier,
    },
    /// A copy is sent.
    RequestMirror {
        /// Where to.
        request_mirror: RequestMirror,
    },
    /// What the gateway itself adds.
    ExtensionRef {
        /// The object that says it.
        extension_ref: LocalObject,
    },
}
