//! `canaryc parse`: the document tree of a file.

use std::path::PathBuf;

use clap::Args;

use super::arguments::StandardInput;
use super::explain::Format;

/// Print the document tree of a file
///
/// Shows what the file says before any of it has a meaning: nodes, arguments, properties and children, with the bytes
/// they stand at.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc parse checkout.canary.kdl
  canaryc parse checkout.canary.kdl --format json | jq '.[].name'")]
pub struct Arguments {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub standard_input: StandardInput,
    /// How the tree is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}
