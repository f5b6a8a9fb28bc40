//! In: a resolved policy (known words, merged layers). Out: a [`Reading`]: the [`Release`] as far as canaryc could read
//! it, and whether it is sound. In a sound release, weights rise and every reference resolves. This is the first phase
//! that judges meaning.

pub mod audience;
pub mod backends;
pub mod check;
pub mod context;
pub mod embedded;
pub mod ids;
pub mod measure;
pub mod measured;
pub mod measures;
pub mod names;
pub mod outside;
pub mod path;
mod read;
pub mod reader;
pub mod reading;
pub mod regex;
pub mod routing;
pub mod service;
pub mod settings;
pub mod sourced;
pub mod stage;
pub mod strategy;
pub mod substitute;
pub mod template;
pub mod traffic;
pub mod unread;
pub mod workload;
pub mod yaml_text;

pub use ids::{AudienceId, CheckId, StageId};
pub use read::REFUSED_WORDS;
pub use read::release;
pub use reading::Reading;
pub use sourced::Sourced;

use std::collections::BTreeMap;

use crate::manifest::Origin;
use crate::syntax::tree::Text;
use crate::units::name::Name;
pub use strategy::Strategy;

/// One release, for one environment, resolved. A [`Reading`] knows whether it is sound.
#[derive(Clone, Debug)]
pub struct Release {
    /// The release's keyword and name.
    pub origin: Origin,
    /// Its name, which is also the name of the Rollout.
    pub name: Sourced<Name>,
    /// `namespace=`; `None` leaves `metadata.namespace` out.
    pub namespace: Option<Sourced<Name>>,
    /// The environment that it is compiled for.
    pub environment: Option<Text>,
    /// How it moves from one version to the next.
    pub strategy: Sourced<Strategy>,
    /// What runs.
    pub workload: workload::Workload,
    /// What owns the number of pods, if not the policy.
    pub autoscaler: Option<workload::Autoscaler>,
    /// The Services of the release. `None` when the policy names no Service.
    pub service: Option<service::Service>,
    /// Where requests enter.
    pub routes: Vec<routing::Route>,
    /// What splits traffic between the versions.
    pub traffic: traffic::Traffic,
    /// The audiences, in the order written.
    pub audiences: BTreeMap<AudienceId, audience::Audience>,
    /// The `slo`s and `check`s that a stage or the watch names.
    pub checks: BTreeMap<CheckId, check::Check>,
    /// The `slo`s and `check`s of the release itself that nothing names.
    pub unused_checks: Vec<check::UnusedCheck>,
    /// Who is notified.
    pub notifications: Vec<settings::Notification>,
    /// The Rollout's own settings.
    pub rollout: settings::RolloutSettings,
    /// Changes to emitted objects.
    pub patches: Vec<settings::Patch>,
    /// Labels of every emitted object.
    pub labels: Vec<(Sourced<Text>, Sourced<Text>)>,
    /// Annotations of every emitted object.
    pub annotations: Vec<(Sourced<Text>, Sourced<Text>)>,
    /// The generated names that do not fit; none in a sound release. The plan has those of templates.
    pub too_long: Vec<names::TooLong>,
    /// What canaryc could not read; nothing in a sound release.
    pub unread: unread::Unread,
}

impl Release {
    /// Its stages and their settings.
    pub fn canary(&self) -> &strategy::Canary {
        let Strategy::Canary(canary) = &self.strategy.value;
        canary
    }

    /// The check with this id.
    pub fn check(&self, id: CheckId) -> Option<&check::Check> {
        self.checks.get(&id)
    }

    /// The audience with this id.
    pub fn audience(&self, id: AudienceId) -> Option<&audience::Audience> {
        self.audiences.get(&id)
    }
}
