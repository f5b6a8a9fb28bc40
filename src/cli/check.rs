//! `canaryc check`: reports the errors of policies, and writes nothing.

use crate::compile::Compilation;
use crate::diagnostic::{Columns, json};
use clap::Args;

use super::arguments::{Format, Paths, Target};
use super::compilation::{self, Policy};
use super::levels::LevelArguments;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Check policies and write nothing
///
/// Compiles policies for every environment that they declare, and reports all errors at once.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc check                            all policies below the current folder
  canaryc check --env prod checkout.canary.kdl
  canaryc check --format json | jq '.diagnostics[].code'
  canaryc check --level release/unwatched=error --level check/unused=off
  canaryc check --message-format short     one line for each diagnostic, for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub levels: LevelArguments,
    /// `json` writes the diagnostics to standard output, even if there are none
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Checks the policies.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let Arguments { paths, target, levels, format } = arguments;
    let count = |_: Policy<'_>, compilation: &Compilation| compilation.policies.len();
    let outcome = compilation::run(paths, target, levels.levels(), shell, "policies", count)?;
    if *format == Format::Json {
        let mut out = Vec::new();
        json::render(&outcome.report, Columns::Characters, &mut out)?;
        shell.print(out)?;
        return Ok(if outcome.report.has_errors() { ExitStatus::Mistakes } else { ExitStatus::Success });
    }
    let status = shell.conclude(&outcome.report);
    if status == ExitStatus::Success {
        let (files, releases) = (outcome.results.len(), outcome.results.iter().sum::<usize>());
        let plural = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        shell.say(&format!(
            "{} in {}: no errors",
            plural(releases, "release", "releases"),
            plural(files, "policy", "policies")
        ));
    }
    Ok(status)
}
