//! What a promotion writes or reports, for every position of a release.

use serde_json::json;

use super::*;
use crate::runtime::act::{Progress, testing};

fn refusal(rollout: &Rollout, to: &To) -> Refusal {
    Promotion::begin(rollout, to).unwrap_err()
}

fn status_of(change: Change) -> Value {
    assert!(change.guarded, "nothing is promoted twice");
    match change.write {
        Write::Status(status) => status,
        other => panic!("{other:?}"),
    }
}

/// A Rollout with an analysis at a step, in a phase.
fn judging(step: usize, phase: &str) -> Rollout {
    let run = json!({"name": "web-run", "status": phase});
    testing::rollout(json!({"status": {"currentStepIndex": step, "canary": {"currentStepAnalysisRunStatus": run}}}))
}

fn inconclusive(step: usize) -> Rollout {
    let mut rollout = judging(step, "Inconclusive");
    rollout.status.controller_pause = true;
    let pause = json!({"reason": "InconclusiveAnalysisRun", "startTime": "2026-01-01T00:00:00Z"});
    rollout.status.pause_conditions = vec![serde_json::from_value(pause).unwrap()];
    rollout
}

#[test]
fn a_pause_is_ended_by_removing_its_condition() {
    let rollout = testing::paused();
    let promotion = Promotion::begin(&rollout, &To::Next).unwrap();
    let change = testing::write_of(&promotion, &rollout);
    let release = Release::of(&rollout);
    assert_eq!(change.effect, Effect::StepEnded { step: 3, run: None, release });
    assert_eq!(status_of(change), json!({"pauseConditions": null}));
    assert_eq!(promotion.would(), "end the pause of 30m at stage `staff`");
}

#[test]
fn an_analysis_is_ended_by_the_next_step() {
    let rollout = judging(2, "Running");
    let change = testing::write_of(&Promotion::begin(&rollout, &To::Next).unwrap(), &rollout);
    assert_eq!(status_of(change), json!({"pauseConditions": null, "currentStepIndex": 3}));
}

#[test]
fn an_inconclusive_analysis_is_not_repeated() {
    let rollout = inconclusive(6);
    let promotion = Promotion::begin(&rollout, &To::Next).unwrap();
    assert_eq!(promotion.would(), "end the hold at stage `half`");
    let status = status_of(testing::write_of(&promotion, &rollout));
    assert_eq!(status, json!({"pauseConditions": null, "controllerPause": false, "currentStepIndex": 7}));
}

#[test]
fn an_inconclusive_background_analysis_restarts() {
    let mut rollout = inconclusive(4);
    rollout.status.canary.current_step_analysis_run_status = None;
    let change = testing::write_of(&Promotion::begin(&rollout, &To::Next).unwrap(), &rollout);
    assert_eq!(change.effect, Effect::PauseEnded(Release::of(&rollout)));
    assert_eq!(status_of(change), json!({"pauseConditions": null}));
}

#[test]
fn blue_green_is_switched() {
    let strategy = json!({"canary": null, "blueGreen": {}});
    let pause = json!([{"reason": "BlueGreenPause", "startTime": "2026-01-01T00:00:00Z"}]);
    let status = json!({"currentStepIndex": null, "controllerPause": true, "pauseConditions": pause});
    let rollout = testing::rollout(json!({"spec": {"strategy": strategy}, "status": status}));
    let change = testing::write_of(&Promotion::begin(&rollout, &To::Next).unwrap(), &rollout);
    assert_eq!(change.effect, Effect::Switched(Release::of(&rollout)));
    assert_eq!(refusal(&rollout, &To::Stage("half".to_owned())), Refusal::NoStages);
    let preparing = testing::rollout(json!({"spec": {"strategy": strategy}, "status": {"currentStepIndex": null}}));
    assert!(matches!(refusal(&preparing, &To::Next), Refusal::NotWaiting { .. }));
}

#[test]
fn a_release_that_continues_by_itself_is_not_promoted() {
    for step in [0, 1, 4, 8] {
        let rollout = testing::rollout(json!({"status": {"currentStepIndex": step}}));
        assert!(matches!(refusal(&rollout, &To::Next), Refusal::NotWaiting { .. }), "{step}");
    }
    let last = testing::rollout(json!({"status": {"currentStepIndex": 8}}));
    assert!(matches!(refusal(&last, &To::Full), Refusal::NotWaiting { .. }));
}

