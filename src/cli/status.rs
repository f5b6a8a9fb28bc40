//! How a run ends: the exit status, and the failures that end a command early.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::diagnostic::Report;

/// The exit status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// No errors.
    Success = 0,
    /// A policy has errors, or a check found a difference.
    Mistakes = 1,
    /// A usage or environment error: bad arguments, a missing file, a full disk.
    Usage = 2,
    /// A release waits for a person.
    #[cfg(feature = "runtime")]
    WaitsForPerson = 3,
    /// The time limit passed.
    #[cfg(feature = "runtime")]
    TimedOut = 4,
    /// Ctrl-C interrupted the command; the number is the usual one of shells.
    #[cfg(feature = "runtime")]
    Interrupted = 130,
    /// SIGTERM ended the command; the number is the usual one of shells.
    #[cfg(feature = "runtime")]
    Terminated = 143,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command failed. Errors in a policy are not a failure: the command reports them itself.
#[derive(Debug)]
pub enum Failure {
    /// An argument names something that does not exist or cannot be read.
    Asked(Report),
    /// The reader closed the pipe, as in `canaryc … | head`. This is not an error.
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
