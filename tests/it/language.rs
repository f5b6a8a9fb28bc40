//! Every policy of `tests/language/` compiles as its own comment says. Policies that this version does not support are
//! in `refused.rs`. In: the policies. Out: assertions written by hand from the comments.

use crate::support::corpus::{self, Outcome, file, policy};
use canaryc::write::yaml;
use serde_json::{Value, json};

/// Compiles a policy without environments, or for `prod`. It must have exactly these diagnostics.
fn built(number: &str, environment: Option<&str>, said: &[&str]) -> Outcome {
    let outcome = file(&policy(number), environment);
    assert_eq!(outcome.said(), said, "{}", outcome.page());
    outcome
}

fn text(outcome: &Outcome) -> String {
    yaml::text(outcome.objects())
}

/// The output for all of these is the same, except for the name of the environment.
fn same_in(number: &str, environments: &[&str]) {
    let texts = environments.iter().map(|environment| {
        text(&file(&policy(number), Some(environment))).replace(&format!(r#""environment":"{environment}","#), "")
    });
    let texts: Vec<String> = texts.collect();
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{number} differs");
}

const PLUGIN: &str = "argoproj-labs/gatewayAPI";

fn backends(route: &Value) -> Vec<String> {
    let rules = route["rules"].as_array().unwrap().iter();
    let backends = rules.flat_map(|rule| rule["backendRefs"].as_array().unwrap());
    backends.map(|one| format!("{}:{}", one["name"].as_str().unwrap(), one["port"])).collect()
}

#[test]
fn p01_nginx_20_50_100() {
    let outcome =
        built("01", None, &["release/unwatched at `release \"nginx-rollout\"`", "stage/share-differs at `\"20%\"`"]);
    assert!(outcome.page().contains("20% will actually be 25% of the traffic"));
    assert!(outcome.page().contains("1 of 4 pods"));
    assert_eq!(outcome.names(), ["Rollout/nginx-rollout"], "the Service is left alone");
    let steps = ["weight 20", "pause 5m", "weight 50", "pause 5m", "weight 100", "pause 5m"];
    assert_eq!(outcome.steps("nginx-rollout"), steps);
    assert_eq!(outcome.canary("nginx-rollout"), json!({"maxSurge": "25%", "maxUnavailable": 0}));
    let spec = outcome.spec("Rollout/nginx-rollout");
    assert_eq!(spec["replicas"], 3);
    assert_eq!(spec["template"]["spec"]["containers"][0]["image"], "nginx:1.19.10");
    assert!(spec.get("workloadRef").is_none());
}

#[test]
fn p02_colorapi() {
    let outcome = built("02", None, &[]);
    assert_eq!(outcome.names(), ["Service/colorapi", "AnalysisTemplate/colorapi-watch", "Rollout/colorapi"]);
    assert_eq!(outcome.spec("Rollout/colorapi")["replicas"], 5, "those of the file");
    let analysis = json!({"templates": [{"templateName": "colorapi-watch"}], "startingStep": 1});
    assert_eq!(outcome.canary("colorapi")["analysis"], analysis);
    let metric = outcome.metric("colorapi-watch", "status");
    assert_eq!(metric["interval"], "5s");
    assert_eq!(metric["failureLimit"], 1);
    assert_eq!(metric["successCondition"], "result == \"ok\"");
    assert_eq!(metric["provider"]["web"]["url"], "http://colorapi.default/");
    assert_eq!(metric["provider"]["web"]["jsonPath"], "{$.status}");
    assert!(outcome.spec("AnalysisTemplate/colorapi-watch").get("args").is_none());
}

#[test]
fn p03_workload_reference() {
    let outcome =
        built("03", None, &["release/unwatched at `release \"rpc-server\"`", "stage/share-differs at `\"20%\"`"]);
    assert_eq!(outcome.names(), ["Rollout/rpc-server"]);
    let spec = outcome.spec("Rollout/rpc-server");
    let reference =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "rpc-server", "scaleDown": "onsuccess"});
    assert_eq!(spec["workloadRef"], reference);
    assert_eq!(spec["selector"], json!({"matchLabels": {"app.kubernetes.io/name": "rpc-server"}}));
    assert_eq!(spec["replicas"], 3);
    assert!(spec.get("template").is_none());
    assert_eq!(outcome.steps("rpc-server"), ["weight 20", "pause", "weight 50", "pause 30s"]);
}