#[test]
fn a_promotion_needs_a_release_in_flight() {
    for to in [To::Next, To::Stage("half".to_owned()), To::Full] {
        assert_eq!(refusal(&testing::healthy(), &to), Refusal::NothingInFlight);
        assert_eq!(refusal(&testing::first_version(), &to), Refusal::FirstVersion);
        assert_eq!(refusal(&testing::invalid(), &to), Refusal::InvalidSpec("no selector".to_owned()));
    }
    for to in [To::Next, To::Stage("half".to_owned())] {
        assert_eq!(refusal(&testing::aborted(), &to), Refusal::Aborted("it failed".to_owned()));
    }
}

#[test]
fn a_promotion_waits_for_a_pause_that_is_about_to_start() {
    let rollout = testing::rollout(json!({"status": {"currentStepIndex": 3}}));
    let promotion = Promotion::begin(&rollout, &To::Next).unwrap();
    assert!(matches!(promotion.next(&rollout), Ok(Next::Wait(_))));
    let begun = testing::paused();
    assert_eq!(status_of(testing::write_of(&promotion, &begun)), json!({"pauseConditions": null}));
}

#[test]
fn a_pause_whose_end_was_missed_is_ended_again() {
    let rollout = testing::rollout(json!({"status": {"currentStepIndex": 3, "controllerPause": true}}));
    let promotion = Promotion::begin(&rollout, &To::Next).unwrap();
    assert_eq!(status_of(testing::write_of(&promotion, &rollout)), json!({"pauseConditions": null}));
}

#[test]
fn a_manual_pause_is_ended_first() {
    let mut rollout = testing::paused();
    rollout.spec["paused"] = true.into();
    let mut promotion = Promotion::begin(&rollout, &To::Next).unwrap();
    assert_eq!(promotion.would(), "resume, and end the pause of 30m at stage `staff`");
    assert_eq!(testing::write_of(&promotion, &rollout).write, Write::Spec(json!({"paused": false})));
    promotion.took(&Effect::Resumed);
    let resumed = testing::paused();
    let change = testing::write_of(&promotion, &resumed);
    promotion.took(&change.effect);
    let after = testing::rollout(json!({"status": {"currentStepIndex": 4}}));
    assert_eq!(promotion.next(&after), Ok(Next::Done));
    assert_eq!(promotion.has_done(&after), "resumed, and promoted from stage `staff` to stage `half`");
}

#[test]
fn without_another_wait_only_the_manual_pause_is_ended() {
    let rollout = testing::rollout(json!({"spec": {"paused": true}}));
    let mut promotion = Promotion::begin(&rollout, &To::Next).unwrap();
    promotion.took(&Effect::Resumed);
    let resumed = testing::rollout(json!({}));
    assert_eq!(promotion.next(&resumed), Ok(Next::Done));
    assert_eq!(promotion.has_done(&resumed), "resumed at stage `staff`, where the release continues by itself");
}

#[test]
fn a_manual_pause_during_the_promotion_remains() {
    let promotion = Promotion::begin(&testing::paused(), &To::Stage("half".to_owned())).unwrap();
    let paused = testing::rollout(json!({"spec": {"paused": true}}));
    assert_eq!(promotion.next(&paused), Err(Overtaken::PausedManually));
}

#[test]
fn a_stage_is_reached_step_by_step() {
    let to = To::Stage("half".to_owned());
    let mut promotion = Promotion::begin(&testing::rollout(json!({})), &to).unwrap();
    let starting = testing::rollout(json!({}));
    assert!(matches!(promotion.next(&starting), Ok(Next::Wait(_))), "pods are not skipped");
    let gate = judging(2, "Running");
    let change = testing::write_of(&promotion, &gate);
    promotion.took(&change.effect);
    assert_eq!(status_of(change), json!({"pauseConditions": null, "currentStepIndex": 3}));
    assert_eq!(status_of(testing::write_of(&promotion, &testing::paused())), json!({"pauseConditions": null}));
    let after = testing::rollout(json!({"status": {"currentStepIndex": 4}}));
    assert_eq!(promotion.next(&after), Ok(Next::Done));
    assert_eq!(
        promotion.notes(),
        ["the release skips the gate of stage `staff` and the pause of 30m of stage `staff`"]
    );
}

