//! The Gateway API plugin: routes with both Services, which it rewrites, and routes of pinned audiences, which it does not
//! know (it deletes every rule that leads to the canary alone).

mod file;
mod matching;
mod pinned;
mod route;

use super::Router;
use crate::diagnostic::Diagnostics;
use crate::emit::analysis::Analyses;
use crate::emit::context::{Context, mapping};
use crate::manifest::{Field, Key, Object, Origin};
use crate::policy::Sourced;
use crate::policy::audience::ValueMatch;
use crate::policy::routing::{GatewayApi, RouteKind, RouteSource, RouterKind};
use crate::syntax::tree::Text;

pub(super) const ROUTER: Router =
    Router { handles: |kind| matches!(kind, RouterKind::GatewayApi(_)), traffic_routing, companions, header_value };

const PLUGIN: &str = "argoproj-labs/gatewayAPI";

fn settings<'a>(context: &Context<'a>) -> Option<(&'a GatewayApi, Origin)> {
    context.release.routers.iter().find_map(|router| match &router.kind {
        RouterKind::GatewayApi(settings) => Some((settings, router.origin)),
        _ => None,
    })
}

/// `plugins."argoproj-labs/gatewayAPI"`: the managed routes by kind. A route is told of header routes only when an
/// audience is staged: the plugin then writes rules into it.
fn traffic_routing(context: &Context<'_>) -> Vec<(Key, Field)> {
    let Some((_, origin)) = settings(context) else { return Vec::new() };
    let mut config = Field::mapping(origin);
    let kinds = [
        (RouteKind::Http, "httpRoutes"),
        (RouteKind::Grpc, "grpcRoutes"),
        (RouteKind::Tcp, "tcpRoutes"),
        (RouteKind::Tls, "tlsRoutes"),
    ];
    for (kind, key) in kinds {
        let of_kind: Vec<_> = context.release.routes.iter().filter(|route| route.kind.value == kind).collect();
        let Some(first) = of_kind.first() else { continue };
        let headers = matches!(kind, RouteKind::Http | RouteKind::Grpc);
        let staged = context.plan.managed_routes.first().filter(|_| headers);
        let entries = of_kind.iter().map(|route| {
            let mut entry = mapping(route.origin, [("name", route.name.field())]);
            if let Some(staged) = staged {
                entry.set("useHeaderRoutes", Field::new(true, Origin::derived(staged.name.span())));
            }
            entry
        });
        config.set(key, Field::sequence(entries.collect(), first.origin));
    }
    vec![("plugins".into(), mapping(origin, [(PLUGIN, config)]))]
}

fn companions(context: &Context<'_>, analyses: &Analyses, diagnostics: &mut Diagnostics) -> Vec<Object> {
    let (Some((settings, _)), Some(service)) = (settings(context), context.split_service()) else {
        return Vec::new();
    };
    let mut objects = Vec::new();
    for route in &context.release.routes {
        match &route.source {
            RouteSource::Emitted => {
                objects.push(route::managed(context, settings, service, route, analyses.backend_filters))
            }
            RouteSource::File(object) => match file::with_canary(context, service, route, object) {
                Ok(object) => objects.push(object),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            },
            RouteSource::Existing => {}
        }
    }
    objects.extend(pinned::routes(context, settings, service, diagnostics));
    objects
}

/// The plugin makes a prefix a regular expression as it stands; where that would match more, the expression is ours.
fn header_value(value: &Sourced<ValueMatch>) -> Field {
    let (key, text) = match &value.value {
        ValueMatch::Exact(text) => ("exact", Text::clone(text)),
        ValueMatch::Prefix(text) if matching::is_plain(text) => ("prefix", Text::clone(text)),
        ValueMatch::Prefix(text) => ("regex", matching::prefix(text).into()),
        ValueMatch::Regex(text) => ("regex", Text::clone(text)),
    };
    mapping(value.origin, [(key, Field::new(text, value.origin))])
}
