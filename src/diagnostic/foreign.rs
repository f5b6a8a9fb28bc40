//! In: a word of Flagger, of Argo Rollouts, of Kubernetes or of the Gateway API. Out: its name in this language. Only
//! words that are unknown at their place are looked up; each sentence shows what to write.

use super::suggest::kebab_case;

/// A word of another tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The word of this language that replaces it: a node or a property.
    pub called_here: &'static str,
    /// A sentence that explains what to write.
    pub sentence: &'static str,
}

/// The equivalent of a word of another tool, however it is spelled (`stepWeight`, `step-weight`, `step_weight`).
pub fn word(name: &str) -> Option<&'static Foreign> {
    if name.len() > 64 {
        return None;
    }
    let name = kebab_case(name);
    WORDS.iter().find(|(word, _)| *word == name).map(|(_, foreign)| foreign)
}

/// The word that replaces one of another tool, or of another place, in one node.
pub fn here(node: &str, name: &str) -> Option<&'static str> {
    if name.len() > 64 {
        return None;
    }
    let name = kebab_case(name);
    HERE.iter().find(|(place, word, _)| *place == node && *word == name).map(|(_, _, called_here)| *called_here)
}

/// A sentence about a word of another tool in one node, where it means something else than elsewhere.
pub fn sentence_here(node: &str, name: &str) -> Option<&'static str> {
    if name.len() > 64 {
        return None;
    }
    let name = kebab_case(name);
    SENTENCES.iter().find(|(place, word, _)| *place == node && *word == name).map(|(_, _, sentence)| *sentence)
}

const METRICS: &str = r#"The metrics of an autoscaler are `cpu=` and `memory=`: `autoscaler min=3 max=20 cpu="80%"`; for others, write `autoscaler file="hpa.yaml"`."#;
const TLS: &str = r#"canaryc writes no TLS: with a Gateway, its listener has the certificate; for an Ingress, keep your own with `tls:` and name it: `route file="ingress.yaml"`."#;

const SENTENCES: &[(&str, &str, &str)] = &[
    ("autoscaler", "metrics", METRICS),
    ("autoscaler", "metric", METRICS),
    ("autoscaler", "triggers", METRICS),
    (
        "autoscaler",
        "behavior",
        r#"The behavior of an autoscaler belongs in your own manifest: `autoscaler file="hpa.yaml"`."#,
    ),
    ("autoscaler", "scale-target-ref", "Remove it: canaryc sets the target of the autoscaler to the Rollout."),
    ("route", "tls", TLS),
    ("route", "tls-secret", TLS),
    ("route", "secret-name", TLS),
    ("route", "certificate", TLS),
    ("route", "cert", TLS),
    ("release", "tls", TLS),
];

const HERE: &[(&str, &str, &str)] = &[
    ("autoscaler", "min-replicas", "min"),
    ("autoscaler", "max-replicas", "max"),
    ("autoscaler", "min-replica-count", "min"),
    ("autoscaler", "max-replica-count", "max"),
    ("autoscaler", "target-cpu-utilization-percentage", "cpu"),
    ("autoscaler", "target-cpu", "cpu"),
    ("autoscaler", "cpu-utilization", "cpu"),
    ("autoscaler", "target-memory-utilization-percentage", "memory"),
    ("autoscaler", "memory-utilization", "memory"),
    ("prometheus", "url", "address"),
    ("prometheus", "endpoint", "address"),
    ("prometheus", "server", "address"),
    ("prometheus", "host", "address"),
    ("prometheus", "uri", "address"),
    ("job", "backoff-limit", "retries"),
    ("job", "retry", "retries"),
    ("job", "active-deadline-seconds", "timeout"),
    ("job", "deadline", "timeout"),
    ("job", "service-account-name", "service-account"),
    ("port", "target-port", "target"),
    ("stage", "from", "weight"),
    ("stage", "start", "weight"),
    ("stage", "end", "to"),
    ("stage", "until", "to"),
    ("stage", "step", "by"),
    ("stage", "increment", "by"),
    ("latency", "p", "percentile"),
    ("latency", "quantile", "percentile"),
    ("latency", "q", "percentile"),
    ("secret", "name", "from"),
    ("secret", "secret", "from"),
    ("secret", "secret-name", "from"),
    ("notify", "channel", "to"),
    ("notify", "service", "via"),
    ("notify", "when", "on"),
    ("notify", "event", "on"),
];

