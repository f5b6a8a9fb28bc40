//! The checks in the annotation `canaryc.dev/plan`. In: a policy. Out: the JSON that `docs/plan-annotation.md` describes.

use canaryc::files::MemoryFiles;
use canaryc::source::Source;
use serde_json::{Value, json};

use crate::support::corpus;

const CHECKS: &str = r#"
    check "availability" min="99.5%" { query "sum(a)" scope="any" unit="ratio" }
    check "latency" max="300ms" on-fail="pause" { query "sum(b)" scope="any" unit="milliseconds" }
    check "queue" min=1 max=20 { query "sum(c)" scope="any" range="5m" step="30s" }
    check "none" equals=0 { query "sum(d)" scope="any" }
    check "health" equals="ok" { web scope="any" url="http://web.shop/healthz" json="{$.status}" }
    check "good" success-condition="result[0] * 2 < 5" { query "sum(e)" scope="any" }
    check "bad" failure-condition="result[0] * 2 > 5" { query "sum(f)" scope="any" }
    check "smoke" { job image="smoke:1" timeout="5m" }
"#;

fn annotation(checks: &str, gate: &str) -> Value {
    let policy = format!(
        r#"release "web" {{
    workload replicas=4 {{ selector app="web" }}
    provider "main" {{ prometheus address="http://prometheus:9090" }}
    {checks}
    stage weight="25%" pause="10m" {gate}
}}"#
    );
    let outcome = corpus::source(Source::new("web.canary.kdl", policy), &MemoryFiles::new(), None);
    assert_eq!(outcome.errors(), Vec::<String>::new(), "{}", outcome.page());
    let rollout = outcome.object("Rollout/web");
    serde_json::from_str(rollout["metadata"]["annotations"]["canaryc.dev/plan"].as_str().unwrap()).unwrap()
}

#[test]
fn it_contains_the_bounds_of_each_check() {
    let names = r#"{ gate "availability" "latency" "queue" "none" "health" "good" "bad" "smoke" }"#;
    let expected = json!({
        "availability": {"unit": "ratio", "min": 0.995, "every": true},
        "latency": {"unit": "milliseconds", "max": 300, "every": true, "on-fail": "pause"},
        "queue": {"min": 1, "max": 20, "every": true},
        "none": {"equals": 0, "every": true},
        "health": {"equals": "ok"},
        "good": {"condition": "result[0] * 2 < 5", "every": true},
        "bad": {"condition": "!(result[0] * 2 > 5)", "every": true},
    });
    assert_eq!(annotation(CHECKS, names)["checks"], expected);
}

#[test]
fn without_checks_it_has_no_entry() {
    assert_eq!(annotation("", "").get("checks"), None);
}
