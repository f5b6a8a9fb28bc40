//! Settings that the controller accepts but interprets differently than expected.

use serde_json::json;

use super::damage::{canary, specification};
use super::expected::{Expected, Version};
use super::{Base, Rollouts, Rule, rule};

pub fn rules() -> Vec<Rule> {
    vec![
        rule("settings/replicas-left-out", Base::Pods, Expected::OnePod)
            .with(specification(json!({"replicas": null})))
            .with_the_second_version()
            .fact("without replicas there is one pod")
            .never("replicas_are_written_unless_an_autoscaler_owns_them"),
        rule("settings/abort-delay-of-0", Base::Split, Expected::AbortedPodsStay)
            .with(canary(json!({"abortScaleDownDelaySeconds": 0})))
            .set(canary(bad_step_with_scale()))
            .set(template())
            .fact("an abort delay of 0 means never, or at once"),
        rule("settings/abort-delay-of-0-and-no-scale", Base::Split, Expected::AbortedPodsGo)
            .set(canary(bad_step()))
            .set(canary(json!({"abortScaleDownDelaySeconds": 600})))
            .set(template())
            .with(canary(json!({"abortScaleDownDelaySeconds": 0})))
            .page("rollout/abort-delay"),
        rule("settings/abort-delay-of-an-hour", Base::Split, Expected::AbortedPodsGo)
            .set(canary(bad_step()))
            .set(canary(json!({"abortScaleDownDelaySeconds": 600})))
            .set(template())
            .with(canary(json!({"abortScaleDownDelaySeconds": 3600})))
            .page("rollout/abort-delay"),
        rule("settings/unknown-scale-down", Base::Reference, Expected::DeploymentStays)
            .with(specification(json!({"workloadRef": {"scaleDown": "on-success"}})))
            .net("object/bad-value")
            .fact("an unknown scaleDown acts as never"),
        rule(
            "settings/threshold-out-of-reach",
            Base::Split,
            Expected::Hangs { at: Version::Second, phase: "Progressing", message: "", pods: true },
        )
        .with(canary(json!({"replicaProgressThreshold": {"type": "Pods", "value": 3}})))
        .page("rollout/threshold"),
        rule("settings/more-pods-than-there-are", Base::Split, Expected::TooManyPods)
            .with(canary(json!({"minPodsPerReplicaSet": 8})))
            .page("rollout/min-pods")
            .until(Rollouts::V1_9),
        rule("settings/metadata-on-the-selector", Base::Pods, Expected::NeverBegins)
            .with(canary(json!({"canaryMetadata": {"labels": {"app": "canary"}}})))
            .page("rollout/metadata"),
        rule("settings/no-pods", Base::Split, Expected::PassesWithoutPods)
            .with(specification(json!({"replicas": 0})))
            .page("workload/zero-replicas"),
    ]
}

/// A first step that fails at once, to cause an abort.
fn bad_step() -> serde_json::Value {
    json!({"steps": [
        {"setWeight": 50},
        {"analysis": {"templates": [{"templateName": "bad"}]}},
    ]})
}

/// The same after a scale, which an abort returns to.
fn bad_step_with_scale() -> serde_json::Value {
    let mut canary = bad_step();
    canary["steps"]
        .as_array_mut()
        .into_iter()
        .for_each(|steps| steps.insert(0, json!({"setCanaryScale": {"replicas": 2}})));
    canary
}

fn template() -> super::Damage {
    super::Damage::Beside(json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": {"name": "bad"},
        "spec": {"metrics": [{
            "name": "bad", "successCondition": "true", "consecutiveErrorLimit": 0,
            "provider": {"web": {"url": "http://127.0.0.1:1/"}},
        }]},
    }))
}
