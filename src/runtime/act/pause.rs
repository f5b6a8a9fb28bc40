//! In: a Rollout. Out: the write that pauses it manually.

use serde_json::json;

use super::{Change, Effect, Once, Place, Refusal, Write, effect::abort_message};
use crate::runtime::rollout::Rollout;

/// Pauses manually, until somebody resumes. A release in flight stays where it is; otherwise the next release stays at
/// its start.
///
/// # Errors
/// When it is already paused, or aborted: an abort must not be paused.
pub fn pause(rollout: &Rollout) -> Result<Once, Refusal> {
    if rollout.is_paused_manually() {
        return Err(Refusal::AlreadyPaused);
    }
    if rollout.status.abort {
        return Err(Refusal::Aborted(abort_message(rollout)));
    }
    let change = Change { write: Write::Spec(json!({"paused": true})), guarded: false, effect: Effect::Paused };
    let place = Place::of(rollout);
    Ok(if rollout.is_in_flight() {
        Once::new(change, format!("pause at {place}"), format!("paused manually at {place}"))
            .note("analyses continue during the pause and can still abort the release")
    } else {
        Once::new(
            change,
            "pause, with no release in flight",
            "paused manually; the next release will pause at its start",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::act::{Progress, testing};

    #[test]
    fn it_is_paused_with_and_without_a_release() {
        for rollout in [testing::paused(), testing::healthy(), testing::first_version()] {
            let change = testing::write_of(&pause(&rollout).unwrap(), &rollout);
            assert_eq!(change.write, Write::Spec(json!({"paused": true})));
        }
    }

    #[test]
    fn a_paused_or_aborted_release_is_not_paused() {
        assert_eq!(pause(&testing::rollout(json!({"spec": {"paused": true}}))), Err(Refusal::AlreadyPaused));
        assert_eq!(pause(&testing::aborted()), Err(Refusal::Aborted("it failed".to_owned())));
    }

    #[test]
    fn a_pause_is_done_when_the_controller_has_observed_it() {
        let stored = testing::rollout(json!({"metadata": {"generation": 5}, "spec": {"paused": true}}));
        assert_eq!(Effect::Paused.progress(&stored), Progress::Pending);
        let seen = testing::rollout(json!({"spec": {"paused": true}}));
        assert_eq!(Effect::Paused.progress(&seen), Progress::Taken);
        assert_eq!(Effect::Paused.progress(&testing::rollout(json!({}))), Progress::Pending);
    }
}
