//! In: the Go modules beside this file. Out: their programs, built once into `target/lab/bin`, and the folders of the
//! modules whose manifests the lab needs. A line for each program tells how far the building has come.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::failure::{Failure, failed};

/// Programs that are built from one Go module.
struct Module {
    /// Its folder beside this file.
    folder: &'static str,
    /// What the linker is told.
    linker: &'static str,
    /// The names of the programs, and their packages.
    programs: &'static [(&'static str, &'static str)],
}

/// As Kubernetes' own build does, so that the programs know which version they are.
const VERSION: &str = "-X k8s.io/component-base/version.gitVersion=v1.34.4 \
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34";

const MODULES: &[Module] = &[
    Module { folder: "etcd", linker: "", programs: &[("etcd", "go.etcd.io/etcd/server/v3")] },
    Module {
        folder: "control-plane",
        linker: VERSION,
        programs: &[
            ("service-account-key", "./service-account-key"),
            ("gateway-api-plugin-double", "./gateway-api-plugin-double"),
            ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
            ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
            ("kubectl-argo-rollouts", "github.com/argoproj/argo-rollouts/cmd/kubectl-argo-rollouts"),
            ("rollouts-controller", "github.com/argoproj/argo-rollouts/cmd/rollouts-controller"),
            ("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"),
            ("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
        ],
    },
    Module { folder: "kwok", linker: "", programs: &[("kwok", "sigs.k8s.io/kwok/cmd/kwok")] },
];

/// The programs of the lab, all of them built.
#[derive(Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds what is not yet built.
    pub fn build() -> Result<Self, Failure> {
        let folder = target().join("bin");
        fs::create_dir_all(&folder)?;
        // Two test runs at once build once.
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        let go = output(Command::new("go").arg("version"))?;
        let total: usize = MODULES.iter().map(|module| module.programs.len()).sum();
        let mut number = 0;
        for module in MODULES {
            let source = source().join(module.folder);
            for (name, package) in module.programs {
                number += 1;
                let stamp = stamp(&source, &format!("{go}{}{package}", module.linker))?;
                let stamp_file = folder.join(format!("{name}.stamp"));
                let program = folder.join(name);
                if program.exists() && fs::read_to_string(&stamp_file).is_ok_and(|built| built == stamp) {
                    continue;
                }
                eprintln!(
                    "lab: building {name} ({number} of {total}; all of them take about ten minutes the first time)"
                );
                let begun = Instant::now();
                output(
                    Command::new("go")
                        .args(["build", "-ldflags", module.linker, "-o"])
                        .args([program.as_os_str(), package.as_ref()])
                        .current_dir(&source),
                )?;
                fs::write(stamp_file, stamp)?;
                eprintln!("lab: built {name} in {} s", begun.elapsed().as_secs());
            }
        }
        Ok(Self { folder })
    }

    /// The path of a program.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Is there a Go to build with?
pub fn go_is_installed() -> bool {
    Command::new("go").arg("version").output().is_ok_and(|output| output.status.success())
}

/// Where everything that the lab makes is kept.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("lab")
}

/// The folder of this file.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab")
}

/// The folder of a module that `manifests/go.mod` names, downloaded if need be.
pub fn module_folder(module: &str) -> Result<PathBuf, Failure> {
    let answer =
        output(Command::new("go").args(["mod", "download", "-json", module]).current_dir(source().join("manifests")))?;
    let answer: Value = serde_json::from_str(&answer)?;
    answer["Dir"].as_str().map(PathBuf::from).ok_or_else(|| failed(format!("{module}: no folder in {answer}")))
}

/// Everything that decides what a program becomes.
fn stamp(module: &Path, more: &str) -> Result<String, Failure> {
    let mut text = more.to_owned();
    let mut folders = vec![module.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else {
                text.push_str(&format!("\n== {}\n{}", path.display(), fs::read_to_string(&path)?));
            }
        }
    }
    Ok(text)
}

/// What a command prints, or why it failed.
fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| failed(format!("{command:?}: {error}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr))))
    }
}
