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
    /// This kind.
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
    /// HTTP requests and where they go.
    struct HttpRoute {
        /// The version of this form.
        pub api_version: GatewayVersion,
        /// Its kind.
        pub kind: HttpRouteKind,
        /// Name, labels, annotations.
        pub metadata: Metadata,
        /// What is wanted.
        pub spec: HttpRouteSpec,
    }

    /// What is wanted of an HTTPRoute.
    struct HttpRouteSpec {
        /// Which gateways serve it.
        #[schemars(length(max = 32))]
        pub parent_refs: Option<Vec<ParentReference>>,
        /// Which default gateways serve it.
        pub use_default_gateways: Option<DefaultGateways>,
        /// For these hosts.
        #[schemars(length(max = 16))]
        pub hostnames: Option<Vec<Host>>,
        /// Which requests go where.
        #[schemars(length(max = 16))]
        pub rules: Option<Vec<HttpRule>>,
    }

    /// Which requests go where.
    struct HttpRule {
        /// Its name.
        pub name: Option<Name>,
        /// Which requests; any of these.
        #[schemars(length(max = 64))]
        pub matches: Option<Vec<HttpMatch>>,
        /// What is done to them.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<HttpFilter>>,
        /// Where they go.
        #[schemars(length(max = 16))]
        pub backend_refs: Option<Vec<HttpBackend>>,
        /// How long they may take.
        pub timeouts: Option<HttpTimeouts>,
        /// When they are tried again.
        pub retry: Option<HttpRetry>,
        /// How a session is kept.
        pub session_persistence: Option<SessionPersistence>,
    }

    /// Which requests: all of these hold.
    struct HttpMatch {
        /// Their path.
        pub path: Option<PathMatch>,
        /// Their headers.
        #[schemars(length(max = 16))]
        pub headers: Option<Vec<ValueMatch>>,
        /// Their parameters.
        #[schemars(length(max = 16))]
        pub query_params: Option<Vec<QueryMatch>>,
        /// Their method.
        pub method: Option<Method>,
    }

    /// A path and how it is compared.
    struct PathMatch {
        /// How.
        #[serde(rename = "type")]
        pub match_type: Option<PathMatchType>,
        /// With what.
        #[schemars(length(max = 1024))]
        pub value: Option<String>,
    }

    /// A parameter and how it is compared.
    struct QueryMatch {
        /// How.
        #[serde(rename = "type")]
        pub match_type: Option<MatchType>,
        /// Its name.
        pub name: HeaderName,
        /// With what.
        #[schemars(length(min = 1, max = 1024))]
        pub value: String,
    }

    /// A Service and its share.
    struct HttpBackend {
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
        /// What is done to requests on the way.
        #[schemars(length(max = 16))]
        pub filters: Option<Vec<HttpFilter>>,
    }

    /// How long requests may take.
    struct HttpTimeouts {
        /// In all.
        pub request: Option<GatewayDuration>,
        /// For each try.
        pub backend_request: Option<GatewayDuration>,
    }

    /// When requests are tried again.
    struct HttpRetry {
        /// After these answers.
        pub codes: Option<Vec<RetryCode>>,
        /// So many times.
        pub attempts: Option<u32>,
        /// With so much time between.
        pub backoff: Option<GatewayDuration>,
    }

    /// The client is sent elsewhere.
    struct RequestRedirect {
        /// With this scheme.
        pub scheme: Option<Scheme>,
        /// To this host.
        pub hostname: Option<Name>,
        /// To this path.
        pub path: Option<PathModifier>,
        /// To this port.
        pub port: Option<Port>,
        /// With this answer.
        pub status_code: Option<RedirectCode>,
    }

    /// The request is rewritten.
    struct UrlRewrite {
        /// To this host.
        pub hostname: Option<Name>,
        /// To this path.
        pub path: Option<PathModifier>,
    }

    /// Which sites may call from a browser.
    struct Cors {
        /// Whether with credentials.
        pub allow_credentials: Option<bool>,
        /// With these headers.
        #[schemars(length(max = 64))]
        pub allow_headers: Option<Vec<HeaderName>>,
        /// With these methods.
        #[schemars(length(max = 9))]
        pub allow_methods: Option<Vec<CorsMethod>>,
        /// These sites.
        #[schemars(length(max = 64))]
        pub allow_origins: Option<Vec<Text>>,
        /// These headers may be read.
        #[schemars(length(max = 64))]
        pub expose_headers: Option<Vec<HeaderName>>,
        /// For so many seconds.
        pub max_age: Option<Positive>,
    }

    /// Somebody else is asked whether a request may pass, by HTTP.
    struct HttpAuthorization {
        /// The path that is asked.
        #[schemars(length(max = 1024))]
        pub path: Option<String>,
        /// Headers that are passed on to it.
        pub allowed_headers: Option<Vec<Text>>,
        /// Headers of its answer that are passed on.
        pub allowed_response_headers: Option<Vec<Text>>,
    }

    /// Somebody else is asked whether a request may pass, by gRPC.
    struct GrpcAuthorization {
        /// Headers that are passed on to it.
        pub allowed_headers: Option<Vec<Text>>,
    }

    /// How much of the body is passed on.
    struct ForwardBody {
        /// In bytes.
        pub max_size: Option<u32>,
    }
}

/// A path that takes the place of another.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum PathModifier {
    /// The whole path.
    ReplaceFullPath {
        /// By this.
        #[schemars(length(max = 1024))]
        replace_full_path: String,
    },
    /// The part that was matched.
    ReplacePrefixMatch {
        /// By this.
        #[schemars(length(max = 1024))]
        replace_prefix_match: String,
    },
}

/// Somebody else is asked whether a request may pass.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "protocol", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ExternalAuth {
    /// By HTTP.
    #[serde(rename = "HTTP")]
    Http {
        /// Who is asked.
        backend_ref: Backend,
        /// How.
        http: HttpAuthorization,
        /// How much of the body is passed on.
        forward_body: Option<ForwardBody>,
    },
    /// By gRPC.
    #[serde(rename = "GRPC")]
    Grpc {
        /// Who is asked.
        backend_ref: Backend,
        /// How.
        grpc: GrpcAuthorization,
        /// How much of the body is passed on.
        forward_body: Option<ForwardBody>,
    },
}

/// What is done to requests.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum HttpFilter {
    /// Headers of the request are changed.
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
    /// The client is sent elsewhere.
    RequestRedirect {
        /// Where to.
        request_redirect: RequestRedirect,
    },
    /// The request is rewritten.
    #[serde(rename = "URLRewrite")]
    UrlRewrite {
        /// How.
        url_rewrite: UrlRewrite,
    },
    /// Browsers of other sites may call.
    #[serde(rename = "CORS")]
    Cors {
        /// Which.
        cors: Cors,
    },
    /// Somebody else is asked.
    ExternalAuth {
        /// Who.
        external_auth: ExternalAuth,
    },
    /// What the gateway itself adds.
    ExtensionRef {
        /// The object that says it.
        extension_ref: LocalObject,
    },
}

super::scalars::integers! {
    /// The answer of a redirect.
    RedirectCode 301..=302;
    /// An answer after which a request is tried again.
    RetryCode 400..=599;
}
