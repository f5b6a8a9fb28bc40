//! In: a program that is to run for as long as the lab. Out: a process that is gone when its owner is, however that one
//! ended: `supervise.sh` kills the group when the pipe to it closes.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;
use crate::programs;

/// A running program and its log.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: PathBuf,
    supervisor: Child,
}

impl Process {
    /// Starts a program. What it prints goes to `<name>.log` in the folder.
    pub fn start(name: &str, program: &Path, arguments: &[String], folder: &Path) -> Result<Self, Failure> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log)?;
        let supervisor = Command::new("sh")
            .arg(programs::source().join("supervise.sh"))
            .arg(program)
            .args(arguments)
            .current_dir(folder)
            // For the plugins of a program.
            .env("KUBECONFIG", folder.join("kubeconfig"))
            .stdin(Stdio::piped())
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0)
            .spawn()?;
        Ok(Self { name: name.to_owned(), log, supervisor })
    }

    /// What went wrong, if the program has ended by itself.
    pub fn ended(&mut self) -> Option<String> {
        let ended = !matches!(self.supervisor.try_wait(), Ok(None));
        ended.then(|| format!("{} has ended:\n{}", self.name, self.last_lines()))
    }

    /// The end of the log.
    pub fn last_lines(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // The supervisor kills itself with its group; there is nobody to tell if that fails.
        let _ = self.supervisor.wait();
    }
}
