//! `canaryc abort`: aborts a release.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Look, Named};

/// Take a release back at once
///
/// All requests go to the stable version, wherever the release stands. The workload still names the new version: `retry`
/// releases it anew, and `undo` puts the stable version back.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Aborts.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("abort", "abort"), Look::AtOnce, async |_, rollout| {
        Ok(act::abort(rollout)?)
    })
}
