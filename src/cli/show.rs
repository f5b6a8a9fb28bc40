//! `canaryc show`: the effective policy, with the origin of each value.

use std::path::PathBuf;

use crate::diagnostic::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Report, reference};
use crate::show;
use clap::Args;

use super::arguments::Format;
use super::arguments::{StandardInput, Target};
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{compilation, input};

/// Show the effective policy, each value with its origin
///
/// Prints the stages as a table, and then the result of merging profiles, release and environment, with the line that each
/// value comes from. With `--all` also the defaults.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc show checkout.canary.kdl --env prod
  canaryc show checkout.canary.kdl --all
  canaryc show checkout.canary.kdl --release checkout --format json")]
pub struct Arguments {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub standard_input: StandardInput,
    #[command(flatten)]
    pub target: Target,
    /// Only this release
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// Also show the values that are defaults
    #[arg(long)]
    pub all: bool,
    /// The format of the output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Shows the releases of the file.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let (source, compilation) = compilation::file(&arguments.file, &arguments.standard_input, &arguments.target)?;
    let wanted = |name: Option<&str>| arguments.release.as_deref().is_none_or(|wanted| name == Some(wanted));
    let names: Vec<&str> = compilation.policies.iter().filter_map(|policy| policy.resolved.release.name()).collect();
    if let Some(name) = arguments.release.as_deref().filter(|name| !names.contains(name)) {
        let unknown = reference::unknown("release", name, source.span(), &names);
        let message = Diagnostic::without_place(Code::ReferenceUnknown, unknown.message);
        return Err(input::asked(message.maybe_help(unknown.help.map(String::from))));
    }
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    for policy in compilation.policies.iter().filter(|policy| wanted(policy.resolved.release.name())) {
        let release = policy.compiled.as_ref().map(|compiled| &compiled.release);
        let effective = show::effective(&policy.resolved, release, &compilation.sources);
        let timeline = policy
            .compiled
            .as_ref()
            .map_or_else(Vec::new, |compiled| show::timeline(&compiled.release, &compiled.plan));
        match arguments.format {
            Format::Text => texts.push(show::text(&effective, &timeline, arguments.all)),
            Format::Json => values.push(show::json(&effective, &timeline)),
        }
    }
    match arguments.format {
        Format::Text => shell.print(texts.join("\n"))?,
        Format::Json => shell.print_json(&format!("{:#}\n", serde_json::Value::Array(values)))?,
    }
    let mut found = Diagnostics::new();
    found.append(compilation.diagnostics);
    Ok(shell.conclude(&Report::new([(compilation.sources, found)])))
}
