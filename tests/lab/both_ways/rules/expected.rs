//! How the API server and the controller react to what a rule prevents.

/// A version of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The version that is deployed first, without steps.
    First,
    /// The version that is released in steps.
    Second,
}

/// Whether `kubectl argo rollouts lint` reports it as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lint {
    /// It reports the same.
    Says,
    /// It reports nothing.
    Silent,
}

/// An outcome that can be observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The API server refuses the object under strict validation, with this message.
    RefusedByApiServer(&'static str),
    /// The API server accepts the object but cannot store it, with this message.
    RefusedByStore(&'static str),
    /// The controller ignores the Rollout, and only its log says so.
    Ignored,
    /// The Rollout is Degraded: "InvalidSpec", with this message.
    InvalidSpec(&'static str, Lint),
    /// The release of the second version is aborted, and some message contains this text.
    Aborts(&'static str),
    /// The Rollout does not change while others are released from beginning to end and it is touched again.
    Hangs {
        /// At which version.
        at: Version,
        /// `status.phase`.
        phase: &'static str,
        /// A part of `status.message`.
        message: &'static str,
        /// Whether pods of that version run.
        pods: bool,
    },
    /// The second version is applied, and the Rollout stays Healthy with the first: no pod of the second ever exists.
    NeverBegins,
    /// The header rule is missing at a pause, although its step is done.
    HeaderRuleLost,
    /// At a pause, a weight gives fewer pods than its share.
    WeightWithoutPods,
    /// At two pauses with different weights, the new version has the same number of pods.
    SamePods,
    /// The new version becomes stable, although no pod of it ever existed.
    PassesWithoutPods,
    /// The release goes through its steps, but no route ever changes.
    WeightsStandStill,
    /// The new version becomes stable, although every measurement is bad or unknown.
    PassesWithoutJudging,
    /// The same, and no AnalysisRun ever existed in the background.
    AnalysisNeverRuns,
    /// The analysis in the background ends while the first stage still waits.
    EndsEarly,
    /// The analysis in the background is inconclusive, but the new version becomes stable.
    InconclusiveDoesNotHold,
    /// The release works, but the argument with this name never reaches an AnalysisRun.
    ArgumentDropped(&'static str),
    /// The release works, and the argument with this name has this value in an AnalysisRun.
    ArgumentIs(&'static str, &'static str),
    /// The workload shrinks to one pod.
    OnePod,
    /// The new version gets more pods than the Rollout has.
    TooManyPods,
    /// Pods of an aborted version stay, while others are released from beginning to end.
    AbortedPodsStay,
    /// Pods of an aborted version are gone, although they should stay longer than the lab runs.
    AbortedPodsGo,
    /// The Deployment that the Rollout took over keeps its pods when the Rollout is healthy.
    DeploymentStays,
    /// Backends of the route have these weights when no release is in progress: the written weights are distorted.
    WeightsAtRest(&'static [(&'static str, u64)]),
    /// When the first version is stable, the route has fewer rules than were applied.
    RuleDeleted,
    /// Objects are stored without the field at this path.
    FieldDropped(&'static str),
}
