//! In: a [`Release`]. Out: a [`Plan`], the release as a timeline, independent of any back end.
//! `show`, the statistics, the pictures and every emitter read it; no one else decides an order.

pub mod fleet;
pub mod looks;
#[cfg(test)]
mod simulate;
mod size;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod timeline;

use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::manifest::Origin;
use crate::policy::{AudienceId, CheckId, Release, Sourced, StageId};
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, Percent};

/// Plans a release.
///
/// # Errors
/// When a name that the timeline needs has no room, or is the name of something else.
pub fn plan(release: &Release) -> Result<Plan, Diagnostics> {
    timeline::Timeline::new(release).build()
}

/// A release as a timeline.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The stages in order; the final 100 % is implicit and not among them, unless the policy wrote it.
    pub stages: Vec<PlannedStage>,
    /// Everything that is done, in order.
    pub steps: Vec<PlannedStep>,
    /// Header routes that the controller manages, in order of first admission.
    pub managed_routes: Vec<ManagedRoute>,
    /// Everything that is looked at: gates, holds and the watch, each a template of its own.
    pub analyses: Vec<Analysis>,
    /// The background analysis and the step at which it starts.
    pub watch: Option<PlannedWatch>,
}

/// One stage as it will be.
#[derive(Clone, Debug)]
pub struct PlannedStage {
    /// The stage of the policy.
    pub id: StageId,
    /// Its name as people say it: `5%`, `half`, `staff`.
    pub name: Text,
    /// The stage's node.
    pub origin: Origin,
    /// Share of the traffic that is split by weight.
    pub weight: Percent,
    /// Audiences admitted by now, in order of admission.
    pub admitted: Vec<AudienceId>,
    /// Weight plus the shares of the admitted audiences, at most 100 %.
    pub exposure: Percent,
    /// Canary pods of the declared fleet; `None` when only the cluster knows the fleet.
    pub canary_pods: Option<u32>,
    /// Its steps: indices into [`Plan::steps`].
    pub steps: Range<usize>,
    /// How long it takes at least; `None` when a person decides.
    pub duration: Option<Duration>,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The stage that it belongs to.
    pub stage: StageId,
    /// What is done.
    pub action: Action,
    /// The text responsible.
    pub origin: Origin,
}

/// What can be done in a step.
#[derive(Clone, Debug)]
pub enum Action {
    /// Canary pods are set apart from the weight.
    ScaleCanary(CanaryScale),
    /// Canary pods follow the weight again.
    FollowWeight,
    /// A header route is set: an index into [`Plan::managed_routes`].
    AdmitAudience(usize),
    /// The weight is set, whole percents.
    SetWeight(u8),
    /// Requests are copied to the canary.
    StartMirror(StageId),
    /// And no longer.
    StopMirror(StageId),
    /// A gate or a hold: an index into [`Plan::analyses`].
    Analyse(usize),
    /// Baseline and canary side by side.
    Experiment(StageId),
    /// A step plugin: its index in the stage.
    Plugin(StageId, usize),
    /// Time passes.
    Pause(Duration),
    /// A person promotes.
    AwaitPromotion,
}

/// How many canary pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanaryScale {
    /// So many.
    Replicas(u32),
    /// So many percent of the fleet, rounded up.
    Weight(u8),
}

/// A header route that the controller makes and removes.
#[derive(Clone, Debug)]
pub struct ManagedRoute {
    /// Its name: the audience's.
    pub name: Sourced<Name>,
    /// The audience whose matchers it has (a member, for `any`).
    pub audience: AudienceId,
}

/// A set of measurements that decide together. Several holds may have one name: they are one template, which takes
/// the initial delays as arguments where its stages differ in them.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The name of its template.
    pub name: Name,
    /// What it is for.
    pub purpose: Purpose,
    /// What it measures, in the order written; not empty.
    pub looks: Vec<Look>,
    /// The text responsible.
    pub origin: Origin,
}

/// What an analysis is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Must pass before the next stage (or before the pause).
    Gate,
    /// Stands until a person promotes when there is no data, or a bad value under `on-fail="pause"`.
    Hold,
    /// Throughout.
    Watch,
}

/// One check as an analysis applies it.
#[derive(Clone, Debug)]
pub struct Look {
    /// The check.
    pub check: CheckId,
    /// Where it is named: the gate's or watch's argument.
    pub origin: Origin,
    /// How long the first look waits.
    pub initial_delay: Option<Duration>,
    /// Whether what should hold for a person passes here, because a hold after it judges that.
    pub holds_elsewhere: bool,
}

/// The background analysis.
#[derive(Clone, Debug)]
pub struct PlannedWatch {
    /// Its analysis: an index into [`Plan::analyses`].
    pub analysis: usize,
    /// The index of the step at which it starts: the first after its stage's exposure is set.
    pub starting_step: usize,
    /// The `watch` node.
    pub origin: Origin,
}
