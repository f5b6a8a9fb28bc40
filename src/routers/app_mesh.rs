//! AWS App Mesh, as the Argo Rollouts controller reads it. canaryc does not write it; a patch can.

use crate::router::entry::{BUILT_IN, RoutingEntry};

/// Its entry of `trafficRouting`.
pub static ENTRY: RoutingEntry = RoutingEntry { path: &["appMesh"], name: "App Mesh", ..BUILT_IN };
