//! How a run ends: the exit status, and what can end a command early.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::diagnostic::Report;

/// The exit status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All is well.
    Success = 0,
    /// A policy has errors, or what is on disk differs from what it should be.
    Mistakes = 1,
    /// The command line is wrong, or something around the command is.
    Usage = 2,
    /// A release stands until a person decides.
    #[cfg(feature = "runtime")]
    WaitsForPerson = 3,
    /// What was waited for has not happened in time.
    #[cfg(feature = "runtime")]
    TimedOut = 4,
    /// The person has ended the command by Ctrl-C; as shells count it.
    #[cfg(feature = "runtime")]
    Interrupted = 130,
    /// The system has ended the command by SIGTERM; as shells count it.
    #[cfg(feature = "runtime")]
    Terminated = 143,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command could not do its work. What it finds wrong with a policy is no failure: it reports that itself.
#[derive(Debug)]
pub enum Failure {
    /// What was asked for does not exist or cannot be read.
    Asked(Report),
    /// Nobody reads the output any more; `canaryc … | head` is no mistake.
    OutputClosed,
    /// Standard output or a file cannot be written.
    Unwritable(Option<PathBuf>, io::Error),
}

impl From<io::Error> for Failure {
    /// An error of standard output.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Unwritable(None, error),
        }
    }
}
