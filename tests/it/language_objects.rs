//! The policies of `tests/language` and their objects. This file repeats the "Expect" comments of the policies. A
//! snapshot that was accepted without being read can therefore not contradict them.

use std::collections::BTreeMap;
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{Compilation, Request, compile};
use canaryc::disk::Disk;
use canaryc::files::Files;
use canaryc::manifest::Field;
use canaryc::write::yaml;

fn compiled(policy: &str, environment: Option<&str>) -> Compilation {
    let path = format!("tests/language/{policy}");
    let source = Disk::default().read(path.as_ref()).unwrap();
    let disk = Disk::default();
    let library = Library::new(&disk);
    let request = Request { environment: environment.map(Into::into), ..Request::default() };
    compile(Arc::clone(&source), &library, &request)
}

fn said(compilation: &Compilation) -> Vec<String> {
    compilation.diagnostics.iter().map(|found| format!("{}: {}", found.code, found.message)).collect()
}

/// The objects of every release, after its diagnostics.
fn page(policy: &str, environment: Option<&str>) -> String {
    let compilation = compiled(policy, environment);
    let mut page = String::new();
    for line in said(&compilation) {
        page.push_str(&format!("# {line}\n"));
    }
    for policy in &compilation.policies {
        let environment = policy.environment().map_or_else(String::new, |name| format!(" in {name}"));
        let release = policy.name().unwrap_or_default();
        page.push_str(&format!("# release {release}{environment}\n"));
        if let Some(compiled) = &policy.compiled {
            page.push_str(&yaml::text(&compiled.bundle.objects));
        }
    }
    page
}

macro_rules! pages {
    ($($test:ident $policy:literal $($environment:literal)?,)*) => {
        $(#[test]
        fn $test() {
            let environment = [$($environment)?].first().copied();
            insta::assert_snapshot!(page($policy, environment));
        })*
    };
}

pages! {
    policy_01 "01-nginx-20-50-100.kdl",
    policy_02 "02-colorapi.kdl",
    policy_03 "03-rpc-server-workload-ref.kdl",
    policy_07 "07-static-hosts.kdl",
    policy_08 "08-static-paths.kdl",
    policy_09 "09-header-routing.kdl",
    policy_10 "10-audience-wishes.kdl",
    policy_11 "11-nginx-ingress-canary-by-header.kdl",
    policy_12 "12-k6-gate.kdl",
    policy_13 "13-minimal.kdl" "prod",
    policy_14 "14-flagger-ab-header-cookie.kdl" "prod",
    policy_20 "20-manual-gating.kdl" "prod",
    policy_21 "21-alerting.kdl",
    policy_25 "25-rollout-settings.kdl",
    policy_29 "29-step-plugin.kdl",
    policy_30 "30-hpa-keda.kdl" "prod",
    policy_32 "32-release-train.kdl" "prod",
    policy_33_dev "33-environments.kdl" "dev",
    policy_33_staging "33-environments.kdl" "staging",
    policy_33_prod "33-environments.kdl" "prod",
    policy_35 "35-telemetry-presets.kdl",
    policy_37 "37-multi-port.kdl" "prod",
    policy_41 "41-gitops-split.kdl" "prod",
    policy_42 "42-existing-template.kdl",
    policy_44 "44-design-example.kdl" "prod",
    policy_47 "47-patch.kdl" "prod",
    policy_52 "52-linkerd-mesh.kdl",
}

/// The steps of a release's Rollout, in one or two words each.
fn steps(policy: &str, environment: Option<&str>) -> BTreeMap<String, Vec<String>> {
    let compilation = compiled(policy, environment);
    let rollouts = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()?.bundle.objects.last());
    let named = rollouts.map(|rollout| {
        let steps = rollout.root.at(&["spec", "strategy", "canary", "steps"]).unwrap().items();
        (rollout.name().to_owned(), steps.iter().map(step).collect())
    });
    named.collect()
}

