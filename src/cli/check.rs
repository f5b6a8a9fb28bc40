//! `canaryc check`: reports the errors of policies, and writes nothing.

use crate::diagnostic::{Columns, json};
use clap::Args;

use super::arguments::{Format, Paths, Target};
use super::compilation;
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
  canaryc check --message-format short     one line for each diagnostic, for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    #[command(flatten)]
    pub target: Target,
    /// `json` writes the diagnostics to standard output, even if there are none
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Checks the policies.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let outcome = compilation::run(&arguments.paths, &arguments.target, shell, "policies", |_, compilation| {
        compilation.policies.len()
    })?;
    if arguments.format == Format::Json {
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
