//! `canaryc completions`: the completion script for a shell.

use clap::Args;

use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Print the completion script for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc completions bash > ~/.local/share/bash-completion/completions/canaryc
  canaryc completions zsh > \"${fpath[1]}/_canaryc\"
  canaryc completions fish > ~/.config/fish/completions/canaryc.fish")]
pub struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: clap_complete::Shell,
}

/// Prints the script.
pub fn run(arguments: &Arguments, mut command: clap::Command, shell: &Shell) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "canaryc", &mut script);
    shell.print(script)?;
    Ok(ExitStatus::Success)
}
