//! In: the arguments of the process. Out: the exit status, output on standard output, diagnostics on standard error.
//! Each command is one file beside this one. Shared parts are in `arguments`, `compilation`, `input`, `shell` and `status`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command line uses files and the environment"
)]

mod arguments;
mod build;
mod check;
mod compilation;
mod completions;
mod convert;
mod diff;
mod explain;
mod fix;
mod fmt;
mod identities;
mod input;
mod levels;
mod man;
mod page;
mod parse;
mod progress;
mod replace;
mod requests;
#[cfg(feature = "runtime")]
mod runtime;
mod schema;
mod shell;
mod show;
mod status;
mod threads;
mod unknown_command;
mod usage;
mod why;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use shell::{Color, GlobalOptions, Shell};
use status::{ExitStatus, Failure};

/// Compiles a release policy into the Kubernetes manifests that carry it out
///
/// A policy says in a few lines of KDL or YAML how a new version reaches its users: who sees it first, how its share of
/// traffic grows, how long each stage lasts, and which conditions must hold. canaryc checks the policy and writes the
/// manifests for Argo Rollouts that carry it out.
#[derive(Debug, Parser)]
#[command(name = "canaryc", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_long_help = "\
Exit status:
  0  success
  1  a policy has errors, or `--check` found a difference
  2  usage or environment error (bad arguments, a missing or unreadable file, a full disk)

Output goes to standard output. Diagnostics and progress go to standard error.")]
struct Cli {
    #[command(flatten)]
    global: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Arguments),
    Check(check::Arguments),
    Show(show::Arguments),
    Why(why::Arguments),
    Convert(convert::Arguments),
    Fmt(fmt::Arguments),
    Parse(parse::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    #[cfg(feature = "runtime")]
    #[command(flatten)]
    Runtime(runtime::Command),
}

impl Command {
    fn run(self, shell: &Shell) -> Result<ExitStatus, Failure> {
        match self {
            Self::Build(arguments) => build::run(&arguments, shell),
            Self::Check(arguments) => check::run(&arguments, shell),
            Self::Show(arguments) => show::run(&arguments, shell),
            Self::Why(arguments) => why::run(&arguments, shell),
            Self::Convert(arguments) => convert::run(&arguments, shell),
            Self::Fmt(arguments) => fmt::run(&arguments, shell),
            Self::Parse(arguments) => parse::run(&arguments, shell),
            Self::Explain(arguments) => explain::run(&arguments, shell),
            Self::Schema(arguments) => schema::run(&arguments, shell),
            Self::Completions(arguments) => completions::run(&arguments, command(), shell),
            Self::Man(arguments) => man::run(&arguments, command(), shell),
            #[cfg(feature = "runtime")]
            Self::Runtime(command) => command.run(shell),
        }
    }
}

/// The whole command line, to generate completions and manual pages from.
fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    run().into()
}

fn run() -> ExitStatus {
    let arguments: Vec<_> = std::env::args_os().collect();
    // clap needs the colour for its own messages before it has parsed the arguments.
    let color = Color::scan(&arguments);
    let parsed = command().color(color.into()).try_get_matches_from(&arguments);
    match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => {
            let shell = Shell::new(&cli.global);
            cli.command.run(&shell).unwrap_or_else(|failure| shell.fail(&failure))
        }
        Err(mut error) => {
            unknown_command::suggest(&mut error, &command());
            #[cfg(not(feature = "runtime"))]
            let error = without_runtime(error);
            let shell = Shell::of_refused(&arguments);
            if error.use_stderr() && shell.is_for_programs() {
                return shell.fail(&input::asked(usage::diagnostic(&error)));
            }
            // Without standard error, the message cannot be shown anywhere. Help is output.
            match error.print() {
                Err(printed) if !error.use_stderr() && printed.kind() != std::io::ErrorKind::BrokenPipe => {
                    Shell::default().fail(&printed.into())
                }
                _ if error.use_stderr() => ExitStatus::Usage,
                _ => ExitStatus::Success,
            }
        }
    }
}

/// The commands of the runtime mode.
#[cfg(any(test, not(feature = "runtime")))]
const RUNTIME_COMMANDS: [&str; 12] =
    ["abort", "apply", "diff", "get", "pause", "promote", "rbac", "restart", "resume", "retry", "track", "undo"];

/// Says how to get a command that this build does not include.
#[cfg(any(test, not(feature = "runtime")))]
fn without_runtime(error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(name)) if RUNTIME_COMMANDS.contains(&&**name) => command().error(
            ErrorKind::InvalidSubcommand,
            format!(
                "`{name}` belongs to the runtime mode, which this build does not include; \
                 install canaryc with `cargo install --path . --locked --features runtime`"
            ),
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn a_command_of_the_runtime_mode_says_how_to_get_it() {
        let build = || clap::Command::new("canaryc").subcommand(clap::Command::new("build"));
        for name in RUNTIME_COMMANDS {
            let error = build().try_get_matches_from(["canaryc", name, "web"]).unwrap_err();
            assert!(without_runtime(error).to_string().contains("--features runtime"), "{name}");
        }
        let error = build().try_get_matches_from(["canaryc", "tracks"]).unwrap_err();
        assert!(!without_runtime(error).to_string().contains("--features runtime"));
    }

    #[cfg(feature = "runtime")]
    #[test]
    fn every_command_of_the_runtime_mode_is_known() {
        let commands = runtime::Command::augment_subcommands(clap::Command::new("canaryc"));
        let mut names: Vec<&str> = commands.get_subcommands().map(clap::Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(names, RUNTIME_COMMANDS);
    }
}
