//! Facts that a policy could lead to. In: one row for each, with that policy. Out: the one diagnostic that stops it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::files::{FileError, Files};
use canaryc::source::Source;

use crate::support::corpus::{self, Outcome};

/// The manifests that the rows name.
struct Manifests(BTreeMap<PathBuf, Arc<Source>>);

impl Files for Manifests {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        self.0.get(path).cloned().ok_or(FileError::NotFound { nearest: None })
    }
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 6
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: 'shop:1', ports: [{name: http, containerPort: 8080}]}]}
";

pub fn compiled(policy: &str) -> Outcome {
    let manifests = [
        ("good.yaml", DEPLOYMENT.to_owned()),
        ("labels.yaml", DEPLOYMENT.replace("labels: {app: shop}", "labels: {app: other}")),
        ("image.yaml", DEPLOYMENT.replace("image: 'shop:1', ", "")),
        ("service.yaml", service("{app: shop, tier: none}")),
        ("third.yaml", route("[{name: shop, port: 80}, {name: shop-canary, port: 80}, {name: old, port: 80}]")),
        ("canary-only.yaml", route("[{name: shop, port: 80}]\n  - backendRefs: [{name: shop-canary, port: 80}]")),
        ("elsewhere.yaml", route("[{name: old, port: 80}]")),
    ];
    let files = manifests.into_iter().map(|(name, text)| (PathBuf::from(name), Source::new(name, text)));
    corpus::source(Source::new("shop.canary.kdl", policy), &Manifests(files.collect()), None)
}

fn service(selector: &str) -> String {
    let one = |name| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {selector}\n  ports: [{{port: 80, targetPort: 8080}}]\n"
        )
    };
    format!("{}---\n{}", one("shop"), one("shop-canary").replace(selector, "{app: shop}"))
}

fn route(backends: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: shop}}\nspec:\n  parentRefs: [{{name: public, namespace: infra}}]\n  rules:\n  - backendRefs: {backends}\n"
    )
}

/// A release without a router.
fn pods(body: &str) -> String {
    format!("release \"shop\" namespace=\"shop\" {{\n    workload replicas=6 {{ selector app=\"shop\" }}\n{body}\n}}\n")
}

/// A release on the Gateway API, with a stage.
pub fn gateway(body: &str) -> String {
    staged(&format!("{body}\n    stage weight=\"25%\" pause=\"10m\""))
}

pub fn staged(body: &str) -> String {
    pods(&format!(
        "    service {{ port 80 target=8080 }}\n    route host=\"shop.example.com\"\n    router {{ gateway-api \"infra/public\" }}\n{body}"
    ))
}

/// A release that watches a query on Prometheus.
pub fn watched(check: &str) -> String {
    format!(
        "provider \"main\" {{ prometheus address=\"http://prometheus:9090\" telemetry=\"istio\" }}\n{}",
        gateway(&format!("    {check}\n    watch \"lag\""))
    )
}

fn gated(check: &str) -> String {
    format!(
        "provider \"main\" {{ prometheus address=\"http://prometheus:9090\" telemetry=\"istio\" }}\n{}",
        staged(&format!("    {check}\n    stage weight=\"25%\" pause=\"10m\" {{ gate \"lag\" }}"))
    )
}

pub const QUERY: &str = r##"query #"max(lag{hash="{{canary-hash}}"})"# window="5m""##;

