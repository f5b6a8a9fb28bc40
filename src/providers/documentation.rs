//! In: the records of all providers. Out: the comparison table in the reference.

use std::path::Path;

use super::PROVIDERS;
use crate::provider::Usage;

/// The first line of the page, to prevent edits by hand.
const GENERATED: &str = "<!-- Generated from the records of the providers; `UPDATE_DOCS=1 cargo test --lib documentation` regenerates it. -->\n\n";

const OPENING: &str = "\
# Providers of measurements

A `provider` says who answers queries. `web` and `job` are measures and need no provider. [Service levels and
checks](checks.md) documents their settings.

";

fn page() -> String {
    let mut page = [GENERATED, OPENING].concat();
    page.push_str("| provider | queries | built-in measures | settings of a `query` | `result` in a condition | no data | cannot |\n");
    page.push_str("|---|---|---|---|---|---|---|\n");
    for provider in PROVIDERS {
        let (queries, built_in, settings) = match &provider.usage {
            Usage::Declared(declared) => {
                let settings: Vec<String> = declared.query_settings.iter().map(|word| format!("`{word}`")).collect();
                let events = declared.language.events.as_ref().map_or("", |_| ", `events`");
                let built_in = if declared.has_telemetry { "with `telemetry`" } else { "no" };
                (format!("{}{events}", declared.language.name), built_in, settings.join(", "))
            }
            Usage::Direct(_) => ("none: it is a measure".to_owned(), "no", String::new()),
        };
        let cannot = provider.cannot.join("; ");
        page.push_str(&format!(
            "| `{}` | {queries} | {built_in} | {settings} | {} | {} | {cannot} |\n",
            provider.word, provider.answers, provider.no_data
        ));
    }
    page
}

#[test]
fn the_table_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/providers.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/reference/providers.md is stale: run `UPDATE_DOCS=1 cargo test --lib documentation`"
    );
}
