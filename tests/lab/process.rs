//! In: a program that runs as long as the lab. Out: a process that ends with its owner, however the owner ended:
//! `supervise.sh` kills the group when the pipe to it closes.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::programs;
use crate::suite::Suite;

/// A running program and its log.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: PathBuf,
    supervisor: Child,
}

impl Process {
    /// Starts a program. Its output goes to `<name>.log` in the folder.
    pub fn start(name: &str, program: &Path, arguments: &[String], folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder.join("tmp"))?;
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log)?;
        let supervisor = Command::new("sh")
            .arg(programs::source().join("supervise.sh"))
            .arg(program)
            .args(arguments)
            .current_dir(folder)
            // Temporary files of programs are deleted with the run. The path is relative, because the names of sockets
            // must be short.
            .env("TMPDIR", "tmp")
            // For the plugins of a program.
            .env("KUBECONFIG", folder.join("kubeconfig"))
            .stdin(Stdio::piped())
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0)
            .spawn()?;
        Ok(Self { name: name.to_owned(), log, supervisor })
    }

    /// The error, if the program has ended by itself.
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
        // The supervisor kills itself with its group, so an error has no meaning here.
        let _ = self.supervisor.wait();
        // The other processes were killed at the same moment, but may end a moment later.
        let begun = Instant::now();
        while group_runs(self.supervisor.id()) && begun.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Whether a process of this group runs. A killed process whose parent has not waited for it yet is a zombie.
fn group_runs(group: u32) -> bool {
    let group = group.to_string();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut statuses = processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
    statuses.any(|status| {
        let after_name = status.rsplit_once(") ").map_or("", |(_, rest)| rest);
        matches!(after_name.split(' ').collect::<Vec<_>>()[..], [state, _, of, ..] if of == group && !matches!(state, "Z" | "X"))
    })
}

/// The test of the lab itself.
pub fn tests(suite: &mut Suite) {
    suite.add("processes/end-with-their-owner", end_with_their_owner);
}

/// Claim: a program and all of its child processes end when the pipe to the supervisor closes, which happens when the
/// test run ends in any way.
fn end_with_their_owner(lab: &Lab) -> Result<(), Failure> {
    let folder = tempfile::tempdir_in(lab.folder())?;
    let script = ["-c", "sleep 1000 & echo started; wait"].map(str::to_owned);
    let process = Process::start("family", Path::new("/bin/sh"), &script, folder.path())?;
    let group = process.supervisor.id();
    let begun = Instant::now();
    while process.last_lines() != "started" {
        if begun.elapsed() > Duration::from_secs(60) {
            return Err(failed(format!("the program did not start: {}", process.last_lines())));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    if !group_runs(group) {
        return Err(failed("nothing runs that could be ended"));
    }
    drop(process);
    if group_runs(group) { Err(failed("something still runs")) } else { Ok(()) }
}
