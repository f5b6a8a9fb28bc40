//! Patches: which object, whose field.

use super::{field, names, object, value};
use crate::diagnostic::Diagnostic;
use crate::emit::{Bundle, emit};
use crate::plan::testing::planned;
use crate::plan::testing::{Builder, duration, text};
use crate::policy::settings::Patch;
use serde_json::{Value as Json, json};

fn patched(patches: &[(&str, Option<&str>, Json)]) -> Result<Bundle, Vec<Diagnostic>> {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").stage("10%", Some("10%"), |p, stage| {
        stage.pause = Some(p.at(duration("10m")));
    });
    for (kind, name, change) in patches {
        let p = &mut builder.places;
        let patch = Patch {
            origin: p.origin(),
            kind: p.at(text(kind)),
            name: name.map(|name| p.at(text(name))),
            change: field(p, change),
        };
        builder.release.patches.push(patch);
    }
    emit(&builder.release, &planned(&builder.release)).map_err(|found| found.into_vec())
}

fn refused(kind: &str, name: Option<&str>, change: Json) -> String {
    let found = patched(&[(kind, name, change)]).unwrap_err();
    assert_eq!(found.len(), 1, "{found:#?}");
    format!("{}: {} | {}", found[0].code, found[0].message, found[0].help.as_deref().unwrap_or_default())
}

#[test]
fn patches_add_fields_without_a_keyword() {
    let timeouts = json!([{"op": "add", "path": "/spec/rules/0/timeouts", "value": {"request": "10s"}}]);
    let owner = json!({"metadata": {"annotations": {"example.com/owner": "team-shop"}}});
    let kind = json!({"spec": {"type": "LoadBalancer"}});
    let found =
        patched(&[("HTTPRoute", Some("shop"), timeouts), ("Rollout", None, owner), ("Service", Some("shop"), kind)])
            .unwrap();
    assert_eq!(value(object(&found, "HTTPRoute", "shop"), "spec.rules[0].timeouts.request"), "10s");
    let rollout = object(&found, "Rollout", "shop");
    assert_eq!(value(rollout, "/metadata/annotations/example.com~1owner"), "team-shop");
    assert!(rollout.root.at(&["metadata", "annotations", "canaryc.dev/plan"]).is_some());
    assert_eq!(value(object(&found, "Service", "shop"), "spec.type"), "LoadBalancer");
    assert!(object(&found, "Service", "shop-canary").root.at(&["spec", "type"]).is_none());
    assert_eq!(names(&found).last().map(String::as_str), Some("Rollout/shop"));
}

#[test]
fn a_patch_finds_exactly_one_object() {
    let change = || json!({"spec": {"type": "LoadBalancer"}});
    assert_eq!(
        refused("Service", None, change()),
        "patch/target: this release has 2 objects of kind Service | add `name=` with `shop` or `shop-canary`"
    );
    assert!(
        refused("Service", Some("shopp"), change())
            .starts_with("patch/target: this release has no Service named `shopp`")
    );
    assert!(refused("GRPCRoute", None, change()).starts_with("patch/target: this release has no GRPCRoute"));
}

#[test]
fn fields_of_canaryc_cannot_be_patched() {
    let owned = |kind, change| {
        let message = refused(kind, Some("shop"), change);
        assert!(message.starts_with("patch/owned: "), "{message}");
        message
    };
    let replicas = owned("Rollout", json!({"spec": {"replicas": 8}}));
    assert!(replicas.contains("`spec.replicas` of Rollout `shop` is already set by canaryc"), "{replicas}");
    owned("Rollout", json!({"spec": {"minReadySeconds": 5}}));
    owned("Rollout", json!([{"op": "remove", "path": "/spec/strategy/canary/steps/0"}]));
    owned("Rollout", json!([{"op": "add", "path": "/spec/strategy/canary/steps/-", "value": {"pause": {}}}]));
    owned("Rollout", json!({"spec": {"strategy": {"canary": {"steps": []}}}}));
    owned("Service", json!({"spec": {"selector": {"app": "shop"}}}));
    owned(
        "HTTPRoute",
        json!([{"op": "add", "path": "/spec/rules/0/backendRefs/-", "value": {"name": "docs", "port": 80}}]),
    );
    owned("HTTPRoute", json!([{"op": "replace", "path": "/spec/rules/0/backendRefs/1/weight", "value": 50}]));
    let alone =
        json!([{"op": "add", "path": "/spec/rules/-", "value": {"backendRefs": [{"name": "shop", "port": 80}]}}]);
    assert!(owned("HTTPRoute", alone).contains("only refers to `shop`"));
}

#[test]
fn every_mistake_of_a_patch_is_reported_at_its_line() {
    let change =
        json!({"spec": {"replicas": 8, "revisionHistoryLimit": 3}, "metadata": {"annotations": {"team": "shop"}}});
    let found = patched(&[("Rollout", None, change)]).unwrap_err();
    assert_eq!(found.len(), 2);
    assert_ne!(found[0].span(), found[1].span());
}
