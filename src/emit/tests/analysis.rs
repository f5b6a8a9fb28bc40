//! Metrics: counts, delays, limits, arguments.

use super::{at, bundle, object, value};
use std::sync::Arc;

use crate::manifest::Object;
use crate::plan::testing::{Builder, check_of, duration, gate, text};
use crate::policy::CheckId;
use crate::policy::check::{Check, NoData, OnFail};
use crate::policy::measure::MeasureKind;
use crate::policy::stage::GateTime;
use crate::policy::template::{Argument, Part, Template};
use crate::provider::secret::Secret;
use crate::side::Side;
use serde_json::json;

/// A number of measurements that no analysis reaches.
const UNLIMITED: i32 = i32::MAX;

/// The template of a gate of one changed check, and its Rollout.
fn gated(change: impl FnOnce(&mut crate::plan::testing::Places, &mut Check)) -> (Object, Object) {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").query("lag", "5m");
    change(&mut builder.places, check_of(&mut builder.release, 0));
    let release = builder
        .stage("25%", Some("25%"), |p, stage| {
            stage.pause = Some(p.at(duration("1m")));
            stage.gates.push(gate(p, &[0], GateTime::End));
        })
        .release;
    let bundle = bundle(&release);
    (object(&bundle, "AnalysisTemplate", "shop-25").clone(), object(&bundle, "Rollout", "shop").clone())
}

const GOOD: &str = "len(result) > 0 && all(result, {# <= 5})";

#[test]
fn a_gate_passes_at_the_first_good_measurement_and_waits_for_data() {
    let (template, _) = gated(|_, _| {});
    let expected = json!({
        "name": "lag",
        "interval": "5m",
        "initialDelay": "5m",
        "count": UNLIMITED,
        "successCondition": GOOD,
        "failureCondition": "any(result, {# > 5})",
        "failureLimit": 1,
        "inconclusiveLimit": UNLIMITED,
        "consecutiveSuccessLimit": 1,
        "consecutiveErrorLimit": 30,
        "provider": {"prometheus": {"address": "http://prometheus:9090", "query": "max(lag)"}},
    });
    assert_eq!(value(&template, "spec.metrics[0]"), expected);
    let wait = json!({
        "name": "lag.wait",
        "interval": "1m",
        "initialDelay": "5m",
        "count": 10_080,
        "successCondition": GOOD,
        "failureLimit": -1,
        "consecutiveSuccessLimit": 1,
        "consecutiveErrorLimit": 30,
        "provider": {"prometheus": {"address": "http://prometheus:9090", "query": "max(lag)"}},
    });
    assert_eq!(value(&template, "spec.metrics[1]"), wait);
    let retained =
        [("^lag$", 10), ("^lag[.]wait$", 10)].map(|(name, limit)| json!({"metricName": name, "limit": limit}));
    assert_eq!(value(&template, "spec.measurementRetention"), json!(retained));
}

#[test]
fn the_count_of_a_gate_permits_a_verdict() {
    let gated = |change: &dyn Fn(&mut crate::plan::testing::Places, &mut Check)| {
        gated(|p, check| {
            check.no_data = Some(p.at(NoData::Abort));
            change(p, check);
        })
    };
    let (template, _) = gated(&|p, check| check.success_limit = Some(p.at(3)));
    assert_eq!(value(&template, "spec.metrics[0].count"), 6);
    assert_eq!(value(&template, "spec.metrics[0].consecutiveSuccessLimit"), 3);
    let (template, _) = gated(&|p, check| check.count = Some(p.at(5)));
    assert_eq!(value(&template, "spec.metrics[0].count"), 5);
    assert!(at(&template, "spec.metrics[0]").get("consecutiveSuccessLimit").is_none());
    let (template, _) = gated(&|p, check| check.failure_limit = p.at(0));
    assert_eq!(value(&template, "spec.metrics[0].count"), 1);
    assert!(at(&template, "spec.metrics[0]").get("interval").is_none());
}

