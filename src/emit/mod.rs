//! In: a [`Release`] and its [`Plan`]. Out: a [`Bundle`] of Kubernetes objects whose every field knows its origin.
//! One file a router (`router/`) and one a provider (`provider/`), each a line of a table.

mod analysis;
mod autoscaler;
mod canary;
mod context;
mod metadata;
mod patch;
pub mod plan_annotation;
mod provider;
mod rollout;
mod router;
mod service;
mod steps;

use crate::diagnostic::Diagnostics;
use crate::manifest::Object;
use crate::plan::Plan;
use crate::policy::Release;
use context::Context;

/// The objects of one release, in the order in which they are to be applied: Services, AnalysisTemplates, routes and
/// other companions, the autoscaler, and the Rollout last (a route that is applied after the Rollout has begun loses
/// its header rules).
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The objects.
    pub objects: Vec<Object>,
}

/// Emits the objects of a release.
///
/// # Errors
/// When a `patch` of the policy does not fit the objects, or a route of the user's own has no place for the canary.
pub fn emit(release: &Release, plan: &Plan) -> Result<Bundle, Diagnostics> {
    let context = Context { release, plan };
    let mut diagnostics = Diagnostics::new();
    let mut objects = service::services(&context);
    objects.extend(analysis::templates(&context, &mut diagnostics));
    objects.extend(router::companions(&context, &mut diagnostics));
    objects.extend(autoscaler::autoscaler(&context));
    objects.push(rollout::rollout(&context));
    patch::apply(&context, &mut objects, &mut diagnostics);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Bundle { objects }) }
}
