//! The tests run the steps of random releases through the model of the controller. At no moment may a request reach too
//! few pods.
//!
//! Pods start slowly and stop at once. A step that waits for pods has the weight of the steps before it. Without an
//! available pod the controller removes header routes, and only a step sets them again.

use proptest::prelude::*;

use crate::plan::controller::{Canary, Scale};
use crate::plan::testing::{Builder, duration, gate, last_audience, planned};
use crate::plan::{Action, CanaryScale, Course, Plan, PlannedStage, Staged};
use crate::pods::share_of_pods;
use crate::policy::audience::Admission;
use crate::policy::stage::GateTime;
use crate::policy::workload::{Autoscaler, AutoscalerSource};
use crate::policy::{AudienceId, Release, Sourced, StageId};
use crate::units::{IntOrPercent, Percent};

/// The canary at one moment.
#[derive(Clone, Debug)]
struct Moment {
    step: usize,
    available: u32,
    weight: u8,
    routes: Vec<usize>,
}

fn steps(plan: &Plan) -> Vec<&Action> {
    plan.staged().steps.iter().map(|step| &step.action).collect()
}

/// Every moment of a release on a fleet of one size: for each step, its start and then its end.
fn moments(plan: &Plan, fleet: u32) -> Vec<Moment> {
    let mut moments = Vec::new();
    let (mut available, mut routes, mut canary) = (0, Vec::new(), Canary::START);
    for step in 0..=plan.staged().steps.len() {
        let before = canary;
        let action = plan.staged().steps.get(step).map(|planned| &planned.action);
        match action {
            Some(action) => canary.apply(action),
            None => canary = Canary { weight: 100, scale: Scale::Follow },
        }
        let desired = plan.controller.pods(canary, fleet);
        available = u32::min(available, desired);
        if available == 0 {
            routes.clear();
        }
        let begun = if available == desired { canary.weight } else { before.weight };
        // Without any pod, the controller sends nothing to the canary.
        let begun = if available == 0 { 0 } else { begun };
        if let Some(Action::AdmitAudience(route)) = action
            && !routes.contains(route)
        {
            routes.push(*route);
        }
        moments.push(Moment { step, available, weight: begun, routes: routes.clone() });
        available = desired;
        if available == 0 {
            routes.clear();
        }
        let weight = if available == 0 { 0 } else { canary.weight };
        moments.push(Moment { step, available, weight, routes: routes.clone() });
    }
    moments
}

/// The invariants of a sound release at every moment.
fn judge(release: &Release, plan: &Plan, fleet: u32) {
    let mut before: Option<Moment> = None;
    for moment in moments(plan, fleet) {
        let here = format!("{moment:?} of {fleet} pods in {:?}", steps(plan));
        let staged: u32 = moment
            .routes
            .iter()
            .filter_map(|route| release.audience(plan.staged().managed_routes[*route].audience))
            .filter_map(|audience| audience.share.as_ref())
            .map(|share| share.value.millionths())
            .sum();
        let reached = (u32::from(moment.weight) * 10_000 + staged).min(1_000_000);
        let needed = Percent::from_millionths(reached).unwrap().of_rounded_up(fleet);
        assert!(moment.available >= needed, "too few pods for {reached} millionths: {here}");
        assert!(moment.available >= share_of_pods(moment.weight, fleet), "too few pods for the weight: {here}");
        if !moment.routes.is_empty() {
            let least = if moment.step == plan.staged().steps.len() { 1 } else { 2 };
            assert!(moment.available >= least, "a header route depends on one pod: {here}");
        }
        if let Some(before) = before {
            assert!(moment.weight >= before.weight, "the weight fell: {here}");
            assert!(before.routes.iter().all(|route| moment.routes.contains(route)), "a header route is gone: {here}");
        }
        before = Some(moment);
    }
    let last = before.unwrap();
    assert_eq!((last.weight, last.available), (100, fleet), "{:?}", steps(plan));
}