fn step(field: &Field) -> String {
    let (key, value) = &field.entries()[0];
    let text = |key: &str| value.get(key).and_then(Field::as_str).map(str::to_owned);
    let number = |key: &str| value.get(key).and_then(Field::as_integer);
    match key.as_ref() {
        "setWeight" => format!("weight {}", value.as_integer().unwrap()),
        "pause" => text("duration").map_or_else(|| "promote".into(), |duration| format!("pause {duration}")),
        "setCanaryScale" => match (number("replicas"), number("weight")) {
            (Some(replicas), _) => format!("pods {replicas}"),
            (_, Some(weight)) => format!("pods {weight}%"),
            _ => "pods follow".into(),
        },
        "setHeaderRoute" => format!("route {}", text("name").unwrap()),
        "analysis" => {
            let names = value.get("templates").unwrap().items().iter();
            let names: Vec<_> = names.map(|name| name.get("templateName").and_then(Field::as_str).unwrap()).collect();
            format!("ask {}", names.join("+"))
        }
        "plugin" => format!("plugin {}", text("name").unwrap()),
        other => other.to_owned(),
    }
}

fn expect_steps(policy: &str, environment: Option<&str>, release: &str, expected: &str) {
    let found = steps(policy, environment);
    let expected: Vec<_> = expected.split(',').map(str::trim).collect();
    assert_eq!(found[release], expected, "{policy}");
}

/// The orders that the comments of the policies give.
#[test]
fn steps_are_as_the_policies_say() {
    let prod = Some("prod");
    let dev = Some("dev");
    expect_steps(
        "01-nginx-20-50-100.kdl",
        None,
        "nginx-rollout",
        "weight 20, pause 5m, weight 50, pause 5m, weight 100, pause 5m",
    );
    expect_steps("03-rpc-server-workload-ref.kdl", None, "rpc-server", "weight 20, promote, weight 50, pause 30s");
    expect_steps(
        "09-header-routing.kdl",
        None,
        "smart",
        "pods 2, route preview, promote, pods 26%, route preview, weight 25, promote",
    );
    expect_steps(
        "12-k6-gate.kdl",
        None,
        "api",
        "pods 1, ask api-preflight, pods 10%, weight 10, pods follow, pause 10m, weight 50, pause 10m",
    );
    let held =
        "weight 5, pause 10m, ask web-hold, weight 25, pause 10m, ask web-hold, weight 50, pause 10m, ask web-hold";
    expect_steps("13-minimal.kdl", prod, "web", held);
    expect_steps(
        "14-flagger-ab-header-cookie.kdl",
        prod,
        "podinfo",
        "pods 2, route insiders, route test-cookie, pause 10m, ask podinfo-hold",
    );
    expect_steps(
        "20-manual-gating.kdl",
        prod,
        "billing",
        "weight 10, pause 30m, ask billing-hold, promote, weight 50, pause 1h, ask billing-hold, promote",
    );
    expect_steps("29-step-plugin.kdl", None, "web", "weight 20, plugin argoproj-labs/sample-step, pause 10m");
    expect_steps("33-environments.kdl", dev, "checkout", "weight 50, pause 30s");
    expect_steps(
        "33-environments.kdl",
        prod,
        "checkout",
        "weight 1, pause 30m, ask checkout-hold, weight 5, pause 10m, ask checkout-hold, weight 25, pause 30m, \
         ask checkout-hold, weight 50, ask checkout-hold, promote",
    );
    expect_steps(
        "44-design-example.kdl",
        prod,
        "checkout",
        "pods 2, route staff, pause 30m, route staff, weight 5, pause 10m, ask checkout-hold, pods 27%, route staff, \
         weight 25, pause 30m, ask checkout-25, ask checkout-hold, pods 52%, route staff, weight 50, ask checkout-hold, promote",
    );
    let wishes = &steps("10-audience-wishes.kdl", None)["shop"];
    let sizes: Vec<_> = wishes.iter().filter(|step| step.starts_with("pods")).map(String::as_str).collect();
    assert_eq!(sizes, ["pods 2", "pods 19%", "pods 54%", "pods 64%", "pods 100%"]);
}

