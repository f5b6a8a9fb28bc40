//! Header rules. The controller removes them while no canary pod is available, and does not restore them.

use serde_json::{Value, json};

use super::damage::{change, steps};
use super::expected::Expected;
use super::{Base, Rule, rule};

fn header() -> Value {
    json!({"setHeaderRoute": {"name": "staff", "match": [{"headerName": "X-Staff", "headerValue": {"exact": "yes"}}]}})
}

fn pause() -> Value {
    json!({"pause": {"duration": "1s"}})
}

pub fn rules() -> Vec<Rule> {
    let lost = |name| rule(name, Base::Audience, Expected::HeaderRuleLost);
    vec![
        lost("headers/before-the-pods")
            .with(steps(json!([header(), pause(), {"setWeight": 50}, pause()])))
            .never("header_routes_are_managed_and_have_two_pods"),
        lost("headers/no-pods-on-the-way")
            .with(steps(json!([
                {"setCanaryScale": {"replicas": 2}}, header(), pause(),
                {"setCanaryScale": {"matchTrafficWeight": true}}, {"setWeight": 50}, pause(),
            ])))
            .never("the_canary_follows_the_weight_only_after_the_weight_is_set")
            .page("stage/replicas"),
        // This is the behaviour of the test double, and was also observed with the real plugin.
        lost("headers/not-on-this-route")
            .with(change(
                "Rollout",
                "/spec/strategy/canary/trafficRouting/plugins/argoproj-labs~1gatewayAPI",
                json!({
                    "httpRoutes": [{"name": "shop", "useHeaderRoutes": false}],
                }),
            ))
            .never("header_routes_are_managed_and_have_two_pods"),
        lost("headers/step-without-match")
            .with(steps(json!([
                {"setCanaryScale": {"replicas": 2}}, header(), {"setHeaderRoute": {"name": "staff"}}, pause(),
                {"setWeight": 50}, pause(),
            ])))
            .never("header_routes_are_managed_and_have_two_pods"),
    ]
}
