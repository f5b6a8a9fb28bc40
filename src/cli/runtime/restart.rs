//! `canaryc restart`: replaces the pods of a release.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Replace the pods of a release, a few at a time
///
/// Replaces all current pods of both versions, as many at a time as `maxUnavailable` allows, and at least one. It
/// releases no new version.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc restart shop/checkout
  canaryc restart shop/checkout --wait --timeout 10m     wait until all new pods are ready")]
pub struct Arguments {
    /// Wait until all pods are replaced and ready, and not only until the controller has started
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    acting: Acting,
}

/// Restarts.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("restart", "restart"), Needs::Observed, async |_, rollout| {
        Ok(act::restart(rollout, &act::now(), arguments.wait)?)
    })
}