#[test]
fn p07_static_hosts() {
    let outcome = built("07", None, &["release/unwatched at `release \"app\"`"]);
    let names =
        ["Service/app", "Service/app-canary", "HTTPRoute/app", "HTTPRoute/app-old", "HTTPRoute/app-new", "Rollout/app"];
    assert_eq!(outcome.names(), names);
    assert_eq!(backends(&outcome.spec("HTTPRoute/app")), ["app:80", "app-canary:80"]);
    assert_eq!(backends(&outcome.spec("HTTPRoute/app-old")), ["app:80"]);
    assert_eq!(backends(&outcome.spec("HTTPRoute/app-new")), ["app-canary:80"]);
    assert_eq!(outcome.spec("HTTPRoute/app-old")["hostnames"], json!(["old.example.com"]));
    assert_eq!(outcome.spec("HTTPRoute/app-new")["hostnames"], json!(["new.example.com"]));
    let plugins = json!({"plugins": {PLUGIN: {"httpRoutes": [{"name": "app"}]}}});
    assert_eq!(outcome.canary("app")["trafficRouting"], plugins);
    // A pinned audience counts in the size of the canary and needs no second pod.
    assert_eq!(outcome.steps("app"), ["pods 11%", "weight 10", "pause", "pods 51%", "weight 50", "pause 10m"]);
}

#[test]
fn p08_static_paths() {
    let outcome = built("08", None, &["release/unwatched at `release \"auth\"`"]);
    for (name, path, to) in [
        ("auth", "/canary", vec!["auth:80", "auth-canary:80"]),
        ("auth-preview", "/preview", vec!["auth-canary:80"]),
        ("auth-stable", "/stable", vec!["auth:80"]),
    ] {
        let route = outcome.spec(&format!("HTTPRoute/{name}"));
        let matches = json!([{"path": {"type": "PathPrefix", "value": path}}]);
        assert_eq!(route["rules"][0]["matches"], matches, "{name}");
        assert_eq!(backends(&route), to, "{name}");
    }
    assert_eq!(outcome.canary("auth")["trafficRouting"]["plugins"][PLUGIN]["httpRoutes"], json!([{"name": "auth"}]));
    assert_eq!(outcome.steps("auth"), ["pods 35%", "weight 30", "pause 30m", "pods 65%", "weight 60", "pause"]);
}

#[test]
fn p09_header_routing() {
    let outcome = built("09", None, &["release/unwatched at `release \"smart\"`"]);
    let steps =
        ["pods 2", "header preview X-Canary", "pause", "pods 26%", "header preview X-Canary", "weight 25", "pause"];
    assert_eq!(outcome.steps("smart"), steps);
    let spec = outcome.spec("Rollout/smart");
    let matching = json!([{"headerName": "X-Canary", "headerValue": {"exact": "yes"}}]);
    assert_eq!(spec["strategy"]["canary"]["steps"][1]["setHeaderRoute"]["match"], matching);
    let traffic = json!({
        "managedRoutes": [{"name": "preview"}],
        "plugins": {PLUGIN: {"httpRoutes": [{"name": "smart", "useHeaderRoutes": true}]}},
    });
    assert_eq!(outcome.canary("smart")["trafficRouting"], traffic);
}

