//! `canaryc restart`: replaces the pods of a release.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Look, Named};

/// Replace the pods of a release, few at a time
///
/// All pods that are older than now are replaced, of both versions, as many at a time as `maxUnavailable` allows and at
/// least one. No new version is released.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc restart shop/checkout
  canaryc restart shop/checkout --wait --timeout 10m     until all pods are replaced and serve")]
pub struct Arguments {
    /// Wait until all pods are replaced and serve, and not only until the controller has begun
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    acting: Acting,
}

/// Restarts.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("restart", "restart"), Look::Observed, async |_, rollout| {
        Ok(act::restart(rollout, &act::now(), arguments.wait)?)
    })
}
