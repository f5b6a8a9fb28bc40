//! How following a release ends, and why. The renderers turn this data into sentences.

use jiff::{SignedDuration, Timestamp};

use super::observed::PodProblem;

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The new version has all requests.
    Healthy,
    /// It reached the stage to stop at.
    Reached(String),
    /// It failed.
    Failed(Box<Failure>),
    /// It waits for a person.
    Waiting(WaitReason),
    /// The time limit passed.
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

/// Why it failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The new version was aborted.
    Aborted {
        /// Why.
        cause: Cause,
        /// When it was aborted.
        at: Option<Timestamp>,
        /// The traffic of the new version.
        traffic: Option<Traffic>,
        /// The version that has the requests now.
        stable: Version,
        /// Whether the routes have been reset. The controller may wait for the stable pods before it resets them.
        is_reset: bool,
    },
    /// Its pods did not become ready in time.
    Deadline {
        /// The message of the controller.
        message: String,
        /// The problems of the pods.
        pods: Vec<PodProblem>,
        /// The traffic of the new version.
        traffic: Option<Traffic>,
        /// The version that has the other requests; `None` for a first version.
        stable: Option<Version>,
    },
    /// The controller rejects the specification.
    Invalid(String),
    /// The Rollout wants a version again that was stable before.
    RolledBack(Version),
    /// The Rollout was deleted.
    Deleted,
    /// Something else.
    Degraded(String),
}

/// Why a version was aborted.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// A check had bad values.
    BadValue {
        /// The check.
        check: String,
        /// Its last bad value.
        value: String,
        /// Its threshold, in words.
        required: Option<String>,
        /// The number of failed measurements, and the limit.
        failures: (i64, i64),
        /// The time of the last one.
        at: Option<Timestamp>,
    },
    /// A check could not be measured.
    Unmeasured {
        /// The check.
        check: String,
        /// The message of the last error.
        message: String,
        /// The number of errors in a row, and the limit.
        errors: (i64, i64),
        /// The time of the last one.
        at: Option<Timestamp>,
    },
    /// A Job failed.
    Job {
        /// The check.
        check: String,
        /// The Job.
        job: String,
        /// When it failed.
        at: Option<Timestamp>,
    },
    /// A person aborted it.
    Person,
    /// Its pods did not become ready in time.
    Deadline(Vec<PodProblem>),
    /// The message of the controller.
    Other(String),
}

/// The traffic of a new version.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The stage.
    pub stage: String,
    /// The percentage of the weighted traffic that it gets.
    pub weight: Option<f64>,
    /// The percentage of all requests that may reach it.
    pub exposure: Option<f64>,
}

/// Why it waits for a person.
#[derive(Clone, Debug, PartialEq)]
pub enum WaitReason {
    /// The policy requires a promotion here.
    Promotion {
        /// The stage.
        stage: String,
    },
    /// Checks were inconclusive.
    Inconclusive {
        /// The stage.
        stage: String,
        /// The checks: name, value, and threshold.
        checks: Vec<(String, String, Option<String>)>,
    },
    /// A stage does not end while checks have no data, or bad values that wait for a person. The release continues by
    /// itself when they are good.
    Held {
        /// The stage.
        stage: String,
        /// Since when.
        since: Option<Timestamp>,
        /// The checks: name, value, and threshold.
        checks: Vec<(String, String, Option<String>)>,
    },
    /// A person paused it.
    PausedManually,
    /// Another reason of the controller.
    Other(String),
}

impl WaitReason {
    /// Whether both are one wait: the values of a hold change while it lasts.
    pub fn is_same(&self, other: &Self) -> bool {
        let names = |checks: &[(String, String, Option<String>)]| -> Vec<String> {
            checks.iter().map(|(name, ..)| name.clone()).collect()
        };
        match (self, other) {
            (Self::Held { stage, checks, .. }, Self::Held { stage: other, checks: others, .. }) => {
                stage == other && names(checks) == names(others)
            }
            _ => self == other,
        }
    }
}
