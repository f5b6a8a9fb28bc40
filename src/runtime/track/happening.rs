//! What a tracker says: one thing that happened to a release, once. Renderers make lines and JSON of it.

use jiff::{SignedDuration, Timestamp};

use super::ending::{Ending, Version, Waits};
use super::measurement::Outcome;
use super::observed::PodProblem;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// When it was seen.
    pub at: Timestamp,
    /// The namespace.
    pub namespace: String,
    /// The Rollout.
    pub name: String,
    /// The revision that it is about.
    pub revision: Option<u64>,
    /// What.
    pub what: What,
}

/// Which stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageAt {
    /// Its name.
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// Where a release stood when it was first seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Position {
    /// Nothing is under way.
    AtRest,
    /// The first version is deployed.
    First,
    /// In a stage.
    In(StageAt),
    /// All stages are behind it.
    Finishing,
    /// It was aborted.
    Aborted,
    /// The controller has not yet seen the newest specification.
    Unseen,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// From here on the release is followed.
    Followed(Position),
    /// A version begins: its images, and the names of the stages that it goes through; none at the first deployment.
    Begun {
        /// The version.
        version: Version,
        /// The stages.
        stages: Vec<String>,
        /// The version in whose middle it came.
        instead_of: Option<u64>,
    },
    /// The same version begins anew: its steps have changed, or it is tried again after an abort.
    Again {
        /// Was it aborted before?
        retried: bool,
    },
    /// A stage begins: its pods, header rules and weight are brought about.
    Entered {
        /// The stage.
        stage: StageAt,
        /// Percent of the requests that are split by weight.
        weight: Option<f64>,
        /// Percent of all requests that may reach the new version.
        exposure: Option<f64>,
        /// The audiences that are on the new version.
        audiences: Vec<String>,
    },
    /// A stage has its traffic.
    Reached {
        /// The stage.
        stage: StageAt,
        /// Percent of the requests that go to the new version in fact.
        weight: Option<f64>,
    },
    /// A stage lies behind the release, and it was not seen in it.
    Passed {
        /// The stage.
        stage: StageAt,
        /// Was it skipped by a full promotion? Else nobody looked at the time.
        skipped: bool,
    },
    /// Time is to pass.
    Holds {
        /// The stage.
        stage: StageAt,
        /// Until when.
        until: Timestamp,
    },
    /// The checks of a gate have passed, or there is data.
    GatePassed {
        /// The stage.
        stage: Option<StageAt>,
        /// The checks.
        checks: Vec<String>,
        /// Was only asked whether there is data?
        data: bool,
    },
    /// A check was looked at.
    Looked {
        /// The check.
        check: String,
        /// What was found.
        outcome: Outcome,
        /// The value.
        value: String,
        /// The same as the controller wrote it.
        raw: String,
        /// What the provider said; of an error, what went wrong.
        message: String,
        /// What is demanded: `≥ 99.5 %`.
        threshold: Option<String>,
        /// Bad looks that are still tolerated, and how many are tolerated at all; `None` where any number is.
        left: Option<(i64, i64)>,
        /// When the look ended.
        looked: Option<Timestamp>,
        /// Is it worth a line? The first good look is, and what differs from the look before, and all that is not good.
        is_news: bool,
    },
    /// It stands until a person decides.
    Waits(Waits),
    /// It goes on after it stood.
    WentOn,
    /// A person has promoted it through all stages.
    PromotedFully,
    /// The controller rejects the specification.
    Refused(String),
    /// Pods of the new version are not ready, and why.
    PodsNotReady(Vec<PodProblem>),
    /// All stages are behind it: the new version is to carry everything.
    Finishing,
    /// The API server does not answer.
    ConnectionLost(String),
    /// It answers again, after so long.
    ConnectionBack(SignedDuration),
    /// The controller has not looked at the newest specification for so long.
    ControllerSilent(SignedDuration),
    /// It came to its end.
    Ended(Ending),
}
