//! What the API server refuses about any object: names, labels, annotations, sizes; and about an autoscaler.

use serde_json::json;

use super::damage::change;
use super::expected::Expected;
use super::{Base, Rule, rule};

pub fn rules() -> Vec<Rule> {
    let refused = |name, base, says| rule(name, base, Expected::RefusedByApiServer(says));
    let metadata = |value| change("Rollout", "/metadata", value);
    vec![
        refused("objects/name", Base::Pods, "a lowercase RFC 1123 subdomain must consist of")
            .with(metadata(json!({"name": "Shop"})))
            .net("object/bad-value")
            .page("value/name"),
        refused("objects/name-too-long", Base::Split, "must be no more than 63 characters")
            .with(change("Service/shop-canary", "/metadata", json!({"name": "a".repeat(64)})))
            .net("object/bad-value")
            .page("name/no-room"),
        refused("objects/label", Base::Pods, "a valid label must be")
            .with(metadata(json!({"labels": {"team": "shop & basket"}})))
            .net("object/bad-value")
            .page("metadata/invalid"),
        refused("objects/annotation-key", Base::Pods, "metadata.annotations: Invalid value")
            .with(metadata(json!({"annotations": {"notifications.argoproj.io/subscribe.on call": "shop"}})))
            .net("object/bad-value")
            .page("notify/key"),
        refused("objects/annotations-too-large", Base::Pods, "metadata.annotations: Too long")
            .with(metadata(json!({"annotations": {"note": "a".repeat(256 * 1024)}})))
            .net("bundle/size"),
        rule("objects/too-large", Base::Pods, Expected::RefusedByStore("too large"))
            .with(change("Rollout", "/spec/template/spec/containers/0", json!({"args": ["a".repeat(1_600_000)]})))
            .net("bundle/size"),
        refused("objects/autoscaler-bounds", Base::Autoscaled, "must be greater than or equal to `minReplicas`")
            .with(change("HorizontalPodAutoscaler", "/spec", json!({"maxReplicas": 1})))
            .fact("an autoscaler's bounds are the right way round"),
        refused("objects/autoscaler-target", Base::Autoscaled, "must")
            .with(change(
                "HorizontalPodAutoscaler",
                "/spec/metrics/0/resource/target",
                json!({"averageUtilization": 0}),
            ))
            .net("object/bad-value")
            .page("autoscaler/target"),
    ]
}
