//! `canaryc get`: a release with all its objects, or a table of all releases.

use crate::diagnostic::text::Appearance;
use crate::kubernetes::kinds::Kind;
use crate::runtime::get::{all, json, one, text};
use crate::runtime::track::render::table;
use crate::runtime::{Attempt, ClusterError, Connection, Timestamp};
use clap::Args;

use super::arguments::{Cluster, ReleaseName};
use super::block_on;
use crate::cli::arguments::Format;
use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// Show a release with its revisions, pods and analyses, or a table of all releases
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc get                      the releases of the namespace
  canaryc get -A                   the releases of all namespaces
  canaryc get shop/checkout        one release with all its objects")]
pub struct Arguments {
    /// The release: NAME, or NAMESPACE/NAME [default: all, as a table]
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Show the releases of all namespaces
    #[arg(short = 'A', long, conflicts_with = "release")]
    all_namespaces: bool,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    cluster: Cluster,
}

pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    block_on(async {
        let connection = Connection::open(&arguments.cluster.options()).await?;
        let now = Timestamp::now();
        let appearance = Appearance { width: shell.appearance().width.max(widest(shell)), ..shell.appearance() };
        let lines = match &arguments.release {
            Some(release) => {
                let namespace = release.namespace.as_deref().unwrap_or_else(|| connection.namespace());
                let missing =
                    || ClusterError::NotFound { attempt: Attempt::on("get", Kind::Rollout, namespace, &release.name) };
                let tree = one(&connection, namespace, &release.name, now).await?.ok_or_else(missing)?;
                match arguments.format {
                    Format::Text => text::text(&tree, now, appearance),
                    Format::Json => vec![json::tree(&tree).to_string()],
                }
            }
            None => {
                let namespace = (!arguments.all_namespaces).then(|| connection.namespace());
                let views = all(&connection, namespace, now).await?;
                match arguments.format {
                    Format::Json => vec![json::list(&views).to_string()],
                    Format::Text if views.is_empty() => {
                        let place =
                            namespace.map_or_else(|| "the cluster".to_owned(), |name| format!("namespace `{name}`"));
                        shell.say(&format!("no releases in {place}"));
                        Vec::new()
                    }
                    Format::Text => table::table(&views, now, appearance),
                }
            }
        };
        let mut output = lines.join("\n");
        if !output.is_empty() {
            output.push('\n');
        }
        match arguments.format {
            Format::Json => shell.print_json(&output)?,
            Format::Text => shell.print(output)?,
        }
        Ok(ExitStatus::Success)
    })
}

/// In a pipe, only what no person writes is cut.
fn widest(shell: &Shell) -> usize {
    use std::io::IsTerminal as _;
    if std::io::stdout().is_terminal() { shell.appearance().width } else { 10_000 }
}
