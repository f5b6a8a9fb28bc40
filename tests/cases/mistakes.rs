//! Mistakes that people make in a policy. Each file of `tests/mistakes/` begins with the expected diagnostics: `//
//! expect: stage/weight-falls at `"5%"``, one line for each. No other diagnostic is allowed except a warning that
//! nothing watches the release. The snapshots contain the messages. The pages of the codes are tested as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::diagnostic::{Code, Diagnostic, Diagnostics, Report, Severity, text};
use canaryc::files::MemoryFiles;
use canaryc::source::{Source, Sources};
use libtest_mimic::Trial;

/// The manifests that policies name, wherever the policy is.
pub fn manifests() -> MemoryFiles {
    let paths = fs::read_dir(folder().join("files")).unwrap().map(|entry| entry.unwrap().path());
    paths.fold(MemoryFiles::new(), |files, path| {
        files.with(path.file_name().unwrap(), fs::read_to_string(&path).unwrap())
    })
}

fn source(name: impl Into<PathBuf>, path: &Path) -> Arc<Source> {
    Source::new(name, fs::read_to_string(path).unwrap())
}

/// The diagnostics of a policy, and the number of its releases.
struct Said {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    releases: usize,
}

fn judge(policy: Arc<Source>) -> Said {
    let files = manifests();
    let compilation = compile(policy, &Library::new(&files), &Request::default());
    let diagnostics = compilation.diagnostics.into_vec();
    let releases = compilation.policies.iter().filter(|policy| policy.compiled.is_some()).count();
    assert_eq!(releases == 0, has_errors(&diagnostics), "something comes out, or an error says why not");
    Said { sources: compilation.sources, diagnostics, releases }
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Each `code at `text`` in the `// expect:` lines.
fn expectations(policy: &str) -> Vec<(String, Option<String>)> {
    let lines =
        policy.lines().map_while(|line| line.strip_prefix("// expect: ").or_else(|| line.strip_prefix("# expect: ")));
    lines
        .filter(|line| *line != "nothing")
        .map(|line| match line.split_once(" at ") {
            Some((code, place)) => (code.to_owned(), Some(place.trim_matches('`').to_owned())),
            None => (line.to_owned(), None),
        })
        .collect()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn kept(diagnostics: Vec<Diagnostic>, expected: &[(String, Option<String>)]) -> Vec<Diagnostic> {
    let wanted = expected.iter().any(|(code, _)| code == "release/unwatched");
    diagnostics.into_iter().filter(|diagnostic| wanted || diagnostic.code != Code::ReleaseUnwatched).collect()
}

/// The folder with the mistakes.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes")
}

/// A test for each file, and those about all of them.
pub fn tests() -> Vec<Trial> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "kdl" || extension == "yaml"));
    paths.sort();
    assert!(paths.len() > 250, "the mistakes are missing");
    let mut tests = vec![
        test("thirty_mistakes_are_thirty_diagnostics", thirty_mistakes_are_thirty_diagnostics),
        test("the_policies_of_pages_have_their_codes", the_policies_of_pages_have_their_codes),
    ];
    tests.extend(paths.into_iter().map(|path| test(&name(&path), move || found_once_and_at_its_place(&path))));
    tests
}

fn test(name: &str, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(format!("mistakes::{name}"), move || {
        run();
        Ok(())
    })
}

/// The name of a mistake: its file name without `.kdl` or `.canary.yaml`.
fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().trim_end_matches(".canary").to_owned()
}

