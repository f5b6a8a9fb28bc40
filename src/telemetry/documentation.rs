//! In: the presets and their pages. Out: `docs/telemetry.md`, with the series, labels and units that each measure reads,
//! taken from the queries themselves.

use std::collections::BTreeSet;
use std::path::Path;

use super::counted_by::CountedBy;
use super::preset::{Latencies, Preset, Unmeasurable};
use super::scope::Side;
use super::tests::{measures_of_documentation, scope_of_documentation};
use super::*;

/// The first line of the page, to prevent edits by hand.
const GENERATED: &str =
    "<!-- Generated from the presets; `UPDATE_DOCS=1 cargo test --lib telemetry` regenerates it. -->\n\n";

fn page() -> String {
    let mut page = [GENERATED, include_str!("pages/opening.md")].concat();
    for (preset, telemetry) in PRESETS.iter().zip(Telemetry::ALL) {
        page.push_str(&row(preset, *telemetry));
    }
    page.push_str("\n[Your own queries](#your-own-queries) can read any series.\n");
    for (preset, telemetry) in PRESETS.iter().zip(Telemetry::ALL) {
        page.push_str(&section(preset, *telemetry));
    }
    page.push_str(include_str!("pages/closing.md"));
    page
}

/// The row of a telemetry in the first table.
fn row(preset: &Preset, telemetry: Telemetry) -> String {
    let name = preset.name;
    let (what, needs) = match preset.counted_by {
        CountedBy::Service => ("the service".to_owned(), "any router, or none".to_owned()),
        CountedBy::Mesh(mesh) => ("a proxy beside each pod".to_owned(), format!("the mesh of {mesh}; any gateway")),
        CountedBy::Gateway { routers, implementation, .. } => {
            let own = implementation.map(|own| format!(", `implementation=\"{own}\"` or none"));
            let routers = routers.iter().map(|router| format!("`{router}`")).collect::<Vec<_>>();
            ("the gateway".to_owned(), format!("the router {}{}", routers.join(" or "), own.unwrap_or_default()))
        }
    };
    let told: BTreeSet<String> = selectors(telemetry).into_iter().flat_map(|(_, labels)| labels).collect();
    let by = ["destination_service_name", "pod", "k8s_pod_name", "envoy_cluster_name", "canary", "service"];
    let by = by.iter().find(|label| told.contains(**label)).unwrap();
    let told = if name == "istio" {
        "`destination_service_name`; without a router, `pod`".to_owned()
    } else {
        format!("`{by}`")
    };
    format!("| [`{name}`](#{name}) | {what} | {needs} | {told} |\n")
}

fn section(preset: &Preset, telemetry: Telemetry) -> String {
    let mut text = format!("\n## {}\n\n{}", preset.name, preset.page);
    text.push_str("\n| series | labels |\n|---|---|\n");
    for (series, labels) in selectors(telemetry) {
        let labels: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
        text.push_str(&format!("| `{series}` | {} |\n", labels.join(", ")));
    }
    let Latencies { histograms, .. } = (preset.latencies)(&scope_of_documentation());
    let buckets = preset.buckets;
    let bounds: Vec<String> = buckets.bounds().map(|bound| bound.written()).collect();
    let units: BTreeSet<&str> = histograms
        .iter()
        .map(|histogram| match histogram.unit {
            LatencyUnit::Milliseconds => "milliseconds",
            LatencyUnit::Seconds => "seconds",
        })
        .collect();
    let unit: Vec<&str> = units.into_iter().collect();
    let fixed = if buckets.configurable() { "By default, the" } else { "The" };
    text.push_str(&format!(
        "\nLatencies are in {}. {fixed} bounds of the buckets are {}.\n",
        unit.join(" or "),
        bounds.join(", ")
    ));
    for (title, measure) in measures_of_documentation().into_iter().take(2) {
        let query = telemetry.query(&measure, &scope_of_documentation(), Comparison::Absolute).unwrap().text;
        text.push_str(&format!("\n`{title}` of the release `web` in `shop`:\n\n```text\n{query}\n```\n"));
    }
    text
}

/// The series of all measures, each with its labels, in the order of their first use.
fn selectors(telemetry: Telemetry) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (_, measure) in measures_of_documentation() {
        let mut add = |text: &str| {
            let parsed = promql_parser::parser::parse(&text.replace(CANARY_HASH, "hash").replace(STABLE_HASH, "hash"));
            for (series, labels) in vectors(&parsed.unwrap()) {
                match found.iter_mut().find(|(known, _)| *known == series) {
                    Some((_, known)) => known.extend(labels),
                    None => found.push((series, labels)),
                }
            }
        };
        let routed = telemetry.query(&measure, &scope_of_documentation(), Comparison::AgainstStable).unwrap();
        add(&routed.text);
        let unrouted = Scope { services: None, ..scope_of_documentation() };
        match telemetry.query(&measure, &unrouted, Comparison::Absolute) {
            Ok(query) => add(&query.text),
            Err(reason) => assert!(matches!(reason, Unmeasurable::NotTold { .. }), "{reason}"),
        }
    }
    found
}

/// The vector selectors of a query.
fn vectors(expression: &promql_parser::parser::Expr) -> Vec<(String, BTreeSet<String>)> {
    use promql_parser::parser::Expr;
    match expression {
        Expr::Aggregate(inner) => vectors(&inner.expr),
        Expr::Unary(inner) => vectors(&inner.expr),
        Expr::Binary(inner) => vectors(&inner.lhs).into_iter().chain(vectors(&inner.rhs)).collect(),
        Expr::Paren(inner) => vectors(&inner.expr),
        Expr::Subquery(inner) => vectors(&inner.expr),
        Expr::Call(inner) => inner.args.args.iter().flat_map(|argument| vectors(argument)).collect(),
        Expr::VectorSelector(selector) => vec![labels(selector)],
        Expr::MatrixSelector(selector) => vec![labels(&selector.vs)],
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => Vec::new(),
    }
}

fn labels(selector: &promql_parser::parser::VectorSelector) -> (String, BTreeSet<String>) {
    let labels = selector.matchers.matchers.iter().map(|matcher| matcher.name.clone()).collect();
    (selector.name.clone().unwrap(), labels)
}

#[test]
fn the_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/telemetry.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/telemetry.md is stale: run `UPDATE_DOCS=1 cargo test --lib telemetry`");
}

/// The limits that the page states are those of the code.
#[test]
fn the_page_states_the_limit_of_names() {
    let page = page();
    assert!(page.contains(&format!("at most {}\n  characters", scope::LONGEST_ROLLOUT)), "{page}");
    let side = PRESETS.iter().map(|preset| (preset.selection)(&scope_of_documentation(), Side::Stable).is_ok());
    assert!(side.into_iter().all(|told| told));
}
