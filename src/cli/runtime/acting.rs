//! The common part of the commands that change a release. In: their arguments, and how each starts. Out: one line that
//! says what the controller did, or why it did not.

use std::time::Duration;

use crate::diagnostic::{Diagnostic, Diagnostics, Report};
use crate::hidden;
use crate::runtime::Connection;
use crate::runtime::act::{Act, Actor, Listener, Place, Stop};
use crate::runtime::rollout::Rollout;
use crate::source::Sources;
use clap::Args;
use serde::Serialize;

use super::arguments::{Cluster, ReleaseName, duration};
use super::block_on;
use super::interruption::interruption;
use crate::cli::arguments::Format;
use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// Arguments of every command that acts on a release.
#[derive(Debug, Args)]
pub struct Acting {
    /// The release: the name of its Rollout
    #[arg(value_name = "[NAMESPACE/]NAME")]
    release: ReleaseName,
    /// Change nothing; print what the command would do, and check with the API server that it is allowed
    #[arg(long)]
    dry_run: bool,
    /// How long to wait for each action of the controller
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    timeout: Duration,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    cluster: Cluster,
}

/// The state of the Rollout that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The current state.
    Current,
    /// The state after the controller has observed the newest specification.
    Observed,
}

/// A command, and a noun for what it does.
#[derive(Clone, Copy, Debug)]
pub struct Named(pub &'static str, pub &'static str);

/// What the command did, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    namespace: &'a str,
    name: &'a str,
    command: &'a str,
    dry_run: bool,
    from: Place,
    to: Place,
    result: String,
    notes: &'a [String],
}

/// Reports the progress, and records what would remain if the command ended now.
struct Reporter<'a> {
    shell: &'a Shell,
    name: &'a str,
    has_written: bool,
}

impl Listener for Reporter<'_> {
    fn waits_for(&mut self, what: &str) {
        self.shell.say(&format!("{}: waiting for {what}", self.name));
    }

    fn has_written(&mut self) {
        self.has_written = true;
    }
}

/// Reads the Rollout, starts the command, and carries it out.
pub fn run<A: Act>(
    acting: &Acting,
    shell: &Shell,
    named: Named,
    needs: Needs,
    begin: impl AsyncFnOnce(&Actor<'_>, &Rollout) -> Result<A, Stop>,
) -> Result<ExitStatus, Failure> {
    block_on(async {
        let connection = Connection::open(&acting.cluster.options()).await?;
        let namespace = acting.release.namespace.as_deref().unwrap_or_else(|| connection.namespace()).to_owned();
        let name = format!("{namespace}/{}", acting.release.name);
        let timeout = acting.timeout;
        let mut actor = Actor::new(&connection, &namespace, &acting.release.name, timeout);
        let mut reporter = Reporter { shell, name: &name, has_written: false };
        let done = tokio::select! {
            done = act(acting, shell, named, &mut actor, &mut reporter, needs, begin) => done,
            status = interruption() => {
                let state = if reporter.has_written {
                    format!("the {} is stored, and the controller may still act on it", named.1)
                } else {
                    "nothing was changed".to_owned()
                };
                shell.say(&format!("{name}: interrupted; {state}"));
                return Ok(status);
            }
        };
        match done {
            Ok(()) => Ok(ExitStatus::Success),
            Err(Ended::Stop(stop)) => conclude(&stop, stop.diagnostic(&name, named.1), shell),
            Err(Ended::Failure(failure)) => Err(failure),
        }
    })
}

/// Why a command ended early.
enum Ended {
    Stop(Stop),
    Failure(Failure),
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

async fn act<A: Act>(
    acting: &Acting,
    shell: &Shell,
    named: Named,
    actor: &mut Actor<'_>,
    reporter: &mut Reporter<'_>,
    needs: Needs,
    begin: impl AsyncFnOnce(&Actor<'_>, &Rollout) -> Result<A, Stop>,
) -> Result<(), Ended> {
    let before = match needs {
        Needs::Current => actor.read().await.map_err(Stop::from)?,
        Needs::Observed => actor.read_observed(reporter).await?,
    };
    let mut act = begin(actor, &before).await?;
    let from = Place::of(&before);
    let (to, result) = if acting.dry_run {
        actor.try_out(&act, &before).await?;
        (from.clone(), format!("would {}", act.would()))
    } else {
        let after = actor.perform(&mut act, before.clone(), reporter).await?;
        (Place::of(&after), act.has_done(&after))
    };
    let summary = Summary {
        namespace: &before.namespace,
        name: &before.name,
        command: named.0,
        dry_run: acting.dry_run,
        from,
        to,
        result,
        notes: act.notes(),
    };
    print(&summary, acting.format, shell).map_err(Ended::Failure)
}

fn print(summary: &Summary<'_>, format: Format, shell: &Shell) -> Result<(), Failure> {
    match format {
        Format::Text => {
            let line = format!("{}/{}: {}", summary.namespace, summary.name, summary.result);
            shell.print(hidden::sentence(&line).into_owned() + "\n")?;
            for note in summary.notes {
                shell.say(&format!("note: {note}"));
            }
            Ok(())
        }
        Format::Json => {
            let text = serde_json::to_string_pretty(summary).map_err(std::io::Error::from)?;
            shell.print_json(&format!("{text}\n"))
        }
    }
}

/// The exit status of a command that ended early.
fn conclude(stop: &Stop, diagnostic: Diagnostic, shell: &Shell) -> Result<ExitStatus, Failure> {
    let status = match stop {
        Stop::ClusterError(_) | Stop::Refused(_) | Stop::Deleted => ExitStatus::Usage,
        Stop::Overtaken(_) => ExitStatus::Mistakes,
        Stop::TimedOut(_) => ExitStatus::TimedOut,
    };
    let mut found = Diagnostics::new();
    found.push(diagnostic);
    shell.report(&Report::new([(Sources::default(), found)]));
    Ok(status)
}
