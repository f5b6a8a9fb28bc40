//! Why a command ended before it was done: as data, and as a diagnostic for the person who asked.

use std::time::Duration;

use super::{Overtaken, Refusal};
use crate::diagnostic::{Code, Diagnostic};
use crate::runtime::cluster_error::ClusterError;
use crate::runtime::rollout::Standing;

/// Why a command ended before it was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// The cluster could not be used, or did not do what it was asked.
    ClusterError(ClusterError),
    /// It makes no sense; nothing was changed.
    Refused(Refusal),
    /// Something else happened first.
    Overtaken(Overtaken),
    /// The Rollout was deleted meanwhile.
    Deleted,
    /// What was waited for did not happen in time.
    TimedOut(Box<TimedOut>),
}

/// What did not happen in time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedOut {
    /// What was waited for, after "required here".
    pub awaited: String,
    /// For how long.
    pub after: Duration,
    /// Is something stored that the controller may still take?
    pub is_written: bool,
    /// How often it was asked for, in all.
    pub asked: u32,
    /// Has the controller seen the newest specification?
    pub is_observed: bool,
    /// Where the Rollout stood in the end.
    pub standing: Standing,
    /// The last mistake of the connection, if it did not work in the end.
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
    /// The same for a person; `name` is what they called the release, `command` a noun for what they asked for.
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
