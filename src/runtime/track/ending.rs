//! How following a release ends, and why: data that the renderers make sentences of.

use jiff::{SignedDuration, Timestamp};

use super::observed::PodProblem;

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The new version carries everything.
    Healthy,
    /// The stage that was waited for is reached.
    Reached(String),
    /// It came to nothing.
    Failed(Box<Failure>),
    /// It stands until a person decides.
    Waits(Waits),
    /// Too much time has passed.
    TimedOut(SignedDuration),
}

/// A version of the workload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    /// Its revision.
    pub revision: Option<u64>,
    /// The images of its containers.
    pub images: Vec<String>,
}

/// Why it came to nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The new version was aborted.
    Aborted {
        /// Why.
        cause: Cause,
        /// When.
        at: Option<Timestamp>,
        /// What traffic it had.
        traffic: Option<Traffic>,
        /// What carries the requests now.
        stable: Version,
        /// Have the routes been set back? They may be held until the stable pods are there again.
        is_back: bool,
    },
    /// Its pods did not become ready in time.
    Deadline {
        /// What the controller says.
        message: String,
        /// What ails the pods.
        pods: Vec<PodProblem>,
        /// What traffic it has.
        traffic: Option<Traffic>,
        /// What carries the other requests; `None` for a first version.
        stable: Option<Version>,
    },
    /// The controller rejects the specification.
    Invalid(String),
    /// Another version that was stable before is wanted again.
    TakenBack(Version),
    /// The Rollout was deleted.
    Deleted,
    /// Something else.
    Degraded(String),
}

/// Why a version was aborted.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// A check had bad values.
    Bad {
        /// The check.
        check: String,
        /// Its last bad value.
        value: String,
        /// What was demanded, in words.
        demanded: Option<String>,
        /// Bad looks, and how many are tolerated.
        looks: (i64, i64),
        /// When the last one was.
        at: Option<Timestamp>,
    },
    /// A check could not be measured.
    Unmeasured {
        /// The check.
        check: String,
        /// What the last one said.
        message: String,
        /// Errors in a row, and how many are tolerated.
        errors: (i64, i64),
        /// When the last one was.
        at: Option<Timestamp>,
    },
    /// A Job failed.
    Job {
        /// The check.
        check: String,
        /// The Job.
        job: String,
        /// When.
        at: Option<Timestamp>,
    },
    /// A person asked for it.
    Person,
    /// Its pods did not become ready in time.
    Deadline(Vec<PodProblem>),
    /// What the controller says.
    Other(String),
}

/// What traffic a new version has.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The stage.
    pub stage: String,
    /// Percent of the requests that are split by weight.
    pub weight: Option<f64>,
    /// Percent of all requests that may reach it.
    pub exposure: Option<f64>,
}

/// Why it stands until a person decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Waits {
    /// The policy asks for a person here.
    Promotion {
        /// The stage.
        stage: String,
    },
    /// Checks that could not be judged.
    Unclear {
        /// The stage.
        stage: String,
        /// The checks: name, value, and what was demanded.
        checks: Vec<(String, String, Option<String>)>,
    },
    /// A person has paused it.
    ByHand,
    /// Another reason of the controller's.
    Other(String),
}
