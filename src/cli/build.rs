//! `canaryc build`: writes the manifests of policies.

use std::path::{Path, PathBuf};

use crate::compile::{Compilation, Compiled};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Report, suggest};
use crate::hidden;
use crate::manifest::Comments;
use crate::output::{self, Folder, OutputFile, Stream, Unavailable};
use crate::source::Sources;
use crate::write::WriteError;
use crate::write::directory::{Check, Directory, Generated, Left, LeftReason, Scope};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::arguments::{Paths, Target};
use super::levels::LevelArguments;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{compilation, diff, input, threads};

/// Write the manifests of policies
///
/// Compiles policies and writes the manifests that carry them out, to standard output or, with `-o DIR`, one file for
/// each release. An error in any policy writes nothing. Each file is replaced as a whole, and a build that was interrupted
/// is completed by the next one. canaryc lists the files that it wrote in `DIR/.canaryc-inventory`, to be committed with
/// them. It removes what is listed there for releases that are gone, and never touches a file that it did not write.
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
    #[command(flatten)]
    pub levels: LevelArguments,
    /// The folder that the manifests are written to, one file for each release; `-` is standard output
    #[arg(short, long, value_name = "DIR", default_value = "-")]
    pub output: PathBuf,
    /// The format of the manifests; `--message-format` is the format of diagnostics
    #[arg(long, value_name = "FORMAT", default_value = output::FORMATS[0].name, value_parser = format_parser())]
    pub format: &'static output::Format,
    /// Write nothing; show how the folder differs from what would be written, and exit with 1 if it does
    #[arg(long, requires = "output")]
    pub check: bool,
    /// Leave out the comments that explain the manifests to their reviewers; JSON has none
    #[arg(long)]
    pub no_comments: bool,
}

impl Arguments {
    /// The comments to write.
    fn comments(&self, release: &Compiled) -> Vec<Comments> {
        if self.no_comments { Vec::new() } else { release.comments() }
    }
}

/// Accepts the names of the output formats.
fn format_parser() -> impl TypedValueParser<Value = &'static output::Format> {
    let names = output::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(names).try_map(|name| output::named(&name).ok_or("unknown format"))
}

/// Builds the policies.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    if arguments.output.as_os_str() == "-" {
        return to_standard_output(arguments, arguments.format.stream.map_err(unavailable)?, shell);
    }
    if let Some(found) = no_folder(&arguments.output) {
        return Err(Failure::Asked(Report::new([(Sources::default(), found)])));
    }
    let folder = arguments.format.folder.map_err(unavailable)?;
    match arguments.check {
        true => compare(arguments, folder, shell),
        false => to_folder(arguments, folder, shell),
    }
}

/// A diagnostic about `-o json`, `-o yaml` or `-o web.yaml`: as in kubectl, a format or a file. A folder that exists may
/// have any name.
fn no_folder(output: &Path) -> Option<Diagnostics> {
    if output.is_dir() {
        return None;
    }
    let name = output.file_name()?.to_str()?;
    let is_format = output.components().count() == 1 && matches!(name, "json" | "yaml" | "yml");
    let is_file =
        Path::new(name).extension().is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json");
    let help = match name {
        "json" if is_format => "for JSON, write `--format json`".to_owned(),
        _ if is_format => "YAML on standard output is the default: leave `-o` out".to_owned(),
        _ if is_file => {
            format!("for one file, write `> {}` in place of `-o`; for a folder, leave the ending out", output.display())
        }
        _ => return None,
    };
    let mut found = Diagnostics::new();
    let message = format!(
        "`-o` names a folder, and `{}` looks like a {}",
        output.display(),
        if is_format { "format" } else { "file" }
    );
    found.push(Diagnostic::without_place(Code::CommandUsage, message).help(help));
    Some(found)
}

fn to_standard_output(arguments: &Arguments, stream: &dyn Stream, shell: &Shell) -> Result<ExitStatus, Failure> {
    let Arguments { paths, target, levels, .. } = arguments;
    let outcome = compilation::run(paths, target, levels.levels(), shell, "policies", |_, compilation| {
        compiled(compilation)
            .flat_map(|release| stream.parts(&release.bundle.objects, &arguments.comments(release)))
            .collect::<Vec<String>>()
    })?;
    if arguments.target.environment.is_none() && !outcome.environments.is_empty() && !outcome.report.has_errors() {
        return Ok(shell.conclude(&environment_unsaid(&outcome.environments)));
    }
    let status = outcome.conclude(shell);
    if status == ExitStatus::Success {
        let parts: Vec<String> = outcome.results.into_iter().flatten().collect();
        shell.print(stream.join(&parts))?;
    }
    Ok(status)
}

