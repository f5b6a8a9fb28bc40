//! `canaryc fmt`: lays out policies evenly.

use clap::Args;

use super::arguments::Paths;

/// Lay out KDL policies evenly
///
/// Rewrites the files in place; comments stay. Standard input is written to standard output. Policies in YAML and JSON
/// are passed over.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc fmt                              all policies below the current folder
  canaryc fmt --check                      changes nothing; fails and shows what would change
  canaryc fmt - < checkout.canary.kdl      for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    pub check: bool,
}
