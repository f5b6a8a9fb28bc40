//! In: a command line. Out: what canaryc itself, the program, says of it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// What a run of canaryc gave.
#[derive(Debug)]
pub struct Outcome {
    /// Its exit code.
    pub status: i32,
    /// Its standard output.
    pub output: String,
    /// Its standard error.
    pub errors: String,
}

/// Runs canaryc against the lab, as its administrator.
pub fn canaryc(lab: &Lab, arguments: &[&str]) -> Result<Outcome, Failure> {
    run(Path::new("."), Some(lab), arguments)
}

/// Runs canaryc without a cluster, in a folder.
pub fn compile(folder: &Path, arguments: &[&str]) -> Result<Outcome, Failure> {
    run(folder, None, arguments)
}

fn run(folder: &Path, lab: Option<&Lab>, arguments: &[&str]) -> Result<Outcome, Failure> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    if let Some(lab) = lab {
        command.env("KUBECONFIG", lab.kubeconfig());
    }
    let output = command.output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().ok_or_else(|| failed("canaryc was ended by a signal"))?;
    Ok(Outcome { status, output: text(&output.stdout), errors: text(&output.stderr) })
}

impl Outcome {
    /// It exits with 0, and what it says has this in it.
    pub fn says(self, words: &str) -> Result<Self, Failure> {
        self.ends_with(0, words)
    }

    /// It exits with 2, and names the code of a mistake.
    pub fn refuses(self, code: &str) -> Result<Self, Failure> {
        self.ends_with(2, &format!("[{code}]"))
    }

    /// It exits with this status, and what it says has this in it.
    pub fn ends_with(self, status: i32, words: &str) -> Result<Self, Failure> {
        // Long lines are broken on standard error.
        let errors = self.errors.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.status == status && (self.output.contains(words) || errors.contains(words)) {
            return Ok(self);
        }
        Err(failed(format!(
            "canaryc was to exit with {status} and say `{words}`. It exits with {}.\n{}{}",
            self.status, self.output, self.errors
        )))
    }

    /// Its standard output as JSON.
    pub fn json(&self) -> Result<Value, Failure> {
        Ok(serde_json::from_str(&self.output)?)
    }
}
