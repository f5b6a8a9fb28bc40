//! `canaryc rbac`: the roles that the commands need.

use crate::runtime::rights::{Level, Scope, Subject, manifests};
use crate::write::yaml;
use clap::Args;

use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// Print the roles that the commands need in a cluster
///
/// Prints a Role with exactly the permissions that canaryc needs and, if you name a subject, its binding. The command
/// contacts no cluster.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc rbac --namespace shop --user anna | kubectl apply -f -
  canaryc rbac --read-only --cluster --group developers
  canaryc rbac --namespace shop --service-account ci/deployer")]
pub struct Arguments {
    /// Only for commands that change nothing: `track`, `get` and `diff`
    #[arg(long)]
    read_only: bool,
    /// Print a ClusterRole, for all namespaces
    #[arg(long, conflicts_with = "namespace")]
    cluster: bool,
    /// The namespace of the Role [default: none, so `kubectl apply` decides]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// Bind the role to this user; may be repeated
    #[arg(long, value_name = "NAME")]
    user: Vec<String>,
    /// Bind the role to this group; may be repeated
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// Bind the role to this service account; may be repeated
    #[arg(long, value_name = "NAMESPACE/NAME", value_parser = service_account)]
    service_account: Vec<Subject>,
}

fn service_account(text: &str) -> Result<Subject, String> {
    match text.split_once('/') {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains('/') => {
            Ok(Subject::ServiceAccount { namespace: namespace.to_owned(), name: name.to_owned() })
        }
        _ => Err("write NAMESPACE/NAME, such as `ci/deployer`".to_owned()),
    }
}

/// Prints the role.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let level = if arguments.read_only { Level::ReadOnly } else { Level::All };
    let scope = match arguments.cluster {
        true => Scope::Cluster,
        false => Scope::Namespace(arguments.namespace.clone()),
    };
    let users = arguments.user.iter().cloned().map(Subject::User);
    let groups = arguments.group.iter().cloned().map(Subject::Group);
    let subjects: Vec<Subject> = users.chain(groups).chain(arguments.service_account.iter().cloned()).collect();
    shell.print(yaml::text(&manifests(level, &scope, &subjects)))?;
    Ok(ExitStatus::Success)
}
