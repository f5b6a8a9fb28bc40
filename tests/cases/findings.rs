//! What was found wrong by trying canaryc, reading its output and attacking it. In: `tests/findings/<document>/`, where
//! `entries.txt` has a line `ID title` for each entry, and a policy `<ID>….canary.kdl` (or a folder `<ID>…/` with
//! `policy.canary.kdl` and its files) shows that it is mended. Out: a test for each policy.
//!
//! The policy begins with what must come out, as comments:
//!
//! ```text
//! // expect: error check/direction     one line for each diagnostic; `expect: sound` means none
//! // message: "part of a message"      of the report, with its line breaks as spaces
//! // manifest: "replicas: 4"           is in the manifests as YAML
//! // no-manifest: "pause: {}"          is not in them
//! ```
//!
//! That nothing watches a release counts only where it is expected. An entry that no policy can show has a line `ID
//! function` in `elsewhere.txt`, with the name of its test, or `ID - reason` if no test can show it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use canaryc::compile::{Compilation, Library, Request, compile};
use canaryc::diagnostic::{Code, Diagnostics, Report, Severity, text};
use canaryc::disk::Disk;
use canaryc::source::Source;
use canaryc::write;
use libtest_mimic::Trial;

const DOCUMENTS: [&str; 4] = ["first-hour", "output", "field", "attack"];

/// A test for each policy, and one about the lists.
pub fn tests() -> Vec<Trial> {
    let mut tests = vec![test("each_policy_is_of_an_entry".into(), each_policy_is_of_an_entry)];
    for document in DOCUMENTS {
        for path in policies(document) {
            tests.push(test(format!("{document}/{}", name(&path)), move || comes_out_as_expected(&path)));
        }
    }
    tests
}

fn test(name: String, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(format!("findings::{name}"), move || {
        run();
        Ok(())
    })
}

fn folder(document: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings").join(document)
}

fn is_policy(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    [".canary.kdl", ".canary.yaml"].iter().any(|ending| name.ends_with(ending))
}

/// The policies of a document, in order. In a folder, only the file that is called `policy` is one.
fn policies(document: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(document)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let ours = ["policy.canary.kdl", "policy.canary.yaml"].map(|name| path.join(name));
            found.push(ours.into_iter().find(|path| path.exists()).unwrap());
        } else if is_policy(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The name of a policy: that of its folder, or its file name without the ending.
fn name(path: &Path) -> String {
    let file = path.file_name().unwrap().to_str().unwrap();
    let stem = file.trim_end_matches(".kdl").trim_end_matches(".yaml").trim_end_matches(".canary");
    if stem == "policy" {
        path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
    } else {
        stem.to_owned()
    }
}

/// The lines `word: value` of the comments at the beginning, without quotes.
fn expected<'t>(policy: &'t str, word: &str) -> Vec<&'t str> {
    let comments = policy.lines().map_while(|line| line.strip_prefix("//").or_else(|| line.strip_prefix('#')));
    let values = comments.filter_map(|line| line.trim().strip_prefix(word)?.strip_prefix(':'));
    values
        .map(|value| value.trim())
        .map(|value| value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
        .collect()
}

fn words(text: &str) -> String {
    // A long line is continued behind the bar of the report.
    text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

fn manifests(compilation: &Compilation) -> String {
    let objects = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
    objects.map(|compiled| write::yaml::text(&compiled.bundle.objects)).collect()
}

fn comes_out_as_expected(path: &Path) {
    let policy = fs::read_to_string(path).unwrap();
    let compilation = compile(Source::new(path, policy.as_str()), &Library::new(&Disk::default()), &Request::default());
    let mut said = Diagnostics::new();
    let codes = expected(&policy, "expect");
    assert!(!codes.is_empty(), "the policy says nothing about what must come out");
    let unwatched = codes.iter().any(|line| line.ends_with(Code::ReleaseUnwatched.name()));
    for diagnostic in compilation.diagnostics.iter().filter(|one| unwatched || one.code != Code::ReleaseUnwatched) {
        said.push(diagnostic.clone());
    }
    let mut found: Vec<String> =
        said.iter().map(|one| format!("{} {}", severity(one.severity), one.code.name())).collect();
    found.sort();
    let mut wanted: Vec<&str> = codes.into_iter().filter(|line| *line != "sound").collect();
    wanted.sort_unstable();
    let report = text::plain(&Report::new([(compilation.sources.clone(), said)]));
    assert_eq!(found, wanted, "\n{report}");
    for part in expected(&policy, "message") {
        assert!(words(&report).contains(&words(part)), "the report does not say {part:?}:\n{report}");
    }
    let manifests = manifests(&compilation);
    for part in expected(&policy, "manifest") {
        assert!(manifests.contains(part), "the manifests do not hold {part:?}:\n{manifests}");
    }
    for part in expected(&policy, "no-manifest") {
        assert!(!manifests.is_empty() && !manifests.contains(part), "the manifests hold {part:?}:\n{manifests}");
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The first word of each line that is neither empty nor a comment, and the rest.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').map_or((line, ""), |(first, rest)| (first, rest.trim()))).collect()
}

/// A policy's name begins with an entry's ID; no entry is named twice; the tests that `elsewhere.txt` names exist.
fn each_policy_is_of_an_entry() {
    let tests: String =
        ["src", "tests"].iter().map(|folder| sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))).collect();
    for document in DOCUMENTS {
        let entries = fs::read_to_string(folder(document).join("entries.txt")).unwrap();
        let entries = lines(&entries);
        let ids: BTreeSet<&str> = entries.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids.len(), entries.len(), "{document}: an ID stands twice");
        for path in policies(document) {
            let name = name(&path);
            let of = |id: &&&str| {
                name.strip_prefix(**id).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            assert!(ids.iter().any(|id| of(&id)), "{document}/{name} is of no entry");
        }
        let elsewhere = fs::read_to_string(folder(document).join("elsewhere.txt")).unwrap();
        let elsewhere = lines(&elsewhere);
        for (id, function) in &elsewhere {
            assert!(ids.contains(id), "{document}: elsewhere.txt names {id}, which is no entry");
            let is_test = tests.contains(&format!("fn {function}("));
            let is_reason = function.strip_prefix("- ").is_some_and(|reason| reason.len() > 10);
            assert!(is_test || is_reason, "{document} {id}: there is no test `{function}`, and no reason");
        }
        let names: Vec<String> = policies(document).iter().map(|path| name(path)).collect();
        for id in &ids {
            let of = |name: &String| {
                name.strip_prefix(id).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            let is_elsewhere = elsewhere.iter().any(|(named, _)| named == id);
            assert!(is_elsewhere || names.iter().any(of), "{document} {id}: there is neither a policy nor a test");
        }
    }
}

/// The text of every Rust file below a folder.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}
