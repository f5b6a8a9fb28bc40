//! `canaryc schema`: the JSON Schemas of what canaryc reads.

use clap::Args;

/// Print the JSON Schema of policies
///
/// An editor with a YAML language server completes and checks `*.canary.yaml` by it. Without a name, the names of all
/// schemas are listed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc schema
  canaryc schema policy > canaryc.schema.json")]
pub struct Arguments {
    /// The schema to print
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}
