//! The stages of a release and what is looked at in and throughout them.

use crate::manifest::{Field, Origin};
use crate::policy::audience::HeaderMatcher;
use crate::policy::routing::PathMatch;
use crate::policy::{AudienceId, CheckId, Sourced, StageId};
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, IntOrPercent, Percent};
pub use crate::vocabulary::choices::GateTime;

/// `stage`
#[derive(Clone, Debug)]
pub struct Stage {
    /// The node.
    pub origin: Origin,
    /// Its name: as said, else its weight, else its audience.
    pub name: Sourced<Text>,
    /// The name made fit for an object's name (`25%` is `25`); unique in the release.
    pub label: Name,
    /// The weight from here on, whole percents; carried over from the stage before when not written (then the
    /// origin is that stage's).
    pub weight: Sourced<Percent>,
    /// Whether `weight=` is written here (or comes from a ramp).
    pub sets_weight: bool,
    /// The audience that is admitted here.
    pub audience: Option<Sourced<AudienceId>>,
    /// `pause=`
    pub pause: Option<Sourced<Duration>>,
    /// `promote="manual"`
    pub manual: Option<Origin>,
    /// `replicas=`
    pub replicas: Option<Sourced<IntOrPercent>>,
    /// Gates, in the order written.
    pub gates: Vec<Gate>,
    /// `mirror`
    pub mirror: Option<Mirror>,
    /// `experiment`
    pub experiment: Option<Experiment>,
    /// `plugin`
    pub plugins: Vec<StepPlugin>,
}

/// `gate`
#[derive(Clone, Debug)]
pub struct Gate {
    /// The node.
    pub origin: Origin,
    /// What must pass; not empty.
    pub checks: Vec<Sourced<CheckId>>,
    /// When.
    pub at: Sourced<GateTime>,
}

/// `watch`
#[derive(Clone, Debug)]
pub struct Watch {
    /// The node.
    pub origin: Origin,
    /// What is watched; not empty.
    pub checks: Vec<Sourced<CheckId>>,
    /// The stage from which on; by default the first that exposes users.
    pub from: Sourced<StageId>,
}

/// `mirror`
#[derive(Clone, Debug)]
pub struct Mirror {
    /// The node.
    pub origin: Origin,
    /// `share=`
    pub share: Sourced<Percent>,
    /// `method=`
    pub method: Option<Sourced<Text>>,
    /// `path=` with `match=`
    pub path: Option<(Sourced<Text>, Sourced<PathMatch>)>,
    /// `header`
    pub headers: Vec<HeaderMatcher>,
}

/// `experiment`
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The node.
    pub origin: Origin,
    /// What is judged.
    pub checks: Vec<Sourced<CheckId>>,
    /// `duration=`
    pub duration: Sourced<Duration>,
    /// `replicas=`
    pub replicas: Sourced<u32>,
    /// `weight=`
    pub weight: Option<Sourced<Percent>>,
}

/// `plugin` of a stage
#[derive(Clone, Debug)]
pub struct StepPlugin {
    /// The node.
    pub origin: Origin,
    /// Its name.
    pub name: Sourced<Text>,
    /// `yaml=`, read.
    pub config: Option<Field>,
}
