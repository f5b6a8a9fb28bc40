//! The Service Mesh Interface, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, Reference, RoutingEntry};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry {
    path: &["smi"],
    name: "SMI",
    references: &[Reference::new(&["rootService"], "Service")],
    ..BUILT_IN
};