#[test]
fn a_waiting_gate_measures_until_its_timeout() {
    let (template, _) = gated(|p, check| {
        check.on_fail = p.at(OnFail::Wait);
        check.timeout = Some(p.at(duration("32m")));
    });
    let metric = "spec.metrics[0]";
    assert_eq!(value(&template, &format!("{metric}.count")), 6);
    assert_eq!(value(&template, &format!("{metric}.failureLimit")), -1);
    assert_eq!(value(&template, &format!("{metric}.consecutiveSuccessLimit")), 1);
    assert_eq!(value(&template, &format!("{metric}.successCondition")), GOOD);
    assert!(at(&template, metric).get("failureCondition").is_none());
}

#[test]
fn a_check_without_effect_is_a_dry_run() {
    let (template, _) = gated(|p, check| check.on_fail = p.at(OnFail::Ignore));
    assert_eq!(value(&template, "spec.dryRun"), json!([{"metricName": "^lag$"}]));
}

#[test]
fn hashes_and_secrets_are_arguments() {
    let (template, rollout) = gated(|p, check| {
        let MeasureKind::Query(query) = &mut check.measure.kind else { panic!() };
        let part = |text: &str| Part::Literal(text.into());
        let parts = vec![
            part("max(lag{hash=\""),
            Part::Argument(Argument::Hash(Side::Canary)),
            part("\", token=\""),
            Part::Argument(Argument::Secret("token".into())),
            part("\"})"),
        ];
        query.text = p.at(Template { parts });
        check.measure.secrets.push(Secret {
            origin: p.origin(),
            name: p.at(text("token")),
            from: p.at(text("prometheus")),
            key: p.at(text("password")),
        });
    });
    let args = json!([
        {"name": "canary-hash"},
        {"name": "token", "valueFrom": {"secretKeyRef": {"name": "prometheus", "key": "password"}}},
    ]);
    assert_eq!(value(&template, "spec.args"), args);
    let query = "max(lag{hash=\"{{args.canary-hash}}\", token=\"{{args.token}}\"})";
    assert_eq!(value(&template, "spec.metrics[0].provider.prometheus.query"), query);
    let passed = json!([{"name": "canary-hash", "valueFrom": {"podTemplateHashValue": "Latest"}}]);
    assert_eq!(value(&rollout, "spec.strategy.canary.steps[2].analysis.args"), passed);
}

#[test]
fn the_rollout_passes_the_arguments_of_an_existing_template() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").query("budget", "5m");
    let p = &mut builder.places;
    check_of(&mut builder.release, 0).measure.kind = MeasureKind::Template {
        name: p.at(crate::plan::testing::name("error-budget")),
        cluster: true,
        arguments: vec![
            (p.at(text("service-name")), p.at(Template::literal("shop-canary"))),
            (p.at(text("hash")), p.at(Template { parts: vec![Part::Argument(Argument::Hash(Side::Canary))] })),
        ],
    };
    let release = builder
        .stage("25%", Some("25%"), |p, stage| stage.gates.push(gate(p, &[0], GateTime::End)))
        .watch(&[0], 0)
        .release;
    let bundle = bundle(&release);
    assert!(bundle.objects.iter().all(|object| object.kind() != "AnalysisTemplate"));
    let rollout = object(&bundle, "Rollout", "shop");
    let expected = json!({
        "templates": [{"templateName": "error-budget", "clusterScope": true}],
        "args": [
            {"name": "service-name", "value": "shop-canary"},
            {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}},
        ],
    });
    assert_eq!(value(rollout, "spec.strategy.canary.steps[1].analysis"), expected);
    assert_eq!(value(rollout, "spec.strategy.canary.analysis.templates"), expected["templates"]);
}

