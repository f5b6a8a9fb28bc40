//! In: a release. Out: `trafficRouting` of its Rollout, and the objects beside it.
//! The table has one line for each router that can be emitted; the policy phase refuses the others by name.

mod gateway_api;
mod none;

use crate::diagnostic::Diagnostics;
use crate::emit::analysis::Analyses;
use crate::emit::context::{Context, mapping};
use crate::emit::steps;
use crate::manifest::{Field, Key, Object, Origin};
use crate::policy::Sourced;
use crate::policy::audience::ValueMatch;
use crate::policy::routing::{self, RouterKind};

/// A line of the table.
struct Router {
    handles: fn(&RouterKind) -> bool,
    /// The router's entries of `trafficRouting`.
    traffic_routing: fn(&Context<'_>) -> Vec<(Key, Field)>,
    /// Routes and other objects beside the Rollout.
    companions: fn(&Context<'_>, &Analyses, &mut Diagnostics) -> Vec<Object>,
    /// `headerValue` of a `setHeaderRoute`.
    header_value: fn(&Sourced<ValueMatch>) -> Field,
}

const ROUTERS: &[Router] = &[gateway_api::ROUTER];

/// Whether a router can be emitted.
pub(super) fn is_known(router: &routing::Router) -> bool {
    ROUTERS.iter().any(|known| (known.handles)(&router.kind))
}

/// The routers of a release; without any, the one for none.
fn routers<'a>(context: &Context<'a>) -> impl Iterator<Item = &'static Router> + use<'a> {
    let declared = &context.release.routers;
    let none = declared.is_empty().then_some(&none::ROUTER);
    let known = |kind: &RouterKind| ROUTERS.iter().find(|router| (router.handles)(kind));
    declared.iter().filter_map(move |router| known(&router.kind)).chain(none)
}

/// `trafficRouting`; none without a router.
pub(super) fn traffic_routing(context: &Context<'_>) -> Option<Field> {
    let origin = context.release.routers.first()?.origin;
    let mut field = Field::mapping(origin);
    let managed = context.plan.managed_routes.iter().map(|route| route.name.field());
    let mirrors = context.release.stages.iter().filter_map(|stage| {
        let origin = Origin::derived(stage.mirror.as_ref()?.origin.span);
        Some(Field::new(steps::mirror_name(context, stage), origin))
    });
    let managed: Vec<_> = managed.chain(mirrors).map(|name| mapping(name.origin, [("name", name)])).collect();
    if let Some(origin) = managed.first().map(|route| route.origin) {
        field.set("managedRoutes", Field::sequence(managed, Origin::derived(origin.span)));
    }
    for router in routers(context) {
        for (key, entry) in (router.traffic_routing)(context) {
            field.set(key, entry);
        }
    }
    Some(field)
}

/// The objects that the routers need beside the Rollout.
pub(super) fn companions(context: &Context<'_>, analyses: &Analyses, diagnostics: &mut Diagnostics) -> Vec<Object> {
    routers(context).flat_map(|router| (router.companions)(context, analyses, diagnostics)).collect()
}

/// `headerValue` of a header route, as the router reads it.
pub(super) fn header_value(context: &Context<'_>, value: &Sourced<ValueMatch>) -> Field {
    routers(context).next().map_or_else(|| Field::mapping(value.origin), |router| (router.header_value)(value))
}