/// The state that each stage must have reached before its first analysis.
fn judge_stages(release: &Release, plan: &Plan, fleet: u32) {
    let mut next = 0;
    for (index, stage) in plan.staged().stages.iter().enumerate() {
        assert_eq!(stage.steps.start, next, "stages leave no step out");
        next = stage.steps.end;
        assert!(plan.staged().steps[stage.steps.clone()].iter().all(|step| step.stage == StageId(index)));
        let end = moments(plan, fleet).into_iter().rfind(|moment| moment.step < stage.steps.end);
        let Some(end) = end else { continue };
        let weight = u8::try_from(stage.weight.millionths() / 10_000).unwrap();
        assert_eq!(end.weight, weight, "stage {index} of {fleet} pods: {:?}", steps(plan));
        let audiences: Vec<AudienceId> =
            end.routes.iter().map(|route| plan.staged().managed_routes[*route].audience).collect();
        assert_eq!(audiences, stage.admitted, "stage {index}: {:?}", steps(plan));
        if release.workload.replicas.is_some() {
            assert_eq!(stage.canary_pods, Some(end.available), "stage {index}: {:?}", steps(plan));
        }
        let pinned: Percent = release
            .audiences
            .values()
            .filter(|audience| audience.admission == Admission::PinnedToCanary)
            .filter_map(|audience| audience.share.as_ref())
            .fold(Percent::ZERO, |sum, share| sum.saturating_add(share.value));
        if release.canary().stages[index].replicas.is_none() {
            let needed = stage.exposure.saturating_add(pinned).of_rounded_up(fleet);
            assert!(end.available >= needed, "stage {index}, pinned audiences count: {:?}", steps(plan));
            if stage.admitted.is_empty() && pinned == Percent::ZERO {
                let alone = share_of_pods(weight, fleet);
                assert_eq!(end.available, alone, "stage {index} follows its weight: {:?}", steps(plan));
            }
        }
    }
    assert_eq!(next, plan.staged().steps.len());
    if let (Some(watch), Some(planned)) = (&release.canary().watch, &plan.staged().watch) {
        let exposes = |stage: &PlannedStage| stage.exposure > Percent::ZERO;
        let from = watch.from.map(|from| from.value.0).or_else(|| plan.staged().stages.iter().position(exposes));
        let stage = &plan.staged().stages[from.unwrap()];
        assert!(stage.steps.start <= planned.starting_step && planned.starting_step <= stage.steps.end);
        let exposing = |action: &Action| matches!(action, Action::SetWeight(_) | Action::AdmitAudience(_));
        let rest = &plan.staged().steps[planned.starting_step..stage.steps.end];
        assert!(!rest.iter().any(|step| exposing(&step.action)), "the watch begins too early: {:?}", steps(plan));
        let asked = |action: &Action| matches!(action, Action::Analyse(_) | Action::Pause(_) | Action::AwaitPromotion);
        let first = &plan.staged().steps[stage.steps.start..planned.starting_step];
        assert!(!first.iter().any(|step| asked(&step.action)), "the watch begins too late: {:?}", steps(plan));
    }
}

/// One randomly generated stage.
#[derive(Clone, Debug)]
struct Drawn {
    grows: u8,
    admits: bool,
    pods: Option<(bool, u8)>,
    manual: bool,
    gated: bool,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let pods = prop::option::weighted(0.3, (any::<bool>(), 1u8..=100));
    (prop_oneof![Just(0u8), 1u8..=60], any::<bool>(), pods, any::<bool>(), any::<bool>())
        .prop_map(|(grows, admits, pods, manual, gated)| Drawn { grows, admits, pods, manual, gated })
}

