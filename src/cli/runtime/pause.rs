//! `canaryc pause`: pauses a release until somebody resumes it.

use crate::runtime::act;
use clap::Args;

use super::super::shell::Shell;
use super::super::status::{ExitStatus, Failure};
use super::acting::{self, Acting, Named, Needs};

/// Pause a release manually
///
/// The release stays at its current step until somebody resumes it. If none is in flight, the next release pauses at its
/// start. Analyses continue during the pause and can still abort the release.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Pauses.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    acting::run(&arguments.acting, shell, Named("pause", "pause"), Needs::Current, async |_, rollout| {
        Ok(act::pause(rollout)?)
    })
}
