//! What the real thing does with what a rule prevents.

/// A version of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The one that is deployed first, without steps.
    First,
    /// The one that is released in steps.
    Second,
}

/// Whether `kubectl argo rollouts lint` sees it as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lint {
    /// It says the same.
    Says,
    /// It has nothing to say.
    Silent,
}

/// An outcome that can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The API server refuses the object under strict validation, and says this.
    RefusedByApiServer(&'static str),
    /// The API server accepts it, and cannot store it; it says this.
    RefusedByStore(&'static str),
    /// The controller does nothing at all with the Rollout, and says so only in its log.
    Ignored,
    /// The Rollout is Degraded: "InvalidSpec", and says this.
    InvalidSpec(&'static str, Lint),
    /// The release of the second version is aborted, and somewhere it says this.
    Aborts(&'static str),
    /// The Rollout stays as it is, while others are released from beginning to end and it is touched again.
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
    /// The second version is applied, and the Rollout stays Healthy with the first: there is never a pod of the second.
    NeverBegins,
    /// The header rule is not there at a pause, although its step is done.
    HeaderRuleLost,
    /// At a pause a weight leads to fewer pods than its share.
    WeightWithoutPods,
    /// At two pauses with different weights there are equally many pods of the new version.
    SamePods,
    /// The new version becomes stable, and there never was a pod of it.
    PassesWithoutPods,
    /// The release goes through its steps, and no route ever changes.
    WeightsStandStill,
    /// The new version becomes stable, although everything that is measured is bad or unknown.
    PassesWithoutJudging,
    /// The same, and there never was an AnalysisRun in the background.
    AnalysisNeverRuns,
    /// The analysis in the background is over while the first stage is still held.
    EndsEarly,
    /// The analysis in the background is inconclusive, and the new version becomes stable all the same.
    InconclusiveDoesNotHold,
    /// The release works, and the argument of this name never reaches an AnalysisRun.
    ArgumentDropped(&'static str),
    /// The release works, and the argument of this name has this value in an AnalysisRun.
    ArgumentIs(&'static str, &'static str),
    /// The fleet shrinks to one pod.
    OnePod,
    /// Pods of an aborted version stay, while others are released from beginning to end.
    AbortedPodsStay,
    /// Pods of an aborted version are gone, although they were to stay for longer than the lab runs.
    AbortedPodsGo,
    /// The Deployment that was taken over keeps its pods when the Rollout is healthy.
    DeploymentStays,
    /// Backends of the route have these weights when nothing is released: what is written is distorted.
    WeightsAtRest(&'static [(&'static str, u64)]),
    /// When the first version is stable, the route has fewer rules than were applied.
    RuleDeleted,
    /// Objects are stored without the field at this place.
    FieldDropped(&'static str),
}