#[test]
fn holds_of_different_stages_are_one_template_with_delays_as_arguments() {
    let release = Builder::new("shop", 6)
        .gateway("shop.example.com")
        .query("lag", "5m")
        .query("errors", "2m")
        .stage("5%", Some("5%"), |p, stage| stage.pause = Some(p.at(duration("3m"))))
        .stage("25%", Some("25%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
        .stage("50%", Some("50%"), |p, stage| {
            stage.pause = Some(p.at(duration("10m")));
            stage.gates.push(gate(p, &[0], GateTime::End));
        })
        .watch(&[0, 1], 0)
        .release;
    let bundle = bundle(&release);
    let names: Vec<_> = bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "AnalysisTemplate")
        .map(|object| object.name())
        .collect();
    assert_eq!(names, ["shop-watch", "shop-hold", "shop-50", "shop-hold-50"]);
    let hold = object(&bundle, "AnalysisTemplate", "shop-hold");
    // A default, because the controller validates a duration before it knows the arguments.
    assert_eq!(value(hold, "spec.args"), json!([{"name": "lag-delay", "value": "2m"}]));
    assert_eq!(value(hold, "spec.metrics[0].initialDelay"), "{{args.lag-delay}}");
    assert_eq!(value(hold, "spec.metrics[0].successCondition"), GOOD);
    assert!(at(hold, "spec.metrics[0]").get("failureCondition").is_none());
    assert!(at(hold, "spec.metrics[1]").get("initialDelay").is_none());
    assert_eq!(value(hold, "spec.metrics[0].count"), 10_080);
    assert_eq!(value(hold, "spec.metrics[0].interval"), "1m");
    assert_eq!(value(hold, "spec.metrics[0].failureLimit"), -1);
    let steps = "spec.strategy.canary.steps";
    let rollout = object(&bundle, "Rollout", "shop");
    assert_eq!(value(rollout, &format!("{steps}[2].analysis.args")), json!([{"name": "lag-delay", "value": "2m"}]));
    assert_eq!(value(rollout, &format!("{steps}[5].analysis.args")), json!([{"name": "lag-delay", "value": "0s"}]));
    let watch = object(&bundle, "AnalysisTemplate", "shop-watch");
    assert_eq!(value(watch, "spec.metrics[0].successCondition"), "all(result, {isNaN(#) || # <= 5})");
    assert!(at(watch, "spec.metrics[0]").get("count").is_none());
}

#[test]
fn a_watch_that_aborts_on_no_data_has_a_hold_only_in_a_stage_that_ends_before_it_can_abort() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").query("lag", "5m");
    check_of(&mut builder.release, 0).no_data = Some(builder.places.at(NoData::Abort));
    // The watch aborts at its second measurement, after ten minutes.
    let release = builder
        .stage("5%", Some("5%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
        .stage("10%", Some("10%"), |p, stage| stage.pause = Some(p.at(duration("11m"))))
        .watch(&[0], 0)
        .release;
    let bundle = bundle(&release);
    let watch = object(&bundle, "AnalysisTemplate", "shop-watch");
    assert_eq!(value(watch, "spec.metrics[0].successCondition"), GOOD);
    let hold = object(&bundle, "AnalysisTemplate", "shop-hold");
    assert_eq!(value(hold, "spec.metrics[0].successCondition"), GOOD);
    let rollout = object(&bundle, "Rollout", "shop");
    let steps = value(rollout, "spec.strategy.canary.steps");
    let analyses: Vec<bool> = steps.as_array().unwrap().iter().map(|step| step.get("analysis").is_some()).collect();
    assert_eq!(analyses, [false, false, true, false, false]);
}

#[test]
fn one_name_for_two_secrets_is_refused() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").web("orders").web("billing");
    for (index, from) in ["orders-probe", "billing-probe"].into_iter().enumerate() {
        let p = &mut builder.places;
        let mut web = crate::plan::testing::web(p);
        web.url = p.at(Template { parts: vec![Part::Argument(Argument::Secret("token".into()))] });
        check_of(&mut builder.release, index).measure.kind = MeasureKind::Direct(Arc::new(web));
        let secret =
            Secret { origin: p.origin(), name: p.at(text("token")), from: p.at(text(from)), key: p.at(text("k")) };
        check_of(&mut builder.release, index).measure.secrets.push(secret);
    }
    let release =
        builder.stage("25%", Some("25%"), |p, stage| stage.gates.push(gate(p, &[0, 1], GateTime::End))).release;
    let found = crate::emit::emit(&release, &crate::plan::testing::planned(&release)).unwrap_err().into_vec();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.name(), "emit/argument-twice");
    assert_eq!(found[0].span(), Some(release.check(CheckId(1)).unwrap().measure.secrets[0].origin.span));
}
