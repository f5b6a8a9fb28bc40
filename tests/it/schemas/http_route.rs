//! The HTTPRoute of the Gateway API.

use super::common::{Metadata, choices, objects};
use super::gateway::{
    Backend, DefaultGateways, GatewayVersion, HeaderModifier, LocalObject, MatchType, ParentReference, RequestMirror,
    SessionPersistence, ValueMatch,
};
use super::scalars::{
    BackendWeight, GatewayDuration, Group, HeaderName, Host, Kind, Label, Name, Port, Positive, Text,
};

choices! { "PascalCase":
    /// The kind of the object.
    enum HttpRouteKind {
        #[serde(rename = "HTTPRoute")]
        HttpRoute,
    }
    /// How a path is compared.
    enum PathMatchType { Exact, PathPrefix, RegularExpression }
}

choices! { "UPPERCASE":
    /// The method of a request.
    enum Method { Get, Head, Post, Put, Delete, Connect, Options, Trace, Patch }
    /// The method of a request, or all of them.
    enum CorsMethod {
        Get, Head, Post, Put, Delete, Connect, Options, Trace, Patch,
        #[serde(rename = "*")]
        All,
    }
}

choices! { "lowercase":
    /// The scheme of an address.
    enum Scheme { Http, Https }
}

objects! {
    /// An HTTPRoute.
    struct HttpRoute {
        /// The API version of the object.
        pub api_version: GatewayVersion,
        /// The kind.
        pub kind: HttpRouteKind,
        /// Name, labels and annotations.
        pub metadata: Metadata,
        /// The specification.
        pub spec: HttpRouteSpec,
    }

    /// The specification of an HTTPRoute.
    struct HttpRouteSpec {
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
        pub rules: Option<Vec<HttpRule>>,
    }

    /// A rule for requests.
    struct HttpRule {
        /// The name.
        pub name: Option<Name>,
        /// The requests; one match is sufficient.
        #[schemars(length(max = 64))]
        pub matches: Option<Vec<HttpMatch>>,
        /// The filters.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<HttpFilter>>,
        /// The Services.
        #[schemars(length(max = 16))]
        pub backend_refs: Option<Vec<HttpBackend>>,
        /// The time limits of requests.
        pub timeouts: Option<HttpTimeouts>,
        /// When requests are retried.
        pub retry: Option<HttpRetry>,
        /// How session persistence works.
        pub session_persistence: Option<SessionPersistence>,
    }

    /// Matches requests that meet all of these conditions.
    struct HttpMatch {
        /// The path.
        pub path: Option<PathMatch>,
        /// The headers.
        #[schemars(length(max = 16))]
        pub headers: Option<Vec<ValueMatch>>,
        /// The query parameters.
        #[schemars(length(max = 16))]
        pub query_params: Option<Vec<QueryMatch>>,
        /// The method.
        pub method: Option<Method>,
    }

    /// A path and how it is compared.
    struct PathMatch {
        /// How the values are compared.
        #[serde(rename = "type")]
        pub match_type: Option<PathMatchType>,
        /// The value to compare with.
        #[schemars(length(max = 1024))]
        pub value: Option<String>,
    }

    /// A parameter and how it is compared.
    struct QueryMatch {
        /// How the values are compared.
        #[serde(rename = "type")]
        pub match_type: Option<MatchType>,
        /// The name.
        pub name: HeaderName,
        /// The value to compare with.
        #[schemars(length(min = 1, max = 1024))]
        pub value: String,
    }

    /// A Service and its share.
    struct HttpBackend {
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
        pub filters: Option<Vec<HttpFilter>>,
    }

    /// The time limits of requests.
    struct HttpTimeouts {
        /// The time limit of the whole request.
        pub request: Option<GatewayDuration>,
        /// The time limit of each attempt.
        pub backend_request: Option<GatewayDuration>,
    }

    /// When requests are retried.
    struct HttpRetry {
        /// The status codes that lead to a retry.
        pub codes: Option<Vec<RetryCode>>,
        /// The number of retries.
        pub attempts: Option<u32>,
        /// The time between two attempts.
        pub backoff: Option<GatewayDuration>,
    }

    /// Redirects the client.
    struct RequestRedirect {
        /// The scheme.
        pub scheme: Option<Scheme>,
        /// The host.
        pub hostname: Option<Name>,
        /// The path.
        pub path: Option<PathModifier>,
        /// The port.
        pub port: Option<Port>,
        /// The status code.
        pub status_code: Option<RedirectCode>,
    }

    /// Rewrites the request.
    struct UrlRewrite {
        /// The host.
        pub hostname: Option<Name>,
        /// The path.
        pub path: Option<PathModifier>,
    }

    /// Cross-origin resource sharing.
    struct Cors {
        /// Whether requests may contain credentials.
        pub allow_credentials: Option<bool>,
        /// The permitted request headers.
        #[schemars(length(max = 64))]
        pub allow_headers: Option<Vec<HeaderName>>,
        /// The permitted methods.
        #[schemars(length(max = 9))]
        pub allow_methods: Option<Vec<CorsMethod>>,
        /// The permitted origins.
        #[schemars(length(max = 64))]
        pub allow_origins: Option<Vec<Text>>,
        /// The response headers that scripts may read.
        #[schemars(length(max = 64))]
        pub expose_headers: Option<Vec<HeaderName>>,
        /// The seconds for which browsers cache the answer.
        pub max_age: Option<Positive>,
    }

    /// External authorization over HTTP.
    struct HttpAuthorization {
        /// The path of the authorization request.
        #[schemars(length(max = 1024))]
        pub path: Option<String>,
        /// The request headers that are forwarded.
        pub allowed_headers: Option<Vec<Text>>,
        /// The response headers that are forwarded.
        pub allowed_response_headers: Option<Vec<Text>>,
    }

    /// External authorization over gRPC.
    struct GrpcAuthorization {
        /// The request headers that are forwarded.
        pub allowed_headers: Option<Vec<Text>>,
    }

    /// How much of the body is forwarded.
    struct ForwardBody {
        /// The maximum size in bytes.
        pub max_size: Option<u32>,
    }
}

