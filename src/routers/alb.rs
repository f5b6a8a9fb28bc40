//! The AWS Load Balancer Controller, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, HeaderRoutes, Reference, RoutingEntry};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry {
    path: &["alb"],
    name: "ALB",
    references: &[
        Reference::new(&["rootService"], "Service"),
        Reference::new(&["ingress"], "Ingress"),
        Reference::new(&["ingresses", "[]"], "Ingress"),
    ],
    ping_pong: true,
    header_routes: HeaderRoutes::Exact,
    ..BUILT_IN
};
