//! The tests to run. In: families of tests, each of which adds its own. Out: trials for the harness, which share one
//! lab for each version of Argo Rollouts.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Trial;

use crate::both_ways::Rollouts;
use crate::corpus::Case;
use crate::failure::Failure;
use crate::lab::Lab;
use crate::labs::Labs;

/// The names of the failed tests.
pub type Failed = Arc<Mutex<BTreeSet<String>>>;

/// The tests so far.
pub struct Suite {
    labs: Option<Arc<Labs>>,
    failed: Failed,
    /// The policies to check.
    pub cases: Vec<Case>,
    trials: Vec<Trial>,
}

impl Suite {
    /// All tests of these families. Without labs they can only be listed.
    pub fn of(families: &[fn(&mut Self)], cases: Vec<Case>, labs: Option<Arc<Labs>>, failed: &Failed) -> Vec<Trial> {
        let mut suite = Self { labs, failed: Arc::clone(failed), cases, trials: Vec::new() };
        for family in families {
            family(&mut suite);
        }
        suite.trials
    }

    /// Adds a test, whose name is its claim. The newest version of Argo Rollouts is judged.
    pub fn add(&mut self, name: impl Into<String>, judge: impl FnOnce(&Lab) -> Result<(), Failure> + Send + 'static) {
        self.add_on(Rollouts::NEWEST, None, name, judge);
    }

    /// Adds a test of a version of Argo Rollouts. It is skipped if there is a reason.
    pub fn add_on(
        &mut self,
        rollouts: Rollouts,
        reason: Option<&str>,
        name: impl Into<String>,
        judge: impl FnOnce(&Lab) -> Result<(), Failure> + Send + 'static,
    ) {
        let (labs, name, failed) = (self.labs.clone(), name.into() + rollouts.suffix(), Arc::clone(&self.failed));
        let title = name.clone();
        let trial = Trial::test(name, move || {
            let lab = labs.ok_or("there is no lab")?.of(rollouts)?;
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
