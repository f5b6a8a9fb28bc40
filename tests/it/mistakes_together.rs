//! Several mistakes in one policy. In: policies. Out: a diagnostic for each mistake that does not follow from another.

use canaryc::files::MemoryFiles;
use canaryc::source::Source;

use crate::support::corpus::source;

/// What canaryc reports about a release of five pods without a router.
fn reported(body: &str) -> Vec<String> {
    let policy = format!(
        r#"release "shop" namespace="shop" {{
            workload replicas=5 {{ selector app="shop" }}
            check "health" equals="ok" {{ web scope="any" url="http://shop.test/health" json="{{$.status}}" }}
            {body}
        }}"#
    );
    source(Source::new("shop.canary.kdl", policy), &MemoryFiles::default(), None).said()
}

#[test]
fn a_release_with_an_error_is_judged() {
    let weight = r#"stage weight="30%" pause="10m""#;
    // A watch that names no known check does not hide what else is wrong, and does not make the check an unused one.
    let unknown = "reference/unknown at `\"helth\"`";
    assert_eq!(reported(&format!("watch \"helth\"\n{weight}")), [unknown, "stage/share-differs at `\"30%\"`"]);
    // An error in a section that no stage depends on changes nothing.
    let label = "metadata/reserved at `\"canaryc.dev/owner\"`";
    let labels = r#"labels "canaryc.dev/owner"="me""#;
    assert_eq!(reported(&format!("{labels}\nwatch \"health\"\n{weight}")), [label, "stage/share-differs at `\"30%\"`"]);
    assert_eq!(
        reported(&format!("{labels}\n{weight}\n")),
        [
            "release/unwatched at `release \"shop\"`",
            "check/unused at `check \"health\"`",
            label,
            "stage/share-differs at `\"30%\"`",
        ]
    );
}

#[test]
fn a_rule_does_not_judge_what_canaryc_could_not_read() {
    let stage = r#"stage weight="30%" pause="10m" { gate "health" }"#;
    assert_eq!(reported(stage), ["stage/share-differs at `\"30%\"`"]);
    // The surge determines the pods of a weight.
    assert_eq!(reported(&format!("rollout max-surge=\"a lot\"\n{stage}")), ["value/unit at `a lot`"]);
    // A router may be what the unknown word means.
    assert_eq!(reported(&format!("splitter {{ nginx }}\n{stage}")), ["word/unknown-node at `splitter`"]);
    // An audience that canaryc could not read may be the one that exposes users.
    assert_eq!(
        reported("watch \"health\"\nstage \"soak\" pause=\"10m\""),
        ["watch/nothing-exposed at `watch \"health\"`"]
    );
    assert_eq!(reported("watch \"health\"\nstage \"soak\" pause=\"10m\" weight=\"ten\""), ["value/unit at `ten`"]);
}