fn found_once_and_at_its_place(path: &Path) {
    let policy = source(path.file_name().unwrap(), path);
    let expected = expectations(&policy.text);
    let said = judge(Arc::clone(&policy));
    each_fix_removes_its_mistake(&policy, &said.diagnostics);
    let diagnostics = kept(said.diagnostics, &expected);
    let mut found: Vec<(String, String)> = diagnostics
        .iter()
        .map(|diagnostic| {
            (diagnostic.code.name().to_owned(), first_line(said.sources.slice(diagnostic.span().unwrap())))
        })
        .collect();
    let mut wrong = Vec::new();
    for (code, place) in &expected {
        let fits = |(found, at): &(String, String)| found == code && place.as_ref().is_none_or(|place| place == at);
        match found.iter().position(fits) {
            Some(position) => drop(found.remove(position)),
            None => wrong.push(format!("{code} is not found at {place:?}, but {found:?}")),
        }
    }
    wrong.extend(found.iter().map(|(code, at)| format!("{code} at `{at}` is not expected")));
    let mut list = Diagnostics::new();
    diagnostics.into_iter().for_each(|diagnostic| list.push(diagnostic));
    let page = format!("{}==\n{}", policy.text, text::plain(&Report::new([(said.sources, list)])));
    let snapshots = folder().join("snapshots");
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => snapshots, omit_expression => true }, {
        insta::assert_snapshot!(name(path), page);
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A fix that is applied literally removes its mistake. Others may remain, or appear because a later phase now runs.
fn each_fix_removes_its_mistake(policy: &Source, diagnostics: &[Diagnostic]) {
    let same = |all: &[Diagnostic], one: &Diagnostic| {
        all.iter().filter(|other| other.code == one.code && other.message == one.message).count()
    };
    for diagnostic in diagnostics {
        let Some(fix) = &diagnostic.fix else { continue };
        // Edits of included files are not tried.
        let Some(fixed) = fix.apply(policy) else { continue };
        let after = judge(Source::new(policy.path.clone(), fixed.as_str())).diagnostics;
        let fewer = same(&after, diagnostic) < same(diagnostics, diagnostic);
        assert!(fewer, "the fix of `{}` leaves:\n{fixed}\n{after:#?}", diagnostic.message);
    }
}

/// Thirty unrelated mistakes.
fn thirty_mistakes_are_thirty_diagnostics() {
    let policy = source("thirty-mistakes.kdl", &folder().join("thirty-mistakes.kdl"));
    assert_eq!(expectations(&policy.text).len(), 30);
    assert_eq!(kept(judge(policy).diagnostics, &[]).len(), 30);
}

/// The policy under a heading of a page.
fn block<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let section = page.split("\n## ").find(|section| section.starts_with(heading))?;
    section.split("```kdl\n").nth(1)?.split("```").next()
}

fn the_policies_of_pages_have_their_codes() {
    let groups = [
        "property",
        "metadata",
        "substitute",
        "name",
        "release",
        "router",
        "service",
        "workload",
        "autoscaler",
        "route",
        "audience",
        "stage",
        "gate",
        "watch",
        "rollout",
        "notify",
        "patch",
        "support",
    ];
    let mut wrong = Vec::new();
    // Patches are checked against their object elsewhere, and tested there.
    let elsewhere = [Code::PatchForm, Code::PatchPath, Code::PatchTest];
    let own = |code: &&Code| groups.contains(&code.group().0) && !elsewhere.contains(code);
    for code in Code::ALL.iter().filter(own) {
        let page = code.page();
        let (Some(avoid), Some(prefer)) = (block(page, "Avoid"), block(page, "Prefer")) else {
            wrong.push(format!("{code}: no policies on its page"));
            continue;
        };
        let said = judge(Source::new("policy.canary.kdl", avoid));
        if !said.diagnostics.iter().any(|diagnostic| diagnostic.code == *code) {
            let others: Vec<_> = said.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
            wrong.push(format!("{code}: what is to be avoided gives {others:?}"));
        }
        let said = judge(Source::new("policy.canary.kdl", prefer));
        if has_errors(&said.diagnostics)
            || said.releases == 0
            || said.diagnostics.iter().any(|diagnostic| diagnostic.code == *code)
        {
            let others: Vec<_> = said.diagnostics.iter().map(|diagnostic| &diagnostic.message).collect();
            wrong.push(format!("{code}: what is to be preferred gives {others:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
