//! `canaryc convert`: the same policy in another syntax.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::StandardInput;

/// Write a policy in another syntax
///
/// KDL, YAML and JSON say the same of a policy; comments are lost on the way. The result goes to standard output.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc convert checkout.canary.kdl > checkout.canary.yaml
  canaryc convert checkout.canary.yaml     back to KDL
  canaryc convert checkout.canary.kdl --to json | jq .release")]
pub struct Arguments {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub standard_input: StandardInput,
    /// The syntax to write [default: yaml for KDL, kdl for YAML and JSON]
    #[arg(long, value_name = "SYNTAX")]
    pub to: Option<Syntax>,
}

/// A syntax to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Syntax {
    /// KDL 2.0.
    Kdl,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}