/// The objects that the comments name, in the order in which they are applied.
#[test]
fn objects_are_as_the_policies_say() {
    let prod = Some("prod");
    let expected = [
        ("01-nginx-20-50-100.kdl", None, "Rollout nginx-rollout"),
        ("02-colorapi.kdl", None, "Service colorapi, AnalysisTemplate colorapi-watch, Rollout colorapi"),
        ("03-rpc-server-workload-ref.kdl", None, "Rollout rpc-server"),
        (
            "07-static-hosts.kdl",
            None,
            "Service app, Service app-canary, HTTPRoute app, HTTPRoute app-old, HTTPRoute app-new, Rollout app",
        ),
        (
            "08-static-paths.kdl",
            None,
            "Service auth, Service auth-canary, HTTPRoute auth, HTTPRoute auth-preview, HTTPRoute auth-stable, Rollout auth",
        ),
        (
            "11-nginx-ingress-canary-by-header.kdl",
            None,
            "Service sample-app, Service sample-app-canary, AnalysisTemplate sample-app-watch, Ingress sample-app, Rollout sample-app",
        ),
        (
            "13-minimal.kdl",
            prod,
            "Service web, Service web-canary, AnalysisTemplate web-watch, AnalysisTemplate web-hold, HTTPRoute web, Rollout web",
        ),
        (
            "30-hpa-keda.kdl",
            prod,
            "Service web, Service web-canary, AnalysisTemplate web-watch, AnalysisTemplate web-hold, HTTPRoute web, \
             HorizontalPodAutoscaler web, Rollout web, AnalysisTemplate orders-watch, AnalysisTemplate orders-hold, \
             ScaledObject orders, Rollout orders",
        ),
        ("41-gitops-split.kdl", prod, "AnalysisTemplate shop-watch, AnalysisTemplate shop-hold, Rollout shop"),
        ("42-existing-template.kdl", None, "Service web, Service web-canary, HTTPRoute web, Rollout web"),
        (
            "44-design-example.kdl",
            prod,
            "Service checkout, Service checkout-canary, AnalysisTemplate checkout-watch, AnalysisTemplate checkout-hold, \
             AnalysisTemplate checkout-25, HTTPRoute checkout, HTTPRoute checkout-preview, HTTPRoute checkout-partners, \
             Rollout checkout",
        ),
        (
            "52-linkerd-mesh.kdl",
            None,
            "Service podinfo, Service podinfo-stable, Service podinfo-canary, AnalysisTemplate podinfo-watch, \
             AnalysisTemplate podinfo-hold, HTTPRoute podinfo, Rollout podinfo",
        ),
    ];
    for (policy, environment, expected) in expected {
        let compilation = compiled(policy, environment);
        let bundles = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
        let objects = bundles.flat_map(|compiled| &compiled.bundle.objects);
        let found: Vec<_> = objects.map(|object| format!("{} {}", object.kind(), object.name())).collect();
        assert_eq!(found.join(", "), expected, "{policy}");
    }
}

/// Policy 43 is policy 44 in YAML: "exactly what 44 expects, byte for byte".
#[test]
fn kdl_and_yaml_give_the_same_bytes() {
    let kdl = page("44-design-example.kdl", Some("prod"));
    assert!(kdl.contains("kind: Rollout"));
    assert_eq!(kdl, page("43-yaml-form.canary.yaml", Some("prod")));
}

/// Policy 11 expects the annotation without the prefix, which the controller adds, and no value: `always` is its own.
#[test]
fn an_audience_of_nginx_is_an_annotation() {
    let compilation = compiled("11-nginx-ingress-canary-by-header.kdl", None);
    let policy = compilation.policies[0].compiled.as_ref().unwrap();
    let rollout = policy.bundle.objects.last().unwrap();
    let nginx = rollout.root.at(&["spec", "strategy", "canary", "trafficRouting", "nginx"]).unwrap();
    assert_eq!(nginx.get("stableIngress").and_then(Field::as_str), Some("sample-app"));
    let annotations = nginx.get("additionalIngressAnnotations").unwrap().entries();
    let annotations: Vec<_> = annotations.iter().map(|(key, value)| (key.as_ref(), value.as_str())).collect();
    assert_eq!(annotations, [("canary-by-header", Some("X-Canary"))]);
}
