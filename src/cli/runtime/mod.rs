//! The commands that talk to a cluster. In: their arguments. Out: what the runtime mode decided, did or saw, for eyes or
//! for programs. Each command is one file beside this one.

mod arguments;

use std::future::Future;

use canaryc::diagnostic::{Code, Diagnostic};
use canaryc::runtime::Trouble;
use clap::Subcommand;

use super::input;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// The commands of the runtime mode.
#[derive(Debug, Subcommand)]
pub enum Command {}

impl Command {
    pub fn run(self, _shell: &Shell) -> Result<ExitStatus, Failure> {
        match self {}
    }
}

/// Waits for the work of a command. One thread is enough: it waits for answers nearly all the time.
fn block_on(work: impl Future<Output = Result<ExitStatus, Failure>>) -> Result<ExitStatus, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = format!("the system gives no means to wait for the network: {error}");
        input::asked(Diagnostic::without_place(Code::ClusterUnreachable, message))
    })?;
    runtime.block_on(work)
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        input::asked(trouble.diagnostic())
    }
}