/// A replacement for a path.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum PathModifier {
    /// Replaces the whole path.
    ReplaceFullPath {
        /// The new path.
        #[schemars(length(max = 1024))]
        replace_full_path: String,
    },
    /// Replaces the matched prefix.
    ReplacePrefixMatch {
        /// The new prefix.
        #[schemars(length(max = 1024))]
        replace_prefix_match: String,
    },
}

/// External authorization of requests.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "protocol", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ExternalAuth {
    /// A request over HTTP.
    #[serde(rename = "HTTP")]
    Http {
        /// The authorization service.
        backend_ref: Backend,
        /// The settings for HTTP.
        http: HttpAuthorization,
        /// How much of the body is forwarded.
        forward_body: Option<ForwardBody>,
    },
    /// A call over gRPC.
    #[serde(rename = "GRPC")]
    Grpc {
        /// The authorization service.
        backend_ref: Backend,
        /// The settings for gRPC.
        grpc: GrpcAuthorization,
        /// How much of the body is forwarded.
        forward_body: Option<ForwardBody>,
    },
}

/// A filter for requests.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum HttpFilter {
    /// Changes the headers of the request.
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
    /// Redirects the client.
    RequestRedirect {
        /// The target of the redirect.
        request_redirect: RequestRedirect,
    },
    /// Rewrites the request.
    #[serde(rename = "URLRewrite")]
    UrlRewrite {
        /// The changes.
        url_rewrite: UrlRewrite,
    },
    /// Permits cross-origin requests.
    #[serde(rename = "CORS")]
    Cors {
        /// The settings.
        cors: Cors,
    },
    /// Asks an external service for authorization.
    ExternalAuth {
        /// The service and its settings.
        external_auth: ExternalAuth,
    },
    /// An extension of the gateway.
    ExtensionRef {
        /// The object that configures the extension.
        extension_ref: LocalObject,
    },
}

super::scalars::integers! {
    /// The status code of a redirect.
    RedirectCode 301..=302;
    /// A status code that leads to a retry.
    RetryCode 400..=599;
}
