//! `canaryc show`: the effective policy, with the origin of each value.

use std::path::PathBuf;

use clap::Args;

use super::arguments::{StandardInput, Target};
use super::explain::Format;

/// Show the effective policy, each value with its origin
///
/// Prints what profiles, release and environment add up to, defaults included, and for each value the line that it
/// comes from.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc show checkout.canary.kdl --env prod
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
    /// How the policy is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}
