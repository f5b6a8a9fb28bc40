//! What a plan contains besides its steps: sizes, exposure, time, delays.

use crate::plan::stops::stops_after;
use crate::plan::testing::{Builder, check_of, duration, gate, name, percent, planned};
use crate::plan::{Action, CanaryScale, InitialDelay, Plan, Purpose};
use crate::policy::audience::Admission;
use crate::policy::check::OnFail;
use crate::policy::stage::GateTime;
use crate::policy::workload::{Autoscaler, AutoscalerSource};
use crate::policy::{AudienceId, Release, StageId};
use crate::show::timeline;
use crate::units::Duration;

fn sizes(plan: &Plan) -> Vec<CanaryScale> {
    let scale = |action: &Action| match action {
        Action::ScaleCanary(scale) => Some(*scale),
        _ => None,
    };
    plan.staged().steps.iter().filter_map(|step| scale(&step.action)).collect()
}

/// An audience, then 25%, on a fleet between two sizes.
fn scaled(least: Option<u32>, most: Option<u32>, share: &str) -> Release {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com");
    let p = &mut builder.places;
    builder.release.workload.replicas = None;
    builder.release.autoscaler = Some(Autoscaler {
        origin: p.origin(),
        name: p.default(name("shop")),
        min: least.map(|least| p.at(least)),
        source: most.map_or(AutoscalerSource::Existing, |most| AutoscalerSource::Emitted {
            max: p.at(most),
            cpu: None,
            memory: None,
        }),
    });
    builder
        .audience("staff", Admission::Staged, share, "X-Staff")
        .stage("staff", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(0)));
            stage.pause = Some(p.at(duration("10m")));
        })
        .stage("25%", Some("25%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
        .release
}

#[test]
fn an_autoscaled_fleet_has_enough_pods_at_every_size() {
    use CanaryScale::{Replicas, Weight};
    // 26% of 12 pods is four. That also covers the two pods that the audience needs.
    assert_eq!(sizes(&planned(&scaled(Some(3), Some(12), "1%"))), [Replicas(2), Replicas(4)]);
    // From 8 pods on, 26% is at least two pods.
    assert_eq!(sizes(&planned(&scaled(Some(8), Some(40), "1%"))), [Replicas(2), Weight(26)]);
    // If only the cluster knows the largest fleet, the share is the one that gives two pods in the smallest fleet.
    assert_eq!(sizes(&planned(&scaled(Some(3), None, "1%"))), [Weight(34)]);
    assert_eq!(sizes(&planned(&scaled(None, None, "1%"))), [Weight(51)]);
    assert_eq!(planned(&scaled(None, None, "1%")).staged().stages[0].canary_pods, None);
}

#[test]
fn shares_round_up_and_a_joined_audience_counts_once() {
    let release = Builder::new("shop", 100)
        .gateway("shop.example.com")
        .audience("a", Admission::Staged, "1.2%", "X-A")
        .audience("b", Admission::Staged, "3%", "X-B")
        .any("both", &[0, 1])
        .stage("a", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(0)));
            stage.manual = Some(p.origin());
        })
        .stage("both", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(2)));
            stage.manual = Some(p.origin());
        })
        .release;
    let plan = planned(&release);
    assert_eq!(sizes(&plan), [CanaryScale::Weight(2), CanaryScale::Weight(5)]);
    let exposure: Vec<_> = plan.staged().stages.iter().map(|stage| stage.exposure).collect();
    assert_eq!(exposure, [percent("1.2%"), percent("4.2%")]);
    assert_eq!(plan.staged().stages[1].canary_pods, Some(5));
    let routes: Vec<_> = plan.staged().managed_routes.iter().map(|route| route.name.value.as_str()).collect();
    assert_eq!(routes, ["a", "b"]);
    let admitted = |stage: usize| {
        let steps = &plan.staged().steps[plan.staged().stages[stage].steps.clone()];
        steps.iter().filter(|step| matches!(step.action, Action::AdmitAudience(_))).count()
    };
    assert_eq!((admitted(0), admitted(1)), (1, 2), "each route once a stage");
}

