//! In: the built programs. Out: a lab for each version of Argo Rollouts that a test asks for, which all tests share.

use std::sync::{Arc, Mutex};

use crate::both_ways::Rollouts;
use crate::failure::{Failure, failed};
use crate::lab::{Lab, Lazy};
use crate::programs::Programs;

/// The labs of a run.
#[derive(Debug)]
pub struct Labs {
    programs: Programs,
    labs: [(Rollouts, Lazy<Lab>); 2],
}

impl Labs {
    /// Nothing is started yet.
    pub fn new(programs: Programs) -> Self {
        Self { programs, labs: Rollouts::ALL.map(|rollouts| (rollouts, Lazy(Mutex::default()))) }
    }

    /// The lab of a version, which the first test of it starts.
    pub fn of(&self, rollouts: Rollouts) -> Result<Arc<Lab>, Failure> {
        let lab = self.labs.iter().find(|(known, _)| *known == rollouts);
        let (_, lab) = lab.ok_or_else(|| failed(format!("there is no lab of Argo Rollouts {rollouts}")))?;
        lab.get(|| Lab::start(self.programs.clone(), rollouts))
    }

    /// Stops every lab. Keeps the logs if a test has failed.
    pub fn stop(self, has_failed: bool) -> Result<(), Failure> {
        for (_, lab) in self.labs {
            let Some(lab) = lab.into_inner() else { continue };
            // Every trial has dropped its reference.
            let lab = Arc::into_inner(lab).ok_or_else(|| failed("a test still holds the lab"))?;
            if has_failed {
                eprintln!("lab: the logs are in {}", lab.stop_and_keep_logs()?.display());
            } else {
                lab.stop()?;
            }
        }
        Ok(())
    }
}
