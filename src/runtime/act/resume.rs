//! In: a Rollout. Out: the write that ends a manual pause.

use serde_json::json;

use super::{Change, Effect, Once, Place, Refusal, Waiting, Write};
use crate::runtime::rollout::Rollout;

/// Ends a manual pause. A pause of the policy continues; its time did not stop in the meantime.
///
/// # Errors
/// When it is not paused manually.
pub fn resume(rollout: &Rollout) -> Result<Once, Refusal> {
    if !rollout.is_paused_manually() {
        let waits = rollout.is_in_flight()
            && !matches!(Waiting::of(rollout), Waiting::Work(_) | Waiting::LastPods | Waiting::SwitchPreparing);
        return Err(Refusal::NotPaused { waits });
    }
    let place = Place::of(rollout);
    Ok(if rollout.is_in_flight() {
        Once::new(change(), format!("resume at {place}"), format!("resumed at {place}"))
    } else {
        Once::new(change(), "resume, with no release in flight", "resumed; no release is in flight")
    })
}

/// The write.
pub(super) fn change() -> Change {
    Change { write: Write::Spec(json!({"paused": false})), guarded: false, effect: Effect::Resumed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::act::{Progress, testing};

    #[test]
    fn a_manual_pause_is_ended() {
        let rollout = testing::rollout(json!({"spec": {"paused": true}}));
        let change = testing::write_of(&resume(&rollout).unwrap(), &rollout);
        assert_eq!(change.write, Write::Spec(json!({"paused": false})));
    }

    #[test]
    fn a_pause_of_the_policy_is_not_ended() {
        assert_eq!(resume(&testing::paused()), Err(Refusal::NotPaused { waits: true }));
        assert_eq!(resume(&testing::rollout(json!({}))), Err(Refusal::NotPaused { waits: false }));
        assert_eq!(resume(&testing::healthy()), Err(Refusal::NotPaused { waits: false }));
    }

    #[test]
    fn a_resume_is_done_when_the_controller_has_observed_it() {
        let stored = testing::rollout(json!({"metadata": {"generation": 5}}));
        assert_eq!(Effect::Resumed.progress(&stored), Progress::Pending);
        assert_eq!(Effect::Resumed.progress(&testing::rollout(json!({}))), Progress::Taken);
        let older = testing::rollout(json!({"spec": {"paused": true}}));
        assert_eq!(Effect::Resumed.progress(&older), Progress::Pending);
    }
}