#[test]
fn p10_audience_wishes() {
    let said = ["release/unwatched at `release \"shop\"`", "audience/overlap at `audience \"asia\"`"];
    let outcome = built("10", None, &said);
    let managed = json!([{"name": "internal"}, {"name": "preview-box"}, {"name": "french"}, {"name": "us"}]);
    assert_eq!(outcome.canary("shop")["trafficRouting"]["managedRoutes"], managed);
    let steps = outcome.steps("shop");
    assert!(!steps.contains(&"follow".to_owned()), "shares count in every stage");
    // 1 + 2 + 4% of 12 pods is one pod, and an audience needs two; then 12%, 35%, 10% more; never over 100%.
    let scales: Vec<&String> = steps.iter().filter(|step| step.starts_with("pods")).collect();
    assert_eq!(scales, ["pods 2", "pods 19%", "pods 54%", "pods 64%", "pods 100%"]);
    let first = ["pods 2", "header internal X-Employee", "header preview-box Cookie", "pause 1h", "pods 19%"];
    assert_eq!(steps[..5], first);
    assert_eq!(steps[steps.len() - 2..], ["weight 50", "pause 1h"]);
    assert_eq!(steps.iter().filter(|step| **step == "pause").count(), 1, "one approval");
    for (route, to) in [("asia", "shop"), ("payments", "shop"), ("intranet", "shop-canary")] {
        assert_eq!(backends(&outcome.spec(&format!("HTTPRoute/shop-{route}"))), [format!("{to}:80")]);
    }
    let asia = &outcome.spec("HTTPRoute/shop-asia")["rules"][0]["matches"][0]["headers"];
    assert_eq!(*asia, json!([{"type": "Exact", "name": "X-Geo", "value": "asia"}]));
}

#[test]
fn p11_nginx_ingress() {
    let outcome = built("11", None, &["query/window-short at `\"1m\"`"]);
    let ingress = outcome.spec("Ingress/sample-app");
    assert_eq!(ingress["ingressClassName"], "nginx");
    let backend = json!({"service": {"name": "sample-app", "port": {"number": 80}}});
    let paths = json!([{"path": "/", "pathType": "Prefix", "backend": backend}]);
    assert_eq!(ingress["rules"], json!([{"host": "sample-app.local", "http": {"paths": paths}}]));
    let nginx =
        json!({"stableIngress": "sample-app", "additionalIngressAnnotations": {"canary-by-header": "X-Canary"}});
    assert_eq!(outcome.canary("sample-app")["trafficRouting"], json!({"nginx": nginx}));
    let steps = outcome.steps("sample-app");
    let exposed = steps.iter().position(|step| step == "weight 50").unwrap() + 1;
    assert_eq!(outcome.canary("sample-app")["analysis"]["startingStep"], exposed, "{steps:?}");
}

#[test]
fn p12_k6_gate() {
    let outcome = built("12", None, &[]);
    let steps =
        ["pods 1", "analysis api-preflight", "pods 10%", "weight 10", "follow", "pause 10m", "weight 50", "pause 10m"];
    assert_eq!(outcome.steps("api"), steps);
    let metric = outcome.metric("api-preflight", "load-test");
    // One Job decides. Without a `failureLimit`, a Job that cannot run ends the metric Failed, not Inconclusive.
    let limits = ["count", "failureLimit", "inconclusiveLimit", "consecutiveSuccessLimit"].map(|key| &metric[key]);
    assert_eq!(limits, [&json!(1), &json!(-1), &json!(1), &json!(1)]);
    let job = &metric["provider"]["job"]["spec"];
    assert_eq!((&job["backoffLimit"], &job["activeDeadlineSeconds"]), (&json!(0), &json!(600)));
    let container = &job["template"]["spec"]["containers"][0];
    assert_eq!(container["env"], json!([{"name": "TARGET", "value": "http://api-canary.shop:80"}]));
    assert_eq!(container["volumeMounts"][0]["mountPath"], "/scripts");
}

