//! Traefik, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, Reference, RoutingEntry};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry {
    path: &["traefik"],
    name: "Traefik",
    references: &[Reference::new(&["weightedTraefikServiceName"], "TraefikService")],
    ..BUILT_IN
};
