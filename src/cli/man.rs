//! `canaryc man`: the manual pages.

use std::path::PathBuf;

use clap::Args;

use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Print the manual page, or write the pages of all commands to a folder
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc man | man -l -
  canaryc man ~/.local/share/man/man1      canaryc.1, canaryc-build.1 and so on")]
pub struct Arguments {
    /// An existing folder for the pages of all commands
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints the main page, or writes all pages.
pub fn run(arguments: &Arguments, command: clap::Command, shell: &Shell) -> Result<ExitStatus, Failure> {
    match &arguments.folder {
        Some(folder) => clap_mangen::generate_to(command, folder)
            .map_err(|error| Failure::Unwritable(Some(folder.clone()), error))?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            shell.print(page)?;
        }
    }
    Ok(ExitStatus::Success)
}
