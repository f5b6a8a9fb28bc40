//! In: a Rollout after a write. Out: has the controller taken the write? What is merely stored is not taken: the controller
//! may have missed it.

use crate::runtime::rollout::Rollout;

/// Which release a command is about: another workload or other steps are another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pods: Option<String>,
    steps: Option<String>,
}

/// What the controller makes of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The wait of this step is over, and the controller works at a later one. `run` is the AnalysisRun of the step, if
    /// the write itself names the next step: the controller has taken that when it has forgotten the run.
    StepEnded {
        /// The step.
        step: usize,
        /// Its AnalysisRun.
        run: Option<String>,
        /// The release that it is a step of.
        release: Release,
    },
    /// A pause that belongs to no step is over.
    PauseEnded(Release),
    /// Blue/green sends its requests to the new version.
    Switched(Release),
    /// All steps are skipped.
    PromotedFully(Release),
    /// The release is taken back.
    Aborted,
    /// The release that was aborted at this time begins anew.
    Retried(Option<String>),
    /// Nothing goes on, by hand.
    Paused,
    /// It goes on.
    Resumed,
    /// The controller has seen that pods older than this are to be replaced.
    RestartSeen(String),
    /// Pods older than this are replaced.
    Restarted(String),
    /// The pods of this hash are the wanted ones.
    Undone(String),
}

/// How far the controller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is to be seen yet.
    Pending,
    /// The controller has taken it.
    Taken,
    /// Something else happened, after which it cannot be taken any more.
    Overtaken(Overtaken),
}

/// What made a change void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overtaken {
    /// The release was aborted; in the controller's words.
    Aborted(String),
    /// Another release began: the workload or the steps were changed.
    OtherRelease,
    /// The release came to its end.
    Finished,
    /// Somebody else asked for another restart.
    OtherRestart,
    /// Somebody paused it by hand.
    PausedByHand,
}

impl Release {
    /// The release that is in flight.
    pub fn of(rollout: &Rollout) -> Self {
        let status = &rollout.status;
        Self { pods: status.current_pod_hash.clone(), steps: status.current_step_hash.clone() }
    }

    /// Is something else in flight, or nothing because it was aborted?
    pub fn overtaken(&self, rollout: &Rollout) -> Option<Overtaken> {
        if rollout.status.abort {
            return Some(Overtaken::Aborted(abort_message(rollout)));
        }
        (Self::of(rollout) != *self).then_some(Overtaken::OtherRelease)
    }
}

impl Effect {
    /// A word for it.
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

    /// Has the controller taken it?
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
            Self::Paused => rollout.is_observed() && rollout.is_paused_by_hand(),
            Self::Resumed => rollout.is_observed() && !rollout.is_paused_by_hand(),
            Self::RestartSeen(at) | Self::Restarted(at) if rollout.spec["restartAt"] != at.as_str() => {
                // An older version of the object may be seen after the write.
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

/// Is the newest version the stable one?
fn is_done(rollout: &Rollout) -> bool {
    let status = &rollout.status;
    !status.abort && status.stable_hash.is_some() && status.stable_hash == status.current_pod_hash
}

fn is_known_as_aborted(rollout: &Rollout) -> bool {
    rollout.status.conditions.iter().any(|condition| condition.reason == "RolloutAborted")
}

/// Why a release was aborted, in the controller's words; empty when it says nothing.
pub fn abort_message(rollout: &Rollout) -> String {
    let conditions = &rollout.status.conditions;
    let aborted = conditions.iter().find(|condition| condition.reason == "RolloutAborted");
    aborted.map(|condition| condition.message.clone()).unwrap_or_default()
}
