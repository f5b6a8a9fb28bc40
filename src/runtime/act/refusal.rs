//! Why a command makes no sense now: as data, and as a diagnostic for the person who ran it.

use super::place::Place;
use crate::diagnostic::{Code, Diagnostic, suggest};

/// Why a command is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No release is in flight.
    NothingInFlight,
    /// The very first version is being deployed, and there is none before it.
    FirstVersion,
    /// The release is aborted, with the reason of the controller.
    Aborted(String),
    /// Blue/green would switch to the pods of the aborted attempt at once, without an analysis. The number of these
    /// pods.
    PodsOfAbortedLeft(i64),
    /// It is not aborted, so there is nothing to retry.
    NotAborted,
    /// The release does not wait for a person; it continues by itself.
    NotWaiting {
        /// Its position.
        place: Place,
        /// What it is doing there.
        doing: &'static str,
    },
    /// It is already paused manually.
    PausedAlready,
    /// It is not paused manually. `waits` is true if it waits for a promotion instead.
    NotPaused {
        /// Whether it waits for a promotion.
        waits: bool,
    },
    /// The Rollout has no stages.
    NoStages,
    /// No stage has this name.
    UnknownStage {
        /// The requested stage.
        wanted: String,
        /// The existing stages, in order.
        known: Vec<String>,
    },
    /// The release is already in this stage, or past it.
    StagePassed {
        /// The requested stage.
        wanted: String,
        /// The position of the release.
        place: Place,
    },
    /// No revision has this number.
    UnknownRevision {
        /// The requested revision.
        wanted: u64,
        /// The existing revisions, in order.
        known: Vec<u64>,
    },
    /// There is no revision before the current one.
    NoOtherRevision,
    /// The revision is the current one.
    CurrentRevision(u64),
    /// `workloadRef` names an object of a kind without a pod template for a Rollout.
    UnknownWorkload(String),
    /// A restart has been replacing pods since this time.
    RestartingAlready(String),
    /// The controller rejects the specification and does nothing more; with its message.
    InvalidSpec(String),
}

impl Refusal {
    /// The diagnostic; `name` is how the person named the release.
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
