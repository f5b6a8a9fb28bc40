//! `canaryc rbac`: the roles that the commands need.

use crate::runtime::rights::{Level, Scope, Subject, manifests};
use crate::write::yaml;
use clap::Args;

use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// Print the roles that the commands need in a cluster
///
/// Prints a Role with exactly what canaryc does to which kinds of objects, and, when somebody is named, its binding. No
/// cluster is asked.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc rbac --namespace shop --user anna | kubectl apply -f -
  canaryc rbac --read-only --cluster --group developers
  canaryc rbac --namespace shop --service-account ci/deployer")]
pub struct Arguments {
    /// Only what changes nothing: `track`, `get` and `diff`
    #[arg(long)]
    read_only: bool,
    /// For all namespaces: a ClusterRole
    #[arg(long, conflicts_with = "namespace")]
    cluster: bool,
    /// The namespace of the Role [default: where it is applied]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// A user who gets the role; may be given several times
    #[arg(long, value_name = "NAME")]
    user: Vec<String>,
    /// A group that gets the role; may be given several times
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// A service account that gets the role; may be given several times
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
