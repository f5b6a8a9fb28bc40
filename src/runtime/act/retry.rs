//! In: a Rollout. Out: the write that restarts its aborted release.

use serde_json::json;

use super::{Change, Effect, Once, Refusal, Write, refuse_invalid};
use crate::runtime::rollout::Rollout;

/// Restarts an aborted release at its first step.
///
/// While the pods of the aborted attempt still exist, the controller keeps using the AnalysisRuns of that attempt. A
/// failed run aborts the release again. A run that a manual abort ended lets the release continue without background
/// analysis. The write therefore removes the references to them, and new runs start.
///
/// # Errors
/// When the release is not aborted.
pub fn retry(rollout: &Rollout) -> Result<Once, Refusal> {
    // A stored retry that the controller has missed is requested again.
    if !rollout.status.abort && rollout.status.aborted_at.is_none() {
        return Err(Refusal::NotAborted);
    }
    refuse_invalid(rollout)?;
    if rollout.is_blue_green() && rollout.status.updated_replicas > 0 {
        return Err(Refusal::PodsOfAbortedLeft(rollout.status.updated_replicas));
    }
    let status = if rollout.is_blue_green() {
        json!({"abort": false})
    } else {
        let forgotten = json!({"currentBackgroundAnalysisRunStatus": null, "currentStepAnalysisRunStatus": null});
        json!({"abort": false, "canary": forgotten})
    };
    let effect = Effect::Retried(rollout.status.aborted_at.clone());
    let change = Change { write: Write::Status(status), guarded: false, effect };
    Ok(Once::new(change, "retry the aborted release", "the aborted release restarts at its first stage"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::act::{Overtaken, Progress, testing};

    #[test]
    fn an_aborted_release_restarts_with_new_runs() {
        let rollout = testing::aborted();
        let change = testing::write_of(&retry(&rollout).unwrap(), &rollout);
        let forgotten = json!({"currentBackgroundAnalysisRunStatus": null, "currentStepAnalysisRunStatus": null});
        assert_eq!(change.write, Write::Status(json!({"abort": false, "canary": forgotten})));
    }

    #[test]
    fn only_an_aborted_release_is_retried() {
        assert_eq!(retry(&testing::paused()), Err(Refusal::NotAborted));
        assert_eq!(retry(&testing::healthy()), Err(Refusal::NotAborted));
        let missed = testing::rollout(json!({"status": {"abortedAt": "2026-01-01T00:00:00Z"}}));
        assert!(retry(&missed).is_ok());
    }

    #[test]
    fn blue_green_waits_for_the_pods_of_the_aborted_attempt_to_go() {
        let status = json!({"abort": true, "updatedReplicas": 2});
        let strategy = json!({"canary": null, "blueGreen": {}});
        let patch = json!({"spec": {"strategy": strategy}, "status": status});
        assert_eq!(retry(&testing::rollout(patch.clone())), Err(Refusal::PodsOfAbortedLeft(2)));
        let mut patch = patch;
        patch["status"]["updatedReplicas"] = 0.into();
        let rollout = testing::rollout(patch);
        let change = testing::write_of(&retry(&rollout).unwrap(), &rollout);
        assert_eq!(change.write, Write::Status(json!({"abort": false})));
    }

    #[test]
    fn a_retry_is_done_when_the_controller_has_cleared_the_abort() {
        let effect = Effect::Retried(Some("2026-01-01T00:00:00Z".to_owned()));
        assert_eq!(effect.progress(&testing::aborted()), Progress::Pending);
        let stored = testing::rollout(json!({"status": {"abort": false, "abortedAt": "2026-01-01T00:00:00Z"}}));
        assert_eq!(effect.progress(&stored), Progress::Pending);
        assert_eq!(effect.progress(&testing::rollout(json!({}))), Progress::Taken);
        let again = testing::rollout(json!({"status": {"abort": true, "abortedAt": "2026-01-01T00:00:09Z"}}));
        assert_eq!(effect.progress(&again), Progress::Overtaken(Overtaken::Aborted(String::new())));
    }
}
