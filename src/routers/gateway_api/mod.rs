//! The Gateway API plugin. It writes the weights of routes with both Services. It must not know the routes of pinned
//! audiences, because it deletes every rule that leads only to the canary.

mod conflicts;
mod copies;
mod defaults;
mod file;
mod host_header;
mod implementation;
#[cfg(feature = "runtime")]
mod live;
mod matching;
mod mesh;
mod pinned;
mod precedence;
mod rollout;
mod route;
mod route_file;
mod rules;
mod settings;
mod values;

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::audience::{Admission, ValueMatch};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::routing::{Route, RouteKind, RouteSource};
use crate::policy::service::Service;
use crate::policy::{Release, Sourced};
use crate::router::entry::{BUILT_IN, HeaderRoutes, Reference, RoutingEntry, Weights, WithoutServices};
use crate::router::feature::{Feature, Limit, Support};
use crate::router::{Asked, Emission, Router, Split};
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::telemetry;
use crate::units::name::{Name, ObjectName};
use crate::vocabulary::Word;

pub use settings::GatewayApi;

/// The record of the Gateway API.
pub const ROUTER: Router = Router {
    word: Word::GatewayApi,
    name: "the Gateway API plugin",
    supports,
    entry: &ENTRY,
    read: |cx, block| Arc::new(settings::read(cx, block)),
};

static ENTRY: RoutingEntry = RoutingEntry {
    path: &["plugins", "argoproj-labs/gatewayAPI"],
    name: "the Gateway API plugin",
    references: &[
        named(&["httpRoute"], Kind::HTTPRoute),
        named(&["httpRoutes", "[]", "name"], Kind::HTTPRoute),
        named(&["grpcRoute"], Kind::GRPCRoute),
        named(&["grpcRoutes", "[]", "name"], Kind::GRPCRoute),
        named(&["tcpRoute"], Kind::TCPRoute),
        named(&["tcpRoutes", "[]", "name"], Kind::TCPRoute),
        named(&["tlsRoute"], Kind::TLSRoute),
        named(&["tlsRoutes", "[]", "name"], Kind::TLSRoute),
    ],
    without_services: WithoutServices::Accepted,
    weights: Weights::PercentDespiteMaximum {
        message: "the Gateway API plugin does not support `maxTrafficWeight`",
        why: "The cluster accepts it, but the plugin gives the stable Service 100 minus the weight, which can be negative.",
    },
    header_routes: HeaderRoutes::Any,
    check: rollout::check,
    #[cfg(feature = "runtime")]
    written: Some(live::RULES),
    ..BUILT_IN
};

const fn named(path: &'static [&'static str], kind: Kind) -> Reference {
    let missing =
        "The cluster accepts it, but the Rollout waits for the route without any pods, and no deadline ends that.";
    Reference { path, kind: kind.name(), with_namespace: false, missing }
}

/// How the plugin's configuration lists the routes of each kind.
const LISTS: [(RouteKind, &str); 4] = [
    (RouteKind::Http, "httpRoutes"),
    (RouteKind::Grpc, "grpcRoutes"),
    (RouteKind::Tcp, "tcpRoutes"),
    (RouteKind::Tls, "tlsRoutes"),
];

/// How many rules the API allows in a route, and how many matches in all of them together.
const RULES: usize = 16;
const MATCHES: usize = 128;

/// The most rules of the routes of a release's pinned audiences. Each audience has a rule for each rule of each route: the
/// limit is far above real use, and bounds this product.
const PINNED_RULES: usize = 1_000;

fn supports(feature: Feature) -> Support {
    match feature {
        Feature::StagedAudience
        | Feature::PinnedToCanary
        | Feature::PinnedToStable
        | Feature::SeveralMatchers
        | Feature::HostOrPath
        | Feature::Query
        | Feature::PathExpression
        | Feature::Kind(_)
        | Feature::Gateway => Support::Yes,
        Feature::Source => Support::No(Limit {
            label: "Istio only",
            why: "A Gateway API route cannot identify the calling pod.",
            help: "let callers send a header, and match the header",
        }),
        Feature::Mirror => Support::No(Limit {
            label: "not supported by `gateway-api`",
            why: "The plugin does not support this step, so the release would wait in this stage forever.",
            help: "admit an `audience` of your own staff first",
        }),
        Feature::ExperimentWeight => Support::No(Limit {
            label: "Istio, ALB and SMI only",
            why: "The controller rejects the Rollout.",
            help: "remove `weight=`",
        }),
        Feature::PingPong => Support::No(Limit {
            label: "ALB and Istio only",
            why: "The Gateway API plugin supports one stable and one canary Service. With ping-pong Services it would move the traffic of the wrong one.",
            help: "remove it",
        }),
    }
}

