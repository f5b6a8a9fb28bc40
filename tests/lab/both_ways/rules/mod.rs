//! One table of the rules that `check` enforces because the API server or the controller would refuse something or
//! fail. In: nothing. Out: for each rule a good policy, the damage that the rule prevents, what stops it in canaryc,
//! and how the API server and the controller are expected to react. The lab checks the last; `tests/it/facts` checks
//! the first three, without a lab.

mod analyses;
mod base;
mod damage;
pub mod expected;
mod headers;
mod ingresses;
mod metrics;
mod objects;
mod pods;
mod references;
pub mod rollouts;
mod services;
mod settings;
mod specification;
mod steps;
mod weights;

pub use base::{Base, Measured};
pub use damage::Damage;
pub use expected::{Expected, Version};
pub use rollouts::Rollouts;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `metrics/no-condition`: the area and the damage, unique.
    pub name: &'static str,
    /// The good policy.
    pub base: Base,
    /// The results of its measurements.
    pub measured: Measured,
    /// What makes the difference visible. It is also applied to the good policy.
    pub setting: Vec<Damage>,
    /// What the rule prevents.
    pub damage: Vec<Damage>,
    /// The version of the application that contains the damage.
    pub from: Version,
    /// What stops it in canaryc.
    pub stops: Vec<Stop>,
    /// How the API server and the controller react.
    pub expected: Expected,
    /// The last version of Argo Rollouts that reacts so, if a newer one does not.
    pub until: Option<Rollouts>,
}

/// What stops a damaged manifest in canaryc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The final check of emitted objects refuses it with this code, and with no other.
    Validation(&'static str),
    /// A row of `tests/it/facts`: a policy that would lead to it is refused.
    Fact(&'static str),
    /// A policy that would lead to it is refused with this code. The page of the code shows such a policy, and
    /// `tests/it/docs` runs it.
    Page(&'static str),
    /// A test of `tests/it/facts` shows that no policy of the corpus leads to it.
    Never(&'static str),
}

/// A rule without damage and stops, which are added later.
fn rule(name: &'static str, base: Base, expected: Expected) -> Rule {
    Rule {
        name,
        base,
        measured: Measured::Good,
        setting: Vec::new(),
        damage: Vec::new(),
        from: Version::First,
        stops: Vec::new(),
        expected,
        until: None,
    }
}

impl Rule {
    /// Whether this version of Argo Rollouts reacts so.
    pub fn is_fact_of(&self, rollouts: Rollouts) -> bool {
        self.until.is_none_or(|until| rollouts <= until)
    }

    fn with(mut self, damage: Damage) -> Self {
        self.damage.push(damage);
        self
    }

    fn set(mut self, setting: Damage) -> Self {
        self.setting.push(setting);
        self
    }

    fn measured(mut self, measured: Measured) -> Self {
        self.measured = measured;
        self
    }

    fn with_the_second_version(mut self) -> Self {
        self.from = Version::Second;
        self
    }

    fn until(mut self, rollouts: Rollouts) -> Self {
        self.until = Some(rollouts);
        self
    }

    fn net(self, code: &'static str) -> Self {
        self.stopped(Stop::Validation(code))
    }

    fn fact(self, fact: &'static str) -> Self {
        self.stopped(Stop::Fact(fact))
    }

    fn page(self, code: &'static str) -> Self {
        self.stopped(Stop::Page(code))
    }

    fn never(self, test: &'static str) -> Self {
        self.stopped(Stop::Never(test))
    }

    fn stopped(mut self, stop: Stop) -> Self {
        self.stops.push(stop);
        self
    }
}

/// The whole table.
pub fn all() -> Vec<Rule> {
    let mut rules = Vec::new();
    for area in [
        specification::rules,
        settings::rules,
        steps::rules,
        references::rules,
        analyses::rules,
        metrics::rules,
        headers::rules,
        ingresses::rules,
        weights::rules,
        services::rules,
        objects::rules,
        pods::rules,
    ] {
        rules.extend(area());
    }
    rules
}
