//! What must hold: an `slo` or a `check`, its verdict, and what follows from it.

use crate::manifest::Origin;
use crate::policy::Sourced;
use crate::policy::measure::Measure;
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::Name;
use crate::units::{Duration, Number, Rate, RelativePercent};
pub use crate::vocabulary::choices::{NoData, OnFail};

/// `slo`, `check`
#[derive(Clone, Debug)]
pub struct Check {
    /// The node.
    pub origin: Origin,
    /// Which of the two words.
    pub word: CheckWord,
    /// Its name: the metric's.
    pub name: Sourced<Name>,
    /// What is measured.
    pub measure: Measure,
    /// What is made of the value.
    pub verdict: Verdict,
    /// Time between two looks; `None` for one-shot measures whose interval was not said (job, template).
    pub interval: Option<Sourced<Duration>>,
    /// Bad looks that are tolerated.
    pub failure_limit: Sourced<u32>,
    /// Looks of a gate, if said.
    pub count: Option<Sourced<u32>>,
    /// Good looks in a row, if said; excludes `count`.
    pub success_limit: Option<Sourced<u32>>,
    /// Delay of the first look, if said.
    pub initial_delay: Option<Sourced<Duration>>,
    /// Errors in a row that are tolerated.
    pub error_limit: Sourced<u32>,
    /// What a bad value leads to.
    pub on_fail: Sourced<OnFail>,
    /// What an empty answer leads to; `None` where the measure always answers.
    pub no_data: Option<Sourced<NoData>>,
    /// Longest wait of `on-fail="wait"`; always there with it.
    pub timeout: Option<Sourced<Duration>>,
    /// Measurements that are kept.
    pub retain: Sourced<u32>,
}

/// The two words for what must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckWord {
    /// A service level of the users' requests.
    Slo,
    /// Anything else.
    Check,
}

/// What is made of a measured value.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// `min=`, `max=`: at least one is there, both are inclusive, and in the measure's unit.
    Range {
        /// Lower bound.
        min: Option<Sourced<Threshold>>,
        /// Upper bound.
        max: Option<Sourced<Threshold>>,
    },
    /// `equals=`
    Equals(Sourced<Scalar>),
    /// Argo's own expressions, compiled; at least one is there.
    Conditions {
        /// `success-condition=`
        success: Option<Sourced<Text>>,
        /// `failure-condition=`
        failure: Option<Sourced<Text>>,
    },
    /// The measure judges by itself (job, template, Kayenta).
    ByItself,
}

/// A threshold in the unit of its measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// Compared with a ratio (0..1; above 1 only for `against=`), or with 0..100 where the query says `unit="percent"`.
    Percent(RelativePercent),
    /// Compared with seconds or milliseconds, as the series has it.
    Duration(Duration),
    /// Compared with events per second.
    Rate(Rate),
    /// Compared as it is.
    Number(Number),
}
