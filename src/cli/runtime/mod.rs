//! The commands that communicate with a cluster. In: their arguments. Out: what the runtime mode decided, did or
//! observed, for people or programs. Each command is one file beside this one.

mod abort;
mod acting;
mod apply;
mod arguments;
mod diff;
mod get;
mod interruption;
mod pause;
mod promote;
mod rbac;
mod releases;
mod restart;
mod resume;
mod retry;
mod track;
mod undo;

use std::future::Future;

use crate::diagnostic::{Code, Diagnostic};
use crate::runtime::ClusterError;
use clap::Subcommand;

use super::input;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// The commands of the runtime mode.
#[derive(Debug, Subcommand)]
pub enum Command {
    Apply(apply::Arguments),
    Diff(diff::Arguments),
    Rbac(rbac::Arguments),
    Promote(promote::Arguments),
    Abort(abort::Arguments),
    Retry(retry::Arguments),
    Pause(pause::Arguments),
    Resume(resume::Arguments),
    Restart(restart::Arguments),
    Undo(undo::Arguments),
    Track(track::Arguments),
    Get(get::Arguments),
}

impl Command {
    pub fn run(self, shell: &Shell) -> Result<ExitStatus, Failure> {
        match self {
            Self::Apply(arguments) => apply::run(&arguments, shell),
            Self::Diff(arguments) => diff::run(&arguments, shell),
            Self::Rbac(arguments) => rbac::run(&arguments, shell),
            Self::Promote(arguments) => promote::run(&arguments, shell),
            Self::Abort(arguments) => abort::run(&arguments, shell),
            Self::Retry(arguments) => retry::run(&arguments, shell),
            Self::Pause(arguments) => pause::run(&arguments, shell),
            Self::Resume(arguments) => resume::run(&arguments, shell),
            Self::Restart(arguments) => restart::run(&arguments, shell),
            Self::Undo(arguments) => undo::run(&arguments, shell),
            Self::Track(arguments) => track::run(&arguments, shell),
            Self::Get(arguments) => get::run(&arguments, shell),
        }
    }
}

/// Runs the work of a command. One thread is enough: it waits for answers nearly all the time.
fn block_on(work: impl Future<Output = Result<ExitStatus, Failure>>) -> Result<ExitStatus, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = format!("cannot start the network runtime: {error}");
        input::asked(Diagnostic::without_place(Code::ClusterUnreachable, message))
    })?;
    runtime.block_on(work)
}

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        input::asked(error.diagnostic())
    }
}
