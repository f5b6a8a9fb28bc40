//! `canaryc pause`: pauses a release until somebody resumes it.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Look, Named};

/// Pause a release by hand
///
/// It stands where it is until somebody resumes it. Without a release in flight, the next one stands at its beginning.
/// Analyses go on meanwhile, and can still abort the release.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Pauses.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("pause", "pause"), Look::AtOnce, async |_, rollout| {
        Ok(act::pause(rollout)?)
    })
}
