//! Whole bundles, as snapshots for human readers.

use super::{bundle, names, object, value, yaml};
use crate::plan::testing::{Builder, duration, gate, text};
use crate::policy::AudienceId;
use crate::policy::audience::Admission;
use crate::policy::settings::Notification;
use crate::policy::stage::GateTime;

/// A release on the Gateway API with everything.
fn checkout() -> Builder {
    Builder::new("checkout", 6)
        .gateway("shop.example.com")
        .audience("staff", Admission::Staged, "1%", "X-Staff")
        .audience("partners", Admission::PinnedToStable, "0%", "X-Partner")
        .audience("preview", Admission::PinnedToCanary, "1%", "X-Preview")
        .query("availability", "5m")
        .web("smoke")
        .stage("staff", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(0)));
            stage.pause = Some(p.at(duration("30m")));
        })
        .stage("5%", Some("5%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
        .stage("25%", Some("25%"), |p, stage| {
            stage.pause = Some(p.at(duration("30m")));
            stage.gates.push(gate(p, &[1], GateTime::End));
        })
        .stage("half", Some("50%"), |p, stage| stage.manual = Some(p.origin()))
        .watch(&[0], 1)
}

#[test]
fn a_release_on_the_gateway_api() {
    insta::assert_snapshot!(yaml(&bundle(&checkout().release)));
}

#[test]
fn a_release_without_a_router() {
    let release = Builder::new("nginx", 3)
        .stage("20%", Some("20%"), |p, stage| stage.pause = Some(p.at(duration("5m"))))
        .stage("50%", Some("50%"), |p, stage| stage.manual = Some(p.origin()))
        .stage("100%", Some("100%"), |p, stage| stage.pause = Some(p.at(duration("5m"))))
        .release;
    insta::assert_snapshot!(yaml(&bundle(&release)));
}

#[test]
fn the_rollout_comes_last_and_after_its_routes() {
    let found = names(&bundle(&checkout().release));
    let expected = [
        "Service/checkout",
        "Service/checkout-canary",
        "AnalysisTemplate/checkout-watch",
        "AnalysisTemplate/checkout-hold",
        "AnalysisTemplate/checkout-25",
        "HTTPRoute/checkout",
        "HTTPRoute/checkout-partners",
        "HTTPRoute/checkout-preview",
        "Rollout/checkout",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_same_release_gives_the_same_bytes() {
    assert_eq!(yaml(&bundle(&checkout().release)), yaml(&bundle(&checkout().release)));
}

#[test]
fn recipients_of_one_trigger_are_joined() {
    let mut builder = checkout();
    let p = &mut builder.places;
    for to in ["on-call", "releases", "on-call"] {
        builder.release.notifications.push(Notification {
            origin: p.origin(),
            trigger: p.at(text("on-rollout-aborted")),
            via: p.at(text("slack")),
            to: p.at(text(to)),
        });
    }
    let bundle = bundle(&builder.release);
    let key = "/metadata/annotations/notifications.argoproj.io~1subscribe.on-rollout-aborted.slack";
    assert_eq!(value(object(&bundle, "Rollout", "checkout"), key), "on-call;releases");
}

#[test]
fn generated_objects_have_our_labels_and_files_keep_theirs() {
    let mut builder = checkout();
    let p = &mut builder.places;
    builder.release.labels = vec![
        (p.at(text("team")), p.at(text("payments"))),
        (p.at(text("app.kubernetes.io/managed-by")), p.at(text("somebody"))),
    ];
    let bundle = bundle(&builder.release);
    for found in &bundle.objects {
        assert_eq!(value(found, "metadata.labels.team"), "payments");
        assert_eq!(value(found, "/metadata/labels/app.kubernetes.io~1managed-by"), "canaryc");
        assert_eq!(value(found, "/metadata/labels/canaryc.dev~1release"), "checkout");
    }
    let rollout = object(&bundle, "Rollout", "checkout");
    assert_eq!(value(rollout, "spec.selector.matchLabels"), serde_json::json!({"app": "checkout"}));
}
