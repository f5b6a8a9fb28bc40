//! In: `implementation=` of the Gateway API. Out: diagnostics about features that the policy needs and the
//! implementation lacks. The table lists extended or implementation-specific features that an implementation lacks. All
//! others are assumed to work.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::audience::{Audience, HeaderMatcher, Members, ValueMatch};
use crate::policy::context::Context;
use crate::policy::routing::{PathMatch, Route, RouteKind};
use crate::router::dropped_header::{self, Server};
use crate::source::Span;
use crate::syntax::tree::Text;

/// Features beyond the core of the Gateway API that a policy can need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Feature {
    HeaderRegex,
    PathRegex,
    Query,
    Grpc,
    Tcp,
    Tls,
}

/// The features that an implementation lacks.
fn lacks(implementation: &str) -> &'static [Feature] {
    use Feature::{Grpc, HeaderRegex, PathRegex, Query, Tcp, Tls};
    match implementation {
        "gke" => &[HeaderRegex, PathRegex, Grpc, Tcp, Tls],
        "vpc-lattice" => &[HeaderRegex, PathRegex, Query, Tcp],
        _ => &[],
    }
}

impl Feature {
    const fn shown(self) -> &'static str {
        match self {
            Self::HeaderRegex => "header matches by prefix or regular expression",
            Self::PathRegex => "path matches by regular expression",
            Self::Query => "query parameters",
            Self::Grpc => "GRPCRoutes",
            Self::Tcp => "TCPRoutes",
            Self::Tls => "TLSRoutes",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::HeaderRegex => {
                "match the header with `exact=`; cookies need a regular expression and are not supported"
            }
            Self::PathRegex => "match the path with `match=\"prefix\"` or `match=\"exact\"`",
            Self::Query => "match a header, a host or a path",
            Self::Grpc | Self::Tcp | Self::Tls => "use an `http` route",
        }
    }
}

/// Judges routes and audiences against the features of the implementation.
pub(super) fn judge(
    cx: &mut Context<'_>,
    implementation: &Sourced<Text>,
    audiences: &[Option<Audience>],
    routes: &[Route],
) {
    if let Some(server) = drops_headers(&implementation.value) {
        for matchers in audiences.iter().flatten().filter_map(Audience::matchers) {
            matchers.headers.iter().for_each(|header| dropped_header::judge(cx, header, &server));
        }
    }
    let lacking = lacks(&implementation.value);
    let mut refuse = |feature: Feature, span: Span| {
        if lacking.contains(&feature) {
            cx.report(
                Diagnostic::new(
                    Code::RouterImplementation,
                    span,
                    format!("`{}` does not support {}", implementation.value, feature.shown()),
                )
                .label("not supported")
                .also(implementation.span(), "the implementation")
                .why("The API server would accept the route, but the gateway would ignore it.")
                .help(feature.help()),
            );
        }
    };
    for route in routes {
        match route.kind.value {
            RouteKind::Http => {}
            RouteKind::Grpc => refuse(Feature::Grpc, route.kind.span()),
            RouteKind::Tcp => refuse(Feature::Tcp, route.kind.span()),
            RouteKind::Tls => refuse(Feature::Tls, route.kind.span()),
        }
        if route.path_match.value == PathMatch::Regex {
            refuse(Feature::PathRegex, route.path_match.span());
        }
    }
    for audience in audiences.iter().flatten() {
        let Members::Matching(matchers) = &audience.members else { continue };
        for header in matchers.headers.iter().filter(|header| by_expression(header)) {
            refuse(Feature::HeaderRegex, header.origin.span);
        }
        for query in &matchers.queries {
            refuse(Feature::Query, query.origin.span);
        }
    }
}

/// Whether the implementation does not accept some names of headers by default.
fn drops_headers(implementation: &str) -> Option<Server> {
    match implementation {
        "envoy-gateway" => Some(Server {
            name: "Envoy Gateway",
            setting: "a ClientTrafficPolicy with `withUnderscoresAction: Allow`",
            refuses: |character| character == '_',
        }),
        "nginx-gateway-fabric" => Some(Server {
            name: "NGINX Gateway Fabric",
            setting: "a snippet with `underscores_in_headers on`",
            refuses: dropped_header::is_unusual,
        }),
        _ => None,
    }
}

/// The plugin converts a prefix to a regular expression.
fn by_expression(header: &HeaderMatcher) -> bool {
    !matches!(header.value.value, ValueMatch::Exact(_))
}
