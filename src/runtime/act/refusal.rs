//! Why a command makes no sense at this moment: as data, and as a diagnostic for the person who asked.

use super::place::Place;
use crate::diagnostic::{Code, Diagnostic, suggest};

/// Why a command is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No new version is on its way.
    NothingInFlight,
    /// The very first version is on its way, and there is none before it.
    FirstVersion,
    /// The release is aborted; with the controller's reason.
    Aborted(String),
    /// Blue/green would switch to the pods of the aborted attempt at once, with no analysis; so many are left.
    PodsOfAbortedLeft(i64),
    /// It is not aborted, and so there is nothing to retry.
    NotAborted,
    /// Nothing waits that a person could end: the release goes on by itself.
    NotWaiting {
        /// Where it stands.
        place: Place,
        /// What it does there.
        doing: &'static str,
    },
    /// It is already paused manually.
    PausedAlready,
    /// It is not paused manually; `waits` when it waits to be promoted instead.
    NotPaused {
        /// Does it wait for a promotion?
        waits: bool,
    },
    /// The Rollout says nothing of stages.
    NoStages,
    /// No stage has this name.
    UnknownStage {
        /// The one that was asked for.
        wanted: String,
        /// Those that there are, in order.
        known: Vec<String>,
    },
    /// The release is there already, or past it.
    StagePassed {
        /// The one that was asked for.
        wanted: String,
        /// Where it stands.
        place: Place,
    },
    /// No revision has this number.
    UnknownRevision {
        /// The one that was asked for.
        wanted: u64,
        /// Those that there are, in order.
        known: Vec<u64>,
    },
    /// There is no revision before the current one.
    NoOtherRevision,
    /// The revision is the current one.
    CurrentRevision(u64),
    /// `workloadRef` names an object of a kind that holds no pod template for a Rollout.
    UnknownWorkload(String),
    /// Pods are being replaced already, since this time.
    RestartingAlready(String),
    /// The controller rejects the specification and does nothing more; in its words.
    InvalidSpec(String),
}

impl Refusal {
    /// The same for a person; `name` is what they called the release.
    pub fn diagnostic(&self, name: &str) -> Diagnostic {
        match self {
            Self::NothingInFlight => Diagnostic::without_place(
                Code::ActNothingInFlight,
                format!("no release of {name} is in flight: its newest version is the stable one"),
            )
            .help("a release begins when the workload changes, with a new image, say"),
            Self::FirstVersion => Diagnostic::without_place(
                Code::ActNothingInFlight,
                format!("{name} is being deployed for the first time: there is no version to go on from or back to"),
            ),
            Self::Aborted(reason) => {
                let diagnostic =
                    Diagnostic::without_place(Code::ActAborted, format!("the release of {name} is aborted")).help(
                        format!("`canaryc retry {name}` starts it again, `canaryc undo {name}` restores the previous version for good"),
                    );
                if reason.is_empty() { diagnostic } else { diagnostic.why(format!("The controller says: {reason}")) }
            }
            Self::PodsOfAbortedLeft(pods) => {
                let message = format!("{pods} pods of the aborted attempt of {name} are still there");
                Diagnostic::without_place(Code::ActAborted, message)
                    .why("Blue/green would switch to them at once, with no analysis and no pause.")
                    .help("run it again when they are gone: after `abortScaleDownDelaySeconds`, 30 s unless it says another")
            }
            Self::NotAborted => Diagnostic::without_place(Code::ActNotAborted, format!("nothing of {name} is aborted"))
                .help("only an aborted release can be retried"),
            Self::NotWaiting { place, doing } => {
                let message = format!("{name} is not waiting for a promotion: at {place} it {doing}");
                Diagnostic::without_place(Code::ActNotWaiting, message).help(format!(
                    "it continues by itself; `canaryc track {name}` shows how; `canaryc promote {name} --to STAGE` waits with it"
                ))
            }
            Self::PausedAlready => {
                Diagnostic::without_place(Code::ActPaused, format!("{name} is already paused manually"))
                    .help(format!("`canaryc resume {name}` lets it go on"))
            }
            Self::NotPaused { waits } => {
                let diagnostic =
                    Diagnostic::without_place(Code::ActNotPaused, format!("{name} is not paused manually"));
                if *waits {
                    diagnostic.help(format!("it waits at a step of its policy: `canaryc promote {name}` ends that"))
                } else {
                    diagnostic
                }
            }
            Self::NoStages => {
                let message = format!("{name} has no stages: its Rollout has no annotation `canaryc.dev/plan`");
                Diagnostic::without_place(Code::ActStage, message)
                    .help(format!("`canaryc promote {name}` goes on by one step"))
            }
            Self::UnknownStage { wanted, known } => {
                let names = || known.iter().map(String::as_str);
                let nearest = suggest::did_you_mean(wanted, names());
                Diagnostic::without_place(Code::ActStage, format!("{name} has no stage `{wanted}`"))
                    .help(nearest.unwrap_or_else(|| format!("its stages are {}", suggest::one_of(names()))))
            }
            Self::StagePassed { wanted, place } => {
                let message = format!("{name} has already reached stage `{wanted}`: it is at {place}");
                Diagnostic::without_place(Code::ActStage, message)
                    .why("A release only moves forward: its weights rise from stage to stage.")
                    .help(format!("`canaryc abort {name}` rolls all of it back"))
            }
            Self::UnknownRevision { wanted, known } => {
                let numbers: Vec<String> = known.iter().map(u64::to_string).collect();
                let listed = suggest::one_of(numbers.iter().map(String::as_str));
                Diagnostic::without_place(Code::ActRevision, format!("{name} has no revision {wanted}"))
                    .why("The controller keeps as many old revisions as `revisionHistoryLimit` says.")
                    .help(format!("there are {listed}"))
            }
            Self::NoOtherRevision => {
                Diagnostic::without_place(Code::ActRevision, format!("{name} has no revision but the current one"))
            }
            Self::CurrentRevision(number) => {
                Diagnostic::without_place(Code::ActRevision, format!("revision {number} is the current one of {name}"))
                    .help("there is nothing to undo")
            }
            Self::UnknownWorkload(kind) => Diagnostic::without_place(
                Code::ActRevision,
                format!("the workload of {name} is a {kind}, whose template canaryc cannot replace"),
            )
            .help("restore the older template with the tool that applied the newer one"),
            Self::RestartingAlready(since) => {
                Diagnostic::without_place(Code::ActRestarting, format!("{name} has been restarting since {since}"))
                    .help("the controller replaces a few pods at a time, and checks every 30 s")
            }
            Self::InvalidSpec(reason) => {
                let message = format!("the controller rejects the specification of {name}, and does nothing more");
                Diagnostic::without_place(Code::ActInvalidSpec, message).why(format!("It says: {reason}"))
            }
        }
    }
}
