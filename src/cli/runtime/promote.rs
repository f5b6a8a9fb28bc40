//! `canaryc promote`: lets a release continue.

use crate::runtime::act::{Promotion, To};
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Continue a release that waits
///
/// Ends the current pause, gate or wait for a person. Work that the controller does by itself, such as starting pods, is
/// not skipped; during it, there is nothing to promote. A release that is paused manually is resumed first.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc promote shop/checkout                 end the current wait
  canaryc promote shop/checkout --to 25%        continue to the start of stage `25%`, step by step
  canaryc promote shop/checkout --full          send all requests to the new version at once, without gates and analyses
  canaryc promote shop/checkout --dry-run       only print what the command would do")]
pub struct Arguments {
    /// Send all requests to the new version; skip every pause, gate and analysis
    #[arg(long, conflicts_with = "to")]
    full: bool,
    /// Continue to the start of this stage; wait for pods and routes, but skip pauses and gates
    #[arg(long, value_name = "STAGE")]
    to: Option<String>,
    #[command(flatten)]
    acting: Acting,
}

/// Promotes.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let to = match &arguments.to {
        Some(stage) => To::Stage(stage.clone()),
        None if arguments.full => To::Full,
        None => To::Next,
    };
    acting::run(&arguments.acting, shell, Named("promote", "promotion"), Needs::Observed, async |_, rollout| {
        Ok(Promotion::begin(rollout, &to)?)
    })
}
