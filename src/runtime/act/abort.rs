//! In: a Rollout. Out: the write that aborts its release.

use serde_json::json;

use super::{
    Change, Effect, Once, Place, Progress, Refusal, Write, effect::abort_message, refuse_invalid,
    refuse_without_release,
};
use crate::runtime::rollout::Rollout;

/// Aborts a release: all requests go to the stable version. This is possible at any stage. If the controller has missed
/// a stored abort, it is requested again.
///
/// # Errors
/// When no release is in flight, or the release is already aborted.
pub fn abort(rollout: &Rollout) -> Result<Once, Refusal> {
    if Effect::Aborted.progress(rollout) == Progress::Taken {
        return Err(Refusal::Aborted(abort_message(rollout)));
    }
    if !rollout.status.abort {
        refuse_without_release(rollout)?;
    }
    refuse_invalid(rollout)?;
    let place = Place::of(rollout);
    let change = Change { write: Write::Status(json!({"abort": true})), guarded: false, effect: Effect::Aborted };
    let once = Once::new(
        change,
        format!("abort at {place}"),
        format!("aborted at {place}; all requests go to the stable version"),
    );
    Ok(once.note(
        "the workload still names the new version: `retry` releases it again, and `undo` restores the stable version",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::act::{Overtaken, testing};

    #[test]
    fn a_release_in_flight_is_aborted_at_any_stage() {
        let missed = testing::rollout(json!({"status": {"abort": true}}));
        let paused_manually = testing::rollout(json!({"spec": {"paused": true}}));
        for rollout in [testing::rollout(json!({})), testing::paused(), paused_manually, missed] {
            let change = testing::write_of(&abort(&rollout).unwrap(), &rollout);
            assert_eq!(change.write, Write::Status(json!({"abort": true})));
            assert!(!change.guarded, "an abort applies to any version of the object");
        }
    }

    #[test]
    fn an_abort_needs_a_release_in_flight() {
        assert_eq!(abort(&testing::healthy()), Err(Refusal::NothingInFlight));
        assert_eq!(abort(&testing::first_version()), Err(Refusal::FirstVersion));
        assert_eq!(abort(&testing::aborted()), Err(Refusal::Aborted("it failed".to_owned())));
        assert_eq!(abort(&testing::invalid()), Err(Refusal::InvalidSpec("no selector".to_owned())));
    }

    #[test]
    fn an_abort_is_done_when_the_controller_reports_it() {
        let stored = testing::rollout(json!({"status": {"abort": true}}));
        assert_eq!(Effect::Aborted.progress(&stored), Progress::Pending);
        assert_eq!(Effect::Aborted.progress(&testing::aborted()), Progress::Taken);
        assert_eq!(Effect::Aborted.progress(&testing::healthy()), Progress::Overtaken(Overtaken::Finished));
    }
}
