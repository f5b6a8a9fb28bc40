//! `canaryc abort`: aborts a release.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Abort a release: send all requests to the stable version
///
/// This is possible at any stage. The workload still names the new version: `retry` releases it again, and `undo`
/// restores the stable version.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Aborts.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("abort", "abort"), Needs::Current, async |_, rollout| {
        Ok(act::abort(rollout)?)
    })
}