impl GatewayApi {
    /// Reports the pinned audiences whose routes have no gateway. Other routes without one have a diagnostic of their own.
    fn pinned_to_no_gateway(&self, cx: &mut Context<'_>, asked: &Asked<'_>) {
        let unknown = |route: &&Route| matches!(route.source, RouteSource::Existing) && route.gateway.is_none();
        let Some(route) = asked.routes.iter().find(unknown) else { return };
        if self.mesh.is_some() || !self.gateways.is_empty() || cx.is_unsound() {
            return;
        }
        let pinned = asked.audiences.iter().flatten().find(|audience| audience.admission != Admission::Staged);
        let Some(audience) = pinned else { return };
        let message = format!("the route of audience `{}` is not attached to a gateway", audience.name.value);
        cx.report(
            Diagnostic::new(Code::RouteNoGateway, audience.origin.span, message)
                .label("has a route of its own")
                .also(route.origin.span, "already exists, so its gateway is unknown")
                .why("The API server accepts a route without a gateway, but the route receives no requests.")
                .help("name the gateway on the router, as in `router { gateway-api \"infra/public\" }`"),
        );
    }
}

impl Split for GatewayApi {
    fn has_root_service(&self) -> bool {
        self.mesh.is_some()
    }

    fn object_kind(&self, kind: RouteKind) -> Kind {
        kind.kind()
    }

    fn existing(&self, _release: &Name) -> Vec<(Kind, ObjectName)> {
        Vec::new()
    }

    fn judge_route(&self, cx: &mut Context<'_>, route: Reader<'_>, router: Origin) {
        if route.has(Word::Gateway) || self.mesh.is_some() || !self.gateways.is_empty() || cx.is_unsound() {
            return;
        }
        cx.report(
            Diagnostic::new(Code::RouteNoGateway, route.head(), "this route is not attached to a gateway")
                .label("no `gateway=`")
                .also(router.span, "the router names no gateway")
                .why("The API server accepts a route without a gateway, but the route receives no requests.")
                .help(
                    "write `router { gateway-api \"namespace/gateway\" }`, or `mesh=#true` for traffic inside a mesh",
                ),
        );
    }

    fn judge_route_file(&self, cx: &mut Context<'_>, route: &Object, service: &Service, named: Span) {
        route_file::judge(cx, route, service, named);
    }

    fn judge(&self, cx: &mut Context<'_>, asked: &Asked<'_>) {
        conflicts::judge(cx, asked);
        if conflicts::too_many_pinned(cx, asked) {
            return;
        }
        self.pinned_to_no_gateway(cx, asked);
        precedence::judge(cx, asked);
        copies::judge(cx, asked);
        host_header::judge(cx, asked);
        mesh::judge(cx, self, asked);
        if let Some(implementation) = &self.implementation {
            implementation::judge(cx, implementation, asked.audiences, asked.routes);
        }
    }

    /// The managed routes by kind. The plugin may add header rules to a route
    /// only if an audience is staged.
    fn traffic_routing(&self, emission: &Emission<'_>, origin: Origin) -> Field {
        let mut config = Field::mapping(origin);
        for (kind, key) in LISTS {
            let of_kind: Vec<_> = emission.routes.iter().filter(|route| route.kind.value == kind).collect();
            let Some(first) = of_kind.first() else { continue };
            let headers = matches!(kind, RouteKind::Http | RouteKind::Grpc);
            let staged = emission.header_route.filter(|_| headers);
            let entries = of_kind.iter().map(|route| {
                let mut entry = Field::of(route.origin, [("name", route.name.field())]);
                if let Some(staged) = staged {
                    entry.set("useHeaderRoutes", Field::new(true, Origin::derived(staged.span())));
                }
                entry
            });
            config.set(key, Field::sequence(entries.collect(), first.origin));
        }
        config
    }

    fn companions(&self, emission: &Emission<'_>, service: &Service, diagnostics: &mut Diagnostics) -> Vec<Object> {
        let mut objects = Vec::new();
        for route in emission.routes {
            match &route.source {
                RouteSource::Emitted => objects.push(route::managed(self, service, route, emission.backend_filters)),
                RouteSource::File(object) => {
                    match file::with_canary(service, route, object, emission.backend_filters) {
                        Ok(object) => objects.push(object),
                        Err(diagnostic) => diagnostics.push(*diagnostic),
                    }
                }
                RouteSource::Existing => {}
            }
        }
        objects.extend(pinned::routes(emission, self, service, diagnostics));
        objects
    }

    fn implementation(&self) -> Option<&str> {
        self.implementation.as_ref().map(|implementation| implementation.value.as_ref())
    }

    fn rules(&self, release: &Release) -> Vec<telemetry::Route> {
        rules::of(self, release)
    }

    /// The plugin converts a prefix to a regular expression without escaping or anchoring it, so canaryc writes the
    /// expression.
    fn header_value(&self, value: &Sourced<ValueMatch>) -> Field {
        let (key, text) = match &value.value {
            ValueMatch::Exact(text) => ("exact", Text::clone(text)),
            ValueMatch::Prefix(text) => ("regex", matching::prefix(text).into()),
            ValueMatch::Regex(text) => ("regex", matching::whole(text).into()),
        };
        Field::of(value.origin, [(key, Field::new(text, value.origin))])
    }
}
