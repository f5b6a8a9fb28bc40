//! The same policies give the same bytes whatever the working folder, the locale, the time zone and the number of
//! threads. They also give the same diagnostics in the same order (only their layout depends on the terminal). In: the
//! policies of `tests/language`, through the binary. Out: comparisons.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn canaryc(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").env("COLUMNS", "100");
    command.envs(environment.iter().copied()).output().unwrap()
}

/// Policies that compile, of many shapes.
fn sound() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/language")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let refused = ["04", "11", "16", "17", "23", "26", "28", "34", "40", "45", "49"];
        path.is_file() && !refused.contains(&&name[..2])
    });
    paths.sort();
    assert!(paths.len() > 20);
    paths
}

/// Every file below a folder, with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

const SURROUNDINGS: &[&[(&str, &str)]] = &[
    &[],
    &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")],
    &[("LC_ALL", "C"), ("TZ", "Pacific/Kiritimati")],
    &[("RAYON_NUM_THREADS", "1")],
    &[("RAYON_NUM_THREADS", "2")],
];

#[test]
fn a_folder_of_manifests_is_the_same_from_everywhere() {
    let temporary = tempfile::tempdir().unwrap();
    for policy in sound() {
        let name = policy.file_name().unwrap().to_str().unwrap().to_owned();
        let relative = format!("tests/language/{name}");
        let absolute = policy.to_str().unwrap().to_owned();
        let language = root().join("tests/language");
        let mut first: Option<BTreeMap<PathBuf, Vec<u8>>> = None;
        let ways: [(&Path, &str); 3] = [(root(), &relative), (&language, &name), (Path::new("/"), &absolute)];
        for (number, (folder, policy)) in ways.into_iter().enumerate() {
            let to = temporary.path().join(format!("{name}-{number}"));
            let output = canaryc(folder, SURROUNDINGS[number], &["build", "-q", "-o", to.to_str().unwrap(), policy]);
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            let contents = contents(&to);
            assert!(!contents.is_empty());
            match &first {
                None => first = Some(contents),
                Some(first) => assert!(*first == contents, "{name} differs when it is built from {}", folder.display()),
            }
        }
    }
}

#[test]
fn many_policies_are_the_same_with_one_thread_and_with_two() {
    // One folder of policies whose releases do not collide.
    let temporary = tempfile::tempdir().unwrap();
    for number in 0..40 {
        let policy = format!(
            "release \"shop-{number}\" namespace=\"shop\" {{\n    workload replicas=20 {{ selector app=\"shop-{number}\" }}\n    stage weight=\"10%\" pause=\"{}m\"\n    stage weight=\"50%\" pause=\"1h\"\n}}\n",
            number + 1
        );
        std::fs::write(temporary.path().join(format!("shop-{number}.canary.kdl")), policy).unwrap();
    }
    let outputs: Vec<Output> = SURROUNDINGS
        .iter()
        .map(|environment| canaryc(temporary.path(), environment, &["build", "-q", "--message-format", "json", "."]))
        .collect();
    assert!(outputs[0].status.success() && outputs[0].stdout.len() > 10_000);
    for output in &outputs {
        assert!(output.stdout == outputs[0].stdout, "the objects differ");
        assert!(output.stderr == outputs[0].stderr, "what is said differs");
    }
}

#[test]
fn diagnostics_come_in_one_order() {
    let arguments: Vec<String> = {
        let folder = root().join("tests/language");
        let mut paths: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| path.to_str().unwrap().to_owned())
            .collect();
        paths.sort();
        paths
    };
    let forward: Vec<&str> =
        ["check", "--message-format", "json"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let backward: Vec<&str> =
        ["check", "--message-format", "json"].into_iter().chain(arguments.iter().rev().map(String::as_str)).collect();
    let first = canaryc(root(), &[], &forward);
    assert_eq!(first.status.code(), Some(1));
    assert!(first.stderr.len() > 10_000);
    for environment in SURROUNDINGS {
        assert!(canaryc(root(), environment, &forward).stderr == first.stderr, "{environment:?}");
    }
    assert!(
        canaryc(root(), &[], &backward).stderr == first.stderr,
        "the order of arguments is not the order of mistakes"
    );
}
