//! Claim: the knowledge about one router, provider, preset, lint, output or kind is in its own places. In: the sources
//! of the library. Out: for an existing one of each, the files whose code mentions it; a file outside its places fails
//! the test. `cargo test shape -- --nocapture` prints the lists, which show what a similar addition has to change.
//!
//! Comments and unit tests do not count, because they have no effect on behaviour.

use std::collections::BTreeSet;

use crate::support::sources;

/// One existing thing, and where the code may mention it.
struct Thing {
    /// The kind of addition that it is an example of, as in the table of ARCHITECTURE.md.
    addition: &'static str,
    /// Its name in sentences.
    name: &'static str,
    /// The texts that mention it, in lower case.
    mentions: &'static [&'static str],
    /// Texts that contain a mention but mean something else.
    other: &'static [&'static str],
    /// Its places: folders end with `/`. A comment gives the reason for each that is neither its own nor a table.
    places: &'static [&'static str],
}

/// The language is one table, which contains every word.
const VOCABULARY: [&str; 2] = ["src/vocabulary/word.rs", "src/vocabulary/table/"];

const THINGS: &[Thing] = &[
    Thing {
        addition: "a router",
        name: "NGINX",
        mentions: &["nginx"],
        // The last text is a sentence about telemetries.
        other: &[
            "nginx-gateway-fabric",
            "nginx gateway fabric",
            "nginx-ingress",
            "nginx_ingress",
            "linkerd, nginx and",
        ],
        // Only this router sets the label that its telemetry reads.
        places: &["src/routers/nginx/", "src/routers/mod.rs", "src/telemetry/nginx_ingress.rs"],
    },
    Thing {
        addition: "a router",
        name: "the Gateway API plugin",
        mentions: &["gatewayapi", "gateway api plugin", "httproutes"],
        other: &[],
        places: &["src/routers/gateway_api/", "src/kubernetes/kinds.rs"],
    },
    Thing {
        addition: "a provider",
        name: "Graphite",
        mentions: &["graphite"],
        other: &[],
        places: &["src/providers/graphite.rs", "src/providers/mod.rs"],
    },
    Thing {
        addition: "a telemetry preset",
        name: "Contour",
        mentions: &["contour"],
        other: &[],
        places: &["src/telemetry/contour.rs", "src/telemetry/mod.rs"],
    },
    Thing {
        addition: "a rule",
        name: "stage/share-differs",
        mentions: &["share_differs", "sharediffers", "share-differs"],
        other: &[],
        places: &["src/lint/stage/share_differs.rs", "src/lint/table.rs", "src/lint/mod.rs"],
    },
    Thing {
        addition: "an output format",
        name: "JSON",
        mentions: &["json::format"],
        other: &[],
        places: &["src/output/json.rs", "src/output/mod.rs"],
    },
    Thing {
        addition: "a kind of object",
        name: "ScaledObject",
        // What the API server needs for a kind: its version and its name in URLs.
        mentions: &["keda.sh/v1", "scaledobjects"],
        other: &[],
        places: &["src/kubernetes/kinds.rs"],
    },
];

#[test]
fn each_addition_is_mentioned_only_in_its_places() {
    let files: Vec<(String, String)> =
        sources::library().into_iter().map(|file| (file.path, file.code.to_lowercase())).collect();
    let mut strays = Vec::new();
    for thing in THINGS {
        let found: BTreeSet<&str> =
            files.iter().filter(|(_, code)| thing.is_mentioned(code)).map(|(path, _)| path.as_str()).collect();
        println!("{}, {}: {} files", thing.addition, thing.name, found.len());
        for path in &found {
            let own = thing.places.iter().chain(&VOCABULARY).any(|place| path.starts_with(place));
            println!("  {path}{}", if own { "" } else { "   <- outside its places" });
            if !own {
                strays.push(format!("{} in {path}", thing.name));
            }
        }
        assert!(!found.is_empty(), "nothing mentions {}: the test looks for the wrong text", thing.name);
    }
    assert!(strays.is_empty(), "mentioned outside their places: {strays:#?}");
}

impl Thing {
    fn is_mentioned(&self, code: &str) -> bool {
        let mut code = code.to_owned();
        for other in self.other {
            code = code.replace(other, "");
        }
        self.mentions.iter().any(|mention| code.contains(mention))
    }
}
