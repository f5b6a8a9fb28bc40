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

/// Show what an apply of policies would change in a cluster
///
/// Compiles policies, reads what is live, and says for every object whether it would be created, changed, left as it is,
/// or refused, field by field. Nothing is changed: the API server is asked what an apply would lead to (a dry run), or,
/// where that is not allowed, it is estimated.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status:
  0  nothing differs
  1  something differs, or a policy has errors
  2  the cluster cannot be asked, or the command line is wrong

Examples:
  canaryc diff
  canaryc diff --env prod shop/checkout.canary.kdl
  canaryc diff --prune --format json")]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    target: Target,
    /// Look also for objects of the releases that the policies no longer have
    #[arg(long)]
    prune: bool,
    /// The form of the output
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
