//! In: the records of all routers. Out: the table of the reference that compares them.

use std::path::Path;

use super::ROUTERS;
use crate::router::entry::{RoutingEntry, Weights};
use crate::router::feature::{Feature, Support};

/// The first line of the page, to prevent edits by hand.
const GENERATED: &str = "<!-- Generated from the records of the routers; `UPDATE_DOCS=1 cargo test --features runtime --lib documentation` regenerates it. -->\n\n";

const OPENING: &str = "\
# Traffic routers

A `router` says who splits the traffic. Without one, the share of pods is the share of traffic. [Traffic](traffic.md)
documents the settings.

";

/// The title of a row, and its cell for a router.
type Row = (&'static str, fn(&RoutingEntry) -> String);

/// What the controller does with the router's entry of `trafficRouting`.
const ROWS: &[Row] = &[
    ("`trafficRouting.maxTrafficWeight`, with a patch", |entry| match entry.weights {
        Weights::PartsOfMaximum => "yes: the weights are then parts of it".to_owned(),
        Weights::Percent | Weights::PercentDespiteMaximum { .. } => "no: the weights are percentages".to_owned(),
    }),
    ("the Rollout refers to", |entry| {
        let mut kinds: Vec<&str> = entry.references.iter().map(|reference| reference.kind).collect();
        kinds.dedup();
        kinds.join(", ")
    }),
    ("the router writes in them, so that `canaryc apply` keeps it", |entry| {
        entry.written.map_or_else(|| "nothing".to_owned(), |written| format!("`{}`", written.shown()))
    }),
];

fn page() -> String {
    let words: Vec<String> = ROUTERS.iter().map(|router| format!("`{}`", router.word)).collect();
    let mut page = [GENERATED, OPENING].concat();
    page.push_str(&format!("| feature | {} |\n|---|{}\n", words.join(" | "), "---|".repeat(words.len())));
    for feature in Feature::ALL {
        let cells: Vec<String> = ROUTERS
            .iter()
            .map(|router| match (router.supports)(*feature) {
                Support::Yes => "yes".to_owned(),
                Support::No(limit) => format!("no: {}", limit.help),
            })
            .collect();
        page.push_str(&format!("| {} | {} |\n", feature.shown(), cells.join(" | ")));
    }
    for (title, cell) in ROWS {
        let cells: Vec<String> = ROUTERS.iter().map(|router| cell(router.entry)).collect();
        page.push_str(&format!("| {title} | {} |\n", cells.join(" | ")));
    }
    page
}

#[test]
fn the_table_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/routers.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/reference/routers.md is stale: run `UPDATE_DOCS=1 cargo test --features runtime --lib documentation`"
    );
}
