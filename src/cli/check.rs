//! `canaryc check`: says what is wrong with policies, and writes nothing.

use crate::diagnostic::{Columns, json};
use clap::Args;

use super::arguments::{Format, Paths, Target};
use super::compilation;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Check policies and write nothing
///
/// Compiles policies for every environment they declare and reports all mistakes of all of them.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc check                            all policies below the current folder
  canaryc check --env prod checkout.canary.kdl
  canaryc check --format json | jq '.diagnostics[].code'
  canaryc check --message-format short     one line for each mistake, for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    #[command(flatten)]
    pub target: Target,
    /// `json` writes the findings to standard output, also when there are none
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
            "{} in {} would work",
            plural(releases, "release", "releases"),
            plural(files, "policy", "policies")
        ));
    }
    Ok(status)
}
