//! The tests to run. In: families of tests, each of which adds its own. Out: trials for the harness, which share one
//! lab.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Trial;

use crate::corpus::Case;
use crate::failure::Failure;
use crate::lab::Lab;

/// The names of the failed tests.
pub type Failed = Arc<Mutex<BTreeSet<String>>>;

/// The tests so far.
pub struct Suite {
    lab: Option<Arc<Lab>>,
    failed: Failed,
    /// The policies to check.
    pub cases: Vec<Case>,
    trials: Vec<Trial>,
}

impl Suite {
    /// All tests of these families. Without a lab they can only be listed.
    pub fn of(families: &[fn(&mut Self)], cases: Vec<Case>, lab: Option<Arc<Lab>>, failed: &Failed) -> Vec<Trial> {
        let mut suite = Self { lab, failed: Arc::clone(failed), cases, trials: Vec::new() };
        for family in families {
            family(&mut suite);
        }
        suite.trials
    }

    /// Adds a test, whose name is its claim.
    pub fn add(&mut self, name: impl Into<String>, judge: impl FnOnce(&Lab) -> Result<(), Failure> + Send + 'static) {
        self.add_unless(None, name, judge);
    }

    /// Adds a test that is skipped if there is a reason.
    pub fn add_unless(
        &mut self,
        reason: Option<&str>,
        name: impl Into<String>,
        judge: impl FnOnce(&Lab) -> Result<(), Failure> + Send + 'static,
    ) {
        let (lab, name, failed) = (self.lab.clone(), name.into(), Arc::clone(&self.failed));
        let title = name.clone();
        let trial = Trial::test(name, move || {
            let lab = lab.ok_or("there is no lab")?;
            // Recorded in advance, because a test that panics has failed as well.
            with(&failed, |failed| failed.insert(title.clone()));
            judge(&lab).inspect_err(|failure| lab.note(&title, failure))?;
            with(&failed, |failed| failed.remove(&title));
            Ok(())
        });
        self.trials.push(trial.with_ignored_flag(reason.is_some()).with_kind(reason.unwrap_or_default()));
    }
}

fn with(failed: &Failed, change: impl FnOnce(&mut BTreeSet<String>) -> bool) {
    change(&mut failed.lock().unwrap_or_else(PoisonError::into_inner));
}