#[test]
fn p13_minimal() {
    for environment in ["staging", "prod"] {
        let outcome = built("13", Some(environment), &[]);
        let names = [
            "Service/web",
            "Service/web-canary",
            "AnalysisTemplate/web-watch",
            "AnalysisTemplate/web-hold",
            "HTTPRoute/web",
            "Rollout/web",
        ];
        assert_eq!(outcome.names(), names);
        assert_eq!(outcome.metrics("web-hold"), ["availability", "latency", "restarts"]);
        let first = if environment == "staging" { "pause 2m" } else { "pause 10m" };
        let hold = "analysis web-hold";
        let steps = ["weight 5", first, hold, "weight 25", "pause 10m", hold, "weight 50", "pause 10m", hold];
        assert_eq!(outcome.steps("web"), steps);
        let spec = outcome.spec("Rollout/web");
        assert_eq!(spec["workloadRef"]["name"], "web");
        assert_eq!(spec["selector"], json!({"matchLabels": {"app": "web"}}), "read from the file");
    }
    // The profile removes router, watch and the later stages; 5% of four pods is one of five.
    let said = [
        "release/unwatched at `release \"web\"`",
        "route/without-router at `route`",
        "stage/share-differs at `\"5%\"`",
    ];
    let dev = built("13", Some("dev"), &said);
    assert_eq!(dev.names(), ["Service/web", "Rollout/web"]);
    assert_eq!(dev.steps("web"), ["weight 5", "pause 30s"]);
}

#[test]
fn p14_header_or_cookie() {
    same_in("14", &["dev", "staging", "prod"]);
    let outcome = built("14", Some("prod"), &[]);
    let canary = outcome.canary("podinfo");
    assert_eq!(canary["trafficRouting"]["managedRoutes"], json!([{"name": "insiders"}, {"name": "test-cookie"}]));
    let steps =
        ["pods 2", "header insiders x-canary", "header test-cookie Cookie", "pause 10m", "analysis podinfo-hold"];
    assert_eq!(outcome.steps("podinfo"), steps);
    let spec = outcome.spec("Rollout/podinfo");
    let cookie = &spec["strategy"]["canary"]["steps"][2]["setHeaderRoute"]["match"][0]["headerValue"];
    assert_eq!(*cookie, json!({"regex": r"^(.*?;\s*)?canary=always(;.*)?$"}));
    assert_eq!(canary["analysis"]["startingStep"], 3, "from the first stage on");
    for (name, threshold) in [("availability", ">= 0.99"), ("latency", "<= 500")] {
        let metric = outcome.metric("podinfo-watch", name);
        assert_eq!(metric["failureLimit"], 2);
        let condition = metric["successCondition"].as_str().unwrap();
        assert!(condition.ends_with(&format!("|| # {threshold}}})")), "{condition}");
    }
}

#[test]
fn p19_every_webhook_of_flagger() {
    same_in("19", &["dev", "staging", "prod"]);
    let outcome = built("19", Some("prod"), &[]);
    let steps = [
        "analysis podinfo-confirm",
        "pods 1",
        "analysis podinfo-preflight",
        "pods 20%",
        "weight 20",
        "follow",
        "analysis podinfo-20-start",
        "pause 10m",
        "analysis podinfo-20",
        "analysis podinfo-hold",
        "weight 50",
        "analysis podinfo-50-start",
        "pause 10m",
        "analysis podinfo-50",
        "analysis podinfo-hold",
    ];
    assert_eq!(outcome.steps("podinfo"), steps);
    for template in ["podinfo-confirm", "podinfo-20", "podinfo-50"] {
        let metric = outcome.metric(template, "approved");
        for (key, value) in [
            ("failureLimit", json!(-1)),
            ("consecutiveSuccessLimit", json!(1)),
            ("interval", json!("30s")),
            ("count", json!(480)),
            ("consecutiveErrorLimit", json!(1440)),
        ] {
            assert_eq!(metric[key], value, "{template} {key}");
        }
    }
    assert_eq!(outcome.metrics("podinfo-preflight"), ["helm-test"]);
    assert_eq!(outcome.metrics("podinfo-20-start"), ["load"]);
    assert_eq!(outcome.metrics("podinfo-watch"), ["availability", "not-rolled-back"]);
    assert_eq!(outcome.canary("podinfo")["analysis"]["startingStep"], 5, "the step after the weight of 20%");
    let annotations = &outcome.object("Rollout/podinfo")["metadata"]["annotations"];
    for (trigger, to) in [
        ("on-rollout-completed.telegram", "deploys"),
        ("on-rollout-aborted.telegram", "deploys"),
        ("on-rollout-step-completed.webhook", "event-receiver"),
    ] {
        assert_eq!(annotations[format!("notifications.argoproj.io/subscribe.{trigger}")], to);
    }
}

