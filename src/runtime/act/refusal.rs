//! Why a command is not possible now: as data, and as a diagnostic for the person who ran it.

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
    AlreadyPaused,
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
    AlreadyRestarting(String),
    /// The controller rejects the specification and does nothing more; with its message.
    InvalidSpec(String),
}

impl Refusal {
    /// The diagnostic; `name` is the release as the person wrote it.
    pub fn diagnostic(&self, name: &str) -> Diagnostic {
        match self {
            Self::NothingInFlight => Diagnostic::without_place(
                Code::ActNothingInFlight,
                format!("{name} has no release in flight: the newest version is stable"),
            )
            .help("a release starts when the workload changes, for example its image"),
            Self::FirstVersion => Diagnostic::without_place(
                Code::ActNothingInFlight,
                format!("{name} is being deployed for the first time: no other version exists"),
            ),
            Self::Aborted(reason) => {
                let diagnostic =
                    Diagnostic::without_place(Code::ActAborted, format!("the release of {name} is aborted")).help(
                        format!(
                            "`canaryc retry {name}` retries it, and `canaryc undo {name}` restores the stable version"
                        ),
                    );
                if reason.is_empty() { diagnostic } else { diagnostic.why(format!("The controller says: {reason}")) }
            }
            Self::PodsOfAbortedLeft(pods) => {
                let message = format!("{pods} pods of the aborted attempt of {name} still exist");
                Diagnostic::without_place(Code::ActAborted, message)
                    .why("Blue/green would switch to them at once, without analysis or pause.")
                    .help("try again when the controller has removed them, after `abortScaleDownDelaySeconds` (default: 30 s)")
            }
            Self::NotAborted => {
                Diagnostic::without_place(Code::ActNotAborted, format!("the release of {name} is not aborted"))
                    .help("`retry` needs an aborted release")
            }
            Self::NotWaiting { place, doing } => {
                let message = format!("{name} is not waiting for a promotion: at {place}, the controller {doing}");
                Diagnostic::without_place(Code::ActNotWaiting, message).help(format!(
                    "the release continues by itself: follow it with `canaryc track {name}`, or promote it further with `canaryc promote {name} --to STAGE`"
                ))
            }
            Self::AlreadyPaused => {
                Diagnostic::without_place(Code::ActPaused, format!("{name} is already paused manually"))
                    .help(format!("`canaryc resume {name}` resumes it"))
            }
            Self::NotPaused { waits } => {
                let diagnostic =
                    Diagnostic::without_place(Code::ActNotPaused, format!("{name} is not paused manually"));
                if *waits {
                    diagnostic.help(format!("it waits at a step of its policy: `canaryc promote {name}` continues it"))
                } else {
                    diagnostic
                }
            }
            Self::NoStages => {
                let message = format!("{name} has no stages: its Rollout has no annotation `canaryc.dev/plan`");
                Diagnostic::without_place(Code::ActStage, message)
                    .help(format!("`canaryc promote {name}` continues by one step"))
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
                    .help(format!("`canaryc abort {name}` rolls the whole release back"))
            }
            Self::UnknownRevision { wanted, known } => {
                let numbers: Vec<String> = known.iter().map(u64::to_string).collect();
                let listed = suggest::one_of(numbers.iter().map(String::as_str));
                Diagnostic::without_place(Code::ActRevision, format!("{name} has no revision {wanted}"))
                    .why("`revisionHistoryLimit` sets the number of old revisions that the controller keeps.")
                    .help(format!("the revisions are {listed}"))
            }
            Self::NoOtherRevision => {
                Diagnostic::without_place(Code::ActRevision, format!("{name} has no other revision"))
            }
            Self::CurrentRevision(number) => Diagnostic::without_place(
                Code::ActRevision,
                format!("revision {number} is the current revision of {name}"),
            )
            .help("there is nothing to undo"),
            Self::UnknownWorkload(kind) => Diagnostic::without_place(
                Code::ActRevision,
                format!("the workload of {name} is a {kind}, whose template canaryc cannot replace"),
            )
            .help("restore the older template with the tool that applied the newer template"),
            Self::AlreadyRestarting(since) => {
                Diagnostic::without_place(Code::ActRestarting, format!("{name} has been restarting since {since}"))
                    .help("the controller replaces a few pods at a time and checks every 30 s")
            }
            Self::InvalidSpec(reason) => {
                let message = format!("the controller rejects the specification of {name} and ignores every command");
                Diagnostic::without_place(Code::ActInvalidSpec, message).why(format!("The controller says: {reason}"))
            }
        }
    }
}