/// A sound release from random stages. Leaves out what the policy phase would refuse.
fn release(
    fleet: (u32, u32),
    fixed: bool,
    shares: &[u32],
    pinned: Option<u32>,
    stages: &[Drawn],
    from: usize,
) -> Release {
    let (least, most) = if fixed { (fleet.0, fleet.0) } else { (fleet.0.min(fleet.1), fleet.0.max(fleet.1)) };
    let mut builder = Builder::new("shop", least).gateway("shop.example.com").query("lag", "5m").web("smoke");
    if !fixed {
        let p = &mut builder.places;
        builder.release.autoscaler = Some(Autoscaler {
            origin: p.origin(),
            name: p.default(crate::plan::testing::name("shop")),
            min: Some(p.at(least)),
            source: AutoscalerSource::Emitted { max: p.at(most), cpu: None, memory: None },
        });
        builder.release.workload.replicas = None;
    }
    for (index, share) in shares.iter().enumerate() {
        builder = builder.audience(&format!("a{index}"), Admission::Staged, "1%", &format!("X-{index}"));
        last_audience(&mut builder.release).share.as_mut().unwrap().value = Percent::from_millionths(*share).unwrap();
    }
    if let Some(share) = pinned {
        builder = builder.audience("pinned", Admission::PinnedToCanary, "1%", "X-Pinned");
        last_audience(&mut builder.release).share.as_mut().unwrap().value = Percent::from_millionths(share).unwrap();
    }
    let (mut weight, mut admitted, mut reached) = (0u8, 0usize, pinned.unwrap_or(0));
    for (index, drawn) in stages.iter().enumerate() {
        let grown = weight.saturating_add(drawn.grows).min(100);
        let said = (grown != weight).then(|| format!("{grown}%"));
        weight = grown;
        let admits = drawn.admits && admitted < shares.len();
        if admits {
            reached += shares[admitted];
            admitted += 1;
        }
        let needed = Percent::from_millionths((reached + u32::from(weight) * 10_000).min(1_000_000)).unwrap();
        let pods =
            drawn.pods.map(
                |(percent, count)| {
                    if percent { IntOrPercent::Percent(count) } else { IntOrPercent::Int(u32::from(count)) }
                },
            );
        let sound = |pods: &IntOrPercent| {
            let fewest = if admitted > 0 { 2 } else { 1 };
            (least..=most).all(|fleet| pods.of_rounded_up(fleet) >= needed.of_rounded_up(fleet).max(fewest))
        };
        let pods = pods.filter(sound);
        builder = builder.stage(&format!("s{index}"), said.as_deref(), |p, stage| {
            stage.audience = admits.then(|| p.at(AudienceId(admitted - 1)));
            stage.replicas = pods.map(|pods| p.at(pods));
            stage.pause = (!drawn.manual).then(|| p.at(duration("10m")));
            stage.manual = drawn.manual.then(|| p.origin());
            if drawn.gated {
                stage.gates.push(gate(p, &[0, 1], GateTime::End));
            }
        });
    }
    builder.watch(&[0, 1], from.min(stages.len() - 1)).release
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn requests_never_reach_too_few_pods(
        fleet in (1u32..=24, 1u32..=24),
        fixed in any::<bool>(),
        shares in prop::collection::vec(1_000u32..=150_000, 0..4),
        pinned in prop::option::weighted(0.3, 1_000u32..=80_000),
        stages in prop::collection::vec(drawn(), 1..7),
        from in 0usize..7,
    ) {
        let release = release(fleet, fixed, &shares, pinned, &stages, from);
        let plan = planned(&release);
        let sizes = match &release.workload.replicas {
            Some(Sourced { value, .. }) => *value..=*value,
            None => fleet.0.min(fleet.1)..=fleet.0.max(fleet.1),
        };
        for size in sizes {
            judge(&release, &plan, size);
            judge_stages(&release, &plan, size);
        }
    }
}

/// Tests the model itself: it must find the orders that are known to go wrong.
#[test]
fn the_model_rejects_wrong_orders_of_steps() {
    let release = release(
        (6, 6),
        true,
        &[10_000],
        None,
        &[Drawn { grows: 0, admits: true, pods: None, manual: false, gated: false }],
        0,
    );
    let good = planned(&release);
    let step = |action: Action| crate::plan::PlannedStep { stage: StageId(0), action, origin: release.origin };
    let goes_wrong = |actions: Vec<Action>| {
        let staged = Staged { steps: actions.into_iter().map(step).collect(), ..good.staged().clone() };
        let wrong = Plan { course: Course::Steps(staged), ..good.clone() };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(&release, &wrong, 6))).is_err()
    };
    let two = || Action::ScaleCanary(CanaryScale::Replicas(2));
    assert!(!goes_wrong(vec![two(), Action::AdmitAudience(0), Action::AwaitPromotion]));
    // A header route before there is a pod, or with only one pod.
    assert!(goes_wrong(vec![Action::AdmitAudience(0), two(), Action::AwaitPromotion, Action::SetWeight(50)]));
    assert!(goes_wrong(vec![
        Action::ScaleCanary(CanaryScale::Replicas(1)),
        Action::AdmitAudience(0),
        Action::AwaitPromotion
    ]));
    // The scale follows the weight before the weight is set: the canary drops to no pods.
    assert!(goes_wrong(vec![two(), Action::AdmitAudience(0), Action::FollowWeight, Action::SetWeight(50)]));
    // A scale that is never reset.
    assert!(goes_wrong(vec![two(), Action::SetWeight(50), Action::AwaitPromotion]));
}