fn to_folder(arguments: &Arguments, format: &dyn Folder, shell: &Shell) -> Result<ExitStatus, Failure> {
    let waiting =
        || shell.say(&format!("waiting for another canaryc that writes to {}", hidden::path(&arguments.output)));
    let directory = Directory::open(&arguments.output, waiting).map_err(failure)?;
    let status = files(arguments, format, shell, |path| directory.compiled(path), |file| directory.add(file))?;
    if status == ExitStatus::Success {
        let summary = threads::in_parallel(|| directory.commit(&scope(arguments))).map_err(failure)?;
        say_left(&summary.left, shell);
        shell.say(&format!(
            "{} written, {} unchanged, {} removed in {}",
            summary.written,
            summary.unchanged,
            summary.removed,
            hidden::path(&arguments.output)
        ));
    }
    Ok(status)
}

fn compare(arguments: &Arguments, format: &dyn Folder, shell: &Shell) -> Result<ExitStatus, Failure> {
    let check = Check::open(&arguments.output).map_err(failure)?;
    let status = files(arguments, format, shell, |path| check.compiled(path), |file| check.add(file))?;
    if status != ExitStatus::Success {
        return Ok(status);
    }
    let (differences, left) = check.finish(&scope(arguments)).map_err(failure)?;
    say_left(&left, shell);
    let diffs: String = differences.iter().map(|difference| difference.diff.as_str()).collect();
    shell.print(diff::painted(&diffs, shell.appearance()))?;
    match differences.len() {
        0 => Ok(ExitStatus::Success),
        count => {
            shell.say(&format!(
                "{count} {} in {}; run the same command without `--check`",
                if count == 1 { "file differs" } else { "files differ" },
                hidden::path(&arguments.output)
            ));
            Ok(ExitStatus::Mistakes)
        }
    }
}

/// Where stale files are removed: a build for one environment leaves the others unchanged, and a build of some folders
/// the files of policies elsewhere.
fn scope(arguments: &Arguments) -> Scope {
    let within = arguments.target.environment.as_deref().map(PathBuf::from).unwrap_or_default();
    let paths = &arguments.paths.paths;
    let current = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &current[..] } else { paths };
    let searched = paths.iter().filter(|path| path.is_dir()).filter_map(|path| path.canonicalize().ok()).collect();
    Scope { within, searched }
}

/// Names the files that stay although nothing generates them.
fn say_left(left: &[Left], shell: &Shell) {
    for Left { path, reason } in left {
        let path = hidden::path(path);
        shell.say(&match reason {
            LeftReason::Unlisted => format!(
                "{path} stays: it says that canaryc generated it, but the inventory of the folder does not list it; \
                 delete it if it is stale"
            ),
            LeftReason::Sparse => format!(
                "{path} stays: its policy is not in this sparse checkout; delete the file if the policy was deleted"
            ),
            LeftReason::Changed => {
                format!("{path} stays: nothing generates it, but canaryc did not write what is there now; delete it if it is stale")
            }
        });
    }
}

fn compiled(compilation: &Compilation) -> impl Iterator<Item = &Compiled> {
    compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref())
}

/// Compiles the policies, and passes each generated file to `add`.
fn files(
    arguments: &Arguments,
    format: &dyn Folder,
    shell: &Shell,
    note_policy: impl Fn(&Path) + Sync,
    add: impl Fn(Generated<'_>) -> Result<(), WriteError> + Sync,
) -> Result<ExitStatus, Failure> {
    let Arguments { paths, target, levels, .. } = arguments;
    let outcome = compilation::run(paths, target, levels.levels(), shell, "policies", |policy, compilation| {
        let mut releases = compiled(compilation).peekable();
        if releases.peek().is_none() {
            // `add` notes the policy of each file; a policy without files is noted here.
            policy.path.into_iter().for_each(&note_policy);
        }
        releases.flat_map(|release| format.files(release, &arguments.comments(release))).try_for_each(
            |OutputFile { path, content }| {
                add(Generated { path: &path, policy: policy.path, content: &content }).map_err(Box::new)
            },
        )
    })?;
    let status = outcome.conclude(shell);
    match outcome.results.into_iter().find_map(Result::err) {
        Some(error) => Err(failure(*error)),
        None => Ok(status),
    }
}

fn environment_unsaid(environments: &[String]) -> Report {
    let mut found = Diagnostics::new();
    let listed = suggest::one_of(environments.iter().map(String::as_str));
    found.push(
        Diagnostic::without_place(
            Code::EnvironmentUnsaid,
            "the policies declare environments, but the build names none",
        )
        .why("The manifests of different environments would overwrite each other.")
        .help(format!("add `--env` with {listed}, or use `-o DIR`, which writes a folder for each environment")),
    );
    Report::new([(Sources::default(), found)])
}

fn unavailable(Unavailable { message, help }: Unavailable) -> Failure {
    input::asked(Diagnostic::without_place(Code::CommandUsage, message).help(help))
}

fn failure(error: WriteError) -> Failure {
    input::asked(Diagnostic::without_place(Code::CommandUnwritable, error.to_string()))
}