#[test]
fn only_a_later_stage_can_be_the_target() {
    let known = vec!["staff".to_owned(), "half".to_owned()];
    let wanted = |name: &str| To::Stage(name.to_owned());
    let refused = refusal(&testing::paused(), &wanted("hlaf"));
    assert_eq!(refused, Refusal::UnknownStage { wanted: "hlaf".to_owned(), known });
    assert_eq!(refused.diagnostic("web").help.as_deref(), Some("did you mean `half`?"));
    for (step, name) in [(3, "staff"), (5, "staff"), (5, "half")] {
        let refused = refusal(&testing::paused_at(step), &wanted(name));
        assert!(matches!(refused, Refusal::StagePassed { .. }), "{step} {name}");
    }
    let without = testing::rollout(json!({"metadata": {"annotations": null}}));
    assert_eq!(refusal(&without, &wanted("half")), Refusal::NoStages);
}

#[test]
fn everything_is_skipped_with_one_write_and_a_warning() {
    for rollout in [testing::paused(), testing::rollout(json!({})), testing::aborted()] {
        let promotion = Promotion::begin(&rollout, &To::Full).unwrap();
        assert_eq!(status_of(testing::write_of(&promotion, &rollout)), json!({"promoteFull": true}));
        assert!(!promotion.notes().is_empty());
    }
}

#[test]
fn a_wait_that_ended_by_itself_is_not_promoted() {
    let promotion = Promotion::begin(&testing::paused(), &To::Next).unwrap();
    let later = testing::paused_at(5);
    assert_eq!(promotion.next(&later), Ok(Next::Done), "the next stage is not ended as well");
    assert_eq!(promotion.has_done(&later), "the pause of 30m ended by itself; the release is at stage `half`");
    assert_eq!(promotion.next(&testing::aborted()), Err(Overtaken::Aborted("it failed".to_owned())));
    let other = testing::rollout(json!({"status": {"currentPodHash": "newer"}}));
    assert_eq!(promotion.next(&other), Err(Overtaken::OtherRelease));
}

#[test]
fn a_promotion_is_done_when_the_controller_is_at_a_later_step() {
    let release = Release::of(&testing::paused());
    let pause = Effect::StepEnded { step: 3, run: None, release: release.clone() };
    let stored = testing::rollout(json!({"status": {"currentStepIndex": 3, "controllerPause": true}}));
    assert_eq!(pause.progress(&stored), Progress::Pending);
    let taken = testing::rollout(json!({"status": {"currentStepIndex": 4}}));
    assert_eq!(pause.progress(&taken), Progress::Taken);
    let gate = Effect::StepEnded { step: 2, run: Some("web-run".to_owned()), release: release.clone() };
    assert_eq!(gate.progress(&judging(3, "Running")), Progress::Pending, "the write is only stored");
    assert_eq!(gate.progress(&testing::paused()), Progress::Taken);
    let full = Effect::PromotedFully(release);
    let stored = testing::rollout(json!({"status": {"promoteFull": true}}));
    assert_eq!(full.progress(&stored), Progress::Pending);
    let taken = testing::rollout(json!({"status": {"promoteFull": true, "currentStepIndex": 8}}));
    assert_eq!(full.progress(&taken), Progress::Taken);
}

#[test]
fn one_line_reports_the_result() {
    let done = |from: &Rollout, to: &Rollout| {
        let mut promotion = Promotion::begin(from, &To::Next).unwrap();
        promotion.has_promoted = true;
        promotion.has_done(to)
    };
    let at = |step: usize| testing::rollout(json!({"status": {"currentStepIndex": step}}));
    assert_eq!(done(&testing::paused(), &at(4)), "promoted from stage `staff` to stage `half`");
    let within = "promoted past the pause of 90s of stage `half`; next is the hold";
    assert_eq!(done(&testing::paused_at(5), &at(6)), within);
    assert_eq!(done(&testing::paused_at(7), &at(8)), "promoted from stage `half` to all users");
    let without = |step: usize| {
        let mut rollout = testing::paused_at(step);
        rollout.plan = None;
        rollout
    };
    assert_eq!(done(&without(3), &without(4)), "promoted from step 4 of 8 to step 5 of 8");
}
