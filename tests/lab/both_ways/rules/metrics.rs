//! Metrics. They are not validated before the analysis begins; a mistake then aborts the release, or nothing is
//! measured.

use serde_json::{Value, json};

use super::damage::{Damage, change, metric};
use super::expected::{Expected, Lint, Version};
use super::{Base, Measured, Rule, rule};

/// A change of the second metric of the only template, which waits for data.
fn wait(value: Value) -> Damage {
    change("AnalysisTemplate", "/spec/metrics/1", value)
}

fn failure_alone() -> Value {
    json!({"successCondition": null, "failureCondition": "len(result) > 0 && result[0] > 5"})
}

pub fn rules() -> Vec<Rule> {
    let aborts = |name, base, says| rule(name, base, Expected::Aborts(says));
    let passes = |name, measured| rule(name, Base::Gated, Expected::PassesWithoutJudging).measured(measured);
    vec![
        rule(
            "metrics/none",
            Base::Watched,
            Expected::Hangs {
                at: Version::Second,
                phase: "Progressing",
                message: "more replicas need to be updated",
                pods: true,
            },
        )
        .with(change("AnalysisTemplate/shop-watch", "/spec", json!({"metrics": [], "measurementRetention": null})))
        .net("bundle/metric"),
        aborts("metrics/two-providers", Base::Gated, "multiple providers specified")
            .with(change(
                "AnalysisTemplate",
                "/spec/metrics/0/provider",
                json!({"web": {"url": "http://shop-canary.shop/"}}),
            ))
            .net("object/choice")
            .fact("a metric has exactly one provider"),
        aborts("metrics/no-provider", Base::Gated, "no provider specified")
            .with(change("AnalysisTemplate", "/spec/metrics/0/provider", json!({"prometheus": null})))
            .net("object/choice")
            .never("a_metric_has_one_provider_and_a_condition"),
        aborts("metrics/failure-limit", Base::Gated, "failureLimit must be >= 0, or -1 to be disabled")
            .with(metric(json!({"failureLimit": -2})))
            .net("object/bad-value")
            .fact("failureLimit is at least -1"),
        aborts("metrics/error-limit", Base::Gated, "consecutiveErrorLimit must be >= 0")
            .with(metric(json!({"consecutiveErrorLimit": -1})))
            .net("object/bad-value")
            .fact("error limits are not negative"),
        aborts("metrics/inconclusive-limit", Base::Gated, "inconclusiveLimit must be >= 0")
            .with(metric(json!({"inconclusiveLimit": -1})))
            .net("object/bad-value"),
        aborts("metrics/success-limit", Base::Gated, "consecutiveSuccessLimit must be >= 0")
            .with(metric(json!({"consecutiveSuccessLimit": -1})))
            .net("object/bad-value"),
        aborts("metrics/count-below-limits", Base::Gated, "must be >= failureLimit + consecutiveSuccessLimit")
            .with(metric(json!({"count": 2, "failureLimit": 3, "inconclusiveLimit": 0})))
            .net("bundle/metric")
            .fact("count covers failures and successes"),
        aborts("metrics/count-below-inconclusive", Base::Gated, "count must be >= inconclusiveLimit")
            .with(metric(json!({"count": 2, "inconclusiveLimit": 3})))
            .net("bundle/metric"),
        aborts("metrics/several-looks-without-interval", Base::Gated, "interval must be specified when count > 1")
            .with(metric(json!({"interval": null})))
            .net("bundle/metric")
            .never("a_gate_ends_and_a_watch_does_not"),
        aborts("metrics/interval-without-unit", Base::Watched, "invalid interval string")
            .with(change("AnalysisTemplate/shop-watch", "/spec/metrics/0", json!({"interval": "60"})))
            .net("object/bad-value")
            .fact("an interval needs a unit"),
        aborts("metrics/delay-without-unit", Base::Watched, "invalid startDelay string")
            .with(change("AnalysisTemplate/shop-watch", "/spec/metrics/0", json!({"initialDelay": "60"})))
            .net("object/bad-value")
            .fact("an initial delay needs a unit"),
        aborts(
            "metrics/neither-limit",
            Base::Gated,
            "failureLimit and consecutiveSuccessLimit cannot both be disabled",
        )
        .with(metric(json!({"failureLimit": -1, "consecutiveSuccessLimit": null})))
        .net("bundle/metric"),
        passes("metrics/no-condition", Measured::Bad)
            .with(metric(json!({"successCondition": null, "failureCondition": null})))
            .with(wait(json!({"successCondition": null})))
            .net("bundle/metric")
            .fact("a metric has a condition"),
        passes("metrics/failure-alone-and-no-data", Measured::Nothing)
            .with(metric(failure_alone()))
            .with(wait(failure_alone()))
            .never("the_conditions_handle_missing_data"),
        passes("metrics/failure-alone-and-no-number", Measured::NotANumber)
            .with(metric(failure_alone()))
            .with(wait(failure_alone()))
            .never("the_conditions_handle_missing_data"),
        aborts("metrics/no-guard-against-no-data", Base::Gated, "assessed Error due to consecutiveErrors (1)")
            .with(metric(json!({"successCondition": "result[0] <= 5", "failureCondition": null})))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .measured(Measured::Nothing)
            .never("the_conditions_handle_missing_data"),
        rule("metrics/background-with-count", Base::Promoted, Expected::EndsEarly)
            .with(change("AnalysisTemplate/shop-watch", "/spec/metrics/0", json!({"count": 2})))
            .fact("a background metric with a count completes early")
            .never("a_gate_ends_and_a_watch_does_not"),
        rule("metrics/background-once", Base::Promoted, Expected::EndsEarly)
            .with(change("AnalysisTemplate/shop-watch", "/spec/metrics/0", json!({"interval": null})))
            .fact("a job in the background says how often")
            .never("a_gate_ends_and_a_watch_does_not"),
        rule("metrics/background-that-holds", Base::WatchedSplit, Expected::InconclusiveDoesNotHold)
            .with(change(
                "AnalysisTemplate/shop-watch",
                "/spec/metrics/0",
                json!({
                    "successCondition": "len(result) > 0 && result[0] <= 5",
                    "failureCondition": "len(result) > 0 && result[0] > 5",
                }),
            ))
            .with(super::damage::steps(json!([
                {"setWeight": 50}, {"pause": {"duration": "3s"}}, {"setWeight": 60}, {"pause": {"duration": "1h"}},
            ])))
            // With one pod, no step has to wait for more pods. None is started while the analysis is inconclusive.
            .set(super::damage::specification(json!({"replicas": 1})))
            .measured(Measured::Nothing)
            .fact("nothing waits in the background")
            .never("the_conditions_handle_missing_data"),
        aborts("metrics/condition", Base::Gated, "")
            .with(metric(json!({"successCondition": "result[0] =< 5", "failureCondition": null})))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .page("check/condition"),
        aborts("metrics/json-path", Base::Web, "")
            .with(change("AnalysisTemplate", "/spec/metrics/0/provider/web", json!({"jsonPath": "{$.status"})))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .page("web/json-path"),
        aborts("metrics/url", Base::Web, "unsupported protocol scheme")
            .with(change("AnalysisTemplate", "/spec/metrics/0/provider/web", json!({"url": "shop/healthz"})))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .page("web/url"),
        aborts("metrics/two-bodies", Base::Web, "")
            .with(change(
                "AnalysisTemplate",
                "/spec/metrics/0/provider/web",
                json!({
                    "method": "POST", "body": "a", "jsonBody": {"a": 1},
                }),
            ))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .net("object/choice"),
        aborts("metrics/job-that-does-not-end", Base::Job, "restartPolicy")
            .with(change(
                "AnalysisTemplate",
                "/spec/metrics/0/provider/job/spec/template/spec",
                json!({"restartPolicy": "Always"}),
            ))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .page("pod/lifetime"),
        aborts("metrics/job-with-a-selector", Base::Job, "selector")
            .with(change(
                "AnalysisTemplate",
                "/spec/metrics/0/provider/job/spec",
                json!({"selector": {"matchLabels": {"a": "b"}}}),
            ))
            .set(metric(json!({"consecutiveErrorLimit": 0})))
            .page("job/manifest"),
        rule("metrics/no-template-for-a-job", Base::Job, Expected::RefusedByApiServer("template"))
            .with(change("AnalysisTemplate", "/spec/metrics/0/provider/job/spec", json!({"template": null})))
            .net("object/missing-field"),
        rule(
            "metrics/value-and-source",
            Base::Gated,
            Expected::InvalidSpec("has both Value and ValueFrom fields", Lint::Silent),
        )
        .with(Damage::Append {
            object: "AnalysisTemplate",
            at: "/spec/args",
            item: json!({
                "name": "token", "value": "a", "valueFrom": {"secretKeyRef": {"name": "token", "key": "token"}},
            }),
        })
        .net("object/choice")
        .never("template_arguments_are_texts_or_hashes"),
    ]
}
