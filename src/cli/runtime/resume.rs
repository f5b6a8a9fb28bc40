//! `canaryc resume`: ends a manual pause.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Resume a release that was paused manually
///
/// The pauses and waits of the policy remain; `promote` ends them.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Resumes.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("resume", "resumption"), Needs::Current, async |_, rollout| {
        Ok(act::resume(rollout)?)
    })
}
