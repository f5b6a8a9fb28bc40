//! `canaryc build`: policies become manifests.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{Paths, Target};

/// Write the manifests of policies
///
/// Compiles policies and writes the manifests that carry them out, to standard output or, with `-o DIR`, one file for
/// each release. Either all files are written or none; a file that canaryc wrote for a release that is gone is removed,
/// and a file that it did not write is never touched.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc build                            all policies below the current folder, to standard output
  canaryc build shop/checkout.canary.kdl | kubectl apply -f -
  canaryc build policies -o manifests      one file for each release
  canaryc build -o manifests --check       changes nothing; fails and shows what differs
  canaryc build --env prod --set bake=30m checkout.canary.kdl
  cat checkout.canary.kdl | canaryc build -")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    #[command(flatten)]
    pub target: Target,
    /// The folder that the manifests are written to, one file for each release; `-` is standard output
    #[arg(short, long, value_name = "DIR", default_value = "-")]
    pub output: PathBuf,
    /// The form of the manifests; mistakes have `--message-format`
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    pub format: Format,
    /// Write nothing; show how the folder differs from what would be written, and exit with 1 if it does
    #[arg(long, requires = "output")]
    pub check: bool,
}

/// The form of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// YAML documents.
    Yaml,
    /// A JSON list of objects, `kind: List`.
    Json,
}
