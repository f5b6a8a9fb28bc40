//! `canaryc check`: says what is wrong with policies, and writes nothing.

use clap::Args;

use super::arguments::{Paths, Target};
use super::explain::Format;

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
