//! The commands in documents do what the documents show. In a `console` block a line that starts with `$ ` is a
//! command. The lines after it are its output, standard output first, with `…` for omitted text. An `sh` block contains
//! only commands. A document is one walk: its blocks with `file=` write that file, and its commands run in the same
//! folder, in order. The lab runs the commands that need a cluster (`tests/lab/runtime/walks.rs`).

use std::fs;
use std::path::Path;

use crate::support::markdown::{Block, ROOT, blocks, documents, read};
use crate::support::walk::{Shown, Walk, commands, fits, path};

/// Programs that the test runs besides canaryc. Documents also contain others (kubectl, git, cargo), which only the
/// reader runs.
const RUN: &[&str] = &["mkdir", "cat", "cp", "rm", "mv", "cd", "head", "sed"];

/// Commands of canaryc that need a cluster, or that exist only in a build with the runtime mode. The lab's tests run
/// them.
const OF_CLUSTER: &[&str] = &["apply", "diff", "rbac"];

/// The part of a command that the test can run: all of it, or canaryc's part of a pipeline. The output of a part is not
/// that of the whole.
fn runnable(command: &str) -> Option<(String, bool)> {
    let command = command.split("  #").next().unwrap_or_default().trim();
    let command = match command.strip_prefix("cargo run --release -- ") {
        Some(arguments) => format!("canaryc {arguments}"),
        None => command.to_owned(),
    };
    let program = command.split_whitespace().next()?;
    if program == "canaryc" && command.split_whitespace().nth(1).is_some_and(|name| OF_CLUSTER.contains(&name)) {
        return None;
    }
    match (program, command.split_once(" | ")) {
        ("canaryc", Some((first, _))) => Some((first.to_owned(), false)),
        ("canaryc", None) => Some((command, true)),
        (other, None) if RUN.contains(&other) => Some((command, true)),
        _ => None,
    }
}

/// A copy of the examples, which is deleted when the first value is dropped. The walk of a document starts in the
/// folder of the document.
fn start(document: &Path) -> (tempfile::TempDir, Walk) {
    let root = tempfile::tempdir().unwrap();
    copy(&Path::new(ROOT).join("examples"), &root.path().join("examples"));
    let folder = root.path().join(document.parent().unwrap());
    fs::create_dir_all(&folder).unwrap();
    let canaryc = Path::new(env!("CARGO_BIN_EXE_canaryc"));
    let environment = vec![
        ("PATH", path(&[canaryc.parent().unwrap()])),
        ("LC_ALL", "C.UTF-8".into()),
        ("TMPDIR", root.path().into()),
    ];
    (root, Walk { folder, environment })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Walks through a document, and returns the differences from what it shows.
fn through(document: &Path) -> (usize, Vec<String>) {
    let (_root, mut walk) = start(document);
    let (mut count, mut wrong) = (0, Vec::new());
    for block in blocks(&read(document)) {
        if let Some(file) = block.word("file") {
            walk.write(file, &block.text).unwrap();
        }
        if block.is("cluster") {
            wrong.extend(unknown_to_clap(&mut walk, document, &block));
            continue;
        }
        for Shown { command, output } in commands(&block) {
            let Some((line, whole)) = runnable(&command) else { continue };
            count += 1;
            let (text, status) = walk.run(&line).unwrap();
            let name = format!("{}:{}: $ {command}", document.display(), block.line);
            if output.is_empty() && status != 0 {
                wrong.push(format!("{name}\nexits with {status} and prints\n{text}"));
            } else if whole && !output.is_empty() && !fits(&output, &text) {
                wrong.push(format!("{name}\nprints\n{text}"));
            }
        }
    }
    (count, wrong)
}

/// The commands of a block that need a cluster and whose arguments are invalid. The arguments can be checked without a
/// cluster.
fn unknown_to_clap(walk: &mut Walk, document: &Path, block: &Block) -> Vec<String> {
    let lines = commands(block).into_iter().filter_map(|shown| runnable(&shown.command));
    let lines = lines.filter(|(line, _)| line.starts_with("canaryc ") && cfg!(feature = "runtime"));
    let mut wrong = Vec::new();
    for (line, _) in lines {
        // The text after a semicolon may show the exit code.
        let line = line.split(';').next().unwrap_or_default();
        let (text, status) = walk.run(&format!("KUBECONFIG=/none {line}")).unwrap();
        if status == 2 && text.contains("try '--help'") {
            wrong.push(format!("{}:{}: $ {line}\nprints\n{text}", document.display(), block.line));
        }
    }
    wrong
}

#[test]
fn commands_in_documents_print_what_is_shown() {
    let (mut count, mut wrong) = (0, Vec::new());
    // The reference has no commands: it is generated, and the other tests compile its policies.
    for document in documents().iter().filter(|document| !document.starts_with("docs/reference")) {
        let (run, mistakes) = through(document);
        count += run;
        wrong.extend(mistakes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count > 20, "the documents show commands: {count}");
}

#[test]
fn lines_may_be_left_out() {
    assert!(fits("a\n…\nd\n", "a\nb\nc\nd\n"));
    assert!(fits("…\n", ""));
    assert!(!fits("a\n…\nd\n", "a\nb\nc\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("a\nb\n", "a\n"));
}

#[test]
fn parts_of_lines_may_be_left_out() {
    for shown in ["… web: holds for … s", "… web: …", "12:03:01 web: holds for 19 …", "…:…:…:…", "… … s", "…s"]
    {
        assert!(fits(shown, "12:03:01 web: holds for 19 s"), "{shown}");
    }
    // `…` may stand for nothing, and on a line of its own it may stand for no line.
    assert!(fits("web…: holds", "web: holds"));
    assert!(fits("a\n…\n… b\n…", "a\nthe b"));
    for shown in
        ["… web: holds for … min", "web: …", "… web: … is reached …", "…19…19…", "…holds…web…", "… web: holds for 19"]
    {
        assert!(!fits(shown, "12:03:01 web: holds for 19 s"), "{shown}");
    }
    // The texts before and after `…` may not overlap, and `…` in a line may not stand for a whole line.
    assert!(!fits("aba…ba", "aba"));
    assert!(!fits("a …", "a b\nc"));
}
