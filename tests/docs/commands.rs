//! The commands in documents do what is shown. In a `console` block a line that starts with `$ ` is a command; the lines
//! after it are what it prints, standard output first, `…` for lines that are left out. An `sh` block is commands alone.
//! A document is one walk: its blocks with `file=` write that file, and its commands run in the same folder, in order.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::markdown::{Block, ROOT, blocks, documents, read};

/// Programs that are run beside canaryc. Others (kubectl, git, cargo) stand in documents and are left to the reader.
const RUN: &[&str] = &["mkdir", "cat", "cp", "rm", "mv", "cd", "head", "sed"];

/// Commands of canaryc that ask a cluster, or that only a build with the runtime mode has: the lab's tests run them.
const OF_CLUSTER: &[&str] = &["apply", "diff", "rbac"];

/// A command and what it is shown to print.
struct Shown {
    command: String,
    output: String,
}

fn commands(block: &Block) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for line in block.text.lines() {
        let command = match block.language.as_str() {
            "console" => line.strip_prefix("$ "),
            _ => Some(line),
        };
        match (command, all.last_mut()) {
            (Some(command), _) => all.push(Shown { command: command.to_owned(), output: String::new() }),
            (None, Some(last)) => {
                last.output.push_str(line);
                last.output.push('\n');
            }
            (None, None) => panic!("line {}: a block of commands starts with `$ `", block.line),
        }
    }
    all
}

/// What can be run of a command: all of it, or canaryc's part of a pipeline, whose output is then not that of the whole.
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

/// Whether a text is what is shown, where a line `…` stands for any number of lines.
fn fits(shown: &[&str], text: &[&str]) -> bool {
    match (shown, text) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=text.len()).any(|skipped| fits(rest, &text[skipped..])),
        ([first, rest @ ..], [line, lines @ ..]) => first.trim_end() == line.trim_end() && fits(rest, lines),
        _ => false,
    }
}

/// A copy of the examples in a folder of its own; the walk of a document starts where the document stands.
struct Place {
    root: tempfile::TempDir,
    current: PathBuf,
}

impl Place {
    fn of(document: &Path) -> Self {
        let root = tempfile::tempdir().unwrap();
        copy(&Path::new(ROOT).join("examples"), &root.path().join("examples"));
        let current = root.path().join(document.parent().unwrap());
        fs::create_dir_all(&current).unwrap();
        Self { root, current }
    }

    fn run(&mut self, command: &str) -> (String, i32) {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.current.push(folder);
            assert!(self.current.is_dir(), "{command}");
            return (String::new(), 0);
        }
        let canaryc = Path::new(env!("CARGO_BIN_EXE_canaryc"));
        let path = format!("{}:/usr/bin:/bin", canaryc.parent().unwrap().display());
        let mut process = Command::new("/bin/sh");
        process.args(["-c", command]).current_dir(&self.current).env_clear();
        process.env("PATH", path).env("LC_ALL", "C.UTF-8").env("TMPDIR", self.root.path());
        let output = process.output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (text, output.status.code().unwrap())
    }
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

/// Walks through a document; what is not as shown.
fn walk(document: &Path) -> (usize, Vec<String>) {
    let mut place = Place::of(document);
    let (mut count, mut wrong) = (0, Vec::new());
    for block in blocks(&read(document)) {
        if let Some(file) = block.word("file") {
            let path = place.current.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &block.text).unwrap();
        }
        if !["console", "sh"].contains(&block.language.as_str()) {
            continue;
        }
        if block.is("cluster") {
            wrong.extend(unknown_to_clap(&mut place, document, &block));
            continue;
        }
        for Shown { command, output } in commands(&block) {
            let Some((line, whole)) = runnable(&command) else { continue };
            count += 1;
            let (text, status) = place.run(&line);
            let name = format!("{}:{}: $ {command}", document.display(), block.line);
            let [shown, printed] = [&output, &text].map(|text| text.lines().collect::<Vec<_>>());
            if output.is_empty() && status != 0 {
                wrong.push(format!("{name}\nexits with {status} and prints\n{text}"));
            } else if whole && !output.is_empty() && !fits(&shown, &printed) {
                wrong.push(format!("{name}\nprints\n{text}"));
            }
        }
    }
    (count, wrong)
}

/// The commands of a block that need a cluster, and whose command line is none: without a cluster, that much can be seen.
fn unknown_to_clap(place: &mut Place, document: &Path, block: &Block) -> Vec<String> {
    let lines = commands(block).into_iter().filter_map(|shown| runnable(&shown.command));
    let lines = lines.filter(|(line, _)| line.starts_with("canaryc ") && cfg!(feature = "runtime"));
    let mut wrong = Vec::new();
    for (line, _) in lines {
        let (text, status) = place.run(&format!("KUBECONFIG=/none {line}"));
        if status == 2 && text.contains("try '--help'") {
            wrong.push(format!("{}:{}: $ {line}\nprints\n{text}", document.display(), block.line));
        }
    }
    wrong
}

#[test]
fn commands_in_documents_print_what_is_shown() {
    let (mut count, mut wrong) = (0, Vec::new());
    // The reference has no commands: it is generated, and its policies are compiled by the other tests.
    for document in documents().iter().filter(|document| !document.starts_with("docs/reference")) {
        let (run, mistakes) = walk(document);
        count += run;
        wrong.extend(mistakes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count > 20, "the documents show commands: {count}");
}

#[test]
fn lines_may_be_left_out() {
    assert!(fits(&["a", "…", "d"], &["a", "b", "c", "d"]));
    assert!(fits(&["…"], &[]));
    assert!(!fits(&["a", "…", "d"], &["a", "b", "c"]));
    assert!(!fits(&["a"], &["a", "b"]));
    assert!(!fits(&["a", "b"], &["a"]));
}