#[test]
fn p20_manual_gating() {
    same_in("20", &["dev", "staging", "prod"]);
    let outcome = built("20", Some("prod"), &[]);
    // A stage in the range of the watch ends with a measurement that holds the release when there is no data. It comes
    // before the wait for a person.
    let hold = "analysis billing-hold";
    let steps = ["weight 10", "pause 30m", hold, "pause", "weight 50", "pause 1h", hold, "pause"];
    assert_eq!(outcome.steps("billing"), steps);
}

#[test]
fn p21_alerting() {
    let outcome = built("21", None, &["release/unwatched at `release \"web\"`"]);
    let annotations = &outcome.object("Rollout/web")["metadata"]["annotations"];
    for (trigger, to) in [
        ("on-rollout-aborted.slack", "on-call;releases"),
        ("on-rollout-paused.teams", "dev"),
        ("on-slo-breach.pagerduty", "payments"),
    ] {
        assert_eq!(annotations[format!("notifications.argoproj.io/subscribe.{trigger}")], to);
    }
}

#[test]
fn p25_rollout_settings() {
    let outcome = built("25", None, &["release/unwatched at `release \"tuned\"`"]);
    let spec = outcome.spec("Rollout/tuned");
    for (key, value) in [
        ("minReadySeconds", json!(30)),
        ("progressDeadlineSeconds", json!(900)),
        ("progressDeadlineAbort", json!(false)),
        ("rollbackWindow", json!({"revisions": 3})),
        ("revisionHistoryLimit", json!(5)),
        ("analysis", json!({"successfulRunHistoryLimit": 5, "unsuccessfulRunHistoryLimit": 10})),
    ] {
        assert_eq!(spec[key], value, "{key}");
    }
    let canary = outcome.canary("tuned");
    for (key, value) in [
        ("maxSurge", json!("25%")),
        ("maxUnavailable", json!(0)),
        ("dynamicStableScale", json!(true)),
        ("minPodsPerReplicaSet", json!(2)),
        ("replicaProgressThreshold", json!({"type": "Percent", "value": 90})),
        ("abortScaleDownDelaySeconds", json!(600)),
        ("scaleDownDelayRevisionLimit", json!(2)),
        ("antiAffinity", json!({"preferredDuringSchedulingIgnoredDuringExecution": {"weight": 50}})),
        (
            "canaryMetadata",
            json!({
                "labels": {"role": "canary", "queue": "preview"},
                "annotations": {"example.com/canary": "true"},
            }),
        ),
        ("stableMetadata", json!({"labels": {"role": "stable", "queue": "production"}})),
    ] {
        assert_eq!(canary[key], value, "{key}");
    }
    assert!(canary.get("scaleDownDelaySeconds").is_none(), "dynamicStableScale excludes it");
    for name in outcome.names() {
        let metadata = &outcome.object(&name)["metadata"];
        assert_eq!(metadata["labels"]["team"], "payments", "{name}");
        assert_eq!(metadata["annotations"]["argocd.argoproj.io/sync-wave"], "2", "{name}");
    }
}

#[test]
fn p29_step_plugin() {
    let said = ["release/unwatched at `release \"web\"`", "stage/share-differs at `\"20%\"`"];
    let outcome = built("29", None, &said);
    assert_eq!(outcome.steps("web"), ["weight 20", "plugin argoproj-labs/sample-step", "pause 10m"]);
    let config = &outcome.spec("Rollout/web")["strategy"]["canary"]["steps"][1]["plugin"]["config"];
    assert_eq!(*config, json!({"return": "Successful", "requeueAfter": "1m"}));
}

