//! `allow "CODE" reason="…"` silences a warning where it stands, and nothing else.

use canaryc::files::MemoryFiles;
use canaryc::source::Source;

use crate::support::corpus;

/// The codes of a policy's diagnostics.
fn codes(policy: &str, files: &MemoryFiles, environment: Option<&str>) -> Vec<&'static str> {
    let outcome = corpus::source(Source::new("web.canary.kdl", policy), files, environment);
    outcome.compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect()
}

fn alone(policy: &str) -> Vec<&'static str> {
    codes(policy, &MemoryFiles::new(), None)
}

const TWO_STAGES: &str = r#"
    workload replicas=3 { selector app="web" }
    stage weight="20%" pause="1h" { ONE }
    stage weight="60%" pause="1h" { TWO }
"#;

fn two_stages(body: &str, one: &str, two: &str) -> String {
    format!("release \"web\" {{{}{body}\n}}\n", TWO_STAGES.replace("ONE", one).replace("TWO", two))
}

#[test]
fn a_release_allows_a_warning_anywhere_in_it() {
    let unwatched = r#"allow "release/unwatched" reason="compared by hand""#;
    let differs = r#"allow "stage/share-differs" reason="three pods are enough""#;
    assert_eq!(alone(&two_stages("", "", "")), ["release/unwatched", "stage/share-differs", "stage/share-differs"]);
    assert_eq!(alone(&two_stages(unwatched, "", "")), ["stage/share-differs", "stage/share-differs"]);
    assert_eq!(alone(&two_stages(&format!("{unwatched}\n{differs}"), "", "")), [""; 0]);
    assert_eq!(alone(&two_stages(unwatched, differs, "")), ["stage/share-differs"]);
    assert_eq!(alone(&two_stages(unwatched, differs, differs)), [""; 0]);
    let file = format!("{unwatched}\n{differs}\n{}", two_stages("", "", ""));
    assert_eq!(alone(&file), [""; 0]);
}

#[test]
fn an_environment_allows_a_warning_in_that_environment() {
    let allow = r#"allow "stage/share-differs" reason="three pods are enough""#;
    let unwatched = r#"allow "release/unwatched" reason="compared by hand""#;
    let body = format!("{unwatched}\nenvironment \"dev\" {{ {allow} }}");
    let policy = format!("environments \"dev\" \"prod\"\n{}", two_stages(&body, "", ""));
    let none = MemoryFiles::new();
    assert_eq!(codes(&policy, &none, Some("dev")), [""; 0]);
    assert_eq!(codes(&policy, &none, Some("prod")), ["stage/share-differs", "stage/share-differs"]);
    assert_eq!(codes(&policy, &none, None), ["stage/share-differs", "stage/share-differs"]);
}

#[test]
fn a_profile_allows_for_the_releases_that_use_it() {
    let shared = r#"profile "manual" { allow "release/unwatched" reason="compared by hand" }"#;
    let files = MemoryFiles::new().with("shared.kdl", shared);
    let policy = |used: &str| {
        let body = format!("{used}\nallow \"stage/share-differs\" reason=\"three pods are enough\"");
        format!("include \"shared.kdl\"\n{}", two_stages(&body, "", ""))
    };
    assert_eq!(codes(&policy("use \"manual\""), &files, None), [""; 0]);
    // What an included file allows and this policy does not have is no mistake.
    assert_eq!(codes(&policy(""), &files, None), ["release/unwatched"]);
}

#[test]
fn an_allow_is_used_only_where_it_silences() {
    let allow = r#"allow "check/unused" reason="for later""#;
    let policy = format!("environments \"dev\"\n{}", two_stages("", allow, ""));
    let all = alone(&policy);
    assert_eq!(all.iter().filter(|code| **code == "allow/unused").count(), 1);
    // Another environment may have the warning.
    let one = codes(&policy, &MemoryFiles::new(), Some("dev"));
    assert!(!one.contains(&"allow/unused"), "{one:?}");
}
