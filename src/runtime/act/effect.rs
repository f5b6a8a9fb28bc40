//! In: a Rollout after a write. Out: whether the controller has acted on the write. A stored write is not enough: the
//! controller may have missed it.

use crate::runtime::rollout::Rollout;

/// The release that a command is about. Another workload or other steps make another release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pods: Option<String>,
    steps: Option<String>,
}

/// The response of the controller to a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The wait of this step has ended, and the controller works at a later step. `run` is the AnalysisRun of the step,
    /// if the write itself sets the next step: the controller has acted on that write when it no longer refers to the
    /// run.
    StepEnded {
        /// The step.
        step: usize,
        /// Its AnalysisRun.
        run: Option<String>,
        /// The release of the step.
        release: Release,
    },
    /// A pause that does not belong to a step has ended.
    PauseEnded(Release),
    /// Blue/green has switched its requests to the new version.
    Switched(Release),
    /// All steps are skipped.
    PromotedFully(Release),
    /// The release is aborted.
    Aborted,
    /// The release that was aborted at this time has restarted.
    Retried(Option<String>),
    /// The Rollout is paused manually.
    Paused,
    /// The Rollout is resumed.
    Resumed,
    /// The controller has observed that it must replace pods older than this.
    RestartSeen(String),
    /// Pods older than this have been replaced.
    Restarted(String),
    /// The Rollout wants the pods with this hash.
    Undone(String),
}

/// The progress of the controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is visible yet.
    Pending,
    /// The controller has acted on the write.
    Taken,
    /// Something else happened, and the controller can no longer act on the write.
    Overtaken(Overtaken),
}

/// What made a change void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overtaken {
    /// The release was aborted, with the message of the controller.
    Aborted(String),
    /// Another release started: the workload or the steps changed.
    OtherRelease,
    /// The release finished.
    Finished,
    /// Somebody else requested another restart.
    OtherRestart,
    /// Somebody paused it manually.
    PausedManually,
}

impl Release {
    /// The release in flight.
    pub fn of(rollout: &Rollout) -> Self {
        let status = &rollout.status;
        Self { pods: status.current_pod_hash.clone(), steps: status.current_step_hash.clone() }
    }

    /// Whether another release is in flight, or none because this one was aborted.
    pub fn overtaken(&self, rollout: &Rollout) -> Option<Overtaken> {
        if rollout.status.abort {
            return Some(Overtaken::Aborted(abort_message(rollout)));
        }
        (Self::of(rollout) != *self).then_some(Overtaken::OtherRelease)
    }
}

impl Effect {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StepEnded { .. } | Self::PauseEnded(_) | Self::Switched(_) => "promotion",
            Self::PromotedFully(_) => "full promotion",
            Self::Aborted => "abort",
            Self::Retried(_) => "retry",
            Self::Paused => "pause",
            Self::Resumed => "resumption",
            Self::RestartSeen(_) | Self::Restarted(_) => "restart",
            Self::Undone(_) => "undo",
        }
    }

    /// Whether the controller has acted on the write.
    pub fn progress(&self, rollout: &Rollout) -> Progress {
        let status = &rollout.status;
        let taken = match self {
            Self::StepEnded { step, run, release } => {
                if let Some(overtaken) = release.overtaken(rollout) {
                    return Progress::Overtaken(overtaken);
                }
                let known_run = status.canary.current_step_analysis_run_status.as_ref().map(|run| &run.name);
                let has_forgotten = run.is_none() || known_run != run.as_ref();
                is_done(rollout) || has_forgotten && status.current_step_index.is_some_and(|index| index > *step)
            }
            Self::PauseEnded(release) => {
                if let Some(overtaken) = release.overtaken(rollout) {
                    return Progress::Overtaken(overtaken);
                }
                is_done(rollout) || status.pause_conditions.is_empty() && !status.controller_pause
            }
            Self::Switched(release) => {
                if let Some(overtaken) = release.overtaken(rollout) {
                    return Progress::Overtaken(overtaken);
                }
                is_done(rollout) || status.blue_green.active_selector == release.pods
            }
            Self::PromotedFully(release) => {
                if Release::of(rollout) != *release {
                    return Progress::Overtaken(Overtaken::OtherRelease);
                }
                let is_at_end = if rollout.is_blue_green() {
                    status.blue_green.active_selector == release.pods
                } else {
                    status.current_step_index == Some(rollout.steps().len())
                };
                is_done(rollout) || is_at_end && status.pause_conditions.is_empty() && !status.abort
            }
            Self::Aborted => {
                if is_done(rollout) {
                    return Progress::Overtaken(Overtaken::Finished);
                }
                status.abort && status.aborted_at.is_some() && is_known_as_aborted(rollout)
            }
            Self::Retried(before) => {
                if status.abort && status.aborted_at.is_some() && status.aborted_at != *before {
                    return Progress::Overtaken(Overtaken::Aborted(abort_message(rollout)));
                }
                !status.abort && status.aborted_at.is_none()
            }
            Self::Paused => rollout.is_observed() && rollout.is_paused_manually(),
            Self::Resumed => rollout.is_observed() && !rollout.is_paused_manually(),
            Self::RestartSeen(at) | Self::Restarted(at) if rollout.spec["restartAt"] != at.as_str() => {
                // After the write, an older version of the object may still arrive.
                let is_later = rollout.spec["restartAt"].as_str().is_some_and(|other| other > at.as_str());
                return if is_later { Progress::Overtaken(Overtaken::OtherRestart) } else { Progress::Pending };
            }
            Self::RestartSeen(at) => rollout.is_observed() || status.restarted_at.as_ref() == Some(at),
            Self::Restarted(at) => {
                status.restarted_at.as_ref() == Some(at) && status.available_replicas >= rollout.replicas()
            }
            Self::Undone(hash) => status.current_pod_hash.as_ref() == Some(hash),
        };
        if taken { Progress::Taken } else { Progress::Pending }
    }
}

/// Whether the newest version is the stable one.
fn is_done(rollout: &Rollout) -> bool {
    let status = &rollout.status;
    !status.abort && status.stable_hash.is_some() && status.stable_hash == status.current_pod_hash
}

fn is_known_as_aborted(rollout: &Rollout) -> bool {
    rollout.status.conditions.iter().any(|condition| condition.reason == "RolloutAborted")
}

/// Why a release was aborted, in the words of the controller; may be empty.
pub fn abort_message(rollout: &Rollout) -> String {
    let conditions = &rollout.status.conditions;
    let aborted = conditions.iter().find(|condition| condition.reason == "RolloutAborted");
    aborted.map(|condition| condition.message.clone()).unwrap_or_default()
}
