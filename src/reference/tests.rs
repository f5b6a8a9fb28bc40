//! The reference is up to date, its examples are policies, and its links have targets.

use std::path::Path;

use super::reference;
use crate::diagnostic::Diagnostics;
use crate::lower::lower;
use crate::source::Source;
use crate::syntax::kdl;
use crate::vocabulary::{DOCUMENT, Visit, every_node, parents_of};

#[test]
fn the_reference_is_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    for page in reference() {
        let path = folder.join(page.file);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &page.text).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page.text,
            "docs/reference/{} is stale: run `UPDATE_DOCS=1 cargo test --lib reference`",
            page.file
        );
    }
}

#[test]
fn every_example_is_of_the_language() {
    let mut examples = 0;
    for Visit { node, .. } in every_node() {
        if node.example.is_empty() {
            continue;
        }
        examples += 1;
        let source = Source::new("example.kdl", node.example);
        let mut diagnostics = Diagnostics::new();
        let document = kdl::read(&source, &mut diagnostics);
        let parent = parents_of(node, &document).unwrap_or_else(|| panic!("`{}`: {}", node.word, node.example));
        lower(&document, parent, &source, &mut diagnostics);
        let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert!(messages.is_empty(), "`{}`: {messages:#?}", node.word);
        assert!(node.example.contains(node.word.as_str()), "`{}` is in its example", node.word);
    }
    assert!(examples > 40, "{examples}");
}

#[test]
fn every_policy_of_the_readme_compiles() {
    let pages = reference();
    let blocks: Vec<&str> =
        pages[0].text.split("```kdl\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let source = Source::new("block.kdl", block);
        let mut diagnostics = Diagnostics::new();
        let document = kdl::read(&source, &mut diagnostics);
        lower(&document, &DOCUMENT, &source, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{block}");
    }
}

#[test]
fn every_node_is_documented() {
    let text: String = reference().iter().map(|page| page.text.as_str()).collect();
    for Visit { node, .. } in every_node().iter().skip(1) {
        assert!(text.contains(&node.doc.replace('|', "\\|")), "`{}` is in the reference", node.word);
        for property in node.properties {
            assert!(text.contains(&property.doc.replace('|', "\\|")), "`{}` of `{}`", property.word, node.word);
        }
    }
}

#[test]
fn every_link_leads_to_a_heading() {
    let pages = reference();
    for page in &pages {
        for link in page.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            // Another test follows the links to files outside the reference.
            if link.starts_with("http") || link.starts_with("../") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { page.file } else { file };
            let target = pages.iter().find(|page| page.file == file).unwrap_or_else(|| panic!("{}: {link}", page.file));
            let anchors: Vec<String> = headings(&target.text);
            assert!(anchor.is_empty() || anchors.iter().any(|known| known == anchor), "{}: {link}", page.file);
            let mut unique = anchors.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), anchors.len(), "{file} has a heading twice");
        }
    }
}

fn headings(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            heading.chars().filter(|character| character.is_alphanumeric() || *character == '-').collect()
        })
        .collect()
}
