//! Istio, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, HeaderRoutes, MISSING, Reference, RoutingEntry, WithoutServices};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry {
    path: &["istio"],
    name: "Istio",
    references: &[
        named(&["virtualService", "name"], "VirtualService"),
        named(&["virtualServices", "[]", "name"], "VirtualService"),
        named(&["destinationRule", "name"], "DestinationRule"),
    ],
    without_services: WithoutServices::RejectedUnless("destinationRule"),
    ping_pong: true,
    header_routes: HeaderRoutes::Any,
    mirror_routes: true,
    ..BUILT_IN
};

const fn named(path: &'static [&'static str], kind: &'static str) -> Reference {
    Reference { path, kind, with_namespace: true, missing: MISSING }
}
