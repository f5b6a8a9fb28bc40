//! `canaryc promote`: lets a release continue.

use crate::runtime::act::{Promotion, To};
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Look, Named};

/// Let a release go on from where it waits
///
/// Ends the pause, the gate or the wait for a person at which the release stands. What goes on by itself, such as pods that
/// start, is not skipped: then there is nothing to promote. One that is paused manually is resumed first.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc promote shop/checkout                 past what it waits for
  canaryc promote shop/checkout --to 25%        on to the beginning of the stage `25%`, one step after the other
  canaryc promote shop/checkout --full          to all users at once; no gate and no analysis looks at it on the way
  canaryc promote shop/checkout --dry-run       only say what would be done")]
pub struct Arguments {
    /// Send all requests to the new version, past every pause, gate and analysis
    #[arg(long, conflicts_with = "to")]
    full: bool,
    /// Go on to the beginning of this stage; pods and routes on the way are waited for, pauses and gates are not
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
    acting::run(&arguments.acting, shell, Named("promote", "promotion"), Look::Observed, async |_, rollout| {
        Ok(Promotion::begin(rollout, &to)?)
    })
}
