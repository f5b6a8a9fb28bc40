//! A report of a tracker: one thing that happened to a release, once. Renderers turn it into lines and JSON.

use jiff::{SignedDuration, Timestamp};

use super::check_view::Outcome;
use super::ending::{Ending, Version, WaitReason};
use super::observed::PodProblem;
use super::stage::StageAt;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it was seen.
    pub at: Timestamp,
    /// The namespace.
    pub namespace: String,
    /// The Rollout.
    pub name: String,
    /// The revision that it concerns.
    pub revision: Option<u64>,
    /// What happened.
    pub kind: EventKind,
}

/// The position of a release when it was first seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Position {
    /// No release is in flight.
    AtRest,
    /// The first version is being deployed.
    First,
    /// In a stage.
    In(StageAt),
    /// It has passed all stages.
    Finishing,
    /// It was aborted.
    Aborted,
    /// The controller has not yet observed the newest specification.
    NotObserved,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// Following the release starts here.
    Followed(Position),
    /// A version starts: its images, and the names of its stages; none at the first deployment.
    Started {
        /// The version.
        version: Version,
        /// The stages.
        stages: Vec<String>,
        /// The revision that it interrupted.
        replaces: Option<u64>,
    },
    /// The same version restarts: its steps have changed, or somebody retried it after an abort.
    Restarted {
        /// Whether it was aborted before.
        retried: bool,
    },
    /// A stage starts: the controller sets its pods, header rules and weight.
    StageEntered {
        /// The stage.
        stage: StageAt,
        /// The percentage of the weighted traffic that goes to the new version.
        weight: Option<f64>,
        /// The percentage of all requests that may reach the new version.
        exposure: Option<f64>,
        /// The audiences that the new version serves.
        audiences: Vec<String>,
    },
    /// A stage has reached its traffic.
    StageReached {
        /// The stage.
        stage: StageAt,
        /// The actual percentage of the requests that go to the new version.
        weight: Option<f64>,
    },
    /// The release has passed a stage without being seen in it.
    StagePassed {
        /// The stage.
        stage: StageAt,
        /// Whether a full promotion skipped it. Otherwise it passed unobserved.
        skipped: bool,
    },
    /// A timed pause.
    PauseStarted {
        /// The stage.
        stage: StageAt,
        /// The end of the pause.
        until: Timestamp,
    },
    /// The checks of a gate have passed, or those of a hold.
    GatePassed {
        /// The stage.
        stage: Option<StageAt>,
        /// The checks.
        checks: Vec<String>,
        /// Whether it is a hold.
        data: bool,
    },
    /// A check was measured.
    Measured {
        /// The check.
        check: String,
        /// The result.
        outcome: Outcome,
        /// The value.
        value: String,
        /// The value, as the controller wrote it.
        raw: String,
        /// The message of the provider; for an error, what went wrong.
        message: String,
        /// The threshold: `≥ 99.5%`.
        threshold: Option<String>,
        /// The number of further failures that are tolerated, and the limit; `None` without a limit.
        left: Option<(i64, i64)>,
        /// When the measurement ended.
        measured_at: Option<Timestamp>,
        /// Whether it is worth a line: the first good measurement, any that differs from the previous one, and any that
        /// is not good.
        is_news: bool,
    },
    /// It waits for a person.
    Waiting(WaitReason),
    /// It continues after a wait.
    Continued,
    /// A person promoted it through all stages.
    PromotedFully,
    /// The controller rejects the specification.
    Rejected(String),
    /// Pods of the new version are not ready, and why.
    PodsNotReady(Vec<PodProblem>),
    /// It has passed all stages: the new version is about to get all requests.
    Finishing,
    /// The API server does not answer.
    ConnectionLost(String),
    /// It answers again, after this time.
    ConnectionRestored(SignedDuration),
    /// The controller has not observed the newest specification for this time.
    ControllerSilent(SignedDuration),
    /// It ended.
    Ended(Ending),
}
