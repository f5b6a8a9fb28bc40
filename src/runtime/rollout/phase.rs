//! In: a Rollout. Out: its phase, determined in the same order as in Argo's own `kubectl argo rollouts status`.

use super::Rollout;
use super::status::PauseReason;

/// The controller's term for the state of a Rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// All pods are of the stable version.
    Healthy,
    /// In progress.
    Progressing,
    /// Waiting for a time, a result or a person.
    Paused,
    /// Aborted, invalid, or stuck past its deadline.
    Degraded,
}

/// The phase of a Rollout, and the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The phase.
    pub phase: Phase,
    /// The reason in the controller's words; may be empty.
    pub message: String,
}

impl Phase {
    /// The controller's spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Progressing => "Progressing",
            Self::Paused => "Paused",
            Self::Degraded => "Degraded",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Healthy, Self::Progressing, Self::Paused, Self::Degraded].into_iter().find(|phase| phase.name() == text)
    }
}

/// The first condition that holds. A change that the controller has not seen is never healthy.
pub(super) fn standing(rollout: &Rollout) -> Standing {
    let status = &rollout.status;
    let stand = |phase, message: &str| Standing { phase, message: message.to_owned() };
    if !rollout.is_observed() {
        return stand(Phase::Progressing, "waiting for rollout spec update to be observed");
    }
    for condition in &status.conditions {
        let is_bad = condition.kind == "InvalidSpec"
            || matches!(condition.reason.as_str(), "RolloutAborted" | "ProgressDeadlineExceeded");
        if is_bad && condition.status != "Unknown" {
            let reason = if condition.kind == "InvalidSpec" { "InvalidSpec" } else { &condition.reason };
            return Standing { phase: Phase::Degraded, message: format!("{reason}: {}", condition.message) };
        }
    }
    if rollout.is_paused_manually() {
        return stand(Phase::Paused, "manually paused");
    }
    if let Some(pause) = status.pause_conditions.first() {
        return stand(Phase::Paused, pause.reason.name());
    }
    if status.controller_pause {
        return stand(Phase::Progressing, "waiting for the pause to end");
    }
    match status.phase.as_deref().and_then(Phase::read) {
        Some(phase) => Standing { phase, message: status.message.clone().unwrap_or_default() },
        None => stand(Phase::Progressing, ""),
    }
}

impl PauseReason {
    /// The controller's spelling.
    pub fn name(&self) -> &str {
        match self {
            Self::CanaryPauseStep => "CanaryPauseStep",
            Self::InconclusiveAnalysisRun => "InconclusiveAnalysisRun",
            Self::InconclusiveExperiment => "InconclusiveExperiment",
            Self::BlueGreenPause => "BlueGreenPause",
            Self::Other(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::rollout;
    use super::*;

    fn standing_of(spec: Value, status: Value) -> (Phase, String) {
        let metadata = json!({"name": "web", "namespace": "shop", "generation": 3});
        let object = json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata,
            "spec": spec, "status": status});
        let Standing { phase, message } = rollout(object).standing();
        (phase, message)
    }

    #[test]
    fn an_unobserved_change_is_progressing() {
        let status = json!({"observedGeneration": "2", "phase": "Healthy"});
        assert_eq!(standing_of(json!({}), status).0, Phase::Progressing);
        let status = json!({"observedGeneration": "3", "phase": "Healthy"});
        assert_eq!(standing_of(json!({}), status).0, Phase::Healthy);
    }

    #[test]
    fn an_abort_counts_more_than_a_pause() {
        let condition = json!([{"type": "Progressing", "status": "False", "reason": "RolloutAborted", "message": "m"}]);
        let pause = json!([{"reason": "CanaryPauseStep", "startTime": "2026-01-01T00:00:00Z"}]);
        let status = json!({"observedGeneration": "3", "conditions": condition, "pauseConditions": pause});
        assert_eq!(standing_of(json!({"paused": true}), status), (Phase::Degraded, "RolloutAborted: m".to_owned()));
        let status = json!({"observedGeneration": "3", "conditions": null, "pauseConditions": pause});
        assert_eq!(standing_of(json!({"paused": true}), status.clone()).1, "manually paused");
        assert_eq!(standing_of(json!({}), status), (Phase::Paused, "CanaryPauseStep".to_owned()));
    }

    #[test]
    fn a_pause_reason_of_a_later_controller_is_kept() {
        let status = json!({"observedGeneration": "3", "pauseConditions": [{"reason": "FullMoon"}]});
        assert_eq!(standing_of(json!({}), status), (Phase::Paused, "FullMoon".to_owned()));
    }
}
