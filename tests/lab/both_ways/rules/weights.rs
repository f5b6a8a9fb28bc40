//! Weights that give too few pods, or have no effect; and routes that the test double handles wrongly, as the plugin
//! was observed to.

use serde_json::{Value, json};

use super::damage::{Damage, canary, steps};
use super::expected::Expected;
use super::{Base, Rule, rule};

fn backend(name: &str, weight: u64) -> Value {
    json!({"group": "", "kind": "Service", "name": name, "port": 80, "weight": weight})
}

fn rule_to(backends: Value) -> Damage {
    Damage::Append {
        object: "HTTPRoute",
        at: "/spec/rules",
        item: json!({"matches": [{"path": {"type": "PathPrefix", "value": "/old"}}], "backendRefs": backends}),
    }
}

pub fn rules() -> Vec<Rule> {
    vec![
        rule("weights/scale-that-stays", Base::Split, Expected::WeightWithoutPods)
            .with(steps(json!([
                {"setCanaryScale": {"replicas": 1}}, {"setWeight": 25}, {"pause": {"duration": "1s"}},
                {"setWeight": 50}, {"pause": {"duration": "1s"}},
            ])))
            .never("a_set_scale_is_at_least_the_next_weight"),
        rule("weights/same-pods", Base::Pods, Expected::SamePods)
            .with(steps(json!([
                {"setWeight": 50}, {"pause": {"duration": "1s"}}, {"setWeight": 51}, {"pause": {"duration": "1s"}},
            ])))
            .fact("without a router two weights may be the same pods"),
        rule("weights/router-of-nothing", Base::Split, Expected::WeightsStandStill)
            .with(canary(json!({"trafficRouting": {"plugins": null}})))
            .net("object/choice")
            .never("a_router_has_both_services_and_no_router_writes_nothing"),
        rule("weights/third-backend", Base::Split, Expected::WeightsAtRest(&[("shop", 100), ("old", 7)]))
            .with(rule_to(json!([backend("shop", 1), backend("shop-canary", 0), backend("old", 7)])))
            .net("bundle/missing-object")
            .net("bundle/route")
            .fact("a rule with a third backend is distorted at rest"),
        rule("weights/canary-alone", Base::Audience, Expected::RuleDeleted)
            .with(rule_to(json!([backend("shop-canary", 1)])))
            .net("bundle/route")
            .fact("a rule with only the canary is deleted"),
    ]
}
