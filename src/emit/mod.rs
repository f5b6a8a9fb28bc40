//! In: a [`Release`] and its [`Plan`]. Out: a [`Bundle`] of Kubernetes objects. Every field knows its origin. Each
//! router (`router/`) and each provider (`provider/`) has one file and one line of a table.

mod analysis;
mod autoscaler;
mod canary;
mod comments;
mod context;
mod copies;
pub mod metadata;
mod patch;
pub mod plan_annotation;
mod rollout;
mod service;
mod steps;
mod traffic;

use crate::diagnostic::Diagnostics;
use crate::manifest::Object;
use crate::plan::Plan;
use crate::policy::Release;
pub use comments::comments;
use context::Context;

/// The objects of one release, in the order in which to apply them: Services, AnalysisTemplates, routes and other
/// companions, the copies of configuration, the autoscaler, and the Rollout last. A route that is applied after the
/// Rollout has started loses its header rules.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The objects.
    pub objects: Vec<Object>,
}

/// Emits the objects of a release.
///
/// # Errors
/// When a `patch` of the policy does not fit the objects, or a route of the user has no place for the canary.
pub fn emit(release: &Release, plan: &Plan) -> Result<Bundle, Diagnostics> {
    let context = Context { release, plan };
    let mut diagnostics = Diagnostics::new();
    let mut objects = service::services(&context);
    let mut analyses = analysis::analyses(&context, &mut diagnostics);
    objects.append(&mut analyses.templates);
    objects.extend(traffic::companions(&context, &analyses, &mut diagnostics));
    objects.extend(copies::copies(&context));
    objects.extend(autoscaler::autoscaler(&context));
    objects.push(rollout::rollout(&context, &analyses));
    patch::apply(release, &mut objects, &mut diagnostics);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Bundle { objects }) }
}

#[cfg(test)]
mod tests;