#[test]
fn the_duration_of_a_stage_includes_its_pause_and_measurements() {
    let release = Builder::new("shop", 6)
        .gateway("shop.example.com")
        .query("lag", "5m")
        .stage("10%", Some("10%"), |p, stage| {
            stage.pause = Some(p.at(duration("3m")));
            stage.gates.push(gate(p, &[0], GateTime::Start));
        })
        .stage("20%", Some("20%"), |p, stage| stage.pause = Some(p.at(duration("3m"))))
        .stage("50%", Some("50%"), |p, stage| stage.manual = Some(p.origin()))
        .watch(&[0], 1)
        .release;
    let plan = planned(&release);
    let times: Vec<Option<Duration>> = plan.staged().stages.iter().map(|stage| stage.duration).collect();
    // A gate at the start waits for its window. The hold waits for the rest of the window after the pause.
    assert_eq!(times, [Some(duration("8m")), Some(duration("5m")), None]);
}

#[test]
fn a_gate_waits_for_its_window_unless_the_pause_was_as_long() {
    let delay = |pause: &str, at: GateTime| {
        let release = Builder::new("shop", 6)
            .gateway("shop.example.com")
            .query("lag", "5m")
            .stage("10%", Some("10%"), |p, stage| {
                stage.pause = Some(p.at(duration(pause)));
                stage.gates.push(gate(p, &[0], at));
            })
            .release;
        planned(&release).templates[0].measurements[0].initial_delay
    };
    assert_eq!(delay("5m", GateTime::End), InitialDelay::Fixed(None));
    assert_eq!(delay("4m", GateTime::End), InitialDelay::Fixed(Some(duration("5m"))));
    assert_eq!(delay("1h", GateTime::Start), InitialDelay::Fixed(Some(duration("5m"))));
}

#[test]
fn a_hold_covers_only_checks_of_the_watch_that_can_hold() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").query("lag", "5m").web("smoke").web("person");
    check_of(&mut builder.release, 2).on_fail = builder.places.at(OnFail::Pause);
    let release = builder
        .stage("10%", Some("10%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
        .stage("20%", Some("20%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
        .watch(&[0, 1, 2], 1)
        .release;
    let plan = planned(&release);
    let holds: Vec<_> = plan.templates.iter().filter(|template| template.purpose == Purpose::Hold).collect();
    assert_eq!(holds.len(), 1);
    assert_eq!(holds[0].name.as_str(), "shop-hold");
    let held: Vec<_> = holds[0].measurements.iter().map(|measurement| measurement.check.0).collect();
    assert_eq!(held, [0, 2], "the watch of a web answer aborts before the stage ends");
    let watch = plan.staged().watch.as_ref().unwrap();
    assert_eq!(watch.starting_step, 3);
    let elsewhere: Vec<_> = plan.templates[watch.usage.template.0]
        .measurements
        .iter()
        .map(|measurement| measurement.holds_elsewhere)
        .collect();
    assert_eq!(elsewhere, [true, true, true]);
}

#[test]
fn a_stage_says_when_a_bad_version_is_aborted() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").query("lag", "5m").query("slow", "10m");
    check_of(&mut builder.release, 0).failure_limit = builder.places.at(2);
    check_of(&mut builder.release, 1).failure_limit = builder.places.at(0);
    let release = builder
        .stage("5%", Some("5%"), |p, stage| stage.pause = Some(p.at(duration("1m"))))
        .stage("10%", Some("10%"), |p, stage| {
            stage.pause = Some(p.at(duration("3m")));
            stage.gates.push(gate(p, &[1], GateTime::End));
        })
        .stage("20%", Some("20%"), |p, stage| {
            stage.pause = Some(p.at(duration("7m")));
            stage.manual = Some(p.origin());
        })
        .watch(&[0], 2)
        .release;
    let plan = planned(&release);
    let stops: Vec<Option<Duration>> = (0..3).map(|stage| stops_after(&release, &plan, StageId(stage))).collect();
    // Nothing measures the first stage. The gate of the second waits for its window after the pause. The watch of the
    // third tolerates two failures.
    assert_eq!(stops, [None, Some(duration("13m")), Some(duration("15m"))]);
    let moments = timeline(&release, &plan);
    assert_eq!((moments[2].duration, moments[2].least), (None, Some(duration("7m"))));
    assert_eq!(moments[2].stops, Some(duration("15m")));
}
