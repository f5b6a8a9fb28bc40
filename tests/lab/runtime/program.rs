//! The program under test. In: a folder with policies, and arguments. Out: its output, its messages, and its exit
//! status.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// canaryc with a kubeconfig, in its own folder.
pub struct Program {
    folder: tempfile::TempDir,
    kubeconfig: PathBuf,
}

/// The result of a run.
#[derive(Debug)]
pub struct Said {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl Program {
    /// A program with this kubeconfig.
    pub fn new(kubeconfig: &Path) -> Result<Self, Failure> {
        Ok(Self { folder: tempfile::tempdir()?, kubeconfig: kubeconfig.to_path_buf() })
    }

    /// Writes a file into its folder.
    pub fn file(&self, name: &str, text: &str) -> Result<(), Failure> {
        Ok(std::fs::write(self.folder.path().join(name), text)?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("KUBECONFIG", &self.kubeconfig).env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it.
    pub fn run(&self, arguments: &[&str]) -> Result<Said, Failure> {
        Ok(said(self.command(arguments).output()?))
    }

    /// Runs it. It must exit with this status.
    pub fn expect(&self, status: i32, arguments: &[&str]) -> Result<Said, Failure> {
        let said = self.run(arguments)?;
        if said.status == status {
            return Ok(said);
        }
        Err(failed(format!("canaryc {} ended with {}, not {status}:\n{said}", arguments.join(" "), said.status)))
    }

    /// Starts it.
    pub fn start(&self, arguments: &[&str]) -> Result<Child, Failure> {
        Ok(self.command(arguments).spawn()?)
    }
}

/// Runs canaryc against the lab, as its administrator.
pub fn canaryc(lab: &Lab, arguments: &[&str]) -> Result<Said, Failure> {
    Program::new(&lab.kubeconfig())?.run(arguments)
}

/// Waits for a program that was started.
pub fn finish(child: Child) -> Result<Said, Failure> {
    Ok(said(child.wait_with_output()?))
}

/// Sends a signal to a program that was started: `INT`, `TERM`.
pub fn signal(child: &Child, signal: &str) -> Result<(), Failure> {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status()?;
    if sent.success() { Ok(()) } else { Err(failed(format!("the signal {signal} could not be sent"))) }
}

fn said(output: Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { status: output.status.code().unwrap_or(-1), output: text(&output.stdout), errors: text(&output.stderr) }
}

impl std::fmt::Display for Said {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{}", self.output, self.errors)
    }
}

impl Said {
    /// The output or the errors must contain this text.
    pub fn has(&self, text: &str) -> Result<&Self, Failure> {
        let all = self.to_string();
        // Paragraphs are wrapped.
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain(&all).contains(&plain(text)) {
            Ok(self)
        } else {
            Err(failed(format!("`{text}` was not said:\n{all}")))
        }
    }

    /// It must exit with 0, and print this.
    pub fn says(self, words: &str) -> Result<Self, Failure> {
        self.ends_with(0, words)
    }

    /// It must exit with 2, and name the code of a mistake.
    pub fn refuses(self, code: &str) -> Result<Self, Failure> {
        self.ends_with(2, &format!("[{code}]"))
    }

    /// It must exit with this status, and print this.
    pub fn ends_with(self, status: i32, words: &str) -> Result<Self, Failure> {
        if self.status != status {
            return Err(failed(format!("canaryc ended with {}, not {status}:\n{self}", self.status)));
        }
        self.has(words)?;
        Ok(self)
    }

    /// Every object must have this result: `unchanged`, `created`.
    pub fn all_are(&self, word: &str) -> Result<&Self, Failure> {
        let is_other = |line: &&str| !line.starts_with(' ') && !line.starts_with(word);
        match self.output.lines().find(is_other) {
            None if !self.output.is_empty() => Ok(self),
            _ => Err(failed(format!("not all are {word}:\n{self}"))),
        }
    }

    /// Its output as JSON.
    pub fn json(&self) -> Result<Value, Failure> {
        Ok(serde_json::from_str(&self.output)?)
    }
}
