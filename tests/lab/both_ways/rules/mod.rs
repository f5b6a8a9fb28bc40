//! The rules that `check` enforces because the API server or the controller would refuse something or go wrong, as one
//! table. In: nothing. Out: for each rule a good policy, the damage that the rule prevents, what stops it in canaryc, and
//! what the real thing is expected to do with it. The lab judges the last; `tests/it/facts` the first three, without a lab.

mod analyses;
mod base;
mod damage;
pub mod expected;
mod headers;
mod metrics;
mod objects;
mod pods;
mod references;
mod services;
mod settings;
mod specification;
mod steps;
mod weights;

pub use base::{Base, Measured};
pub use damage::Damage;
pub use expected::{Expected, Version};

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `metrics/no-condition`: the area and the damage, unique.
    pub name: &'static str,
    /// The policy that is good.
    pub base: Base,
    /// What its measurements give.
    pub measured: Measured,
    /// What makes the difference visible, and is there in the good one as well.
    pub setting: Vec<Damage>,
    /// What the rule prevents.
    pub damage: Vec<Damage>,
    /// The version of the application with which the damage comes.
    pub from: Version,
    /// What stops it in canaryc.
    pub stops: Vec<Stop>,
    /// What the real thing does with it.
    pub expected: Expected,
}

/// What stops a damaged manifest in canaryc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The last net over emitted objects refuses it with this code, and with no other.
    Net(&'static str),
    /// A row of `tests/it/facts`: a policy that would lead there is refused.
    Fact(&'static str),
    /// A policy that would lead there is refused with this code; its page shows one, which `tests/it/docs` runs.
    Page(&'static str),
    /// A test of `tests/it/facts` shows that no policy of the corpus leads there.
    Never(&'static str),
}

/// A rule; what stops it and what it breaks are added.
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
    }
}

impl Rule {
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

    fn net(self, code: &'static str) -> Self {
        self.stopped(Stop::Net(code))
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
        weights::rules,
        services::rules,
        objects::rules,
        pods::rules,
    ] {
        rules.extend(area());
    }
    rules
}
