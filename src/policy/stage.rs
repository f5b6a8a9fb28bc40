//! The stages of a release, and what is measured in them and throughout.

use crate::manifest::{Field, Origin};
use crate::policy::ids::{AudienceId, CheckId, StageId};
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, IntOrPercent, Percent};
pub use crate::vocabulary::choices::GateTime;

/// `stage`
#[derive(Clone, Debug)]
pub struct Stage {
    /// The node.
    pub origin: Origin,
    /// Its name: as written, or its weight, or its audience.
    pub name: Sourced<Text>,
    /// The name as part of an object's name (`25%` becomes `25`); unique in the release.
    pub label: Name,
    /// The weight from here on, in whole percents. A stage without `weight=` has the weight and the origin of the stage
    /// before.
    pub weight: Sourced<Percent>,
    /// Whether the stage itself sets the weight, with `weight=` or a ramp.
    pub sets_weight: bool,
    /// Its index in its ramp, from 0; `None` outside a ramp.
    pub ramp: Option<usize>,
    /// The audience that it admits.
    pub audience: Option<Sourced<AudienceId>>,
    /// `pause=`
    pub pause: Option<Sourced<Duration>>,
    /// Whether it waits for anything, or may: the part that says so may be unreadable.
    pub may_wait: bool,
    /// `promote="manual"`
    pub manual: Option<Origin>,
    /// `replicas=`
    pub replicas: Option<Sourced<IntOrPercent>>,
    /// Gates, in the order written.
    pub gates: Vec<Gate>,
    /// `plugin`
    pub plugins: Vec<StepPlugin>,
}

/// `gate`
#[derive(Clone, Debug)]
pub struct Gate {
    /// The node.
    pub origin: Origin,
    /// The checks that must pass; not empty.
    pub checks: Vec<Sourced<CheckId>>,
    /// When the checks are measured.
    pub at: Sourced<GateTime>,
}

/// `watch`
#[derive(Clone, Debug)]
pub struct Watch {
    /// The node.
    pub origin: Origin,
    /// The checks that it measures; not empty.
    pub checks: Vec<Sourced<CheckId>>,
    /// `from=`: the first stage that it watches. Without it, that is the first that exposes users.
    pub from: Option<Sourced<StageId>>,
}

/// `plugin` of a stage
#[derive(Clone, Debug)]
pub struct StepPlugin {
    /// The node.
    pub origin: Origin,
    /// Its name.
    pub name: Sourced<Text>,
    /// `yaml=`, parsed.
    pub config: Option<Field>,
}
