//! An `slo` or a `check`: what it measures, its verdict, and what a failure leads to.

use crate::manifest::Origin;
use crate::policy::measure::Measure;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::Name;
use crate::units::{Duration, Number, Rate, RelativePercent};
pub use crate::vocabulary::choices::{NoData, OnFail};

/// How long a metric waits for a good value before it fails: seven days.
pub const LONGEST_HOLD_SECONDS: u64 = 7 * 24 * 60 * 60;

/// `slo`, `check`
#[derive(Clone, Debug)]
pub struct Check {
    /// The node.
    pub origin: Origin,
    /// Its name, which is also the name of its metric.
    pub name: Sourced<Name>,
    /// What it measures.
    pub measure: Measure,
    /// How it judges the value.
    pub verdict: Verdict,
    /// Time between two measurements. `None` for one-shot measures (job, template) without `interval=`.
    pub interval: Option<Sourced<Duration>>,
    /// Failed measurements that are tolerated.
    pub failure_limit: Sourced<u32>,
    /// Number of measurements of a gate, if written.
    pub count: Option<Sourced<u32>>,
    /// Successful measurements in a row that a gate needs, if written; excludes `count`.
    pub success_limit: Option<Sourced<u32>>,
    /// Delay before the first measurement, if written.
    pub initial_delay: Option<Sourced<Duration>>,
    /// Errors in a row that are tolerated.
    pub error_limit: Sourced<u32>,
    /// What a failed measurement leads to.
    pub on_fail: Sourced<OnFail>,
    /// What an empty answer leads to. `None` if the measure always answers.
    pub no_data: Option<Sourced<NoData>>,
    /// Longest wait of `on-fail="wait"`, which always has one.
    pub timeout: Option<Sourced<Duration>>,
    /// Number of measurements that the controller keeps.
    pub retain: Sourced<u32>,
}

/// An `slo` or a `check` that nothing names.
#[derive(Clone, Debug)]
pub struct UnusedCheck {
    /// The keyword and the name.
    pub origin: Origin,
    /// Whether it is an `slo` or a `check`.
    pub word: CheckWord,
    /// Its name.
    pub name: Text,
}

/// The two keywords for checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckWord {
    /// A service level objective: about the requests of users.
    Slo,
    /// Anything else.
    Check,
}

impl CheckWord {
    /// The keyword.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slo => "slo",
            Self::Check => "check",
        }
    }
}

/// How a check judges a measured value.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// `min=` and `max=`: at least one of them. Both are inclusive and in the unit of the measure.
    Range {
        /// Lower bound.
        min: Option<Sourced<Threshold>>,
        /// Upper bound.
        max: Option<Sourced<Threshold>>,
    },
    /// `equals=`
    Equals(Sourced<Scalar>),
    /// Conditions in Argo's own expression language, already type-checked; at least one of them.
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
    /// Compared with a ratio (0..1; above 1 only with `against=`), or with 0..100 for a query with `unit="percent"`.
    Percent(RelativePercent),
    /// Compared with seconds or milliseconds, in the unit of the series.
    Duration(Duration),
    /// Compared with events per second.
    Rate(Rate),
    /// Compared without a unit.
    Number(Number),
}
