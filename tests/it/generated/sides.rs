//! Claim: `against="stable"` asks the same question about the stable version; only the names of the side differ. In:
//! seeds. Out: assertions; a failure names its seed.

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::source::Source;

use crate::support::corpus::{Outcome, plain};
use crate::support::generate::{self, POLICIES, Policy};

const LEAST: usize = 10;

fn outcome(policy: &Policy) -> Outcome {
    Outcome { compilation: compile(policy.source(), &Library::new(policy), &Request::default()) }
}

/// Puts the name of the canary's Service into a label with another meaning, and compares with the stable version.
fn with_the_name_elsewhere(mut policy: Policy, canary: &str) -> Policy {
    for (_, text) in &mut policy.files {
        for quote in ["\"", "\\\""] {
            *text = text.replace(&format!("ok={quote}true{quote}"), &format!("ok={quote}{canary}{quote}"));
        }
        if !text.contains("against=stable") {
            let line = |line: &str| match line.trim_start().starts_with("events ") && !line.contains("against=") {
                true => line.replacen("events ", "events against=\"stable\" ", 1),
                false => line.to_owned(),
            };
            *text = text.lines().map(line).collect::<Vec<_>>().join("\n");
        }
    }
    policy
}

#[test]
fn only_the_names_of_the_side_change() {
    let mut compared = 0;
    for seed in 0..POLICIES {
        let policy = generate::policy(seed);
        if !policy.files.iter().any(|(_, text)| text.contains("orders_total")) {
            continue;
        }
        let found = outcome(&policy);
        let mut releases = found.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
        let service = releases.find_map(|compiled| canaryc::internals::release(compiled).service.as_ref());
        let names = service
            .map_or(("unused", "unused"), |service| (service.canary.value.as_str(), service.stable.value.as_str()));
        let found = outcome(&with_the_name_elsewhere(policy, names.0));
        let templates = found.objects();
        let metrics = templates
            .iter()
            .map(|object| plain(&object.root))
            .flat_map(|object| object["spec"]["metrics"].as_array().cloned().unwrap_or_default());
        for query in metrics.filter_map(|metric| metric["provider"]["prometheus"]["query"].as_str().map(str::to_owned))
        {
            let Some((canary, stable)) = query.split_once(") / (((").filter(|_| query.contains("orders_total")) else {
                continue;
            };
            let (canary, stable) = (canary.trim_start_matches('('), stable.trim_end_matches(')'));
            let expected = canary
                .replace(&format!("service=\"{}\"", names.0), &format!("service=\"{}\"", names.1))
                .replace("{{args.canary-hash}}", "{{args.stable-hash}}");
            assert_eq!(stable, expected.trim_end_matches(')'), "seed {seed}: {query}");
            compared += 1;
        }
    }
    assert!(compared >= LEAST, "only {compared} comparisons");
}

/// A Service whose name is also a label name and a part of the metric name.
#[test]
fn a_short_name_is_not_replaced_as_text() {
    let policy = r##"
provider "main" { prometheus address="http://prometheus.monitoring:9090" }
release "web" namespace="shop" {
    workload replicas=4 { selector app="web" }
    service canary="app" { port 80 target=8080 }
    route host="shop.example.com"
    router { gateway-api "infra/public" }
    slo "ok" min="99%" {
        events good=#"sum(rate(app_requests_total{app="{{canary-service}}", code!~"5.."}[{{window}}]))"# \
               total=#"sum(rate(app_requests_total{app="{{canary-service}}"}[{{window}}]))"# window="5m" against="stable"
    }
    stage weight="5%" pause="10m"
    watch "ok"
}
"##;
    let found =
        crate::support::corpus::source(Source::new("web.canary.kdl", policy), &canaryc::disk::Disk::default(), None);
    assert_eq!(found.errors(), [""; 0], "{}", found.page());
    let text = found.objects().iter().map(|object| plain(&object.root).to_string()).collect::<String>();
    assert!(text.contains(r#"app_requests_total{app=\"web\"}"#), "{text}");
    assert!(!text.contains("web_requests_total"), "{text}");
}
