//! The programs in `examples/rust`, which show how to use the library.

#[allow(dead_code, reason = "a program has a `main`")]
#[path = "../../examples/rust/diagnostics_as_json.rs"]
mod diagnostics_as_json;

use serde_json::{Value, json};

fn diagnose(policy: &str) -> Value {
    let mut out = Vec::new();
    diagnostics_as_json::diagnose(policy, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn diagnostics_are_json_with_the_columns_of_an_editor() {
    let policy = "include \"org.kdl\"\nrelease \"web\" { workload replicas=4 { selector app=\"web\" }; use \"org\"; /* \u{1f980} */ watch \"slow\"; }\n";
    let found = diagnose(policy);
    let unknown = found["diagnostics"].as_array().unwrap().iter().find(|it| it["code"] == "reference/unknown").unwrap();
    let line = policy.lines().nth(1).unwrap();
    let before = &line[..line.find("\"slow\"").unwrap()];
    assert_eq!(unknown["labels"][0]["start"]["line"], 2);
    assert_eq!(unknown["labels"][0]["start"]["column"], before.encode_utf16().count() + 1);
    assert_eq!(before.encode_utf16().count(), before.chars().count() + 1, "the crab is a surrogate pair");
}

/// The only diagnostic that has a fix.
fn fixable(policy: &str) -> Value {
    let found = diagnose(policy);
    let fixable: Vec<_> =
        found["diagnostics"].as_array().unwrap().iter().filter(|it| it["fixes"] != json!([])).collect();
    assert_eq!(fixable.len(), 1, "{found:#}");
    fixable[0].clone()
}

#[test]
fn a_fix_has_edits_and_an_applicability() {
    let policy =
        |stage: &str| format!("release \"web\" {{ workload replicas=4 {{ selector app=\"web\" }}; stage {stage}; }}");
    let guess = fixable(&policy("wieght=\"50%\" pause=\"10m\""));
    assert_eq!(guess["fixes"][0]["applicability"], "maybe-incorrect");
    assert_eq!(guess["fixes"][0]["edits"].as_array().unwrap().len(), 1);
    assert_eq!(guess["fixes"][0]["edits"][0]["replacement"], "weight");
    assert_eq!(guess["fix"], guess["fixes"][0]["edits"][0], "programs that know only `fix` read the same edit");
    let certain = fixable(&policy("weight=50% pause=\"10m\""));
    assert_eq!(certain["fixes"][0]["applicability"], "certain");
}
