//! In: a release and its plan. Out: `trafficRouting` of its Rollout, and the objects that its routers need beside it.

use crate::diagnostic::Diagnostics;
use crate::emit::analysis::Analyses;
use crate::emit::context::{Context, mapping};
use crate::emit::metadata;
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::audience::ValueMatch;
use crate::router::Emission;

/// What the routers of a release write from.
fn emission<'a>(context: &Context<'a>, analyses: &Analyses) -> Emission<'a> {
    Emission {
        release: &context.release.name,
        routes: &context.release.routes,
        audiences: &context.release.audiences,
        header_route: context.plan.staged().managed_routes.first().map(|route| &route.name),
        backend_filters: analyses.backend_filters,
    }
}

/// `trafficRouting`; none without a router.
pub(super) fn traffic_routing(context: &Context<'_>, analyses: &Analyses) -> Option<Field> {
    let routers = context.release.traffic.routers();
    let mut field = Field::mapping(routers.first()?.origin);
    let managed = context.plan.staged().managed_routes.iter().map(|route| route.name.field());
    let managed: Vec<_> = managed.map(|name| mapping(name.origin, [("name", name)])).collect();
    if let Some(origin) = managed.first().map(|route| route.origin) {
        field.set("managedRoutes", Field::sequence(managed, Origin::derived(origin.span)));
    }
    let emission = emission(context, analyses);
    for declared in routers {
        let entry = declared.split.traffic_routing(&emission, declared.origin);
        put(&mut field, declared.router.entry.path, entry, declared.origin);
    }
    Some(field)
}

/// Sets the field at a path.
fn put(field: &mut Field, path: &'static [&'static str], entry: Field, origin: Origin) {
    match path {
        [] => {}
        [key] => field.set(*key, entry),
        [key, rest @ ..] => {
            if let Some(inner) = field.entry(key, || Field::mapping(origin)) {
                put(inner, rest, entry, origin);
            }
        }
    }
}

/// The objects that the routers need beside the Rollout.
pub(super) fn companions(context: &Context<'_>, analyses: &Analyses, diagnostics: &mut Diagnostics) -> Vec<Object> {
    let Some(service) = context.split_service() else { return Vec::new() };
    let emission = emission(context, analyses);
    let mut objects = Vec::new();
    for declared in context.release.traffic.routers() {
        objects.extend(declared.split.companions(&emission, service, diagnostics));
    }
    for object in &mut objects {
        metadata::adopt(context, object);
    }
    objects
}

/// `headerValue` of a header route, as the router reads it.
pub(super) fn header_value(context: &Context<'_>, value: &Sourced<ValueMatch>) -> Field {
    let declared = context.release.traffic.routers().first();
    declared.map_or_else(|| Field::mapping(value.origin), |declared| declared.split.header_value(value))
}
