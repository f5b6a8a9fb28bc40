//! How a release moves from one version to the next.

use crate::policy::settings::CanarySettings;
use crate::policy::stage::{Stage, Watch};

/// `strategy=`, with the sections that belong to it.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// Stage by stage.
    Canary(Canary),
}

/// A release in stages.
#[derive(Clone, Debug)]
pub struct Canary {
    /// The stages. In a sound release there is at least one, and weights never fall.
    pub stages: Vec<Stage>,
    /// What is measured throughout the release.
    pub watch: Option<Watch>,
    /// Its settings of the Rollout.
    pub settings: CanarySettings,
}
