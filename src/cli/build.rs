//! `canaryc build`: policies become manifests.

use std::path::{Path, PathBuf};

use canaryc::compile::{Compilation, Compiled};
use canaryc::diagnostic::{Code, Diagnostic, Diagnostics, Report, suggest};
use canaryc::emit::Bundle;
use canaryc::manifest::Object;
use canaryc::source::Sources;
use canaryc::write::directory::{Check, Directory, Generated};
use canaryc::write::{self, WriteError};
use clap::{Args, ValueEnum};

use super::arguments::{Paths, Target};
use super::identities::Identities;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{compilation, diff, input};

/// Write the manifests of policies
///
/// Compiles policies and writes the manifests that carry them out, to standard output or, with `-o DIR`, one file for
/// each release. Either all files are written or none; a file that canaryc wrote for a release that is gone is removed,
/// and a file that it did not write is never touched.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc build                            all policies below the current folder, to standard output
  canaryc build shop/checkout.canary.kdl | kubectl apply -f -
  canaryc build policies -o manifests      one file for each release
  canaryc build -o manifests --check       changes nothing; fails and shows what differs
  canaryc build --env prod --set bake=30m checkout.canary.kdl
  cat checkout.canary.kdl | canaryc build -")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    #[command(flatten)]
    pub target: Target,
    /// The folder that the manifests are written to, one file for each release; `-` is standard output
    #[arg(short, long, value_name = "DIR", default_value = "-")]
    pub output: PathBuf,
    /// The form of the manifests; mistakes have `--message-format`
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    pub format: Format,
    /// Write nothing; show how the folder differs from what would be written, and exit with 1 if it does
    #[arg(long, requires = "output")]
    pub check: bool,
}

/// The form of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// YAML documents.
    Yaml,
    /// A JSON list of objects, `kind: List`.
    Json,
}

/// What one policy gives to standard output.
#[derive(Default)]
struct Made {
    /// The manifests.
    text: String,
    /// The objects, when they are written as JSON.
    objects: Vec<Object>,
}

/// Builds the policies.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    if arguments.output.as_os_str() == "-" {
        return to_standard_output(arguments, shell);
    }
    if arguments.format == Format::Json {
        let message = "files of a folder are YAML: JSON has no comment that says which policy they come from";
        let help = "leave `--format json` out, or write to standard output: `-o -`";
        return Err(input::asked(Diagnostic::without_place(Code::CommandUsage, message).help(help)));
    }
    match arguments.check {
        true => compare(arguments, shell),
        false => to_folder(arguments, shell),
    }
}

fn to_standard_output(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let identities = Identities::default();
    let outcome = compilation::run(&arguments.paths, &arguments.target, shell, "policies", |policy, compilation| {
        identities.note(policy.index, compilation);
        let mut made = Made::default();
        for bundle in bundles(compilation) {
            match arguments.format {
                Format::Yaml => {
                    if !made.text.is_empty() {
                        made.text.push_str("---\n");
                    }
                    made.text.push_str(&write::yaml::text(&bundle.objects));
                }
                Format::Json => made.objects.extend(bundle.objects.iter().cloned()),
            }
        }
        made
    })?;
    if arguments.target.environment.is_none() && !outcome.environments.is_empty() && !outcome.report.has_errors() {
        return Ok(shell.conclude(&environment_unsaid(&outcome.environments)));
    }
    let status = conclude(&outcome, identities, shell);
    if status == ExitStatus::Success {
        match arguments.format {
            Format::Yaml => {
                let texts: Vec<&str> =
                    outcome.made.iter().map(|made| made.text.as_str()).filter(|text| !text.is_empty()).collect();
                shell.print(texts.join("---\n"))?;
            }
            Format::Json => {
                let objects: Vec<&Object> = outcome.made.iter().flat_map(|made| &made.objects).collect();
                shell.print(write::json::text(&objects))?;
            }
        }
    }
    Ok(status)
}

