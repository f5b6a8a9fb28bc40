//! The README's table of routers and sources of measurements is what the compiler does: each cell is compiled.
//! `UPDATE_DOCS=1 cargo test --test it works_today` rewrites it.

use std::fs;
use std::path::Path;

use canaryc::diagnostic::{Diagnostic, Severity};
use canaryc::internals::vocabulary::every_node;

use super::policies::{Folder, judge};
use crate::support::markdown::ROOT;

/// Each router that the compiler supports, and how a policy writes it. Every other one must be refused by name.
const ROUTERS: [(&str, &str); 2] =
    [("gateway-api", "gateway-api \"infra/public\""), ("nginx", "nginx class=\"nginx\"")];

const TELEMETRY: [&str; 8] =
    ["istio", "istio-gateway", "linkerd", "envoy-gateway", "nginx-ingress", "traefik", "contour", "opentelemetry"];

/// Checks that need no telemetry.
const CHECKS: [(&str, &str); 4] = [
    (
        "queries of `prometheus`",
        "check \"a\" max=5 { query #\"max(queue{rollouts_pod_template_hash=\"{{canary-hash}}\"})\"# provider=\"prometheus\" }",
    ),
    (
        "queries of `graphite`",
        "check \"a\" max=5 { query \"averageSeries(web.{{canary-hash}}.queue)\" provider=\"graphite\" }",
    ),
    (
        "`web` requests",
        "check \"a\" equals=\"ok\" { web url=\"http://status.shop/\" json=\"{$.status}\" scope=\"any\" }",
    ),
    ("`job`s", "check \"a\" { job image=\"smoke:1\" timeout=\"5m\" }"),
];

fn policy(router: Option<&str>, telemetry: &str, check: &str) -> String {
    let router =
        router.map_or_else(String::new, |router| format!("route host=\"web.example.com\"\nrouter {{ {router} }}\n"));
    format!(
        "provider \"prometheus\" {{ prometheus address=\"http://prometheus.monitoring:9090\" {telemetry} }}\n\
         provider \"graphite\" {{ graphite address=\"http://graphite.monitoring\" }}\n\
         release \"web\" namespace=\"shop\" {{\n\
         workload replicas=4 {{ selector app=\"web\" }}\nservice {{ port 80 target=8080 }}\n{router}{check}\n\
         stage weight=\"50%\" pause=\"30m\" {{ gate \"a\" }}\n}}\n"
    )
}

/// The codes of the errors of a policy.
fn errors(policy: &str) -> Vec<String> {
    let found = judge("web.canary.kdl", policy, &Folder::default());
    found
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found: &Diagnostic| found.code.to_string())
        .collect()
}

fn table() -> String {
    let routers: Vec<Option<&str>> = std::iter::once(None).chain(ROUTERS.map(|(_, router)| Some(router))).collect();
    let row = |title: &str, cells: Vec<String>| format!("| {title} | {} |\n", cells.join(" | "));
    let mut text = row("measured by", vec!["no router".to_owned(), "`gateway-api`".to_owned(), "`nginx`".to_owned()]);
    text.push_str("|---|---|---|---|\n");
    let measured = |router: &Option<&str>| {
        let compiles = |telemetry: &&str| {
            let telemetry = format!("telemetry=\"{telemetry}\"");
            let slo = "slo \"a\" min=\"99%\" { success-ratio window=\"5m\" provider=\"prometheus\" }";
            errors(&policy(*router, &telemetry, slo)).is_empty()
        };
        TELEMETRY
            .iter()
            .filter(|telemetry| compiles(telemetry))
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    text.push_str(&row("success ratio and latency, by the metrics of", routers.iter().map(measured).collect()));
    for (title, check) in CHECKS {
        let cell = |router: &Option<&str>| match errors(&policy(*router, "", check)).as_slice() {
            [] => "yes".to_owned(),
            errors => errors.join(", "),
        };
        text.push_str(&row(title, routers.iter().map(cell).collect()));
    }
    text
}

#[test]
fn the_table_of_what_works_is_what_compiles() {
    let path = Path::new(ROOT).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let mark = "<!-- works today: tests/it/docs/works_today.rs -->\n\n";
    let from = readme.find(mark).unwrap() + mark.len();
    let to = from + readme[from..].find("\n\n").unwrap() + 1;
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, [&readme[..from], &table, &readme[to..]].concat()).unwrap();
    } else {
        assert_eq!(&readme[from..to], table, "the table in README.md");
    }
}

/// A router that the table lacks is refused as not supported, and the README names it there.
#[test]
fn every_other_router_is_refused_by_name() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let refused = readme.lines().find(|line| line.starts_with("| routers |")).unwrap();
    let nodes = every_node();
    let router = nodes.iter().find(|visit| visit.node.word.as_str() == "router").unwrap();
    let mut count = 0;
    for child in router.node.children.iter().filter(|child| child.choice.is_some()) {
        let name = child.node.word.as_str();
        let is_supported = ROUTERS.iter().any(|(known, _)| *known == name);
        assert_eq!(refused.contains(&format!("`{name}`")), !is_supported, "{name} in README.md");
        if !is_supported {
            let found = errors(&policy(Some(name), "", CHECKS[3].1));
            assert!(found.contains(&"support/not-yet".to_owned()), "{name}: {found:?}");
            count += 1;
        }
    }
    assert!(count >= 6, "{count}");
}
