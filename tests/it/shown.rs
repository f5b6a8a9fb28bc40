//! `canaryc show`: the table comes first, and defaults only on request, with their effective values.

use std::fs;
use std::process::Command;

const POLICY: &str = r#"provider "main" { prometheus address="http://prometheus:9090" telemetry="istio" }
release "web" namespace="shop" {
    workload file="deployment.yaml" replicas=4
    service { port 80 target=8080 }
    route host="web.example.com"
    router { gateway-api "infra/public" }
    slo "availability" min="99.5%" { success-ratio window="5m" }
    stage weight="5%" pause="10m" promote="manual"
    stage weight="50%" pause="20m"
    watch "availability"
}
"#;

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'web:1', ports: [{containerPort: 8080}]}]}
";

fn shown(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let policy = POLICY;
    fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    fs::write(folder.path().join("deployment.yaml"), DEPLOYMENT).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_canaryc"))
        .args(["show", "web.canary.kdl"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The value of a row, or nothing.
fn value<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let start = format!("{name} = ");
    let rows = text.lines().filter_map(|line| line.trim_start().strip_prefix(start.as_str()));
    rows.map(|rest| rest.split("  ").next().unwrap_or_default()).collect()
}

#[test]
fn the_table_of_stages_comes_first_and_defaults_are_left_out() {
    let text = shown(&[]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("stage  weight  exposed  pods  min. duration  bad version stopped after"), "{text}");
    // The pause of a stage that a person ends is in the table.
    assert!(lines[1].starts_with("5%     5%      5%       1     10m            10m "), "{text}");
    assert!(lines[1].contains("metrics, approval"), "{text}");
    assert!(!text.contains("default"), "{text}");
}

#[test]
fn defaults_have_their_effective_values() {
    let text = shown(&["--all"]);
    for (name, values) in [
        ("interval", vec!["5m"]),
        ("failure-limit", vec!["1"]),
        ("error-limit", vec!["30"]),
        ("canary", vec!["web-canary"]),
        ("provider", vec!["main"]),
        ("timeout", vec![]),
        ("min-ready", vec!["0s"]),
    ] {
        assert_eq!(value(&text, name), values, "{name}\n{text}");
    }
    assert!(!text.contains("not set"), "{text}");
}
