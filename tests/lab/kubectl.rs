//! In: a request to the API server. Out: its answer. The client is the real kubectl, which users also use.

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::both_ways::Rollouts;
use crate::failure::{Failure, failed};
use crate::programs::Programs;

/// kubectl with a kubeconfig.
#[derive(Clone, Debug)]
pub struct Kubectl {
    programs: Programs,
    rollouts: Rollouts,
    kubeconfig: PathBuf,
}

/// The result of a command.
#[derive(Debug)]
pub struct Answer {
    /// Whether it exited with 0.
    pub success: bool,
    /// What it printed.
    pub output: String,
    /// Its error output.
    pub errors: String,
}

impl Kubectl {
    /// The kubectl of the lab, with the plugin of this version of Argo Rollouts.
    pub fn new(programs: &Programs, rollouts: Rollouts, kubeconfig: &Path) -> Self {
        Self { programs: programs.clone(), rollouts, kubeconfig: kubeconfig.to_path_buf() }
    }

    /// The folders of the programs, for a search path.
    pub fn folders(&self) -> [PathBuf; 2] {
        [self.programs.of(self.rollouts), self.programs.folder().to_path_buf()]
    }

    /// The path of a program.
    pub fn program(&self, name: &str) -> PathBuf {
        let own = self.programs.of(self.rollouts).join(name);
        if own.exists() { own } else { self.programs.path(name) }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program(program));
        command.args(arguments).env("KUBECONFIG", &self.kubeconfig);
        // What it caches about an API server is useless once that server is gone.
        command.env("KUBECACHEDIR", self.kubeconfig.with_file_name("kubectl-cache"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn ask(&self, program: &str, arguments: &[&str], input: &str) -> Result<Answer, Failure> {
        let mut child = self.command(program, arguments).spawn()?;
        let mut pipe = child.stdin.take().ok_or_else(|| failed("no standard input"))?;
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A command that has failed stops reading; its answer says why.
                let _ = pipe.write_all(input.as_bytes());
            });
            child.wait_with_output()
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Answer { success: output.status.success(), output: text(&output.stdout), errors: text(&output.stderr) })
    }

    /// Runs `kubectl …`, which may fail.
    pub fn try_run(&self, arguments: &[&str], input: &str) -> Result<Answer, Failure> {
        self.ask("kubectl", arguments, input)
    }

    /// Runs `kubectl …`, which must succeed.
    pub fn run(&self, arguments: &[&str], input: &str) -> Result<String, Failure> {
        let answer = self.try_run(arguments, input)?;
        if answer.success {
            Ok(answer.output)
        } else {
            Err(failed(format!("kubectl {}: {}{}", arguments.join(" "), answer.output, answer.errors)))
        }
    }

    /// Runs `kubectl argo rollouts …`, which may fail.
    pub fn argo_rollouts(&self, arguments: &[&str]) -> Result<Answer, Failure> {
        self.ask("kubectl-argo-rollouts", arguments, "")
    }

    /// Starts `kubectl …`. Its output is read while it runs.
    pub fn stream(&self, arguments: &[&str]) -> Result<Child, Failure> {
        Ok(self.command("kubectl", arguments).stdin(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }
}

/// The lines of a text that are not empty.
pub fn lines(text: &str) -> Vec<String> {
    text.as_bytes().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()).collect()
}
