//! The tests that are to be run. In: families of tests, each of which adds its own. Out: trials for the harness, which
//! share one lab.

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::corpus::Case;
use crate::failure::Failure;
use crate::lab::Lab;

/// The tests so far.
pub struct Suite {
    lab: Option<Arc<Lab>>,
    /// The policies that are judged.
    pub cases: Vec<Case>,
    trials: Vec<Trial>,
}

impl Suite {
    /// All tests of these families. Without a lab they can only be listed.
    pub fn of(families: &[fn(&mut Self)], cases: Vec<Case>, lab: Option<Arc<Lab>>) -> Vec<Trial> {
        let mut suite = Self { lab, cases, trials: Vec::new() };
        for family in families {
            family(&mut suite);
        }
        suite.trials
    }

    /// Adds a test, which is named for its claim.
    pub fn add(&mut self, name: impl Into<String>, judge: impl FnOnce(&Lab) -> Result<(), Failure> + Send + 'static) {
        self.add_unless(None, name, judge);
    }

    /// Adds a test that is not run when there is a reason not to.
    pub fn add_unless(
        &mut self,
        reason: Option<&str>,
        name: impl Into<String>,
        judge: impl FnOnce(&Lab) -> Result<(), Failure> + Send + 'static,
    ) {
        let lab = self.lab.clone();
        let trial = Trial::test(name, move || {
            let lab = lab.ok_or("there is no lab")?;
            Ok(judge(&lab)?)
        });
        self.trials.push(trial.with_ignored_flag(reason.is_some()).with_kind(reason.unwrap_or_default()));
    }
}
