//! In: the arguments of the process. Out: its exit status, its output on standard output, all else on standard error.
//! Each command is one file beside this one; what several of them share is in `arguments`, `shell` and `status`.

mod arguments;
mod build;
mod check;
mod compilation;
mod completions;
mod convert;
mod diff;
mod explain;
mod fmt;
mod identities;
mod input;
mod man;
mod page;
mod parse;
mod progress;
mod replace;
#[cfg(feature = "runtime")]
mod runtime;
mod schema;
mod shell;
mod show;
mod status;
mod why;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use shell::{Color, GlobalOptions, Shell};
use status::{ExitStatus, Failure};

/// Compiles a release policy into the Kubernetes manifests that carry it out
///
/// A policy says in a few lines of KDL or YAML how a version reaches its users: who sees it first, how traffic grows,
/// how long each stage is held, and what must hold meanwhile. canaryc checks it and writes the manifests for Argo
/// Rollouts that carry it out.
#[derive(Debug, Parser)]
#[command(name = "canaryc", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_long_help = "\
Exit status:
  0  all is well
  1  a policy has errors, or what was checked differs from what it should be
  2  the command line is wrong, or something around the command is: a missing file, a full disk

Output goes to standard output. Mistakes, progress and all else go to standard error.")]
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

/// The whole command line, for what is generated from it.
fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command that the process was asked for.
pub fn main() -> ExitCode {
    run().into()
}

fn run() -> ExitStatus {
    let arguments: Vec<_> = std::env::args_os().collect();
    // Clap's own messages are painted before it has read the arguments.
    let color = Color::foretold(&arguments);
    let parsed = command().color(color.into()).try_get_matches_from(arguments);
    match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => {
            let shell = Shell::new(&cli.global);
            cli.command.run(&shell).unwrap_or_else(|failure| shell.fail(&failure))
        }
        Err(error) => {
            // Nobody is left to be told when this cannot be written.
            let _ = error.print();
            if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Success }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }
}
