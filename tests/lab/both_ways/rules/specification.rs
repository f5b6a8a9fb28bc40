//! What the controller refuses about the `spec` of a Rollout: the pods, their number, and the strategy.

use serde_json::json;

use super::damage::{canary, change, container, pod, specification};
use super::expected::{Expected, Lint, Version};
use super::{Base, Rollouts, Rule, rule};

const NEGATIVE: &str = "must be greater than or equal to 0";

pub fn rules() -> Vec<Rule> {
    let refused = |name, base, says| rule(name, base, Expected::InvalidSpec(says, Lint::Says));
    vec![
        // The only number that the API server validates: it scales a Rollout by it.
        rule(
            "specification/negative-replicas",
            Base::Pods,
            Expected::RefusedByApiServer("spec.replicas: Invalid value: -1: should be a non-negative integer"),
        )
        .with(specification(json!({"replicas": -1})))
        .net("object/bad-value")
        .fact("replicas are not negative"),
        refused("specification/negative-ready", Base::Pods, NEGATIVE)
            .with(specification(json!({"minReadySeconds": -5})))
            .net("object/bad-value")
            .fact("minReadySeconds is not negative"),
        refused("specification/negative-history", Base::Pods, NEGATIVE)
            .with(specification(json!({"revisionHistoryLimit": -1})))
            .net("object/bad-value")
            .fact("revisionHistoryLimit is not negative"),
        refused("specification/negative-deadline", Base::Pods, NEGATIVE)
            .with(specification(json!({"progressDeadlineSeconds": -60})))
            .net("object/bad-value")
            .fact("the progress deadline is not negative"),
        refused("specification/deadline", Base::Pods, "must be greater than minReadySeconds")
            .with(specification(json!({"minReadySeconds": 600})))
            .net("bundle/strategy")
            .fact("the progress deadline is longer than minReadySeconds"),
        refused("specification/no-selector", Base::Pods, "missing field '.spec.selector'")
            .with(specification(json!({"selector": null})))
            .net("bundle/selector")
            .fact("a selector is needed"),
        refused("specification/empty-selector", Base::Pods, "empty selector is invalid")
            .with(specification(json!({"selector": {"matchLabels": null}})))
            .net("pod/selector"),
        refused("specification/other-labels", Base::Pods, "`selector` does not match template `labels`")
            .with(specification(json!({"template": {"metadata": {"labels": {"app": "other"}}}})))
            .net("pod/selector")
            .fact("the selector matches the template"),
        rule(
            "specification/no-containers-field",
            Base::Pods,
            Expected::RefusedByApiServer("containers: Required value"),
        )
        .with(pod(json!({"containers": null})))
        .net("object/missing-field"),
        refused("specification/no-containers", Base::Pods, "spec.template.spec.containers: Required value")
            .with(pod(json!({"containers": []})))
            .net("pod/container"),
        refused("specification/no-image", Base::Pods, "containers[0].image: Required value")
            .with(container(json!({"image": null})))
            .net("pod/container")
            .fact("the pod template is valid"),
        refused("specification/two-sources-of-pods", Base::Pods, "template must be empty")
            .with(specification(
                json!({"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}}),
            ))
            .net("object/choice")
            .never("the_rollout_names_one_strategy_and_one_source_of_pods"),
        refused(
            "specification/no-strategy",
            Base::Pods,
            "missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
        )
        .with(specification(json!({"strategy": {"canary": null}})))
        .net("object/choice")
        .never("the_rollout_names_one_strategy_and_one_source_of_pods"),
        refused("specification/two-strategies", Base::Pods, "Multiple Strategies can not be listed")
            .with(specification(json!({"strategy": {"blueGreen": {"activeService": "shop"}}})))
            .net("object/choice")
            .never("the_rollout_names_one_strategy_and_one_source_of_pods"),
        refused("specification/one-service-for-both", Base::Split, "uses the same service for the stable and canary")
            .with(canary(json!({"canaryService": "shop"})))
            .net("bundle/strategy")
            .net("bundle/route")
            .fact("stable and canary Service differ"),
        refused(
            "specification/one-service-in-blue-green",
            Base::Pods,
            "uses the same service for the active and preview",
        )
        .with(specification(json!({"strategy": {"canary": null, "blueGreen": {
            "activeService": "shop", "previewService": "shop",
        }}})))
        .with(super::damage::Damage::Beside(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop"},
            "spec": {"ports": [{"name": "http", "port": 80}]},
        })))
        .net("bundle/strategy"),
        refused("specification/history-of-blue-green", Base::Split, "revision history limit can not be smaller")
            .with(specification(json!({"revisionHistoryLimit": 1, "strategy": {"canary": null, "blueGreen": {
                "activeService": "shop", "previewService": "shop-canary", "scaleDownDelayRevisionLimit": 2,
            }}})))
            .net("bundle/strategy"),
        refused("specification/no-room", Base::Pods, "MaxSurge and MaxUnavailable both can not be zero")
            .with(canary(json!({"maxSurge": 0})))
            .net("bundle/strategy")
            .fact("surge and unavailable are not both 0"),
        refused("specification/no-room-in-percent", Base::Pods, "MaxSurge and MaxUnavailable both can not be zero")
            .with(canary(json!({"maxSurge": "0%"})))
            .net("bundle/strategy"),
        refused(
            "specification/delay-without-router",
            Base::Pods,
            "scaleDownDelaySeconds can only be used with traffic routing",
        )
        .with(canary(json!({"scaleDownDelaySeconds": 30})))
        .net("bundle/strategy")
        .page("rollout/without-router")
        .never("a_router_has_both_services_and_no_router_writes_nothing"),
        refused(
            "specification/dynamic-without-router",
            Base::Pods,
            "dynamicStableScale can only be used with traffic routing",
        )
        .with(canary(json!({"dynamicStableScale": true})))
        .net("bundle/strategy")
        .never("a_router_has_both_services_and_no_router_writes_nothing"),
        refused(
            "specification/dynamic-and-delay",
            Base::Split,
            "dynamicStableScale cannot be used with scaleDownDelaySeconds",
        )
        .with(canary(json!({"dynamicStableScale": true})))
        .net("bundle/strategy")
        .fact("dynamicStableScale excludes scaleDownDelaySeconds"),
        refused("specification/ping-pong", Base::Split, "Ping-pong feature works with the ALB and Istio")
            .with(canary(json!({"pingPong": {"pingService": "shop", "pongService": "shop-canary"}})))
            .net("bundle/strategy")
            .fact("the Gateway API plugin has no ping-pong")
            .until(Rollouts::V1_9),
        refused("specification/anti-affinity", Base::Pods, "AntiAffinity must have exactly one strategy")
            .with(canary(json!({"antiAffinity": {}})))
            .net("object/choice"),
        refused("specification/anti-affinity-weight", Base::Pods, "AntiAffinity weight must be between 1-100")
            .with(canary(json!({"antiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": {"weight": 101}}})))
            .net("object/bad-value"),
        rule(
            "specification/anti-affinity-that-is-required",
            Base::Pods,
            Expected::FieldDropped(
                "/spec/strategy/canary/antiAffinity/requiredDuringSchedulingIgnoredDuringExecution/weight",
            ),
        )
        .with(canary(json!({"antiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"weight": 5}}})))
        .net("object/unknown-field")
        .page("rollout/anti-affinity"),
        rule("specification/wrong-type", Base::Pods, Expected::RefusedByApiServer("spec.replicas"))
            .with(specification(json!({"replicas": "two"})))
            .net("object/wrong-type")
            .page("value/type"),
        rule(
            "specification/unknown-field",
            Base::Pods,
            Expected::RefusedByApiServer(".spec.minReadyTime: field not declared in schema"),
        )
        .with(specification(json!({"minReadyTime": 5})))
        .net("object/unknown-field"),
        rule("specification/unknown-field-is-dropped", Base::Pods, Expected::FieldDropped("/spec/minReadyTime"))
            .with(change("Rollout", "/spec", json!({"minReadyTime": 5})))
            .net("object/unknown-field"),
        rule(
            "specification/misspelt-router-is-dropped",
            Base::Split,
            Expected::FieldDropped("/spec/strategy/canary/trafficRouting/gatewayAPI"),
        )
        .with(canary(json!({"trafficRouting": {"plugins": null, "gatewayAPI": {"httpRoute": "shop"}}})))
        .net("object/choice")
        .net("object/unknown-field")
        .fact("a misspelt router key is stored as no router at all"),
        rule(
            "specification/plugin-without-services",
            Base::Split,
            Expected::Hangs { at: Version::First, phase: "Progressing", message: "", pods: true },
        )
        .with(canary(json!({"stableService": null, "canaryService": null})))
        .net("bundle/strategy")
        .never("a_router_has_both_services_and_no_router_writes_nothing"),
    ]
}
