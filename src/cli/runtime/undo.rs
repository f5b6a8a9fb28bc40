//! `canaryc undo`: restores an older version.

use crate::runtime::act::{self, Workload};
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Restore an older revision
///
/// Writes the pod template of the revision into the Rollout, or into the object that its `workloadRef` names. While a
/// release is in flight or aborted, the default is the stable version, and all requests go to it at once. Otherwise it is
/// the previous revision, which is released like any other version, from the first stage.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc undo shop/checkout
  canaryc undo shop/checkout --to 41")]
pub struct Arguments {
    /// The revision to restore
    #[arg(long, value_name = "REVISION")]
    to: Option<u64>,
    #[command(flatten)]
    acting: Acting,
}

/// Undoes.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("undo", "undo"), Needs::Observed, async |actor, rollout| {
        let revisions = actor.revisions(rollout).await?;
        let workload = match Workload::place_of(rollout)? {
            Some((kind, name)) => Workload::of_object(kind, &actor.object(kind, name).await?),
            None => Workload::of_rollout(rollout),
        };
        Ok(act::undo(rollout, &revisions, arguments.to, workload)?)
    })
}
