//! In: the source of the library. Out: the public checks of objects that no phase calls. A check with tests and a page
//! looks finished, but finds nothing if the library never calls it.

use std::path::{Path, PathBuf};

use crate::support::sources;

/// The module of a file: its folder if it is a `mod.rs`.
fn module(path: &Path) -> &str {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    if stem == "mod" { path.parent().unwrap().file_name().unwrap().to_str().unwrap() } else { stem }
}

/// How callers name each public check that a file defines.
fn checks(path: &Path, code: &str) -> Vec<String> {
    let definitions = code.lines().filter(|line| line.starts_with("pub"));
    let names = definitions.filter_map(|line| line.split_once("fn ")?.1.split_once(['(', '<'])).map(|(name, _)| name);
    let checks = names.filter(|name| *name == "check" || name.starts_with("check_"));
    checks.map(|name| if name == "check" { format!("{}::check(", module(path)) } else { format!("{name}(") }).collect()
}

/// The checks in these folders that no other part of the library calls.
fn uncalled(library: &[(PathBuf, String)], folders: &[&Path]) -> (usize, Vec<String>) {
    let own = library.iter().filter(|(path, _)| folders.iter().any(|folder| path.starts_with(folder)));
    let checks: Vec<String> = own.flat_map(|(path, code)| checks(path, code)).collect();
    let calls = |call: &str| {
        let code = library.iter().flat_map(|(_, code)| code.lines());
        code.filter(|line| line.contains(call) && !line.contains(&format!("fn {call}"))).count()
    };
    let uncalled = checks.iter().filter(|check| calls(check) == 0).cloned().collect();
    (checks.len(), uncalled)
}

#[test]
fn every_public_check_is_called_by_a_phase() {
    let library: Vec<_> = sources::library().into_iter().map(|file| (PathBuf::from(file.path), file.code)).collect();
    let (count, uncalled) = uncalled(&library, &[Path::new("src/kubernetes"), Path::new("src/validate")]);
    assert!(count >= 5, "the test finds only {count} checks");
    assert!(uncalled.is_empty(), "no phase calls {uncalled:?}");
}

#[test]
fn an_uncalled_check_is_found() {
    let file = |path: &str, code: &str| (PathBuf::from(path), code.to_owned());
    let library = [
        file("k/pods.rs", "pub fn check_pod() {}\npub(crate) fn check_job() {}"),
        file("k/schema/mod.rs", "pub fn check() {}"),
        file("caller.rs", "    check_pod();\n    schema::check();"),
    ];
    assert_eq!(uncalled(&library, &[Path::new("k")]), (3, vec!["check_job(".to_owned()]));
}
