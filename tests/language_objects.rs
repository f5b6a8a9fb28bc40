//! The policies of `tests/language` and the objects that come of them. What is written in a policy's "Expect" comment stands
//! here too, so that a snapshot which is accepted without being read still cannot be wrong about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use canaryc::compile::{Compilation, Request, compile};
use canaryc::disk::Disk;
use canaryc::files::Files;
use canaryc::layers::Library;
use canaryc::write::yaml;

fn compiled(policy: &str, environment: Option<&str>) -> Compilation {
    let path = format!("tests/language/{policy}");
    let source = Disk.read(path.as_ref()).unwrap();
    let library = Library::new(&Disk);
    compile(Arc::clone(&source), &library, &Request { environment: environment.map(Into::into), settings: Vec::new() })
}

fn said(compilation: &Compilation) -> Vec<String> {
    compilation.diagnostics.iter().map(|found| format!("{}: {}", found.code, found.message)).collect()
}

/// The objects of every release, after what was said about it.
fn page(policy: &str, environment: Option<&str>) -> String {
    let compilation = compiled(policy, environment);
    let mut page = String::new();
    for line in said(&compilation) {
        page.push_str(&format!("# {line}\n"));
    }
    for policy in &compilation.policies {
        let environment = policy.resolved.environment.as_deref().map_or_else(String::new, |name| format!(" in {name}"));
        let release = policy.resolved.release.name().unwrap_or_default();
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
