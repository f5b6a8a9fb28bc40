//! What the controller refuses about the steps of a canary, or ignores.

use serde_json::json;

use super::damage::{canary, steps};
use super::expected::{Expected, Lint, Version};
use super::{Base, Rollouts, Rule, rule};

const ONE_TYPE: &str = "Step must have one of the following set";
const PAUSE: &str = "Duration needs to be greater than 0";

pub fn rules() -> Vec<Rule> {
    let refused = |name, base, says| rule(name, base, Expected::InvalidSpec(says, Lint::Says));
    let header = |matching| json!({"setHeaderRoute": {"name": "staff", "match": [matching]}});
    vec![
        refused("steps/empty", Base::Pods, ONE_TYPE)
            .with(steps(json!([{}])))
            .net("object/choice")
            .never("each_step_is_of_one_kind_and_only_a_pause_is_empty"),
        refused("steps/two-kinds", Base::Pods, ONE_TYPE)
            .with(steps(json!([{"setWeight": 50, "pause": {"duration": "1s"}}])))
            .net("object/choice")
            .never("each_step_is_of_one_kind_and_only_a_pause_is_empty"),
        refused("steps/weight-above-100", Base::Split, "SetWeight needs to be between 0 and 100")
            .with(steps(json!([{"setWeight": 150}])))
            .net("bundle/step")
            .fact("a weight is at most 100"),
        refused("steps/weight-below-0", Base::Split, "SetWeight needs to be between 0 and 100")
            .with(steps(json!([{"setWeight": -1}])))
            .net("object/bad-value"),
        rule("steps/weight-in-parts", Base::Split, Expected::RefusedByApiServer("setWeight"))
            .with(steps(json!([{"setWeight": 2.5}])))
            .net("object/wrong-type")
            .page("stage/weight-fraction"),
        refused("steps/pause-in-days", Base::Pods, PAUSE)
            .with(steps(json!([{"setWeight": 50}, {"pause": {"duration": "1d"}}])))
            .net("object/bad-value")
            .never("pauses_are_whole_seconds_in_units_that_argo_reads"),
        refused("steps/pause-of-nothing", Base::Pods, PAUSE)
            .with(steps(json!([{"setWeight": 50}, {"pause": {"duration": ""}}])))
            .net("object/bad-value")
            .fact("a pause is not empty"),
        refused("steps/scale-without-router", Base::Pods, "SetCanaryScale requires TrafficRouting to be set")
            .with(steps(json!([{"setCanaryScale": {"replicas": 2}}, {"pause": {"duration": "1s"}}])))
            .net("bundle/step")
            .fact("no setCanaryScale without a router"),
        refused(
            "steps/experiment-weight-without-router",
            Base::Pods,
            "Experiment template weight cannot be set unless TrafficRouting",
        )
        .with(steps(json!([{"experiment": {"templates": [{"name": "a", "specRef": "canary", "weight": 5}]}}])))
        .net("bundle/step"),
        refused("steps/header-route-without-router", Base::Pods, "SetHeaderRoute requires TrafficRouting")
            .with(steps(json!([header(json!({"headerName": "X-A", "headerValue": {"exact": "1"}}))])))
            .net("bundle/step")
            .page("router/needed"),
        refused("steps/header-route-not-managed", Base::Audience, "Steps define a route that does not exist in")
            .with(canary(json!({"trafficRouting": {"managedRoutes": [{"name": "other"}]}})))
            .net("bundle/step")
            .never("header_routes_are_managed_and_have_two_pods"),
        refused(
            "steps/no-managed-routes",
            Base::Audience,
            "missing field 'spec.strategy.canary.trafficRouting.managedRoutes'",
        )
        .with(canary(json!({"trafficRouting": {"managedRoutes": null}})))
        .net("bundle/step")
        .never("header_routes_are_managed_and_have_two_pods"),
        refused(
            "steps/header-matched-twice",
            Base::Audience,
            "must have exactly one of the following: exact, regex, prefix",
        )
        .with(steps(json!([header(json!({"headerName": "X-A", "headerValue": {"exact": "1", "prefix": "2"}}))])))
        .net("object/choice")
        .fact("a header has exactly one of exact, prefix and regex"),
        refused(
            "steps/header-without-value",
            Base::Audience,
            "match value must have one of the following: exact, regex, prefix",
        )
        .with(steps(json!([header(json!({"headerName": "X-A", "headerValue": {}}))])))
        .net("object/choice"),
        refused("steps/mirror", Base::Split, "SetMirrorRoute requires TrafficRouting, supports Istio only")
            .with(canary(json!({"trafficRouting": {"managedRoutes": [{"name": "mirror"}]}})))
            .with(steps(json!([{"setMirrorRoute": {"name": "mirror", "percentage": 10}}])))
            .net("bundle/step")
            .fact("the Gateway API plugin cannot mirror")
            .until(Rollouts::V1_9),
        rule(
            "steps/max-weight-of-the-plugin",
            Base::Split,
            Expected::Hangs { at: Version::Second, phase: "Progressing", message: "", pods: true },
        )
        .with(canary(json!({"trafficRouting": {"maxTrafficWeight": 1000}})))
        .with(steps(json!([{"setWeight": 500}, {"pause": {"duration": "1s"}}])))
        .net("bundle/strategy")
        .never("a_router_has_both_services_and_no_router_writes_nothing"),
    ]
}
