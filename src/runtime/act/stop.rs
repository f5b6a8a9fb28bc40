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
    /// The command makes no sense; nothing was changed.
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
    /// The expected change, after "required here".
    pub awaited: String,
    /// The time limit.
    pub after: Duration,
    /// Whether a write is stored that the controller may still act on.
    pub is_written: bool,
    /// How often the change was requested, in total.
    pub asked: u32,
    /// Whether the controller has seen the newest specification.
    pub is_observed: bool,
    /// The status of the Rollout in the end.
    pub standing: Standing,
    /// The last connection error, if the connection did not work in the end.
    pub trouble: Option<ClusterError>,
}

impl From<ClusterError> for Stop {
    fn from(trouble: ClusterError) -> Self {
        Self::ClusterError(trouble)
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
    /// The diagnostic. `name` is how the person named the release, and `command` is a noun for the command.
    pub fn diagnostic(&self, name: &str, command: &str) -> Diagnostic {
        match self {
            Self::ClusterError(trouble) => trouble.diagnostic(),
            Self::Refused(refusal) => refusal.diagnostic(name),
            Self::Overtaken(overtaken) => overtaken.diagnostic(name, command),
            Self::Deleted => Diagnostic::without_place(Code::ActOvertaken, format!("{name} was deleted meanwhile")),
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
            Self::OtherRelease => found(format!("another release of {name} began during the {command}"))
                .why("The workload or the steps were changed meanwhile.")
                .help(format!("`canaryc track {name}` shows the new one")),
            Self::Finished => found(format!("the release of {name} had ended before the {command}"))
                .help(format!("`canaryc undo {name}` restores the previous version")),
            Self::OtherRestart => found(format!("somebody else asked for a later restart of {name}")),
            Self::PausedByHand => found(format!("somebody paused {name} by hand during the {command}"))
                .help(format!("`canaryc resume {name}` lets it go on")),
        }
    }
}

impl TimedOut {
    fn diagnostic(&self, name: &str, command: &str) -> Diagnostic {
        let seconds = self.after.as_secs_f64();
        let message = format!("{name}: waited {seconds} s for {}", self.awaited);
        let diagnostic = Diagnostic::without_place(Code::ActNotTaken, message);
        if let Some(trouble) = &self.trouble {
            return diagnostic.why(format!("In the end, {}.", trouble.diagnostic().message));
        }
        let Standing { phase, message } = &self.standing;
        let stands = match message.as_str() {
            "" => format!("It is at {}.", phase.name()),
            message => format!("It is at {}: {message}.", phase.name()),
        };
        let written = match (self.is_written, self.asked) {
            (false, _) => String::new(),
            (true, 1) => format!(" The {command} is stored, and may still be taken."),
            (true, asked) => format!(" The {command} is stored, was asked for {asked} times, and may still be taken."),
        };
        let help = if self.is_written || !self.is_observed {
            "is the controller running? `kubectl get pods -n argo-rollouts` shows it; `--timeout` waits longer"
                .to_owned()
        } else {
            format!("`canaryc track {name}` shows what it does; `--timeout` waits longer")
        };
        let unseen = if self.is_observed { "" } else { " The controller has not seen the newest specification." };
        diagnostic.why(format!("{stands}{unseen}{written}")).help(help)
    }
}
