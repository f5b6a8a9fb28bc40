//! Real readers of YAML 1.1 for comparison: kubectl and PyYAML, if they are installed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A third-party reader of YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// `kubectl annotate --local`, which reads any object without a cluster.
    Kubectl,
    /// `python3` with the module `yaml`.
    PyYaml,
}

impl Reader {
    /// The installed readers. Prints which are missing.
    pub fn installed() -> Vec<Self> {
        let found: Vec<Self> = [Self::Kubectl, Self::PyYaml].into_iter().filter(|reader| reader.works()).collect();
        for reader in [Self::Kubectl, Self::PyYaml] {
            if !found.contains(&reader) {
                eprintln!("SKIPPED: {reader:?} is not installed, so nothing is compared with it");
            }
        }
        found
    }

    fn works(self) -> bool {
        self.read("apiVersion: example.dev/v1\nkind: Probe\nmetadata: {name: probe}\n").is_ok()
    }

    /// All documents of a text, as JSON.
    pub fn read(self, text: &str) -> Result<Vec<Value>, String> {
        let output = match self {
            Self::Kubectl => run(
                Command::new("kubectl")
                    .args(["annotate", "--local", "-f", "-", "canaryc.dev/read=yes", "-o", "json"])
                    .env("KUBECONFIG", "/dev/null"),
                text,
            ),
            Self::PyYaml => python(
                "import json, sys, yaml\n\
                 for d in yaml.safe_load_all(sys.stdin.buffer.read().decode()): print(json.dumps(d))",
                text,
            ),
        }?;
        let values = serde_json::Deserializer::from_slice(&output).into_iter();
        values.collect::<Result<_, _>>().map_err(|error| error.to_string())
    }

    /// PyYAML's type for each item of a list: `int`, `str` …
    #[allow(dead_code, reason = "not every test needs it")]
    pub fn kinds(self, text: &str) -> Result<Vec<String>, String> {
        let output = python(
            "import sys, yaml\n\
             for n in yaml.compose(sys.stdin.buffer.read().decode()).value: print(n.tag.rsplit(':', 1)[1])",
            text,
        )?;
        Ok(String::from_utf8_lossy(&output).lines().map(str::to_owned).collect())
    }
}

fn python(script: &str, text: &str) -> Result<Vec<u8>, String> {
    run(Command::new("python3").args(["-c", script]), text)
}

fn run(command: &mut Command, text: &str) -> Result<Vec<u8>, String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let owned = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(owned.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    drop(writer.join());
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
