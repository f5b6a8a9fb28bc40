//! `canaryc resume`: ends a manual pause.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Look, Named};

/// Let a release go on that was paused manually
///
/// What the policy says to wait for is still waited for; `promote` ends that.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Resumes.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("resume", "resumption"), Look::AtOnce, async |_, rollout| {
        Ok(act::resume(rollout)?)
    })
}