#[test]
fn p30_autoscalers() {
    same_in("30", &["dev", "staging", "prod"]);
    let outcome = built("30", Some("prod"), &[]);
    let expected = json!({
        "scaleTargetRef": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web"},
        "minReplicas": 3,
        "maxReplicas": 12,
        "metrics": [{
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
        }],
    });
    assert_eq!(outcome.spec("HorizontalPodAutoscaler/web"), expected);
    let target = json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "orders"});
    let scaled = outcome.spec("ScaledObject/orders");
    assert_eq!(scaled["scaleTargetRef"], target);
    assert_eq!((&scaled["minReplicaCount"], &scaled["triggers"][0]["type"]), (&json!(4), &json!("kafka")));
    for rollout in ["web", "orders"] {
        assert!(outcome.spec(&format!("Rollout/{rollout}")).get("replicas").is_none(), "the autoscaler owns them");
    }
    let query = &outcome.metric("orders-watch", "lag")["provider"]["prometheus"]["query"];
    assert_eq!(*query, r#"max(kafka_consumergroup_lag{topic="orders", group="orders"})"#);
}

#[test]
fn p32_release_train() {
    let outcome = built("32", Some("prod"), &[]);
    let of = |release: &str| {
        ["Service/", "Service/", "AnalysisTemplate/", "AnalysisTemplate/", "HTTPRoute/", "Rollout/"]
            .iter()
            .zip(["", "-canary", "-watch", "-hold", "", ""])
            .map(|(kind, suffix)| format!("{kind}{release}{suffix}"))
            .collect::<Vec<String>>()
    };
    assert_eq!(outcome.names(), ["cart", "catalog", "search"].map(of).concat());
    assert_eq!(outcome.steps("cart")[..2], ["weight 10", "pause 10m"]);
    assert_eq!(outcome.steps("catalog")[..2], ["weight 5", "pause 20m"]);
    let search = outcome.steps("search");
    assert_eq!(search[search.len() - 3..], ["weight 75", "pause 30m", "analysis search-hold"]);
    assert_eq!(search.len(), 12);
    let latency = outcome.metric("catalog-watch", "latency");
    assert!(latency["successCondition"].as_str().unwrap().ends_with("<= 150})"));
    assert_eq!(outcome.metrics("search-watch"), ["availability", "latency", "restarts", "index-age"]);
    let hash = json!([{"name": "canary-hash", "valueFrom": {"podTemplateHashValue": "Latest"}}]);
    assert_eq!(outcome.canary("search")["analysis"]["args"], hash);
}

#[test]
fn p33_environments() {
    let said = ["release/unwatched at `release \"checkout\"`", "route/without-router at `route`"];
    let dev = built("33", Some("dev"), &said);
    assert_eq!(dev.names(), ["Service/checkout", "Rollout/checkout"]);
    assert_eq!(dev.steps("checkout"), ["weight 50", "pause 30s"]);
    assert_eq!(dev.canary("checkout"), json!({"maxSurge": "25%", "maxUnavailable": 0}));
    assert_eq!(dev.spec("Rollout/checkout")["replicas"], 1);

    let staging = built("33", Some("staging"), &[]);
    let hold = "analysis checkout-hold";
    let steps = ["weight 5", "pause 2m", hold, "weight 25", "pause 2m", hold, "weight 50", "pause 2m", hold];
    assert_eq!(staging.steps("checkout"), steps);
    assert_eq!(staging.spec("HTTPRoute/checkout")["hostnames"], json!(["staging.shop.example.com"]));
    assert_eq!(staging.object("Rollout/checkout")["metadata"]["namespace"], "shop-staging");
    let latency = staging.metric("checkout-watch", "latency");
    assert!(latency["successCondition"].as_str().unwrap().ends_with("<= 800})"));

    let prod = built("33", Some("prod"), &[]);
    let steps = [
        ["weight 1", "pause 30m", hold],
        ["weight 5", "pause 10m", hold],
        ["weight 25", "pause 30m", hold],
        ["weight 50", hold, "pause"],
    ];
    assert_eq!(prod.steps("checkout"), steps.concat());
    assert_eq!(prod.spec("Rollout/checkout")["replicas"], 12);
}

