//! In: objects. Out: one JSON text that `kubectl apply -f -` takes.

use serde::Serialize;

use crate::manifest::Object;

/// What kubectl knows as a list of objects of any kind.
#[derive(Serialize)]
struct List<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    kind: &'static str,
    items: &'a [&'a Object],
}

/// One object as itself, any other number as a `List`; indented by two spaces, with a line break at the end.
pub fn text(objects: &[&Object]) -> String {
    let text = match objects {
        [object] => serde_json::to_string_pretty(object),
        items => serde_json::to_string_pretty(&List { api_version: "v1", kind: "List", items }),
    };
    // Neither keys nor numbers of an object can be refused by the format: keys are strings, numbers finite.
    let mut text = text.unwrap_or_default();
    text.push('\n');
    text
}
