//! What a tracker has already reported, to avoid repetition.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::check_view::Outcome;
use super::ending::{Ending, Traffic, WaitReason};
use super::observed::PodProblem;

/// What was reported of the current version. Another version starts with an empty memory.
#[derive(Debug, Default)]
pub struct Memory {
    /// The hash of its pods.
    pub hash: String,
    /// Its revision.
    pub revision: Option<u64>,
    /// The hash of its steps.
    pub steps: Option<String>,
    /// Whether it was seen in flight.
    pub was_in_flight: bool,
    /// Whether it was aborted.
    pub was_aborted: bool,
    /// Whether its pods did not become ready in time. If the controller also aborts, it reports this only for a moment.
    pub was_late: bool,
    /// The last stage that it entered.
    pub stage: Option<usize>,
    /// The last stage that it reached.
    pub reached: Option<usize>,
    /// When it was seen to enter its stage.
    pub since: Option<Timestamp>,
    /// The reported pause: its step and its start.
    pub pause: Option<(usize, String)>,
    /// Why it waits.
    pub waits: Option<WaitReason>,
    /// Whether the full promotion was reported.
    pub promoted: bool,
    /// Whether the end of all stages was reported.
    pub finishing: bool,
    /// Why the controller rejected it.
    pub refused: Option<String>,
    /// The problems of its pods.
    pub pods: Vec<PodProblem>,
    /// Its last traffic.
    pub traffic: Option<Traffic>,
    /// How it ended.
    pub ending: Option<Ending>,
}

/// What was reported of the AnalysisRuns.
#[derive(Debug, Default)]
pub struct ReportedMeasurements {
    /// The number of reported measurements for each metric of a run, and the result of the last one.
    pub last: BTreeMap<(String, String), (i64, Option<Outcome>)>,
    /// The runs that were reported as passed.
    pub passed: BTreeSet<String>,
}

impl Memory {
    /// The memory of a version that starts.
    pub fn of(hash: &str, revision: Option<u64>, steps: Option<String>) -> Self {
        Self { hash: hash.to_owned(), revision, steps, ..Self::default() }
    }

    /// The same version restarts.
    pub fn again(&mut self) {
        *self = Self::of(&self.hash, self.revision, self.steps.take());
    }
}

/// The start of a condition that must last for some time.
#[derive(Debug, Default)]
pub struct Since(Option<Timestamp>);

impl Since {
    /// Whether the condition holds now.
    pub const fn runs(&self) -> bool {
        self.0.is_some()
    }

    /// How long the condition has held, if it holds now.
    pub fn lasts(&mut self, is_so: bool, now: Timestamp) -> jiff::SignedDuration {
        if !is_so {
            self.0 = None;
            return jiff::SignedDuration::ZERO;
        }
        now.duration_since(*self.0.get_or_insert(now))
    }
}