#[test]
fn p35_telemetry_presets() {
    let outcome = built("35", None, &[]);
    let hash = "web-{{args.canary-hash}}-.+";
    for (name, series, scope) in [
        ("edge", "envoy_cluster_upstream_rq_xx{", r#"envoy_cluster_name=~"httproute/shop/web/rule/0/backend/1""#),
        ("mesh", "response_total{", &format!(r#"pod=~"{hash}""#)),
        ("app", "http_server_request_duration_seconds_count{", &format!(r#"k8s_pod_name=~"{hash}""#)),
    ] {
        let metric = outcome.metric("web-watch", name);
        let query = metric["provider"]["prometheus"]["query"].as_str().unwrap();
        assert_eq!(query.matches(series).count(), 2, "{query}");
        // OpenTelemetry's metric has an older name, too.
        let selectors = if name == "app" { 4 } else { 2 };
        assert_eq!(query.matches(scope).count(), selectors, "bad and all requests of the canary alone: {query}");
    }
    let app = outcome.metric("web-watch", "app");
    assert!(app["provider"]["prometheus"]["query"].as_str().unwrap().contains(r#"=~"5..|429""#));
    let mesh = outcome.metric("web-watch", "mesh");
    assert!(mesh["provider"]["prometheus"]["query"].as_str().unwrap().contains(r#"classification="failure""#));
}

#[test]
fn p37_several_ports() {
    same_in("37", &["dev", "staging", "prod"]);
    let outcome = built("37", Some("prod"), &[]);
    for service in ["api", "api-canary"] {
        let spec = outcome.spec(&format!("Service/{service}"));
        let ports = spec["ports"].as_array().unwrap().iter();
        let ports: Vec<_> =
            ports.map(|port| format!("{} {} {}", port["name"], port["port"], port["targetPort"])).collect();
        assert_eq!(ports, [r#""http" 80 8080"#, r#""grpc" 9090 9090"#, r#""metrics" 9100 9100"#]);
        assert!(spec.get("selector").is_none(), "the controller owns it");
    }
    assert_eq!(backends(&outcome.spec("HTTPRoute/api")), ["api:80", "api-canary:80"]);
    assert_eq!(backends(&outcome.spec("GRPCRoute/api-grpc")), ["api:9090", "api-canary:9090"]);
    let config = json!({"httpRoutes": [{"name": "api"}], "grpcRoutes": [{"name": "api-grpc"}]});
    assert_eq!(outcome.canary("api")["trafficRouting"]["plugins"][PLUGIN], config);
}

#[test]
fn p41_objects_of_the_platform() {
    same_in("41", &["dev", "staging", "prod"]);
    let outcome = built("41", Some("prod"), &[]);
    assert_eq!(outcome.names(), ["AnalysisTemplate/shop-watch", "AnalysisTemplate/shop-hold", "Rollout/shop"]);
    let canary = outcome.canary("shop");
    assert_eq!((&canary["stableService"], &canary["canaryService"]), (&json!("shop"), &json!("shop-next")));
    let config = json!({"httpRoutes": [{"name": "shop-public"}]});
    assert_eq!(canary["trafficRouting"]["plugins"][PLUGIN], config);
}

#[test]
fn p42_a_template_that_exists() {
    let outcome = built("42", None, &[]);
    assert!(outcome.names().iter().all(|name| !name.starts_with("AnalysisTemplate")));
    let analysis = json!({
        "templates": [{"templateName": "error-budget"}],
        "args": [
            {"name": "service-name", "value": "web-canary"},
            {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}},
        ],
    });
    assert_eq!(outcome.spec("Rollout/web")["strategy"]["canary"]["steps"][2]["analysis"], analysis);
    let mut watch = outcome.canary("web")["analysis"].clone();
    assert_eq!(watch.as_object_mut().unwrap().remove("startingStep"), Some(json!(1)));
    assert_eq!(watch, analysis);
}

#[test]
fn p44_the_design_example_and_p43_the_same_in_yaml() {
    same_in("44", &["dev", "staging", "prod"]);
    let outcome = built("44", Some("prod"), &[]);
    let names = [
        "Service/checkout",
        "Service/checkout-canary",
        "AnalysisTemplate/checkout-watch",
        "AnalysisTemplate/checkout-hold",
        "AnalysisTemplate/checkout-25",
        "HTTPRoute/checkout",
        "HTTPRoute/checkout-preview",
        "HTTPRoute/checkout-partners",
        "Rollout/checkout",
    ];
    assert_eq!(outcome.names(), names);
    assert_eq!(backends(&outcome.spec("HTTPRoute/checkout-preview")), ["checkout-canary:80"]);
    assert_eq!(backends(&outcome.spec("HTTPRoute/checkout-partners")), ["checkout:80"]);
    assert_eq!(outcome.metrics("checkout-25"), ["smoke"]);
    let (staff, hold) = ("header staff X-Staff", "analysis checkout-hold");
    let steps = [
        // 2% of six pods is one, and an audience needs two; the next stage needs no more than these.
        &["pods 2", staff, "pause 30m"][..],
        &[staff, "weight 5", "pause 10m", hold],
        &["pods 27%", staff, "weight 25", "pause 30m", "analysis checkout-25", hold],
        &["pods 52%", staff, "weight 50", hold, "pause"],
    ];
    assert_eq!(outcome.steps("checkout"), steps.concat());
    assert_eq!(outcome.canary("checkout")["analysis"]["startingStep"], 5);

    for environment in ["dev", "staging", "prod"] {
        let kdl = text(&file(&policy("44"), Some(environment)));
        let yaml = text(&file(&policy("43"), Some(environment)));
        assert_eq!(kdl, yaml);
        assert!(!kdl.is_empty());
    }
}

#[test]
fn p47_patches() {
    same_in("47", &["dev", "staging", "prod"]);
    let outcome = built("47", Some("prod"), &[]);
    assert_eq!(outcome.spec("HTTPRoute/shop")["rules"][0]["timeouts"], json!({"request": "10s"}));
    assert_eq!(outcome.object("Rollout/shop")["metadata"]["annotations"]["example.com/owner"], "team-shop");
}

#[test]
fn p52_linkerd_mesh() {
    let outcome = built("52", None, &[]);
    let names: Vec<String> = outcome.names().into_iter().filter(|name| !name.starts_with("Analysis")).collect();
    let expected =
        ["Service/podinfo", "Service/podinfo-stable", "Service/podinfo-canary", "HTTPRoute/podinfo", "Rollout/podinfo"];
    assert_eq!(names, expected);
    assert_eq!(outcome.spec("Service/podinfo")["selector"], json!({"app": "podinfo"}));
    let parents = json!([{"group": "", "kind": "Service", "name": "podinfo", "port": 9898}]);
    assert_eq!(outcome.spec("HTTPRoute/podinfo")["parentRefs"], parents);
    assert_eq!(outcome.canary("podinfo")["stableService"], "podinfo-stable");
    let weights: Vec<String> = outcome.steps("podinfo").into_iter().filter(|step| step.starts_with("weight")).collect();
    assert_eq!(weights, ["weight 10", "weight 20", "weight 30", "weight 40", "weight 50"]);
    let success = outcome.metric("podinfo-watch", "success");
    assert!(success["provider"]["prometheus"]["query"].as_str().unwrap().contains("response_total{"));
}

#[test]
fn every_policy_is_asserted() {
    let tests = concat!(include_str!("language.rs"), include_str!("refused.rs"));
    for path in corpus::policies() {
        let number = &path.file_name().unwrap().to_str().unwrap()[..2];
        let known = [format!("fn p{number}_"), format!("refused(\"{number}\""), format!("p{number}_the_same")];
        assert!(known.iter().any(|known| tests.contains(known)), "{}", path.display());
    }
}
