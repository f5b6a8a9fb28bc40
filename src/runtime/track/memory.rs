//! What a tracker has said already, so that it says nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ending::{Ending, Traffic, Waits};
use super::measurement::Outcome;
use super::observed::PodProblem;

/// What was said of the version at hand. Another version starts with an empty one.
#[derive(Debug, Default)]
pub struct Memory {
    /// The hash of its pods.
    pub hash: String,
    /// Its revision.
    pub revision: Option<u64>,
    /// The hash of its steps.
    pub steps: Option<String>,
    /// Was it seen under way?
    pub was_in_flight: bool,
    /// Was it aborted?
    pub was_aborted: bool,
    /// Did its pods not get ready in time? The controller says so for a moment only when it aborts.
    pub was_late: bool,
    /// The stage that it has entered last.
    pub stage: Option<usize>,
    /// The stage that it has reached last.
    pub reached: Option<usize>,
    /// When it was seen to enter its stage.
    pub since: Option<Timestamp>,
    /// The pause that was told of: its step and its start.
    pub pause: Option<(usize, String)>,
    /// Why it stands.
    pub waits: Option<Waits>,
    /// Was the full promotion told of?
    pub promoted: bool,
    /// Was it told that all stages are behind it?
    pub finishing: bool,
    /// Why it was refused.
    pub refused: Option<String>,
    /// What ails its pods.
    pub pods: Vec<PodProblem>,
    /// The traffic that it had last.
    pub traffic: Option<Traffic>,
    /// How it ended.
    pub ending: Option<Ending>,
}

/// What was said of the AnalysisRuns.
#[derive(Debug, Default)]
pub struct Looks {
    /// How many looks of a metric of a run were told of, and what the last one found.
    pub last: BTreeMap<(String, String), (i64, Option<Outcome>)>,
    /// The runs whose passing was told of.
    pub passed: BTreeSet<String>,
}

impl Memory {
    /// Of a version that begins.
    pub fn of(hash: &str, revision: Option<u64>, steps: Option<String>) -> Self {
        Self { hash: hash.to_owned(), revision, steps, ..Self::default() }
    }

    /// The same version begins anew.
    pub fn again(&mut self) {
        *self = Self::of(&self.hash, self.revision, self.steps.take());
    }
}

/// Since when something has been so: what is looked at again and again, and is to last for a while.
#[derive(Debug, Default)]
pub struct Since(Option<Timestamp>);

impl Since {
    /// Is it so, and waited for?
    pub const fn runs(&self) -> bool {
        self.0.is_some()
    }

    /// How long it has been so, if it is so now.
    pub fn lasts(&mut self, is_so: bool, now: Timestamp) -> jiff::SignedDuration {
        if !is_so {
            self.0 = None;
            return jiff::SignedDuration::ZERO;
        }
        now.duration_since(*self.0.get_or_insert(now))
    }
}
