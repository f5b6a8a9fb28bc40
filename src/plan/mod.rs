//! In: a [`Release`]. Out: a [`Plan`]: the release as a timeline, independent of any back end. `show`, the statistics,
//! the pictures and every emitter use it. Only this phase decides an order.

pub mod controller;
pub mod fleet;
pub mod measurements;
mod planner;
#[cfg(test)]
mod random_releases;
mod size;
pub mod stops;
mod templates;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::manifest::Origin;
use crate::policy::names::TooLong;
use crate::policy::{AudienceId, CheckId, Release, Sourced, StageId};
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, Percent};
use controller::Controller;
use fleet::Fleet;

/// Plans a release. Reports each name that the timeline needs and that does not fit or is taken; the plan then lacks
/// what needs it.
pub fn plan(release: &Release, diagnostics: &mut Diagnostics) -> Plan {
    planner::Planner::new(release, diagnostics).build()
}

/// A release as a timeline.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The number of pods, as far as the policy determines it.
    pub fleet: Fleet,
    /// How the controller counts its pods.
    pub controller: Controller,
    /// How it moves from one version to the next.
    pub course: Course,
    /// The sets of measurements that the course uses, in order of first use.
    pub templates: Vec<Template>,
    /// The names of templates that do not fit; the plan lacks what needs them.
    pub too_long: Vec<TooLong>,
}

/// How a release moves from one version to the next.
#[derive(Clone, Debug)]
pub enum Course {
    /// Stage by stage.
    Steps(Staged),
}

/// The course of a canary.
#[derive(Clone, Debug)]
pub struct Staged {
    /// The stages in order. The final 100% is implicit and absent, unless the policy writes it.
    pub stages: Vec<PlannedStage>,
    /// Every step, in order.
    pub steps: Vec<PlannedStep>,
    /// Header routes that the controller manages, in order of first admission.
    pub managed_routes: Vec<ManagedRoute>,
    /// The background analysis and the step at which it starts.
    pub watch: Option<PlannedWatch>,
}

impl Plan {
    /// Its stages and steps.
    pub fn staged(&self) -> &Staged {
        let Course::Steps(staged) = &self.course;
        staged
    }

    /// The template with this id.
    pub fn template(&self, id: TemplateId) -> Option<&Template> {
        self.templates.get(id.0)
    }
}

/// One stage of the timeline.
#[derive(Clone, Debug)]
pub struct PlannedStage {
    /// Its name in messages: `5%`, `half`, `staff`.
    pub name: Text,
    /// The stage's node.
    pub origin: Origin,
    /// The share of the traffic that goes to the canary by weight.
    pub weight: Percent,
    /// Audiences admitted so far, in order of admission.
    pub admitted: Vec<AudienceId>,
    /// Weight plus the shares of the admitted audiences, at most 100%.
    pub exposure: Percent,
    /// Canary pods of the smallest fleet; `None` when only the cluster knows it.
    pub canary_pods: Option<u32>,
    /// Its steps: indices into [`Staged::steps`].
    pub steps: Range<usize>,
    /// Its shortest duration; `None` if a person decides.
    pub duration: Option<Duration>,
    /// The shortest time until it ends, or until a person decides.
    pub least: Duration,
    /// The shortest time before its hold: its pause and its gates.
    pub before_hold: Duration,
}

/// One step.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The stage that it belongs to.
    pub stage: StageId,
    /// What it does.
    pub action: Action,
    /// The text that it comes from.
    pub origin: Origin,
}

/// What a step can do.
#[derive(Clone, Debug)]
pub enum Action {
    /// Sets the number of canary pods independently of the weight.
    ScaleCanary(CanaryScale),
    /// Lets the number of canary pods follow the weight again.
    FollowWeight,
    /// Sets a header route: an index into [`Staged::managed_routes`].
    AdmitAudience(usize),
    /// Sets the weight, in whole percents.
    SetWeight(u8),
    /// Runs a gate or a hold.
    Analyse(TemplateUse),
    /// Runs a step plugin: its index in the stage.
    Plugin(usize),
    /// Waits for this time.
    Pause(Duration),
    /// Waits for a person to promote.
    AwaitPromotion,
}

/// The number of canary pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanaryScale {
    /// This many pods.
    Replicas(u32),
    /// This percentage of the fleet, rounded up.
    Weight(u8),
}

/// A header route that the controller creates and removes.
#[derive(Clone, Debug)]
pub struct ManagedRoute {
    /// Its name, which is the name of its audience.
    pub name: Sourced<Name>,
    /// The audience whose matchers it uses (for an `any`, a member).
    pub audience: AudienceId,
}

/// A set of measurements that decide together.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name.
    pub name: Name,
    /// Its purpose.
    pub purpose: Purpose,
    /// What it measures, in the order written; not empty.
    pub measurements: Vec<Measurement>,
    /// The text that it comes from.
    pub origin: Origin,
}

/// The index of a template in [`Plan::templates`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateId(pub usize);

/// The use of a template by a step or by the watch.
#[derive(Clone, Debug)]
pub struct TemplateUse {
    /// The template.
    pub template: TemplateId,
    /// The initial delay of each measurement, in the order of the template.
    pub initial_delays: Vec<Option<Duration>>,
}

/// The purpose of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Must pass before the next stage, or before the pause.
    Gate,
    /// Keeps the release in its stage until everything that it measures is good.
    Hold,
    /// Runs throughout the release.
    Watch,
}

/// One check of a template.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// The check.
    pub check: CheckId,
    /// Where the policy names it: the argument of the gate or watch.
    pub origin: Origin,
    /// The delay before the first measurement.
    pub initial_delay: InitialDelay,
    /// Whether a result that should hold the release passes here, because a later hold judges it.
    pub holds_elsewhere: bool,
}

/// The delay before the first measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitialDelay {
    /// The same in every use of the template; `None` for no delay.
    Fixed(Option<Duration>),
    /// An argument, because the uses of the template differ. This is its default: the delay of the first use.
    Argument(Option<Duration>),
}

/// The background analysis.
#[derive(Clone, Debug)]
pub struct PlannedWatch {
    /// Its template.
    pub usage: TemplateUse,
    /// The index of the step at which it starts: the first one after its stage has set its exposure.
    pub starting_step: usize,
    /// That stage.
    pub from: StageId,
    /// The `watch` node.
    pub origin: Origin,
}
