//! In: the Go modules beside this file. Out: their programs, built once into `target/lab/bin`, and the folders of the
//! modules whose manifests the lab needs. Lines on standard error report the progress of the build.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::both_ways::Rollouts;
use crate::failure::{Failure, failed};

/// Programs that are built together from one Go module: their common packages are loaded once, and some are linked
/// while others compile.
struct Module {
    /// Its folder beside this file.
    folder: &'static str,
    /// The folder of its programs in `target/lab/bin`.
    output: &'static str,
    /// Additional flags for `go build`.
    flags: &'static [&'static str],
    /// The packages, each of which becomes a program.
    programs: &'static [Program],
}

/// A program: its name, and its package.
type Program = (&'static str, &'static str);

/// Nobody debugs the programs. Without debug information they link faster and are smaller by a third.
const STRIPPED: &str = "-ldflags=-s -w";

/// The same flags, and the version flags of Kubernetes' own build, so the programs know their version.
const VERSIONED: &str = "-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=v1.34.5 \
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34";

const MODULES: &[Module] = &[
    Module { folder: "etcd", output: "", flags: &[STRIPPED], programs: &[("etcd", "go.etcd.io/etcd/server/v3")] },
    Module {
        folder: "control-plane",
        output: "",
        flags: &[VERSIONED],
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
    Module {
        folder: "rollouts-1.9",
        output: "rollouts-1.9",
        flags: &[STRIPPED],
        programs: &[
            ("kubectl-argo-rollouts", "github.com/argoproj/argo-rollouts/cmd/kubectl-argo-rollouts"),
            ("rollouts-controller", "github.com/argoproj/argo-rollouts/cmd/rollouts-controller"),
        ],
    },
    Module { folder: "kwok", output: "", flags: &[STRIPPED], programs: &[("kwok", "sigs.k8s.io/kwok/cmd/kwok")] },
    Module {
        folder: "prometheus",
        output: "",
        // Excludes service discovery for clouds, which tests do not need.
        flags: &[STRIPPED, "-tags=remove_all_sd"],
        programs: &[("prometheus", "github.com/prometheus/prometheus/cmd/prometheus")],
    },
];

/// How often the build reports its progress.
const REPORT: Duration = Duration::from_secs(10);

/// The programs of the lab, after they are built.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds the programs that are not built yet.
    pub fn build() -> Result<Self, Failure> {
        let folder = target().join("bin");
        fs::create_dir_all(&folder)?;
        // Two simultaneous test runs build only once.
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        for (index, module) in MODULES.iter().enumerate() {
            let stamp = module.stamp()?;
            let stamp_file = folder.join(format!("{}.stamp", module.folder));
            let is_there = module.programs.iter().all(|(name, _)| folder.join(module.output).join(name).exists());
            if is_there && fs::read_to_string(&stamp_file).is_ok_and(|built| built == stamp) {
                continue;
            }
            let progress = format!("{} ({} of {})", module.folder, index + 1, MODULES.len());
            eprintln!("lab: building {progress}; the first time, all of them take about fifteen minutes");
            let begun = Instant::now();
            module.build(&folder.join(module.output), &progress)?;
            fs::write(stamp_file, stamp)?;
            eprintln!("lab: built {progress} in {} s", begun.elapsed().as_secs());
        }
        Ok(Self { folder })
    }

    /// The folder of the programs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a program.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The controller of a version of Argo Rollouts.
    pub fn controller(&self, rollouts: Rollouts) -> PathBuf {
        self.of(rollouts).join("rollouts-controller")
    }

    /// The folder of the programs of a version of Argo Rollouts.
    pub fn of(&self, rollouts: Rollouts) -> PathBuf {
        match rollouts {
            Rollouts::V1_9 => self.folder.join("rollouts-1.9"),
            Rollouts::V1_10 => self.folder.clone(),
        }
    }
}

/// The Go command. Some modules need a newer Go than the installed one; it downloads what their `go.mod` names.
fn go() -> Command {
    let mut go = Command::new("go");
    go.env("GOTOOLCHAIN", "auto");
    go
}

/// Whether Go is installed.
pub fn go_is_installed() -> bool {
    Command::new("go").arg("version").output().is_ok_and(|output| output.status.success())
}

/// The folder for everything that the lab produces.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("lab")
}

/// The folder of this file.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab")
}

/// The folder of a module, in the version that the `go.mod` in a folder beside this file names. It is downloaded if
/// necessary.
pub fn module_folder(listed: &str, module: &str) -> Result<PathBuf, Failure> {
    let answer = output(go().args(["mod", "download", "-json", module]).current_dir(source().join(listed)))?;
    let answer: Value = serde_json::from_str(&answer)?;
    answer["Dir"].as_str().map(PathBuf::from).ok_or_else(|| failed(format!("{module}: no folder in {answer}")))
}

impl Module {
    /// Everything that determines the content of the programs. It contains no local path, so a copied target folder
    /// stays valid.
    fn stamp(&self) -> Result<String, Failure> {
        let root = source().join(self.folder);
        // In its folder, Go is the version that builds it.
        let go = output(go().arg("version").current_dir(&root))?;
        let mut text = format!("{go}{:?} {:?}", self.flags, self.programs);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let mut paths: Vec<PathBuf> =
                fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
            paths.sort();
            for path in paths {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root)?.display();
                    text.push_str(&format!("\n== {name}\n{}", fs::read_to_string(&path)?));
                }
            }
        }
        Ok(text)
    }

    /// Runs `go build`. Programs that are up to date are not linked again.
    fn build(&self, folder: &Path, progress: &str) -> Result<(), Failure> {
        fs::create_dir_all(folder)?;
        let mut command = go();
        command.args(["build", "-v"]).args(self.flags).arg("-o");
        match self.programs {
            // A single program may have a name different from its package.
            [(name, _)] => command.arg(folder.join(name)),
            _ => command.arg(folder.join("")),
        };
        command.args(self.programs.iter().map(|(_, package)| package)).current_dir(source().join(self.folder));
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take().ok_or_else(|| failed("no standard error"))?;
        let (mut said, mut downloads, mut packages) = (Vec::new(), 0, 0);
        let (begun, mut reported) = (Instant::now(), Instant::now());
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            if line.starts_with("go: downloading ") {
                downloads += 1;
            } else {
                packages += 1;
                said.push(line);
            }
            if reported.elapsed() > REPORT {
                let seconds = begun.elapsed().as_secs();
                eprintln!("lab: {progress}: {downloads} modules loaded, {packages} packages compiled, {seconds} s");
                reported = Instant::now();
            }
        }
        let status = child.wait()?;
        let last = said.len().saturating_sub(40);
        if status.success() {
            Ok(())
        } else {
            Err(failed(format!("{command:?}: {status}\n{}", said[last..].join("\n"))))
        }
    }
}

/// The output of a command, or why it failed.
fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| failed(format!("{command:?}: {error}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr))))
    }
}
