//! `canaryc schema`: the JSON Schema of policies.

use crate::vocabulary;
use clap::Args;

use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Print the JSON Schema of policies
///
/// With it, an editor that has a YAML language server completes and checks `*.canary.yaml` files. It is generated from
/// the same table as the language reference.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc schema > canaryc.schema.json
  canaryc schema | jq '.properties | keys'")]
pub struct Arguments {}

/// Prints the schema.
pub fn run(_: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    shell.print(vocabulary::json_schema_text())?;
    Ok(ExitStatus::Success)
}
