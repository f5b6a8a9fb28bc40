//! Every file in `tests/kdl/mistakes/` with its messages and the tree that was still read.

use std::path::Path;

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::kdl;
use canaryc::source::Source;

use super::support;

/// The names and texts of the sample files.
fn samples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kdl/mistakes");
    let mut samples: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    samples.sort();
    samples
}

#[test]
fn messages() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _scope = settings.bind_to_scope();
    let samples = samples();
    assert!(samples.len() >= 25, "the samples are missing");
    for (name, text) in samples {
        let (document, diagnostics, source) = support::read(&text);
        assert!(!diagnostics.is_empty(), "{name} has a mistake that was not found");
        let shown = format!(
            "{text}\n--- says\n{}--- reads\n{}",
            support::mistakes(&diagnostics, &source),
            support::tree(&document.nodes)
        );
        insta::assert_snapshot!(name, shown);
    }
}

/// An applied fix removes its mistake, and no new mistake appears.
#[test]
fn each_fix_corrects_its_mistake() {
    for (name, text) in samples() {
        let (_, before, source) = support::read(&text);
        for diagnostic in before.iter() {
            let Some(fix) = &diagnostic.fix else { continue };
            let fixed = fix.apply(&source).expect("the edits are sound");
            let source = Source::new("fixed.kdl", fixed.as_str());
            let mut after = Diagnostics::new();
            kdl::read(&source, &mut after);
            let found = support::mistakes(&after, &source);
            assert_eq!(after.len(), before.len() - 1, "{name}: {} {fix:?}\n{found}", diagnostic.message);
        }
    }
}

#[test]
fn thirty_independent_mistakes_have_thirty_messages() {
    let wrong = [
        "stage weight=5%",
        "stage pause=10m",
        "stage weight= pause=\"10m\"",
        "rollout x=true",
        "rollout x=#yes",
        "stage 'x'",
        "gate \"a\", \"b\"",
        "gate [\"a\"]",
        "stage \"x\" # comment",
        "stage weight: \"5%\"",
        "stage \"a\"\"b\"",
        "stage \"half weight=\"5%\"",
        "path /api",
        "web url=https://x.example.com",
        "stage \"x\";;",
        "query r\"x\"",
        "query #\"x\"",
        "header regex=\"\\d\"",
        "query sum(x)",
        "stage (x",
        "stage x=.5",
        "stage x=0xg",
        "stage \"x\" { a } \"y\"",
        "stage \"x\" { a } { b }",
        "/-",
        "stage \"\"\"x\"\"\"",
        "weight=\"5%\"",
        "stage \\ x",
        "stage \u{1}",
        "stage \u{201C}x\u{201D}",
    ];
    assert_eq!(wrong.len(), 30);
    let mut text = "release \"a\" {\n".to_owned();
    for line in wrong {
        // A semicolon keeps a mistake at the end of a line from affecting the next one.
        text.push_str(&format!("    {line}\n    ok \"yes\"\n"));
    }
    text.push_str("}\nrelease \"b\"\n");
    text = text.replace("    /-\n    ok", "    /- ;ok");
    let (document, diagnostics, source) = support::read(&text);
    assert_eq!(diagnostics.len(), 30, "{}", support::mistakes(&diagnostics, &source));
    assert_eq!(document.nodes.len(), 2);
    assert_eq!(document.nodes[0].children().iter().filter(|node| &*node.name.value == "ok").count(), 30);
}

#[test]
fn an_invalid_text_has_a_limited_number_of_messages() {
    let text = "a=\"\n= ) ]\n".repeat(5_000);
    let (_, diagnostics, _) = support::read(&text);
    assert_eq!(diagnostics.len(), 201);
    assert_eq!(diagnostics.iter().last().unwrap().code.name(), "kdl/too-many-mistakes");
}
