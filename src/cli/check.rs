//! `canaryc check`: reports the errors of policies. With `--fix`, it corrects those whose correction is certain.

use std::collections::BTreeSet;

use crate::compile::{Compilation, Compiled};
use crate::diagnostic::{Code, Columns, Diagnostic, json};
use clap::Args;

use super::arguments::{Format, Paths, Target};
use super::compilation::{self, Policy};
use super::levels::LevelArguments;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{fix, input};

/// Check policies
///
/// Compiles policies for every environment that they declare, and reports all errors at once. It writes nothing, except
/// with `--fix`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc check                            all policies below the current folder
  canaryc check --env prod checkout.canary.kdl
  canaryc check --format json | jq '.diagnostics[].code'
  canaryc check --level release/unwatched=error --level check/unused=off
  canaryc check --deny-warnings            for CI: a warning fails too
  canaryc check --fix                      corrects what has one certain correction
  canaryc check --message-format short     one line for each diagnostic, for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub levels: LevelArguments,
    /// Correct the mistakes that have one certain correction, in the policies and in the files that they include, and report
    /// the rest
    #[arg(long)]
    pub fix: bool,
    /// `json` writes the diagnostics to standard output, even if there are none
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Checks the policies.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    match checked(arguments, shell) {
        // A program that reads JSON gets it even if nothing could be checked.
        Err(Failure::Asked(report)) if arguments.format == Format::Json => {
            let mut out = Vec::new();
            json::render(&report, Columns::Characters, &mut out)?;
            shell.print(out)?;
            Ok(ExitStatus::Usage)
        }
        outcome => outcome,
    }
}

fn checked(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let Arguments { paths, target, levels, fix, format } = arguments;
    let count = |_: Policy<'_>, compilation: &Compilation| {
        let compiled = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
        (compilation.policies.len(), compiled.flat_map(Compiled::outside).collect::<BTreeSet<_>>())
    };
    let compile = || compilation::run(paths, target, levels.levels(), shell, "policies", count);
    let mut outcome = compile()?;
    if *fix {
        if paths.paths.iter().any(|path| path.as_os_str() == "-") {
            let message = "standard input cannot be fixed in place";
            let help = "save the policy as a file, and write `canaryc check --fix FILE`";
            return Err(input::asked(Diagnostic::without_place(Code::CommandUsage, message).help(help)));
        }
        let (mut mistakes, mut files) = (0, BTreeSet::new());
        for _ in 0..fix::ROUNDS {
            let (corrected, changed) = fix::apply(&outcome.report)?;
            if corrected == 0 {
                break;
            }
            mistakes += corrected;
            files.extend(changed);
            outcome = compile()?;
        }
        shell.say(&format!("{} fixed in {}", plural(mistakes, "mistake"), plural(files.len(), "file")));
    }
    if *format == Format::Json {
        let mut out = Vec::new();
        let status = outcome.status();
        json::render_with(&outcome.report, Columns::Characters, &outside(outcome.results), &mut out)?;
        shell.print(out)?;
        return Ok(status);
    }
    let status = outcome.conclude(shell);
    if status == ExitStatus::Success {
        let (files, releases) =
            (outcome.results.len(), outcome.results.iter().map(|(releases, _)| releases).sum::<usize>());
        let policies = if files == 1 { "1 policy".to_owned() } else { format!("{files} policies") };
        shell.say(&format!("{} in {policies}: no errors", plural(releases, "release")));
        let outside = outside(outcome.results);
        if !outside.is_empty() {
            shell.say(&format!("not checked: Prometheus must have {} (docs/telemetry.md)", outside.join(", ")));
        }
    }
    Ok(status)
}

/// What must hold outside for any policy, each once.
fn outside(results: Vec<(usize, BTreeSet<String>)>) -> Vec<String> {
    let all: BTreeSet<String> = results.into_iter().flat_map(|(_, outside)| outside).collect();
    all.into_iter().collect()
}

fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
