//! Ambassador, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, Reference, RoutingEntry};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry {
    path: &["ambassador"],
    name: "Ambassador",
    references: &[Reference::new(&["mappings", "[]"], "Mapping")],
    ..BUILT_IN
};
