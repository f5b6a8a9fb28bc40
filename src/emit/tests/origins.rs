//! Where fields come from.

use super::{at, bundle, object};
use crate::manifest::{Derivation, Field, Value};
use crate::plan::testing::{Builder, duration, gate};
use crate::policy::audience::Admission;
use crate::policy::stage::GateTime;
use crate::policy::{AudienceId, CheckId, Release};

fn release() -> Release {
    Builder::new("shop", 6)
        .gateway("shop.example.com")
        .audience("staff", Admission::Staged, "1%", "X-Staff")
        .audience("old", Admission::PinnedToStable, "0%", "X-Old")
        .query("lag", "5m")
        .web("smoke")
        .stage("staff", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(0)));
            stage.pause = Some(p.at(duration("30m")));
        })
        .stage("25%", Some("25%"), |p, stage| {
            stage.pause = Some(p.at(duration("30m")));
            stage.gates.push(gate(p, &[1], GateTime::End));
        })
        .watch(&[0], 0)
        .release
}

fn walk<'a>(path: String, field: &'a Field, visit: &mut impl FnMut(&str, &'a Field)) {
    visit(&path, field);
    match &field.value {
        Value::Mapping(entries) => {
            for (key, entry) in entries {
                walk(format!("{path}.{key}"), entry, visit);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(format!("{path}[{index}]"), item, visit);
            }
        }
        _ => {}
    }
}

#[test]
fn no_field_of_a_spec_has_the_whole_release_as_origin() {
    let release = release();
    for object in &bundle(&release).objects {
        let spec = object.root.get("spec").unwrap();
        walk(format!("{} {}", object.kind(), object.name()), spec, &mut |path, field| {
            assert_ne!(field.origin.span, release.origin.span, "{path}");
        });
    }
}

#[test]
fn a_value_points_at_its_text() {
    let release = release();
    let bundle = bundle(&release);
    let rollout = object(&bundle, "Rollout", "shop");
    let span = |path: &str| at(rollout, path).origin.span;
    let canary = |path: &str| span(&format!("spec.strategy.canary.{path}"));
    assert_eq!(span("spec.replicas"), release.workload.replicas.as_ref().unwrap().span());
    assert_eq!(span("spec.selector.matchLabels.app"), release.workload.selector[0].1.span());
    assert_eq!(canary("maxSurge"), release.canary().settings.max_surge.span());
    assert_eq!(canary("canaryService"), release.service.as_ref().unwrap().canary.span());
    let stages = &release.canary().stages;
    assert_eq!(canary("steps[0].setCanaryScale.replicas"), stages[0].audience.as_ref().unwrap().span());
    assert_eq!(canary("steps[1].setHeaderRoute"), stages[0].audience.as_ref().unwrap().span());
    assert_eq!(canary("steps[2].pause.duration"), stages[0].pause.as_ref().unwrap().span());
    assert_eq!(canary("steps[6].setWeight"), stages[1].weight.span());
    assert_eq!(canary("steps[8].analysis.templates[0].templateName"), stages[1].gates[0].origin.span);
    assert_eq!(canary("analysis.startingStep"), release.canary().watch.as_ref().unwrap().from.unwrap().span());
    let template = object(&bundle, "AnalysisTemplate", "shop-25");
    let metric = |path: &str| at(template, &format!("spec.metrics[0]{path}")).origin.span;
    assert_eq!(metric(""), stages[1].gates[0].checks[0].span());
    assert_eq!(metric(".failureLimit"), release.check(CheckId(1)).unwrap().failure_limit.span());
    assert_eq!(metric(".name"), release.check(CheckId(1)).unwrap().name.span());
}

#[test]
fn defaults_and_derived_values_have_their_origins() {
    let release = release();
    let bundle = bundle(&release);
    let rollout = object(&bundle, "Rollout", "shop");
    let derivation = |path: &str| at(rollout, path).origin.derivation;
    assert_eq!(derivation("spec.minReadySeconds"), Derivation::Default);
    assert_eq!(derivation("spec.replicas"), Derivation::Written);
    assert_eq!(derivation("spec.strategy.canary.steps[0]"), Derivation::Derived);
    assert_eq!(derivation("spec.strategy.canary.steps[6].setWeight"), Derivation::Written);
    let route = object(&bundle, "HTTPRoute", "shop");
    assert_eq!(at(route, "spec.hostnames[0]").origin.derivation, Derivation::Written);
    assert_eq!(at(route, "spec.rules[0].backendRefs[1].weight").origin.derivation, Derivation::Derived);
}
