//! In: a `route` of the policy. Out: its object. Each rule has both Services on the same port. Every default is written
//! out (group, kind, weight, path type), so an apply finds no difference at rest.

use super::{GatewayApi, matching};
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::routing::{GatewayReference, Route, RouteKind};
use crate::policy::service::Service;
use crate::router;
use crate::telemetry::BACKEND_HEADER;
use crate::units::name::Name;

pub(super) const GROUP: &str = "gateway.networking.k8s.io";

/// The route whose weights the plugin writes.
pub(super) fn managed(settings: &GatewayApi, service: &Service, route: &Route, filters: Option<Origin>) -> Object {
    let mut object = router::object(route.kind.value.kind(), route.name.field(), route.origin);
    let mut spec = Field::of(route.origin, [("parentRefs", parents(settings, service, route))]);
    if let Some(host) = route.host.as_ref().filter(|_| route.kind.value != RouteKind::Tcp) {
        spec.set("hostnames", Field::sequence(vec![host.field()], host.origin));
    }
    let mut rule = Field::mapping(route.origin);
    if route.kind.value == RouteKind::Http {
        let path = Field::of(route.path.origin, [("path", matching::path(&route.path, &route.path_match))]);
        rule.set("matches", Field::sequence(vec![path], route.path.origin));
    }
    let mut backends = vec![backend(&service.stable, &route.port, 100), backend(&service.canary, &route.port, 0)];
    if let Some(origin) = filters.filter(|_| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc)) {
        for (backend, side) in backends.iter_mut().zip(["stable", "canary"]) {
            backend.set("filters", filter(side, origin));
        }
    }
    rule.set("backendRefs", Field::sequence(backends, Origin::derived(service.origin.span)));
    spec.set("rules", Field::sequence(vec![rule], route.origin));
    object.root.set("spec", spec);
    object
}

/// A filter for one backend, which sends the side in a header. Envoy Gateway counts the backends of a rule separately
/// only if they have filters.
pub(super) fn filter(side: &'static str, origin: Origin) -> Field {
    let header = Field::mapping(origin).put("name", BACKEND_HEADER).put("value", side);
    let modifier = Field::mapping(origin).with("set", Field::sequence(vec![header], origin));
    let filter = Field::mapping(origin).put("type", "RequestHeaderModifier").with("requestHeaderModifier", modifier);
    Field::sequence(vec![filter], origin)
}

/// A reference to a Service.
pub(super) fn backend(service: &Sourced<Name>, port: &Sourced<u16>, weight: u32) -> Field {
    let origin = Origin::derived(service.span());
    Field::of(
        origin,
        [
            ("group", Field::new("", origin)),
            ("kind", Field::new("Service", origin)),
            ("name", service.field()),
            ("port", port.field()),
            ("weight", Field::new(weight, origin)),
        ],
    )
}

/// `parentRefs`: the gateways or, with a mesh, the Service that callers use.
pub(super) fn parents(settings: &GatewayApi, service: &Service, route: &Route) -> Field {
    if let Some(mesh) = settings.mesh.filter(|_| route.gateway.is_none()) {
        let parent = [
            ("group", Field::new("", mesh)),
            ("kind", Field::new("Service", mesh)),
            ("name", service.name.field()),
            ("port", route.port.field()),
        ];
        return Field::sequence(vec![Field::of(mesh, parent)], mesh);
    }
    let gateways: Vec<_> = match &route.gateway {
        Some(gateway) => vec![gateway],
        None => settings.gateways.iter().collect(),
    };
    let listener = route.listener.as_ref().or(settings.listener.as_ref());
    let origin = gateways.first().map_or(route.origin, |gateway| gateway.origin);
    let parent = |gateway: &&Sourced<GatewayReference>| {
        let origin = gateway.origin;
        let derived = Origin::derived(origin.span);
        let mut parent =
            Field::of(origin, [("group", Field::new(GROUP, derived)), ("kind", Field::new("Gateway", derived))]);
        if let Some(namespace) = &gateway.value.namespace {
            parent.set("namespace", Field::new(namespace.clone(), origin));
        }
        parent.set("name", Field::new(gateway.value.name.clone(), origin));
        if let Some(listener) = listener {
            parent.set("sectionName", listener.field());
        }
        parent
    };
    Field::sequence(gateways.iter().map(parent).collect(), origin)
}
