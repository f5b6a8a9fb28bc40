//! The Ingress that a Rollout splits.

use serde_json::json;

use super::damage::{Damage, canary, change};
use super::expected::{Expected, Lint};
use super::{Base, Rule, rule};

pub fn rules() -> Vec<Rule> {
    let refused = |name, says| rule(name, Base::Ingress, Expected::InvalidSpec(says, Lint::Silent));
    vec![
        refused("ingresses/none", "not found")
            .with(Damage::Without("Ingress/shop"))
            .net("bundle/missing-object")
            .never("every_reference_is_resolved"),
        refused("ingresses/no-stable-backend", "has no rules using service shop backend")
            .with(change("Ingress/shop", "/spec/rules/0/http/paths/0/backend/service", json!({"name": "shop-canary"})))
            .net("bundle/route")
            .page("route/no-stable-backend"),
        refused("ingresses/one-and-several", "Both are configured")
            .with(canary(json!({"trafficRouting": {"nginx": {"stableIngresses": ["shop"]}}})))
            .net("object/choice")
            .never("a_router_has_both_services_and_no_router_writes_nothing"),
    ]
}
