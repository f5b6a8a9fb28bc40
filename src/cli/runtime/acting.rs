//! The common part of the commands that change a release. In: their arguments, and how each starts. Out: one line that
//! says what the controller has done, or why it has not.

use std::time::Duration;

use crate::diagnostic::{Diagnostic, Diagnostics, Report};
use crate::runtime::Connection;
use crate::runtime::act::{Act, Actor, Kept, Place, Stop};
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
    /// Say what would be done, ask the API server whether it may be, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// How long to wait for each thing that the controller is to do
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    timeout: Duration,
    /// How it is said what was done
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    cluster: Cluster,
}

/// What a command needs to know before it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The current Rollout.
    AtOnce,
    /// The Rollout, once the controller has seen its newest specification.
    Observed,
}

/// A command, and a noun for what it does.
#[derive(Clone, Copy, Debug)]
pub struct Named(pub &'static str, pub &'static str);

/// What was done, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    namespace: &'a str,
    name: &'a str,
    command: &'a str,
    dry_run: bool,
    from: Place,
    to: Place,
    said: String,
    notes: &'a [String],
}

/// Reports the progress, and records what would remain if the command ended now.
struct Keeper<'a> {
    shell: &'a Shell,
    name: &'a str,
    has_written: bool,
}

impl Kept for Keeper<'_> {
    fn waits_for(&mut self, what: &str) {
        self.shell.say(&format!("{}: waits for {what}", self.name));
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
    look: Look,
    begin: impl AsyncFnOnce(&Actor<'_>, &Rollout) -> Result<A, Stop>,
) -> Result<ExitStatus, Failure> {
    block_on(async {
        let connection = Connection::open(&acting.cluster.options()).await?;
        let namespace = acting.release.namespace.as_deref().unwrap_or_else(|| connection.namespace()).to_owned();
        let name = format!("{namespace}/{}", acting.release.name);
        let timeout = acting.timeout;
        let mut actor = Actor::new(&connection, &namespace, &acting.release.name, timeout);
        let mut keeper = Keeper { shell, name: &name, has_written: false };
        let done = tokio::select! {
            done = act(acting, shell, named, &mut actor, &mut keeper, look, begin) => done,
            status = interruption() => {
                let state = if keeper.has_written {
                    format!("the {} is stored, and the controller may still take it", named.1)
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
    keeper: &mut Keeper<'_>,
    look: Look,
    begin: impl AsyncFnOnce(&Actor<'_>, &Rollout) -> Result<A, Stop>,
) -> Result<(), Ended> {
    let before = match look {
        Look::AtOnce => actor.read().await.map_err(Stop::from)?,
        Look::Observed => actor.read_observed(keeper).await?,
    };
    let mut act = begin(actor, &before).await?;
    let from = Place::of(&before);
    let (to, said) = if acting.dry_run {
        actor.try_out(&act, &before).await?;
        (from.clone(), format!("would {}", act.would()))
    } else {
        let after = actor.perform(&mut act, before.clone(), keeper).await?;
        (Place::of(&after), act.has_done(&after))
    };
    let account = Account {
        namespace: &before.namespace,
        name: &before.name,
        command: named.0,
        dry_run: acting.dry_run,
        from,
        to,
        said,
        notes: act.notes(),
    };
    tell(&account, acting.format, shell).map_err(Ended::Failure)
}

fn tell(account: &Account<'_>, format: Format, shell: &Shell) -> Result<(), Failure> {
    match format {
        Format::Text => {
            shell.print(format!("{}/{}: {}\n", account.namespace, account.name, account.said))?;
            for note in account.notes {
                shell.say(&format!("note: {note}"));
            }
            Ok(())
        }
        Format::Json => {
            let text = serde_json::to_string_pretty(account).map_err(std::io::Error::from)?;
            shell.print(format!("{text}\n"))
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