/// Every word of the table, in kebab-case, with its name in this language.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Foreign)> {
    WORDS.iter().map(|(word, foreign)| (*word, foreign))
}

macro_rules! words {
    ($($word:literal => $called_here:literal $sentence:literal)*) => {
        const WORDS: &[(&str, Foreign)] = &[$(($word, Foreign { called_here: $called_here, sentence: $sentence }),)*];
    };
}

words! {
    // Flagger: traffic steps.
    "step-weight" => "by" r#"Flagger's `stepWeight` is `by=` on a stage: `stage weight="10%" to="50%" by="10%" pause="5m"`."#
    "step-weights" => "stage" r#"Flagger's `stepWeights` is one `stage` for each weight: `stage weight="5%" pause="10m"`."#
    "max-weight" => "to" r#"Flagger's `maxWeight` is `to=` on a stage: `stage weight="10%" to="50%" by="10%" pause="5m"`."#
    "step-weight-promotion" => "stage" r#"Flagger's `stepWeightPromotion` has no counterpart: Argo Rollouts keeps no primary copy, and the 100% after the last `stage` is implicit."#
    "iterations" => "pause" r#"Flagger's `iterations` times its `interval` is `pause=` on a stage: `stage audience="staff" pause="10m"`."#
    "interval" => "pause" r#"`pause=` on a stage sets how long the stage lasts, with a unit (`pause="1m"`); `interval="1m"` on an `slo` or `check` sets the time between measurements."#
    "threshold" => "failure-limit" r#"Flagger's `threshold` (the number of tolerated failures) is `failure-limit=` on an `slo` or `check`; the limit of the value itself is `min=` or `max=`."#
    "threshold-range" => "min" r#"Flagger's `thresholdRange` is `min=` and `max=` on the `slo` or `check`: `slo "availability" min="99%" { success-ratio window="5m" }`."#
    "mirror" => "mirror" r#"To copy requests to the canary, write `mirror` in a stage: `stage "shadow" pause="10m" { mirror share="10%" }`."#
    "mirror-weight" => "share" r#"Flagger's `mirrorWeight` is `share=` of a stage's mirror: `stage "shadow" pause="10m" { mirror share="10%" }`."#
    "session-affinity" => "sticky" r#"Flagger's `sessionAffinity` is `sticky`: `sticky cookie="version" max-age="24h"`."#
    "cookie-name" => "cookie" r#"The name of the cookie is `cookie=` of `sticky`: `sticky cookie="version" max-age="24h"`."#
    // Flagger: checks.
    "analysis" => "slo" r#"A policy has no `analysis` block: declare each condition as an `slo` or `check`, and name it in a stage (`gate "smoke"`) or in the release (`watch "availability"`)."#
    "canary-analysis" => "slo" r#"A policy has no `analysis` block: declare each condition as an `slo` or `check`, and name it in a stage (`gate "smoke"`) or in the release (`watch "availability"`)."#
    "metrics" => "slo" r#"Each metric is an `slo` (what users see: `slo "availability" min="99%" { success-ratio window="5m" }`) or a `check` (anything else)."#
    "request-success-rate" => "success-ratio" r#"Flagger's `request-success-rate` is the measure `success-ratio`: `slo "availability" min="99%" { success-ratio window="1m" }`."#
    "request-duration" => "latency" r#"Flagger's `request-duration` is the measure `latency`: `slo "latency" max="500ms" { latency percentile=99 window="1m" }`."#
    "metric-template" => "metric" r#"Flagger's MetricTemplate is a `metric` with parameters: `metric "lag" { param "topic" type="string"; query "…" window="5m" }`."#
    "template-ref" => "metric" r#"Flagger's `templateRef` is the measure `metric` of a check: `check "lag" max=100 { metric "kafka-lag" topic="orders" }`."#
    "template-variables" => "metric" r#"Flagger's `templateVariables` are properties of the measure: `check "lag" max=100 { metric "kafka-lag" topic="orders" }`."#
    "webhooks" => "check" r#"Write a webhook as a `check`, and name it in a stage: `check "smoke" equals="ok" { web url="https://…" json="{$.status}" }`, then `gate "smoke"` in the stage."#
    "webhook" => "check" r#"Write a webhook as a `check`, and name it in a stage: `check "smoke" equals="ok" { web url="https://…" json="{$.status}" }`, then `gate "smoke"` in the stage."#
    "gates" => "gate" r#"A `gate` belongs in a stage and names the checks that must pass: `stage weight="25%" pause="30m" { gate "smoke" }`."#
    "confirm-rollout" => "gate" r#"Flagger's `confirm-rollout` is a gate at the start of the first stage that waits: `check "confirmed" on-fail="wait" timeout="2h" equals="yes" { web url="https://…" json="{$.go}" }` and `gate "confirmed" at="start"`."#
    "confirm-traffic-increase" => "gate" r#"Flagger's `confirm-traffic-increase` is a `gate` in each stage, or `promote="manual"` on it."#
    "confirm-promotion" => "promote" r#"Flagger's `confirm-promotion` is `promote="manual"` on the last stage, or a `gate` in it."#
    "pre-rollout" => "gate" r#"Flagger's `pre-rollout` is a gate at the start of the first stage: `stage weight="5%" pause="10m" { gate "smoke" at="start" }`."#
    "post-rollout" => "notify" r#"To send a message after a release, write `notify on="completed" via="slack" to="releases"`; no hook can fail a release after its end."#
    "load-test" => "check" r#"A load test is a `check` that runs a job: `check "load" { job image="grafana/k6" { args "run" "/test.js" } }`, then `gate "load"` in the stage."#
    "alerts" => "notify" r#"Flagger's `alerts` are `notify`: `notify on="aborted" via="slack" to="releases"`."#
    "provider-ref" => "notify" r#"Flagger's `providerRef` is `via=` of `notify`: `notify on="aborted" via="slack" to="releases"`."#
    "skip-analysis" => "watch" r#"An analysis only runs for a `watch` or a `gate`: to skip it, leave them out."#
    // Flagger: the released workload.
    "target-ref" => "workload" r#"Flagger's `targetRef` is `workload`: `workload name="checkout" replicas=6 { selector app="checkout" }`."#
    "autoscaler-ref" => "autoscaler" r#"Flagger's `autoscalerRef` is `autoscaler`: `autoscaler min=3 max=20 cpu="70%"`, or `autoscaler file="hpa.yaml"`."#
    "ingress-ref" => "ingress" r#"Flagger's `ingressRef` is `ingress=` of the router."#
    "gateway-refs" => "gateway-api" r#"Flagger's `gatewayRefs` are arguments of the router: `router { gateway-api "infra/public" }`."#
    "port-discovery" => "port" r#"There is no `portDiscovery`: write each port, as in `service { port 80 target=8080 }`."#
    "port-name" => "name" r#"Flagger's `portName` is `name=` on a port: `service { port 80 target=8080 name="http" }`."#
    "canary-ready-threshold" => "replica-progress-threshold" r#"Flagger's `canaryReadyThreshold` is `rollout replica-progress-threshold="100%"`."#
    "cors-policy" => "route" r#"Timeouts, retries, CORS and rewrites belong in your own route manifest: `route file="route.yaml"`."#
    "retries" => "route" r#"Timeouts, retries, CORS and rewrites belong in your own route manifest: `route file="route.yaml"`."#
    "rewrite" => "route" r#"Timeouts, retries, CORS and rewrites belong in your own route manifest: `route file="route.yaml"`."#
    "traffic-policy" => "destination-rule" r#"A traffic policy belongs in your own DestinationRule, which the router names: `router { istio destination-rule="checkout" existing=#true }`."#
    // Argo Rollouts: steps.
    "steps" => "stage" r#"canaryc writes the steps from the stages of the release: `stage weight="20%" pause="10m"`."#
    "set-weight" => "weight" r#"Argo's `setWeight` is `weight=` on a stage: `stage weight="20%" pause="10m"`."#
    "pause" => "pause" r#"A pause is a property of the stage: `stage weight="20%" pause="10m"`; for a pause without an end (Argo's `pause: {}`), write `promote="manual"`."#
    "duration" => "pause" r#"Argo's `pause: {duration: 10m}` is `pause="10m"` on the stage."#
    "set-header-route" => "audience" r#"Argo's `setHeaderRoute` is a stage that admits an audience: `audience "staff" share="1%" { header "X-Staff" exact="yes" }` and `stage audience="staff" pause="30m"`."#
    "managed-routes" => "audience" r#"canaryc writes the managed routes from the audiences: `audience "staff" share="1%" { header "X-Staff" exact="yes" }`."#
    "set-mirror-route" => "mirror" r#"Argo's `setMirrorRoute` is `mirror` in a stage: `stage "shadow" pause="10m" { mirror share="10%" }`."#
    "set-canary-scale" => "replicas" r#"Argo's `setCanaryScale` is `replicas=` on a stage, if the number of pods that follows from the weight is wrong: `stage weight="5%" replicas=3 pause="10m"`."#
    "starting-step" => "from" r#"Argo's `startingStep` is `from=` of `watch`, which names a stage: `watch "availability" from="5%"`."#
    "templates" => "check" r#"canaryc writes the analysis templates from each `slo` and `check`; to use an existing template, name it in a check: `check "smoke" { template "smoke-test" }`."#
    "template-name" => "template" r#"Argo's `templateName` is the measure `template` of a check: `check "smoke" { template "smoke-test" }`, then `gate "smoke"` in a stage."#
    "cluster-scope" => "cluster-template" r#"Argo's `clusterScope` is the measure `cluster-template` of a check: `check "smoke" { cluster-template "smoke-test" }`."#
    "baseline" => "experiment" r#"An `experiment` in a stage runs a baseline: `stage weight="5%" { experiment "errors" duration="30m" }`, with `against="baseline"` on the measure."#
    // Argo Rollouts: metrics.
    "success-condition" => "success-condition" r#"A condition belongs in a `check`: `check "smoke" success-condition="result.ok" { web url="https://…" json="{$}" }`; for a simple limit, write `min=`, `max=` or `equals=`."#
    "failure-condition" => "failure-condition" r#"A condition belongs in a `check`: `check "smoke" failure-condition="result.broken" { web url="https://…" json="{$}" }`; for a simple limit, write `min=`, `max=` or `equals=`."#
    "failure-limit" => "failure-limit" r#"The number of tolerated failures is `failure-limit=` on the `slo` or `check`: `slo "latency" max="300ms" failure-limit=2 { latency percentile=99 window="5m" }`."#
    "inconclusive-limit" => "failure-limit" r#"Argo's `inconclusiveLimit` follows `failure-limit=` on the `slo` or `check`."#
    "consecutive-error-limit" => "error-limit" r#"Argo's `consecutiveErrorLimit` is `error-limit=` on the `slo` or `check`."#
    "consecutive-success-limit" => "success-limit" r#"Argo's `consecutiveSuccessLimit` is `success-limit=` on the `slo` or `check`."#
    "measurement-retention" => "retain" r#"Argo's `measurementRetention` is `retain=` on the `slo` or `check`."#
    "dry-run" => "on-fail" r#"Argo's `dryRun` is `on-fail="ignore"` on the `slo` or `check`: the controller measures it, but the result has no effect."#
    "json-path" => "json" r#"Argo's `jsonPath` is `json=` of the measure `web`: `web url="https://…" json="{$.status}"`."#
    "timeout-seconds" => "timeout" r#"Argo's `timeoutSeconds` is `timeout=`, with a unit: `timeout="10s"`."#
    "value-from" => "secret" r#"Declare a value from a Secret with `secret` in the measure or provider, and use it as `{{name}}`: `secret "token" from="api-token" key="token"`."#
    "secret-key-ref" => "secret" r#"Declare a value from a Secret with `secret` in the measure or provider, and use it as `{{name}}`: `secret "token" from="api-token" key="token"`."#
    // Argo Rollouts: services and routing.
    "traffic-routing" => "router" r#"Argo's `trafficRouting` is `router`: `router { gateway-api "infra/public" }`."#
    "canary-service" => "canary" r#"Argo's `canaryService` is `canary=` of `service` (default: `<name>-canary`): `service canary="checkout-next" { port 80 target=8080 }`."#
    "stable-service" => "stable" r#"Argo's `stableService` is `stable=` of `service`: `service stable="checkout-stable" { port 80 target=8080 }`."#
    "preview-service" => "canary" r#"canaryc does not support blue/green yet: use `strategy="canary"`, the default; the Service of the new pods is `canary=` of `service` (default: `<name>-canary`)."#
    "active-service" => "name" r#"Argo's `activeService` is the `service` itself: `service name="checkout" { port 80 target=8080 }`."#
    "stable-ingress" => "ingress" r#"Argo's `stableIngress` is `ingress=` of the router."#
    "stable-subset-name" => "stable-subset" r#"Argo's `stableSubsetName` is `stable-subset=` of the router `istio`."#
    "canary-subset-name" => "canary-subset" r#"Argo's `canarySubsetName` is `canary-subset=` of the router `istio`."#
    "service-port" => "port" r#"Argo's `servicePort` follows from the ports of `service`: `service { port 80 target=8080 }`."#
    "target-port" => "target" r#"Kubernetes' `targetPort` is `target=` on a port: `service { port 80 target=8080 }`."#
    "ports" => "port" r#"Each port is a `port` of `service`: `service { port 80 target=8080 name="http"; port 9090 name="grpc" }`."#
    // Argo Rollouts: strategy and settings.
    "canary" => "stage" r#"A release is a canary by default: put its stages directly inside `release`."#
    "blue-green" => "stage" r#"canaryc does not support blue/green yet: use `strategy="canary"`, the default, with a stage for each weight: `stage weight="20%" pause="10m"`."#
    "auto-promotion-enabled" => "promote" r#"Argo's `autoPromotionEnabled` belongs to blue/green, which canaryc does not support yet; for a stage that a person ends, write `promote="manual"` on it."#
    "auto-promotion-seconds" => "pause" r#"Argo's `autoPromotionSeconds` belongs to blue/green, which canaryc does not support yet; the length of a stage is `pause=`: `stage weight="20%" pause="10m"`."#
    "preview-replica-count" => "replicas" r#"canaryc does not support blue/green yet: use `strategy="canary"`, the default, with `replicas=` on a stage: `stage weight="20%" replicas=2 pause="10m"`."#
    "pre-promotion-analysis" => "gate" r#"canaryc does not support blue/green yet: use `strategy="canary"`, the default, with a `gate` in a stage: `stage weight="20%" pause="10m" { gate "smoke" }`."#
    "post-promotion-analysis" => "gate" r#"canaryc does not support blue/green yet: use `strategy="canary"`, the default, with a `gate` in the last stage: `stage weight="50%" pause="10m" { gate "smoke" }`."#
    "workload-ref" => "workload" r#"Argo's `workloadRef` is `workload`: `workload name="checkout" replicas=6 { selector app="checkout" }`."#
    "match-labels" => "selector" r#"Kubernetes' `matchLabels` are the properties of `selector`: `workload replicas=6 { selector app="checkout" }`."#
    "min-ready-seconds" => "min-ready" r#"Kubernetes' `minReadySeconds` is `min-ready=` of `rollout`, with a unit: `rollout min-ready="10s"`."#
    "progress-deadline-seconds" => "progress-deadline" r#"Kubernetes' `progressDeadlineSeconds` is `progress-deadline=` of `rollout`, with a unit: `rollout progress-deadline="10m"`."#
    "progress-deadline-abort" => "progress-deadline-abort" r#"Argo's `progressDeadlineAbort` is `progress-deadline-abort=` of `rollout`."#
    "revision-history-limit" => "revision-history-limit" r#"Kubernetes' `revisionHistoryLimit` is set on `rollout`: `rollout revision-history-limit=10`."#
    "rollback-window" => "rollback-window" r#"Argo's `rollbackWindow: {revisions: 3}` is `rollout rollback-window=3`."#
    "max-surge" => "max-surge" r#"Kubernetes' `maxSurge` is set on `rollout`: `rollout max-surge="25%"`."#
    "max-unavailable" => "max-unavailable" r#"Kubernetes' `maxUnavailable` is set on `rollout`: `rollout max-unavailable=0`."#
    "scale-down-delay-seconds" => "scale-down-delay" r#"Argo's `scaleDownDelaySeconds` is `scale-down-delay=` of `rollout`, with a unit: `rollout scale-down-delay="30s"`."#
    "abort-scale-down-delay-seconds" => "abort-scale-down-delay" r#"Argo's `abortScaleDownDelaySeconds` is `abort-scale-down-delay=` of `rollout`, with a unit: `rollout abort-scale-down-delay="30s"`."#
    "rolling-update" => "rollout" r#"The settings of a rolling update are set on `rollout`: `rollout max-surge="25%" max-unavailable=0`."#
    // Kubernetes and the Gateway API.
    "api-version" => "release" r#"A policy starts with `release "checkout" { … }`, and canaryc generates the manifests from it."#
    "kind" => "release" r#"A policy starts with `release "checkout" { … }`, and canaryc generates the manifests from it."#
    "metadata" => "release" r#"A policy has no `metadata`: write the name and namespace on the release, as in `release "checkout" namespace="shop"`, and `labels` and `annotations` inside it."#
    "spec" => "release" r#"A policy has no `spec`: write everything directly in `release "checkout" { … }`."#
    "image" => "workload" r#"The image belongs in the manifest of the workload, where Helm or Kustomize sets it: `workload file="deployment.yaml"`. A `job` of a check has an image: `job image="grafana/k6"`."#
    "containers" => "workload" r#"Containers belong in the manifest of the workload: `workload file="deployment.yaml"`."#
    "template" => "workload" r#"The pod template belongs in the manifest of the workload: `workload file="deployment.yaml"`; to use an existing analysis template, name it in a check: `check "smoke" { template "smoke-test" }`."#
    "hosts" => "route" r#"Write one route for each host: `route host="shop.example.com"`; give each of several routes a name: `route "www" host="www.example.com"`."#
    "hostnames" => "route" r#"Write one route for each host: `route host="shop.example.com"`; give each of several routes a name: `route "www" host="www.example.com"`."#
    "gateway" => "gateway-api" r#"The gateway is an argument of the router: `router { gateway-api "infra/public" }`."#
    "gateways" => "gateway-api" r#"The gateways are arguments of the router: `router { gateway-api "infra/public" }`."#
    "parent-refs" => "gateway-api" r#"The Gateway API's `parentRefs` are arguments of the router: `router { gateway-api "infra/public" }`."#
    "http-route" => "route" r#"canaryc writes the HTTPRoute from `route host="shop.example.com"`; to use your own, write `route file="route.yaml"`."#
    "backend-refs" => "route" r#"canaryc writes the backends of the route from `service`; to use your own route, write `route file="route.yaml"`."#
    "match" => "audience" r#"An audience selects requests that reach the canary early: `audience "staff" share="1%" { header "X-Staff" exact="yes" }`; a stage admits it: `stage audience="staff" pause="30m"`."#
    "matches" => "audience" r#"An audience selects requests that reach the canary early: `audience "staff" share="1%" { header "X-Staff" exact="yes" }`; a stage admits it: `stage audience="staff" pause="30m"`."#
    "headers" => "header" r#"Write one `header` for each header: `header "X-Staff" exact="yes"` in an audience, `header "Accept" value="text/plain"` in a `web` check."#
    "min-replicas" => "min" r#"Kubernetes' `minReplicas` is `min=` of `autoscaler`: `autoscaler min=3 max=20 cpu="70%"`."#
    "max-replicas" => "max" r#"Kubernetes' `maxReplicas` is `max=` of `autoscaler`: `autoscaler min=3 max=20 cpu="70%"`."#
    "volume" => "config-map" r#"A `job` of a check mounts a ConfigMap: `config-map "k6-script" mount="/scripts"`; the volumes of the pods belong in the manifest of the workload."#
    "volumes" => "config-map" r#"A `job` of a check mounts a ConfigMap: `config-map "k6-script" mount="/scripts"`; the volumes of the pods belong in the manifest of the workload."#
    "volume-mounts" => "config-map" r#"A `job` of a check mounts a ConfigMap: `config-map "k6-script" mount="/scripts"`; the volumes of the pods belong in the manifest of the workload."#
    "query-param" => "query" r#"A parameter of the query is `query` in an audience with `pinned=`: `audience "beta" pinned="canary" { query "beta" exact="yes" }`."#
    "query-params" => "query" r#"A parameter of the query is `query` in an audience with `pinned=`: `audience "beta" pinned="canary" { query "beta" exact="yes" }`."#
    "query-parameter" => "query" r#"A parameter of the query is `query` in an audience with `pinned=`: `audience "beta" pinned="canary" { query "beta" exact="yes" }`."#
    "query-parameters" => "query" r#"A parameter of the query is `query` in an audience with `pinned=`: `audience "beta" pinned="canary" { query "beta" exact="yes" }`."#
    "hpa" => "autoscaler" r#"The HorizontalPodAutoscaler is `autoscaler`: `autoscaler min=3 max=20 cpu="70%"`, or `autoscaler file="hpa.yaml"`."#
    "horizontal-pod-autoscaler" => "autoscaler" r#"The HorizontalPodAutoscaler is `autoscaler`: `autoscaler min=3 max=20 cpu="70%"`, or `autoscaler file="hpa.yaml"`."#
    "deployment" => "workload" r#"The Deployment is the `workload`: `workload file="deployment.yaml"`, or `workload name="web" replicas=4 { selector app="web" }`."#
    "analysis-template" => "check" r#"canaryc writes the analysis templates from each `slo` and `check`; to use an existing one, write `check "smoke" { template "smoke-test" }`."#
    "analysis-run" => "gate" r#"A `gate` in a stage runs the analysis: `stage weight="25%" pause="30m" { gate "smoke" }`."#
    "grpc-route" => "route" r#"Your own GRPCRoute is a `route` of this kind: `route kind="grpc" file="route.yaml"`."#
    "threshold-range-max" => "max" r#"Flagger's `thresholdRange.max` is `max=` on the `slo` or `check`: `slo "latency" max="300ms" { latency percentile=99 window="5m" }`."#
    "threshold-range-min" => "min" r#"Flagger's `thresholdRange.min` is `min=` on the `slo` or `check`: `slo "availability" min="99%" { success-ratio window="5m" }`."#
    "canary-weight" => "weight" r#"The share of the canary is `weight=` on a stage: `stage weight="20%" pause="10m"`."#
    "percentage" => "weight" r#"The share of a stage is `weight=`: `stage weight="20%" pause="10m"`; that of an audience is `share=`: `audience "staff" share="1%" { header "X-Staff" exact="yes" }`."#
    "hostname" => "host" r#"A host name is `host=` of a route: `route host="shop.example.com"`."#
    "expect" => "equals" r#"The expected answer is `equals=`: `check "smoke" equals="ok" { web url="https://…" json="{$.status}" }`; a limit is `min=` or `max=`."#
    "measure" => "success-ratio" r#"The measure is a node in the braces: `slo "availability" min="99.5%" { success-ratio window="5m" }`."#
    "alert" => "notify" r#"To send a message, write `notify on="aborted" via="slack" to="releases"`."#
    "slack" => "notify" r#"To send a message, write `notify on="aborted" via="slack" to="releases"`."#
    "http" => "web" r#"The answer of an address is the measure `web`: `check "smoke" equals="ok" { web url="https://…" json="{$.status}" }`."#
    // Words that people try first.
    "for" => "pause" r#"`pause=` sets how long a stage lasts: `stage weight="20%" pause="10m"`."#
    "application" => "release" r#"A policy starts with a release: `release "checkout" { … }`."#
    "rollout" => "rollout" r#"The settings of the Rollout belong in the release: `release "checkout" { rollout min-ready="10s" }`."#
    "import" => "include" r#"To use the declarations of another file, write `include "lib/organization.kdl"` at the top of the policy."#
    "watch" => "watch" r#"A `watch` belongs in the release, and `from=` names the stage where it starts: `watch "availability" from="50%"`."#
    "wait" => "pause" r#"`pause=` sets how long a stage lasts: `stage weight="20%" pause="10m"`; to wait for a person, write `promote="manual"`."#
    "manual" => "promote" r#"To require an approval, write `promote="manual"` on the stage: `stage "half" weight="50%" promote="manual"`."#
    "p99" => "latency" r#"A percentile is the measure `latency`: `slo "latency" max="300ms" { latency percentile=99 window="5m" }`."#
    "p95" => "latency" r#"A percentile is the measure `latency`: `slo "latency" max="300ms" { latency percentile=95 window="5m" }`."#
    "p90" => "latency" r#"A percentile is the measure `latency`: `slo "latency" max="300ms" { latency percentile=90 window="5m" }`."#
    "p50" => "latency" r#"A percentile is the measure `latency`: `slo "latency" max="300ms" { latency percentile=50 window="5m" }`."#
    "error-rate" => "success-ratio" r#"The share of failed requests is the rest of `success-ratio`: `slo "availability" min="99.5%" { success-ratio window="5m" }` tolerates 0.5% of errors."#
    "success-rate" => "success-ratio" r#"The share of successful requests is the measure `success-ratio`: `slo "availability" min="99.5%" { success-ratio window="5m" }`."#
    "step" => "stage" r#"A step of the release is a `stage`: `stage weight="20%" pause="10m"`."#
    "traffic" => "router" r#"The `router` splits the traffic: `router { gateway-api "infra/public" }`; `weight=` on a stage sets the share."#
    "approval" => "promote" r#"To require an approval, write `promote="manual"` on the stage: `stage "half" weight="50%" promote="manual"`."#
    "hold" => "pause" r#"`pause=` sets how long a stage lasts: `stage weight="20%" pause="10m"`; to wait for a person, write `promote="manual"`."#
    "bake" => "pause" r#"`pause=` sets how long a stage lasts: `stage weight="20%" pause="10m"`."#
    "every" => "interval" r#"`interval=` on an `slo` or `check` sets the time between measurements: `interval="1m"`."#
    "tolerate" => "failure-limit" r#"`failure-limit=` on an `slo` or `check` sets the number of tolerated failures."#
    "success" => "success-ratio" r#"The share of successful requests is the measure `success-ratio`: `slo "availability" min="99.5%" { success-ratio window="5m" }`."#
    "cohort" => "audience" r#"A set of users is an `audience`: `audience "staff" share="1%" { header "X-Staff" exact="yes" }`."#
    "segment" => "audience" r#"A set of users is an `audience`: `audience "staff" share="1%" { header "X-Staff" exact="yes" }`."#
    "rollback" => "on-fail" r#"A failed `watch` or `gate` rolls the release back: `on-fail="abort"` on its `slo` or `check`, which is the default."#
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_word_is_found() {
        for name in ["stepWeight", "step-weight", "step_weight", "StepWeight"] {
            assert_eq!(word(name).map(|foreign| foreign.called_here), Some("by"), "{name}");
        }
        assert_eq!(word("weight"), None);
        assert_eq!(word(&"a".repeat(1_000_000)), None);
    }

    #[test]
    fn the_table_is_well_formed() {
        let mut seen = Vec::new();
        for (name, foreign) in all() {
            assert_eq!(kebab_case(name), name, "kept in kebab-case");
            assert!(!seen.contains(&name), "{name} appears twice");
            seen.push(name);
            assert!(foreign.sentence.ends_with('.') && !foreign.sentence.contains(['\n', '!']), "{name}");
            assert_eq!(foreign.sentence.matches('`').count() % 2, 0, "{name}: a backtick is missing");
            assert!(
                foreign.sentence.contains(foreign.called_here),
                "{name}: the sentence does not show `{}`",
                foreign.called_here
            );
        }
    }
}
