//! The page of each code is right: the example to avoid gives the code, and the preferred example gives no
//! other code either. Pages about manifests show parts of objects, which the tests of their phases check.

use std::fs;
use std::path::Path;

use canaryc::diagnostic::Code;

use super::policies::{Folder, judge};
use crate::support::markdown::{Block, ROOT, blocks};

/// Codes of a second check. An earlier phase refuses the same policies with its own code.
const BEHIND_ANOTHER: &[Code] = &[Code::RouteWithoutService];

/// The name of a block as a policy, if it is one.
fn policy_name(code: Code, block: &Block) -> Option<&'static str> {
    match block.language.as_str() {
        _ if block.word("file").is_some() || block.is("fragment") => None,
        "kdl" => Some("policy.canary.kdl"),
        "yaml" if code.group().0 == "yaml" => Some("policy.canary.yaml"),
        _ => None,
    }
}

/// The manifests that pages name, and the files that this page shows.
fn files(blocks: &[Block]) -> Folder {
    let mut files = Folder::default();
    for entry in fs::read_dir(Path::new(ROOT).join("tests/mistakes/files")).unwrap() {
        let path = entry.unwrap().path();
        files.add(path.file_name().unwrap().to_str().unwrap(), &fs::read_to_string(&path).unwrap());
    }
    for block in blocks {
        if let Some(name) = block.word("file") {
            files.add(name, &block.text);
        }
    }
    files
}

#[test]
fn the_policies_of_pages_have_their_codes() {
    let mut wrong = Vec::new();
    let mut judged = 0;
    for &code in Code::ALL.iter().filter(|code| !BEHIND_ANOTHER.contains(code)) {
        let blocks = blocks(code.page());
        let files = files(&blocks);
        for block in &blocks {
            let Some(name) = policy_name(code, block) else { continue };
            let said = judge(name, &block.text, &files);
            let found = said.iter().any(|diagnostic| diagnostic.code == code);
            judged += 1;
            let place = format!("{code}, line {}", block.line);
            match block.heading.as_str() {
                "Avoid" if !found => {
                    let others: Vec<_> = said.iter().map(|diagnostic| diagnostic.code.name()).collect();
                    wrong.push(format!("{place}: what is to be avoided gives {others:?}"));
                }
                "Prefer" if found => wrong.push(format!("{place}: what is to be preferred gives the code")),
                "Prefer" => {
                    // Short examples leave out what watches the release.
                    let others = said.iter().filter(|other| other.code != Code::ReleaseUnwatched);
                    wrong.extend(others.map(|other| format!("{place}: {}: {}", other.code, other.message)));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(judged > 300, "the pages show policies: {judged}");
}

#[test]
fn pages_have_the_same_headings() {
    for code in Code::ALL {
        let page = code.page();
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, ["## Avoid", "## Prefer", "## Why"], "{code}");
        assert!(page.starts_with(&format!("# {code}\n\n")), "{code}: the title is the code");
    }
}
