//! `canaryc diff`: what `canaryc apply` would do.

use std::time::Duration;

use crate::runtime::Connection;
use crate::runtime::apply::{Permissions, Request, Tense};
use clap::Args;

use super::arguments::Cluster;
use super::releases;
use crate::cli::arguments::{Format, Paths, Target};
use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// Show what `apply` would change in a cluster
///
/// Compiles policies, reads the live objects, and shows for each object whether `apply` would create, change, keep or
/// reject it, field by field. The command changes nothing: it asks the API server for the result (a dry run) or, without
/// that permission, estimates it.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status:
  0  no object differs
  1  an object differs, or a policy has errors
  2  the cluster is unreachable, or the command line is invalid

Examples:
  canaryc diff
  canaryc diff --env prod shop/checkout.canary.kdl
  canaryc diff --prune --format json")]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    target: Target,
    /// Include objects of the releases that the policies no longer contain
    #[arg(long)]
    prune: bool,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    cluster: Cluster,
}

/// Shows the differences.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let compiled = match releases::compile(&arguments.paths, &arguments.target, shell)? {
        Ok(compiled) => compiled,
        Err(status) => return Ok(status),
    };
    let request =
        Request { permissions: Permissions::default(), prune: arguments.prune, estimate: true, settle: Duration::ZERO };
    super::block_on(async {
        let connection = Connection::open(&arguments.cluster.options()).await?;
        let wanted = releases::wanted(&compiled, &connection)?;
        let assessments = releases::assess(&connection, &wanted, &request, shell).await?;
        releases::print(&wanted, &assessments, Tense::Planned, arguments.format, shell)?;
        releases::say_refusals(&wanted, &assessments, shell);
        let differs = assessments.iter().any(|assessment| assessment.differs());
        Ok(if differs { ExitStatus::Mistakes } else { ExitStatus::Success })
    })
}
