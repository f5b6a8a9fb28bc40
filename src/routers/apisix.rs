//! Apache APISIX, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, HeaderRoutes, Reference, RoutingEntry};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry {
    path: &["apisix"],
    name: "APISIX",
    references: &[Reference::new(&["route", "name"], "ApisixRoute")],
    header_routes: HeaderRoutes::Any,
    ..BUILT_IN
};
