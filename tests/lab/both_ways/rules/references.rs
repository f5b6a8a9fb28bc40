//! References to other objects that do not exist or do not fit.

use serde_json::json;

use super::damage::{Damage, canary, change, steps, without_hold};
use super::expected::{Expected, Lint, Version};
use super::{Base, Measured, Rule, rule};

pub fn rules() -> Vec<Rule> {
    let refused = |name, base, says| rule(name, base, Expected::InvalidSpec(says, Lint::Silent));
    let hangs = |name, base, message, pods| {
        rule(name, base, Expected::Hangs { at: Version::First, phase: "Progressing", message, pods })
    };
    vec![
        refused("references/no-stable-service", Base::Split, "service \"shop\" not found")
            .with(Damage::Without("Service/shop"))
            .net("bundle/missing-object")
            .page("service/missing"),
        refused("references/no-canary-service", Base::Split, "service \"shop-canary\" not found")
            .with(Damage::Without("Service/shop-canary"))
            .net("bundle/missing-object")
            .never("every_reference_is_resolved"),
        refused("references/no-template", Base::Watched, "AnalysisTemplate 'shop-watch' not found")
            .with(Damage::Without("AnalysisTemplate/shop-watch"))
            .net("bundle/missing-object")
            .never("every_reference_is_resolved"),
        refused("references/no-template-in-a-step", Base::Gated, "AnalysisTemplate 'shop-50' not found")
            .with(Damage::Without("AnalysisTemplate/shop-50"))
            .net("bundle/missing-object")
            .never("every_reference_is_resolved"),
        refused("references/kind-of-workload", Base::Reference, "is not supported")
            .with(change("Rollout", "/spec/workloadRef", json!({"kind": "DaemonSet"})))
            .page("workload/kind")
            .fact("a kind that Argo Rollouts has no counterpart of"),
        hangs("references/no-route", Base::Split, "more replicas need to be updated", false)
            .with(Damage::Without("HTTPRoute/shop"))
            .net("bundle/missing-object")
            .fact("a missing route leaves the release without pods"),
        hangs("references/unknown-plugin", Base::Split, "more replicas need to be updated", false)
            .with(canary(json!({"trafficRouting": {"plugins": {
                "argoproj-labs/gatewayAPI": null, "argoproj-labs/gateway": {"httpRoute": "shop"},
            }}})))
            .never("a_router_has_both_services_and_no_router_writes_nothing"),
        // With the real plugin, pods were observed to run; the test double fails earlier.
        hangs("references/plugin-without-routes", Base::Split, "", false)
            .with(canary(json!({"trafficRouting": {"plugins": {"argoproj-labs/gatewayAPI": {"httpRoutes": []}}}})))
            .net("bundle/route")
            .never("a_router_has_both_services_and_no_router_writes_nothing"),
        hangs("references/route-to-neither", Base::Split, "", true)
            .with(change("HTTPRoute", "/spec/rules/0/backendRefs/0", json!({"name": "old"})))
            .with(change("HTTPRoute", "/spec/rules/0/backendRefs/1", json!({"name": "older"})))
            .net("bundle/missing-object")
            .net("bundle/route")
            .fact("a route that names neither Service is never healthy")
            .page("emit/route-without-service"),
        hangs("references/route-without-canary", Base::Split, "", true)
            .with(change(
                "HTTPRoute",
                "/spec/rules/0",
                json!({"backendRefs": [
                    {"group": "", "kind": "Service", "name": "shop", "port": 80, "weight": 100},
                ]}),
            ))
            .net("bundle/route")
            .never("routes_with_only_one_version_are_not_passed_to_the_plugin"),
        rule(
            "references/service-of-other-pods",
            Base::Split,
            Expected::InvalidSpec("Service \"shop\" has unmatch label \"tier\" in rollout", Lint::Says),
        )
        .with(change("Service/shop", "/spec", json!({"selector": {"app": "shop", "tier": "none"}})))
        .net("bundle/selector")
        .fact("a Service selects the pods of the template"),
        refused("references/service-of-another-rollout", Base::Split, "managed by another Rollout")
            .with(change(
                "Service/shop",
                "/metadata",
                json!({"annotations": {
                    "argo-rollouts.argoproj.io/managed-by-rollouts": "other",
                }}),
            ))
            .fact("a live managed-by annotation names this Rollout"),
        // In the background nothing blocks: nothing is measured, and everything passes.
        rule("references/analysis-of-nothing", Base::Promoted, Expected::AnalysisNeverRuns)
            .with(canary(json!({"analysis": {"templates": [], "args": null}})))
            .set(without_hold())
            .measured(Measured::Bad)
            .net("object/bad-value")
            .fact("an analysis without templates hangs"),
        hangs("references/step-of-nothing", Base::Pods, "", true)
            .with(steps(json!([{"setWeight": 50}, {"analysis": {}}])))
            .net("object/missing-field")
            .fact("an analysis without templates hangs")
            .at_the_second_version(),
    ]
}

impl Rule {
    /// It blocks only when there are steps.
    fn at_the_second_version(mut self) -> Self {
        if let Expected::Hangs { at, .. } = &mut self.expected {
            *at = Version::Second;
        }
        self
    }
}
