//! A document is a walk: its files are written and its commands run in one folder, in order. In: a block of the
//! document. Out: its commands with the output that it shows, their actual output, and whether the two match.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use super::markdown::Block;

/// Marks omitted text: lines if it is alone on one, else a part of a line.
const LEFT_OUT: &str = "…";

/// A command and the output that the document shows.
pub struct Shown {
    pub command: String,
    pub output: String,
}

/// The commands of a block: in `console` those after `$ `, in `sh` each line. Other blocks have none, and blocks to be
/// run by hand are skipped.
#[allow(clippy::panic, reason = "a test that cannot continue fails")]
pub fn commands(block: &Block) -> Vec<Shown> {
    let is_console = block.language == "console";
    if !is_console && block.language != "sh" || block.is("by-hand") {
        return Vec::new();
    }
    let mut all: Vec<Shown> = Vec::new();
    for line in block.text.lines() {
        let command = if is_console { line.strip_prefix("$ ") } else { Some(line) };
        match (command, all.last_mut()) {
            (Some(command), _) => all.push(Shown { command: command.to_owned(), output: String::new() }),
            (None, Some(last)) => last.output += &format!("{line}\n"),
            (None, None) => panic!("line {}: a block of commands starts with `$ `", block.line),
        }
    }
    all
}

/// Whether a text matches what is shown. A line `…` matches any number of lines, and `…` within a line matches any text
/// in it.
pub fn fits(shown: &str, text: &str) -> bool {
    lines_fit(&shown.lines().collect::<Vec<_>>(), &text.lines().collect::<Vec<_>>())
}

fn lines_fit(shown: &[&str], text: &[&str]) -> bool {
    match (shown, text) {
        ([], []) => true,
        ([first, rest @ ..], _) if *first == LEFT_OUT => {
            (0..=text.len()).any(|skipped| lines_fit(rest, &text[skipped..]))
        }
        ([first, rest @ ..], [line, lines @ ..]) => {
            line_fits(first.trim_end(), line.trim_end()) && lines_fit(rest, lines)
        }
        _ => false,
    }
}

fn line_fits(shown: &str, line: &str) -> bool {
    let Some((start, rest)) = shown.split_once(LEFT_OUT) else { return shown == line };
    let Some(line) = line.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once(LEFT_OUT).map_or(("", rest), |(middle, end)| (middle, end));
    let Some(mut line) = line.strip_suffix(end) else { return false };
    // The first match leaves the most text for the parts after it.
    middle.split(LEFT_OUT).all(|part| match line.split_once(part) {
        Some((_, after)) => {
            line = after;
            true
        }
        None => false,
    })
}

/// The current folder of the walk, and the environment of its programs.
pub struct Walk {
    /// The folder.
    pub folder: PathBuf,
    /// The whole environment.
    pub environment: Vec<(&'static str, OsString)>,
}

impl Walk {
    /// Writes a file of the document.
    pub fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(file);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)
    }

    /// Runs a command like a shell. Returns its output, standard output first, and its exit code.
    pub fn run(&mut self, command: &str) -> io::Result<(String, i32)> {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder = fs::canonicalize(self.folder.join(folder))?;
            return Ok((String::new(), 0));
        }
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", command]).current_dir(&self.folder).env_clear().envs(self.environment.iter().cloned());
        let output = shell.stdin(Stdio::null()).output()?;
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        Ok((text, output.status.code().unwrap_or(-1)))
    }
}

/// A `PATH` of these folders and the usual folders for programs.
pub fn path(folders: &[&Path]) -> OsString {
    let mut path = OsString::new();
    for folder in folders {
        path.push(folder);
        path.push(":");
    }
    path.push("/usr/bin:/bin");
    path
}