fn to_folder(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let directory = Directory::open(&arguments.output).map_err(failure)?;
    let status = files(arguments, shell, |path| directory.compiled(path), |file| directory.add(file))?;
    if status == ExitStatus::Success {
        let summary = directory.commit(&within(arguments)).map_err(failure)?;
        shell.say(&format!(
            "{} written, {} unchanged, {} removed in {}",
            summary.written,
            summary.unchanged,
            summary.removed,
            arguments.output.display()
        ));
    }
    Ok(status)
}

fn compare(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let check = Check::open(&arguments.output).map_err(failure)?;
    let status = files(arguments, shell, |path| check.compiled(path), |file| check.add(file))?;
    if status != ExitStatus::Success {
        return Ok(status);
    }
    let differences = check.finish(&within(arguments)).map_err(failure)?;
    let diffs: String = differences.iter().map(|difference| difference.diff.as_str()).collect();
    shell.print(diff::painted(&diffs, shell.appearance()))?;
    match differences.len() {
        0 => Ok(ExitStatus::Success),
        count => {
            shell.say(&format!(
                "{count} {} in {}; run the same command without `--check`",
                if count == 1 { "file differs" } else { "files differ" },
                arguments.output.display()
            ));
            Ok(ExitStatus::Mistakes)
        }
    }
}

/// The sub-folder in which files of releases that are gone are looked for: a build for one environment leaves the
/// others alone.
fn within(arguments: &Arguments) -> PathBuf {
    arguments.target.environment.as_deref().map(PathBuf::from).unwrap_or_default()
}

fn bundles(compilation: &Compilation) -> impl Iterator<Item = &Bundle> {
    compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()).map(|compiled| &compiled.bundle)
}

/// Compiles the policies, and hands the files that they give over.
fn files(
    arguments: &Arguments,
    shell: &Shell,
    compiled: impl Fn(&Path) + Sync,
    hand_over: impl Fn(Generated<'_>) -> Result<(), WriteError> + Sync,
) -> Result<ExitStatus, Failure> {
    let identities = Identities::default();
    let outcome = compilation::run(&arguments.paths, &arguments.target, shell, "policies", |policy, compilation| {
        identities.note(policy.index, compilation);
        let mut policies = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()).peekable();
        if policies.peek().is_none() {
            // A file says by itself that its policy was compiled.
            policy.path.into_iter().for_each(&compiled);
        }
        policies.map(|compiled| file(arguments.format, policy.path, compiled, &hand_over)).find_map(Result::err)
    })?;
    let status = conclude(&outcome, identities, shell);
    match outcome.made.into_iter().flatten().next() {
        Some(error) => Err(failure(*error)),
        None => Ok(status),
    }
}

fn file(
    format: Format,
    policy: Option<&Path>,
    compiled: &Compiled,
    hand_over: impl Fn(Generated<'_>) -> Result<(), WriteError>,
) -> Result<(), Box<WriteError>> {
    let content = match format {
        Format::Yaml => write::yaml::text(&compiled.bundle.objects),
        Format::Json => write::json::text(&compiled.bundle.objects.iter().collect::<Vec<_>>()),
    };
    let path = write::file_name(&compiled.release, "yaml");
    hand_over(Generated { path: &path, policy, content: &content }).map_err(Box::new)
}

/// Reports what is wrong, objects that two policies give included.
fn conclude<T>(outcome: &compilation::Outcome<T>, identities: Identities, shell: &Shell) -> ExitStatus {
    let status = shell.conclude(&outcome.report);
    let found = identities.given_twice(&outcome.inputs);
    if found.is_empty() { status } else { shell.conclude(&Report::new([(Sources::default(), found)])) }
}

fn environment_unsaid(environments: &[String]) -> Report {
    let mut found = Diagnostics::new();
    let listed = suggest::one_of(environments.iter().map(String::as_str));
    found.push(
        Diagnostic::without_place(Code::EnvironmentUnsaid, "the build does not say for which environment it is")
            .why("There is no build outside all environments: their manifests would overwrite each other.")
            .help(format!("add `--env` with {listed}, or `-o DIR`, which writes a folder for each")),
    );
    Report::new([(Sources::default(), found)])
}

fn failure(error: WriteError) -> Failure {
    input::asked(Diagnostic::without_place(Code::CommandUnwritable, error.to_string()))
}
