//! In: a Rollout, and the time. Out: the write that replaces its pods.

use k8s_openapi::jiff::Timestamp;
use serde_json::json;

use super::{Change, Effect, Once, Refusal, Write, refuse_invalid};
use crate::runtime::rollout::Rollout;

/// The current time, in the form that `restart` expects.
pub fn now() -> String {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// Replaces all pods of both versions that are older than `now`, an RFC 3339 time of whole seconds, a few at a time. With
/// `wait`, it is done when all are replaced and available.
///
/// # Errors
/// When a restart is already in progress.
pub fn restart(rollout: &Rollout, now: &str, wait: bool) -> Result<Once, Refusal> {
    refuse_invalid(rollout)?;
    let asked = rollout.spec["restartAt"].as_str();
    if let Some(asked) = asked
        && rollout.status.restarted_at.as_deref() != Some(asked)
        && rollout.status.current_pod_hash.is_some()
    {
        return Err(Refusal::AlreadyRestarting(asked.to_owned()));
    }
    let at = now.to_owned();
    let effect = if wait { Effect::Restarted(at) } else { Effect::RestartSeen(at) };
    let change = Change { write: Write::Spec(json!({"restartAt": now})), guarded: false, effect };
    let pods = rollout.status.replicas;
    let has_done =
        if wait { format!("all {pods} pods are replaced") } else { format!("the controller is replacing {pods} pods") };
    Ok(Once::new(change, format!("replace {pods} pods, a few at a time"), has_done))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::act::{Overtaken, Progress, testing};

    const NOW: &str = "2026-01-01T00:00:10Z";

    fn restarting(asked: &str, done: Option<&str>) -> Rollout {
        testing::rollout(json!({"spec": {"restartAt": asked}, "status": {"restartedAt": done}}))
    }

    #[test]
    fn pods_are_replaced_at_any_time() {
        for rollout in
            [testing::healthy(), testing::paused(), restarting("2025-01-01T00:00:00Z", Some("2025-01-01T00:00:00Z"))]
        {
            let change = testing::write_of(&restart(&rollout, NOW, false).unwrap(), &rollout);
            assert_eq!(change.write, Write::Spec(json!({"restartAt": NOW})));
            assert_eq!(change.effect, Effect::RestartSeen(NOW.to_owned()));
        }
    }

    #[test]
    fn a_restart_in_progress_is_not_repeated() {
        let since = "2025-01-01T00:00:00Z".to_owned();
        let refusal = Err(Refusal::AlreadyRestarting(since.clone()));
        assert_eq!(restart(&restarting(&since, None), NOW, false), refusal);
        assert_eq!(restart(&restarting(&since, Some("2024-01-01T00:00:00Z")), NOW, true), refusal);
        assert_eq!(restart(&testing::invalid(), NOW, false), Err(Refusal::InvalidSpec("no selector".to_owned())));
    }

    #[test]
    fn with_wait_a_restart_is_done_when_the_pods_are_replaced() {
        let (seen, done) = (Effect::RestartSeen(NOW.to_owned()), Effect::Restarted(NOW.to_owned()));
        let begun = restarting(NOW, None);
        assert_eq!((seen.progress(&begun), done.progress(&begun)), (Progress::Taken, Progress::Pending));
        let ended = restarting(NOW, Some(NOW));
        assert_eq!((seen.progress(&ended), done.progress(&ended)), (Progress::Taken, Progress::Taken));
        let mut starting = restarting(NOW, Some(NOW));
        starting.status.available_replicas = 3;
        assert_eq!(done.progress(&starting), Progress::Pending);
        assert_eq!(seen.progress(&testing::healthy()), Progress::Pending);
        let other = restarting("2026-01-01T00:00:11Z", None);
        assert_eq!(done.progress(&other), Progress::Overtaken(Overtaken::OtherRestart));
    }
}
