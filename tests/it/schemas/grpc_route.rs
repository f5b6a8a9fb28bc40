//! The GRPCRoute of the Gateway API.

use super::common::{Metadata, choices, objects};
use super::gateway::{
    DefaultGateways, GatewayVersion, HeaderModifier, LocalObject, MatchType, ParentReference, RequestMirror,
    SessionPersistence, ValueMatch,
};
use super::scalars::{BackendWeight, Group, Host, Kind, Label, Name, Port};

choices! { "PascalCase":
    /// The kind of the object.
    enum GrpcRouteKind {
        #[serde(rename = "GRPCRoute")]
        GrpcRoute,
    }
}

objects! {
    /// A GRPCRoute.
    struct GrpcRoute {
        /// The API version of the object.
        pub api_version: GatewayVersion,
        /// The kind.
        pub kind: GrpcRouteKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: GrpcRouteSpec,
    }

    /// The specification of a GRPCRoute.
    struct GrpcRouteSpec {
        /// The parents: gateways, or a Service in a mesh.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Whether the default gateways serve the route.
        pub use_default_gateways: Option<DefaultGateways>,
        /// The hosts.
        #[schemars(length(max = 16))]
        pub hostnames: Option<Vec<Host>>,
        /// The rules.
        #[schemars(length(max = 16))]
        pub rules: Option<Vec<GrpcRule>>,
    }

    /// A rule for calls.
    struct GrpcRule {
        /// The name.
        pub name: Option<Name>,
        /// The calls; one match is sufficient.
        #[schemars(length(max = 64))]
        pub matches: Option<Vec<GrpcMatch>>,
        /// The filters.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<GrpcFilter>>,
        /// The Services.
        #[schemars(length(max = 16))]
        pub backend_refs: Option<Vec<GrpcBackend>>,
        /// How session persistence works.
        pub session_persistence: Option<SessionPersistence>,
    }

    /// Matches calls that meet all of these conditions.
    struct GrpcMatch {
        /// The service and the method.
        pub method: Option<GrpcMethod>,
        /// The headers.
        #[schemars(length(max = 16))]
        pub headers: Option<Vec<ValueMatch>>,
    }

    /// A service and a method.
    #[schemars(extend("anyOf" = [{"required": ["service"]}, {"required": ["method"]}]))]
    struct GrpcMethod {
        /// How the names are compared.
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
        /// The filters.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<GrpcFilter>>,
    }
}

/// A filter for calls.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum GrpcFilter {
    /// Changes the headers of the call.
    RequestHeaderModifier {
        /// The changes.
        request_header_modifier: HeaderModifier,
    },
    /// Changes the headers of the response.
    ResponseHeaderModifier {
        /// The changes.
        response_header_modifier: HeaderModifier,
    },
    /// Sends a copy to another Service.
    RequestMirror {
        /// The target of the copies.
        request_mirror: RequestMirror,
    },
    /// An extension of the gateway.
    ExtensionRef {
        /// The object that configures the extension.
        extension_ref: LocalObject,
    },
}
