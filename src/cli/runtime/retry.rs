//! `canaryc retry`: restarts an aborted release.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Retry an aborted release
///
/// The release starts at its first stage, with new measurements.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Retries.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("retry", "retry"), Needs::Observed, async |_, rollout| {
        Ok(act::retry(rollout)?)
    })
}
