//! In: a [`Release`] and its [`Plan`]. Out: a [`Bundle`] of Kubernetes objects whose every field knows its origin.
//! One file a router (`router/`) and one a provider (`provider/`), each a line of a table.

use crate::manifest::Object;

/// The objects of one release, in the order in which they are to be applied: Services, AnalysisTemplates, routes and
/// other companions, the autoscaler, and the Rollout last (a route that is applied after the Rollout has begun loses
/// its header rules).
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The objects.
    pub objects: Vec<Object>,
}