/// Fact, policy, code.
pub fn refusals() -> Vec<(&'static str, String, &'static str)> {
    let lag = |settings: &str| watched(&format!("check \"lag\" {settings} {{ {QUERY} }}"));
    let gate = |settings: &str| gated(&format!("check \"lag\" {settings} {{ {QUERY} }}"));
    let stage = "    stage weight=\"50%\" pause=\"10m\"";
    let embed = |file: &str| format!("release \"shop\" {{\n    workload file=\"{file}\" mode=\"embed\"\n{stage}\n}}\n");
    let rollout = |settings: &str| gateway(&format!("    rollout {settings}"));
    vec![
        ("replicas are not negative", pods(stage).replace("replicas=6", "replicas=-1"), "value/range"),
        ("minReadySeconds is not negative", rollout("min-ready=\"-5s\""), "value/unit"),
        ("revisionHistoryLimit is not negative", rollout("revision-history-limit=-1"), "value/range"),
        ("the progress deadline is not negative", rollout("progress-deadline=\"-1m\""), "value/unit"),
        ("the progress deadline is longer than minReadySeconds", rollout("min-ready=\"20m\""), "rollout/deadline"),
        ("the selector matches the template", embed("labels.yaml"), "workload/selector"),
        ("the pod template is valid", embed("image.yaml"), "pod/container"),
        ("a selector is needed", pods(stage).replace(" { selector app=\"shop\" }", ""), "workload/selector"),
        (
            "stable and canary Service differ",
            gateway("").replace("service {", "service canary=\"shop\" {"),
            "service/same-name",
        ),
        ("surge and unavailable are not both 0", rollout("max-surge=0 max-unavailable=0"), "rollout/no-room"),
        (
            "no setCanaryScale without a router",
            pods("    stage \"a\" weight=\"50%\" replicas=2 pause=\"1m\""),
            "router/needed",
        ),
        (
            "dynamicStableScale excludes scaleDownDelaySeconds",
            rollout("dynamic-stable-scale=#true scale-down-delay=\"1m\""),
            "rollout/dynamic-delay",
        ),
        ("a weight is at most 100", staged("    stage weight=\"150%\" pause=\"1m\""), "value/unit"),
        ("a pause is not empty", staged("    stage weight=\"5%\" pause=\"\""), "value/unit"),
        ("a pause of half a second is none", staged("    stage weight=\"5%\" pause=\"500ms\""), "value/whole-seconds"),
        (
            "a header has exactly one of exact, prefix and regex",
            gateway(
                "    audience \"a\" share=\"1%\" { header \"X-A\" exact=\"1\" prefix=\"2\" }\n    stage audience=\"a\" pause=\"1m\"",
            ),
            "audience/matcher",
        ),
        (
            "the Gateway API plugin cannot mirror",
            staged(
                "    stage \"a\" replicas=1 pause=\"1m\" { mirror share=\"10%\" }\n    stage weight=\"50%\" pause=\"1m\"",
            ),
            "router/no-mirror",
        ),
        (
            "the Gateway API plugin has no ping-pong",
            gateway("").replace("service {", "service ping-pong=#true {"),
            "service/ping-pong",
        ),
        (
            "a Service selects the pods of the template",
            gateway("")
                .replace("service { port 80 target=8080 }", "service file=\"service.yaml\"")
                .replace("workload replicas=6 { selector app=\"shop\" }", "workload file=\"good.yaml\""),
            "service/selector",
        ),
        (
            "a live managed-by annotation names this Rollout",
            gateway("    annotations \"argo-rollouts.argoproj.io/managed-by-rollouts\"=\"x\""),
            "metadata/reserved",
        ),
        (
            "metrics of one analysis have different names",
            gated("check \"lag\" equals=\"ok\" { web url=\"http://shop-canary.shop/\" json=\"{$.status}\" }")
                .replace("gate \"lag\"", "gate \"lag\" \"lag\""),
            "gate/twice",
        ),
        (
            "a missing route leaves the release without pods",
            gateway("").replace("    route host=\"shop.example.com\"\n", ""),
            "route/missing",
        ),
        (
            "a route that names neither Service is never healthy",
            gateway("").replace("route host=\"shop.example.com\"", "route file=\"elsewhere.yaml\""),
            "route/no-stable-backend",
        ),
        (
            "a rule with a third backend is distorted at rest",
            gateway("").replace("route host=\"shop.example.com\"", "route file=\"third.yaml\""),
            "route/third-backend",
        ),
        (
            "a rule with only the canary is deleted",
            gateway("").replace("route host=\"shop.example.com\"", "route file=\"canary-only.yaml\""),
            "route/canary-only-rule",
        ),
        ("an analysis without templates hangs", gateway("    watch"), "gate/empty"),
        (
            "a metric has exactly one provider",
            lag("max=5").replace("window=\"5m\" }", "; web url=\"http://shop-canary.shop/\" }"),
            "word/second-choice",
        ),
        ("a metric has a condition", lag(""), "check/no-verdict"),
        ("failureLimit is at least -1", lag("max=5 failure-limit=-2"), "value/range"),
        ("error limits are not negative", lag("max=5 error-limit=-1"), "value/range"),
        ("count covers failures and successes", gate("max=5 count=2 failure-limit=3"), "check/limits"),
        ("an interval needs a unit", lag("max=5 interval=60"), "value/unit"),
        ("an initial delay needs a unit", lag("max=5 initial-delay=60"), "value/unit"),
        ("a look that waits comes to an end", gate("max=5 on-fail=\"wait\""), "check/limits"),
        ("a job in the background says how often", watched("check \"lag\" { job image=\"hey\" }"), "check/limits"),
        (
            "a background metric with a count completes early",
            watched("check \"lag\" equals=\"ok\" count=3 { web url=\"http://shop-canary.shop/\" json=\"{$.status}\" }"),
            "check/limits",
        ),
        (
            "nothing waits in the background",
            watched(
                "check \"lag\" equals=\"ok\" on-fail=\"wait\" timeout=\"1h\" { web url=\"http://shop-canary.shop/\" json=\"{$.status}\" }",
            ),
            "check/limits",
        ),
        (
            "only arguments stand in braces in a metric",
            watched("check \"lag\" equals=\"ok\" { web url=\"http://{{pod}}/\" json=\"{$.status}\" }"),
            "parameter/undeclared",
        ),
        (
            "a misspelt router key is stored as no router at all",
            gateway("    patch \"Rollout\" yaml=\"spec: {strategy: {canary: {trafficRouting: {gatewayAPI: {}}}}}\""),
            "object/unknown-field",
        ),
        (
            "an unknown scaleDown acts as never",
            pods(stage).replace("replicas=6", "replicas=6 scale-down=\"onsuccess\""),
            "value/word",
        ),
        (
            "an abort delay of 0 means never, or at once",
            rollout("abort-scale-down-delay=\"0s\""),
            "rollout/abort-delay",
        ),
        ("without replicas there is one pod", pods(stage).replace("replicas=6", ""), "workload/replicas"),
        (
            "an autoscaler's bounds are the right way round",
            pods(&format!("{stage}\n    autoscaler min=5 max=2 cpu=\"80%\"")).replace("replicas=6", ""),
            "autoscaler/bounds",
        ),
        (
            "two audiences on one header overwrite each other",
            gateway(
                "    audience \"a\" share=\"1%\" { header \"X-A\" exact=\"1\" }\n    audience \"b\" share=\"1%\" { header \"X-A\" exact=\"2\" }\n    stage audience=\"a\" pause=\"1m\"\n    stage audience=\"b\" pause=\"1m\"",
            ),
            "audience/shared-header",
        ),
        (
            "a managed route called x-1 is taken for a rule of x",
            gateway(
                "    audience \"a\" share=\"1%\" { header \"X-A\" exact=\"1\" }\n    audience \"a-1\" share=\"1%\" { header \"X-B\" exact=\"2\" }\n    stage audience=\"a\" pause=\"1m\"\n    stage audience=\"a-1\" pause=\"1m\"",
            ),
            "audience/managed-name",
        ),
        (
            "without a router two weights may be the same pods",
            pods("    stage weight=\"50%\" pause=\"1m\"\n    stage weight=\"51%\" pause=\"1m\""),
            "stage/same-pods",
        ),
        (
            "a query that sees both versions passes a broken canary",
            watched("check \"lag\" max=5 { query \"max(lag)\" }"),
            "query/scope",
        ),
        (
            "falling weights take users back",
            staged("    stage weight=\"50%\" pause=\"1m\"\n    stage weight=\"5%\" pause=\"1m\""),
            "stage/weight-falls",
        ),
        (
            "a kind that Argo Rollouts has no counterpart of",
            pods(stage).replace("replicas=6", "replicas=6 kind=\"DaemonSet\""),
            "value/word",
        ),
        ("two owners of one field", gateway("    patch \"Rollout\" yaml=\"spec: {replicas: 2}\""), "patch/owned"),
        (
            "a policy changes steps in one place only",
            gateway("    patch \"Rollout\" yaml=\"spec: {strategy: {canary: {steps: []}}}\""),
            "patch/owned",
        ),
    ]
}

#[test]
fn conditions_that_the_controller_rejects_or_misreads_are_rejected() {
    let mut wrong = Vec::new();
    for (fact, policy, code) in refusals() {
        let said = compiled(&policy).errors();
        let codes: Vec<&str> = said.iter().map(|said| said.split(' ').next().unwrap()).collect();
        if codes != [code] {
            wrong.push(format!("{fact}: expected {code}, found {said:?}\n{policy}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
