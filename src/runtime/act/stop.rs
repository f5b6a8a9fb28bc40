//! Why a command ended early: as data, and as a diagnostic for the person who ran it.

use std::time::Duration;

use super::{Overtaken, Refusal};
use crate::diagnostic::{Code, Diagnostic};
use crate::runtime::cluster_error::ClusterError;
use crate::runtime::rollout::Standing;

/// Why a command ended early.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// The cluster was not usable, or refused a request.
    ClusterError(ClusterError),
    /// The command is not possible; nothing was changed.
    Refused(Refusal),
    /// Something else happened first.
    Overtaken(Overtaken),
    /// The Rollout was deleted in the meantime.
    Deleted,
    /// An expected change did not happen in time.
    TimedOut(Box<TimedOut>),
}

/// What did not happen in time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedOut {
    /// The expected change, after "waited for".
    pub awaited: String,
    /// The time limit.
    pub after: Duration,
    /// Whether a write is stored that the controller may still act on.
    pub is_written: bool,
    /// How often the change was requested, in total.
    pub requests: u32,
    /// Whether the controller has observed the newest specification.
    pub is_observed: bool,
    /// The status of the Rollout in the end.
    pub standing: Standing,
    /// The last connection error, if the connection did not work in the end.
    pub error: Option<ClusterError>,
}

impl From<ClusterError> for Stop {
    fn from(error: ClusterError) -> Self {
        Self::ClusterError(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Overtaken> for Stop {
    fn from(overtaken: Overtaken) -> Self {
        Self::Overtaken(overtaken)
    }
}

impl Stop {
    /// The diagnostic. `name` is the release as the person wrote it, and `command` is a noun for the command.
    pub fn diagnostic(&self, name: &str, command: &str) -> Diagnostic {
        match self {
            Self::ClusterError(error) => error.diagnostic(),
            Self::Refused(refusal) => refusal.diagnostic(name),
            Self::Overtaken(overtaken) => overtaken.diagnostic(name, command),
            Self::Deleted => {
                Diagnostic::without_place(Code::ActOvertaken, format!("{name} was deleted during the command"))
            }
            Self::TimedOut(timed_out) => timed_out.diagnostic(name, command),
        }
    }
}

impl Overtaken {
    fn diagnostic(&self, name: &str, command: &str) -> Diagnostic {
        let found = |message: String| Diagnostic::without_place(Code::ActOvertaken, message);
        match self {
            Self::Aborted(reason) => {
                let diagnostic = found(format!("the release of {name} was aborted during the {command}"));
                if reason.is_empty() { diagnostic } else { diagnostic.why(format!("The controller says: {reason}")) }
            }
            Self::OtherRelease => found(format!("another release of {name} started during the {command}"))
                .why("Somebody changed the workload or the steps.")
                .help(format!("`canaryc track {name}` follows the new release")),
            Self::Finished => found(format!("the release of {name} ended before the {command}"))
                .help(format!("`canaryc undo {name}` restores the previous version")),
            Self::OtherRestart => found(format!("somebody else requested a later restart of {name}")),
            Self::PausedManually => found(format!("somebody paused {name} manually during the {command}"))
                .help(format!("`canaryc resume {name}` resumes it")),
        }
    }
}

impl TimedOut {
    fn diagnostic(&self, name: &str, command: &str) -> Diagnostic {
        let seconds = self.after.as_secs_f64();
        let message = format!("{name}: waited {seconds} s for {}", self.awaited);
        let diagnostic = Diagnostic::without_place(Code::ActNotTaken, message);
        if let Some(error) = &self.error {
            return diagnostic.why(format!("The last error: {}.", error.diagnostic().message));
        }
        let Standing { phase, message } = &self.standing;
        let status = match message.as_str() {
            "" => format!("Its status is {}.", phase.name()),
            message => format!("Its status is {}: {message}.", phase.name()),
        };
        let written = match (self.is_written, self.requests) {
            (false, _) => String::new(),
            (true, 1) => format!(" The {command} is stored, and the controller may still act on it."),
            (true, requests) => format!(
                " The {command} is stored and was requested {requests} times; the controller may still act on it."
            ),
        };
        let help = if self.is_written || !self.is_observed {
            "is the controller running? check with `kubectl get pods -n argo-rollouts`; `--timeout` waits longer"
                .to_owned()
        } else {
            format!("`canaryc track {name}` shows the release; `--timeout` waits longer")
        };
        let unobserved =
            if self.is_observed { "" } else { " The controller has not observed the newest specification." };
        diagnostic.why(format!("{status}{unobserved}{written}")).help(help)
    }
}
