//! In: the name of a Rollout. Out: how its release ends, or where it stands when there is no more time. Watches, so that
//! waiting costs nothing, and goes on when the API server has been away.

use std::time::Duration;

use futures::StreamExt as _;
use kube::runtime::watcher::{self, Event, watcher};
use kube::runtime::{WatchStreamExt as _, watcher::Config};
use tokio::time::{Instant, timeout_at};

use super::desired::Identity;
use crate::runtime::retry::is_transient;
use crate::runtime::rollout::{PauseReason, Phase, Rollout, Standing};
use crate::runtime::{Attempt, Connection, Trouble};

/// How long the API server may be away.
const AWAY: Duration = Duration::from_secs(60);

/// How a release ended, or stands.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// Every pod is of the newest version.
    Healthy,
    /// It was aborted, or cannot go on.
    Failed(Standing),
    /// It stands until a person decides.
    WaitsForPerson(Standing),
    /// There is no more time.
    TimedOut(Standing),
}

/// Waits until a release has ended or stands for a person; at most for `patience`.
///
/// # Errors
/// When the cluster cannot be asked, or the Rollout is deleted meanwhile.
pub async fn wait(connection: &Connection, rollout: &Identity, patience: Option<Duration>) -> Result<End, Trouble> {
    let until = patience.and_then(|patience| Instant::now().checked_add(patience));
    let mut last = Standing { phase: Phase::Progressing, message: "nothing was heard of it".to_owned() };
    let end = follow(connection, rollout, until, |seen| {
        last = seen.standing();
        end(seen)
    });
    Ok(end.await?.unwrap_or(End::TimedOut(last)))
}

/// Has the controller seen this version of the Rollout, within `patience`?
pub(super) async fn is_observed(
    connection: &Connection,
    rollout: &Identity,
    generation: i64,
    patience: Duration,
) -> Result<bool, Trouble> {
    let until = Instant::now().checked_add(patience);
    let observed = |seen: &Rollout| {
        let observed = seen.status.observed_generation.as_deref().and_then(|text| text.parse::<i64>().ok());
        observed.is_some_and(|observed| observed >= generation).then_some(())
    };
    Ok(follow(connection, rollout, until, observed).await?.is_some())
}

/// How a release has ended, if it has.
fn end(rollout: &Rollout) -> Option<End> {
    let standing = rollout.standing();
    match standing.phase {
        Phase::Healthy => Some(End::Healthy),
        Phase::Degraded => Some(End::Failed(standing)),
        Phase::Paused if needs_person(rollout) => Some(End::WaitsForPerson(standing)),
        Phase::Paused | Phase::Progressing => None,
    }
}

/// Does it stand until a person decides? A pause with a duration ends by itself.
fn needs_person(rollout: &Rollout) -> bool {
    if rollout.is_paused_by_hand() {
        return true;
    }
    let step = rollout.status.current_step_index.and_then(|index| rollout.steps().get(index));
    let is_timed = step.is_some_and(|step| step["pause"].get("duration").is_some());
    let pauses = &rollout.status.pause_conditions;
    pauses.iter().any(|pause| pause.reason != PauseReason::CanaryPauseStep || !is_timed)
}

/// Judges every state of a Rollout, until one is decisive or time is up.
async fn follow<T>(
    connection: &Connection,
    rollout: &Identity,
    until: Option<Instant>,
    mut judge: impl FnMut(&Rollout) -> Option<T>,
) -> Result<Option<T>, Trouble> {
    let Identity { kind, namespace, name } = rollout;
    let only = Config::default().fields(&format!("metadata.name={name}"));
    let events = watcher(connection.objects(*kind, namespace), only).default_backoff();
    let mut events = std::pin::pin!(events);
    let gone = || Trouble::NotFound { attempt: Attempt::on("get", *kind, namespace, name) };
    let (mut is_there, mut away_since) = (false, None);
    loop {
        let next = match until {
            Some(until) => match timeout_at(until, events.next()).await {
                Ok(next) => next,
                Err(_) => return Ok(None),
            },
            None => events.next().await,
        };
        match next {
            Some(Ok(event)) => {
                away_since = None;
                match event {
                    Event::Init => is_there = false,
                    Event::InitApply(object) | Event::Apply(object) => {
                        is_there = true;
                        if let Some(decided) = judge(&Rollout::read(&object)) {
                            return Ok(Some(decided));
                        }
                    }
                    Event::InitDone if !is_there => return Err(gone()),
                    Event::InitDone => {}
                    Event::Delete(_) => return Err(gone()),
                }
            }
            Some(Err(error)) => {
                let since = *away_since.get_or_insert_with(Instant::now);
                if let Some(error) = lasting(error).filter(|error| !is_transient(error) || since.elapsed() > AWAY) {
                    return Err(Attempt::on("watch", *kind, namespace, name).failed(&error, connection.server()));
                }
            }
            None => return Ok(None),
        }
    }
}

/// The error of the client, if it is one that watching again may not mend.
fn lasting(error: watcher::Error) -> Option<kube::Error> {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => Some(error),
        // The watcher begins anew by itself, also after 410.
        watcher::Error::WatchError(_) | watcher::Error::NoResourceVersion => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::runtime::rollout::testing::rollout;

    fn ended(spec: Value, mut status: Value) -> Option<End> {
        status["observedGeneration"] = "1".into();
        end(&rollout(json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": {"name": "web", "generation": 1}, "spec": spec, "status": status})))
    }

    fn paused(step: Value, reason: &str) -> Option<End> {
        let spec = json!({"strategy": {"canary": {"steps": [{"setWeight": 5}, step]}}});
        ended(spec, json!({"currentStepIndex": 1, "pauseConditions": [{"reason": reason}], "phase": "Paused"}))
    }

    #[test]
    fn a_pause_with_a_duration_ends_by_itself() {
        assert_eq!(paused(json!({"pause": {"duration": "600s"}}), "CanaryPauseStep"), None);
        let person = |end: Option<End>| matches!(end, Some(End::WaitsForPerson(_)));
        assert!(person(paused(json!({"pause": {}}), "CanaryPauseStep")));
        assert!(person(paused(json!({"analysis": {}}), "InconclusiveAnalysisRun")));
        assert!(person(ended(json!({"paused": true}), json!({"phase": "Healthy"}))));
    }

    #[test]
    fn a_release_ends_well_or_badly() {
        assert_eq!(ended(json!({}), json!({"phase": "Healthy"})), Some(End::Healthy));
        assert_eq!(ended(json!({}), json!({"phase": "Progressing"})), None);
        assert!(matches!(ended(json!({}), json!({"phase": "Degraded"})), Some(End::Failed(_))));
    }
}
