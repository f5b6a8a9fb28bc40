//! The templates of one analysis, which the controller merges, and their arguments.

use serde_json::{Value, json};

use super::damage::{Damage, canary, change, metric, steps, without_hold};
use super::expected::{Expected, Lint};
use super::{Base, Measured, Rule, rule};

/// A third-party template with one metric that always passes.
fn template(name: &str, metric: &str, arguments: Value) -> Damage {
    Damage::Beside(json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": {"name": name},
        "spec": {"args": arguments, "metrics": [{
            "name": metric, "successCondition": "true", "provider": {"job": {"spec": {"template": {"spec": {
                "restartPolicy": "Never", "containers": [{"name": "done", "image": "example.com/done"}],
            }}}}},
        }]},
    }))
}

fn of_templates(names: &[&str], arguments: Value) -> Value {
    let templates: Vec<Value> = names.iter().map(|name| json!({"templateName": name})).collect();
    json!([{"setWeight": 50}, {"analysis": {"templates": templates, "args": arguments}}])
}

pub fn rules() -> Vec<Rule> {
    let refused = |name, base, says| rule(name, base, Expected::InvalidSpec(says, Lint::Silent));
    vec![
        refused("analyses/metric-twice", Base::Pods, "two metrics have the same name")
            .with(template("a", "load", json!([])))
            .with(template("b", "load", json!([])))
            .with(steps(of_templates(&["a", "b"], json!([]))))
            .net("bundle/analysis")
            .fact("metrics of one analysis have different names"),
        refused("analyses/two-defaults", Base::Pods, "multiple times with different values")
            .with(template("a", "first", json!([{"name": "host", "value": "a"}])))
            .with(template("b", "second", json!([{"name": "host", "value": "b"}])))
            .with(steps(of_templates(&["a", "b"], json!([]))))
            .net("bundle/argument")
            .page("emit/argument-twice"),
        refused("analyses/argument-not-given", Base::Pods, "args.host was not resolved")
            .with(template("a", "first", json!([{"name": "host"}])))
            .with(steps(of_templates(&["a"], json!([]))))
            .net("bundle/argument"),
        refused("analyses/argument-not-given-in-the-background", Base::Watched, "args.canary-hash was not resolved")
            .with(canary(json!({"analysis": {"args": null}})))
            .net("bundle/argument"),
        refused("analyses/argument-not-declared", Base::Gated, "failed to resolve {{args.canary-hash}}")
            .with(change("AnalysisTemplate", "/spec", json!({"args": null})))
            .net("bundle/argument")
            .never("braces_in_metrics_are_arguments_that_the_template_declares"),
        rule(
            "analyses/argument-not-declared-in-the-background",
            Base::Watched,
            Expected::Aborts("failed to resolve {{args.canary-hash}}"),
        )
        .with(change("AnalysisTemplate/shop-watch", "/spec", json!({"args": null})))
        .net("bundle/argument")
        .never("braces_in_metrics_are_arguments_that_the_template_declares"),
        rule("analyses/argument-that-nobody-declares", Base::Gated, Expected::ArgumentDropped("tier"))
            .with(Damage::Append {
                object: "Rollout",
                at: "/spec/strategy/canary/steps/2/analysis/args",
                item: json!({"name": "tier", "value": "gold"}),
            })
            .net("bundle/argument"),
        rule("analyses/other-braces", Base::Gated, Expected::InvalidSpec("failed to resolve {{pod}}", Lint::Silent))
            .with(change(
                "AnalysisTemplate",
                "/spec/metrics/0/provider/prometheus",
                json!({"query": "max(lag{pod=\"{{pod}}\"})"}),
            ))
            .net("bundle/argument")
            .fact("only arguments stand in braces in a metric"),
        rule("analyses/other-braces-in-the-background", Base::Watched, Expected::Aborts("failed to resolve {{pod}}"))
            .with(change(
                "AnalysisTemplate/shop-watch",
                "/spec/metrics/0/provider/prometheus",
                json!({"query": "max(lag{pod=\"{{pod}}\"})"}),
            ))
            .net("bundle/argument")
            .fact("only arguments stand in braces in a metric"),
        refused("analyses/endless-step", Base::Gated, "runs indefinitely")
            .with(metric(json!({"count": null, "consecutiveSuccessLimit": null})))
            .net("bundle/analysis")
            .fact("a look that waits comes to an end"),
        rule("analyses/dry-run-of-nothing", Base::Watched, Expected::Aborts("dryRun"))
            .with(change("AnalysisTemplate/shop-watch", "/spec", json!({"dryRun": [{"metricName": "lagg"}]})))
            .net("bundle/analysis")
            .never("names_of_retention_and_dry_runs_are_anchored_and_match_a_metric"),
        rule("analyses/retention-of-nothing", Base::Watched, Expected::Aborts("measurementRetention"))
            .with(change(
                "AnalysisTemplate/shop-watch",
                "/spec",
                json!({"measurementRetention": [
                    {"metricName": "lagg", "limit": 10},
                ]}),
            ))
            .net("bundle/analysis")
            .never("names_of_retention_and_dry_runs_are_anchored_and_match_a_metric"),
        rule("analyses/dry-run-of-more", Base::Ignored, Expected::PassesWithoutJudging)
            .with(change("AnalysisTemplate/shop-watch", "/spec", json!({"dryRun": [{"metricName": "lag"}]})))
            .set(without_hold())
            .measured(Measured::Bad)
            .net("bundle/analysis")
            .never("names_of_retention_and_dry_runs_are_anchored_and_match_a_metric"),
        rule("analyses/field-in-a-template", Base::Gated, Expected::Aborts(""))
            .with(Damage::Append {
                object: "AnalysisTemplate",
                at: "/spec/args",
                item: json!({"name": "name", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}),
            })
            .never("template_arguments_are_texts_or_hashes"),
        rule("analyses/field-in-a-template-in-the-background", Base::Watched, Expected::Aborts(""))
            .with(Damage::Append {
                object: "AnalysisTemplate/shop-watch",
                at: "/spec/args",
                item: json!({"name": "name", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}),
            })
            .never("template_arguments_are_texts_or_hashes"),
        rule("analyses/unknown-hash", Base::Gated, Expected::ArgumentIs("canary-hash", ""))
            .with(change(
                "Rollout",
                "/spec/strategy/canary/steps/2/analysis/args/0/valueFrom",
                json!({"podTemplateHashValue": "Newest"}),
            ))
            .net("object/bad-value")
            .never("template_arguments_are_texts_or_hashes"),
        rule("analyses/start-after-the-end", Base::Promoted, Expected::AnalysisNeverRuns)
            .with(canary(json!({"analysis": {"startingStep": 9}})))
            .set(without_hold())
            .measured(Measured::Bad)
            .net("bundle/step")
            .never("the_watch_starts_before_the_last_step_is_over"),
    ]
}
