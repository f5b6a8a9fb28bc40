//! `canaryc apply`: applies policies to a cluster.

use std::io;
use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::runtime::apply::{
    self, Assessment, Decision, Identity, Journal, Permissions, Request, Stopped, Tense, Wanted,
};
use crate::runtime::track::render::lines;
use crate::runtime::track::{Event, FollowOptions, Sink, Tracker, follow};
use crate::runtime::{Connection, Timestamp};
use crate::source::Sources;
use clap::Args;

use super::arguments::{Cluster, duration};
use super::interruption::interruption;
use super::releases::{self, collected, say};
use super::track;
use crate::cli::arguments::{Format, Paths, Target};
use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// How long the controller may take to observe the applied objects.
const SETTLE: Duration = Duration::from_secs(30);

/// Apply policies to a cluster, even during a release
///
/// Compiles policies, reads the live objects, and applies the differences with server-side apply, in a safe order: the
/// Rollouts last. Selectors, weights, header rules and numbers of pods that the controller or an autoscaler has set do not
/// change. If a change would break a release in flight, canaryc rejects it and applies nothing.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status:
    0  everything is applied; with `--wait`, every release is healthy
    1  a policy has errors, canaryc rejects a change, or a release failed during `--wait`
    2  the cluster is unreachable or rejects a request, or the command line is invalid
    3  with `--wait`: a release waits for a person
    4  the time limit has passed
  130  Ctrl-C; canaryc reports what it has applied (143 for SIGTERM)

Examples:
  canaryc apply --dry-run                  print what the command would do
  canaryc apply --env prod checkout.canary.kdl
  canaryc apply --prune --wait --timeout 2h")]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    target: Target,
    /// Change nothing; the API server still validates every object
    #[arg(long)]
    dry_run: bool,
    /// Delete the objects of the releases that the policies no longer contain
    #[arg(long)]
    prune: bool,
    /// Allow changes that restart a release in flight
    #[arg(long)]
    restart_release: bool,
    /// Take over objects and fields that another tool has applied
    #[arg(long)]
    take_over: bool,
    /// Wait until each release has ended or waits for a person
    #[arg(long)]
    wait: bool,
    /// How long to wait, such as `90s`, `30m` or `2h`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    cluster: Cluster,
}

/// Applies the policies.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let compiled = match releases::compile(&arguments.paths, &arguments.target, shell)? {
        Ok(compiled) => compiled,
        Err(status) => return Ok(status),
    };
    let journal = Journal::default();
    super::block_on(async {
        tokio::select! {
            biased;
            status = interruption() => {
                interrupted(&journal, shell);
                Ok(status)
            }
            status = apply_all(arguments, &compiled, &journal, shell) => status,
        }
    })
}

fn interrupted(journal: &Journal, shell: &Shell) {
    let diagnostic = if journal.has_begun() && journal.is_complete() {
        Diagnostic::without_place(Code::ApplyIncomplete, "interrupted while waiting")
            .why(format!("{} The releases continue without this command.", journal.account()))
    } else if journal.has_begun() {
        Diagnostic::without_place(Code::ApplyIncomplete, "interrupted before everything was applied")
            .why(journal.account())
            .help("run the same command again to apply the rest")
    } else {
        Diagnostic::without_place(Code::ApplyIncomplete, "interrupted before anything was applied")
    };
    say(vec![(Sources::default(), collected([diagnostic]))], shell);
}

async fn apply_all(
    arguments: &Arguments,
    compiled: &[releases::Compiled],
    journal: &Journal,
    shell: &Shell,
) -> Result<ExitStatus, Failure> {
    let permissions = Permissions { restart_release: arguments.restart_release, take_over: arguments.take_over };
    let settle = arguments.timeout.map_or(SETTLE, |timeout| timeout.min(SETTLE));
    let request = Request { permissions, prune: arguments.prune, estimate: false, settle };
    let connection = Connection::open(&arguments.cluster.options()).await?;
    let wanted = releases::wanted(compiled, &connection)?;
    let assessments = releases::assess(&connection, &wanted, &request, shell).await?;
    let is_refused = assessments.iter().any(|assessment| assessment.refusals().next().is_some());
    if arguments.dry_run || is_refused {
        releases::print(&wanted, &assessments, Tense::Planned, arguments.format, shell)?;
        let is_refused = releases::say_refusals(&wanted, &assessments, shell);
        if is_refused {
            shell.say("nothing was applied");
        }
        return Ok(if is_refused { ExitStatus::Mistakes } else { ExitStatus::Success });
    }
    for assessment in &assessments {
        journal.expect(assessment.all());
    }
    let carried_out = carry_out(arguments.format, &connection, &wanted, &assessments, &request, journal, shell).await;
    if let Err(stopped) = carried_out {
        return stopped.into_status(journal, shell);
    }
    match arguments.wait {
        true => wait(&connection, &wanted, arguments.timeout, shell).await,
        false => Ok(ExitStatus::Success),
    }
}

/// Why an apply ended early.
enum Early {
    /// An error of the cluster or a refusal, in the release of these sources.
    Stopped(Stopped, Sources),
    /// An error of this machine.
    Failed(Failure),
}

impl Early {
    fn into_status(self, journal: &Journal, shell: &Shell) -> Result<ExitStatus, Failure> {
        let (diagnostic, sources, status) = match self {
            Self::Failed(failure) => return Err(failure),
            Self::Stopped(Stopped::Refused(diagnostic), sources) => (*diagnostic, sources, ExitStatus::Mistakes),
            Self::Stopped(Stopped::ClusterError(error), sources) => (error.diagnostic(), sources, ExitStatus::Usage),
        };
        let mut found: Diagnostics = collected([diagnostic]);
        if journal.has_begun() {
            found.push(
                Diagnostic::without_place(Code::ApplyIncomplete, "not everything was applied")
                    .why(journal.account())
                    .help("run the same command again to apply the rest"),
            );
        }
        say(vec![(sources, found)], shell);
        Ok(status)
    }
}

async fn carry_out(
    format: Format,
    connection: &Connection,
    wanted: &[Wanted],
    assessments: &[Assessment],
    request: &Request,
    journal: &Journal,
    shell: &Shell,
) -> Result<(), Early> {
    let mut all: Vec<(&Wanted, Vec<Decision>)> = Vec::new();
    // A started apply is completed, even if nobody reads the output.
    let mut printed = Ok(());
    let mut stopped = Ok(());
    for (release, assessment) in wanted.iter().zip(assessments) {
        let mut decisions = Vec::new();
        let done = |decision: &Decision| {
            decisions.push(decision.clone());
            if format == Format::Text && printed.is_ok() {
                printed = shell.print(apply::text(decision, Tense::Done, shell.appearance()));
            }
        };
        let outcome = apply::carry_out(connection, release, assessment, request, journal, done).await;
        all.push((release, decisions));
        match outcome {
            Ok(warnings) => drop(say(vec![(release.sources.clone(), collected(warnings))], shell)),
            Err(reason) => {
                stopped = Err(Early::Stopped(reason, release.sources.clone()));
                break;
            }
        }
    }
    if format == Format::Json {
        let pairs = all.iter().map(|(wanted, decisions)| (*wanted, decisions.iter().collect()));
        printed = shell.print(apply::json(pairs, Tense::Done));
    }
    stopped.and(printed.map_err(Early::Failed))
}

/// Follows every release to its end. The worst end determines the exit status.
async fn wait(
    connection: &Connection,
    wanted: &[Wanted],
    patience: Option<Duration>,
    shell: &Shell,
) -> Result<ExitStatus, Failure> {
    let options = FollowOptions { timeout: patience, ..FollowOptions::default() };
    let ends = wanted.iter().filter_map(Wanted::rollout).map(|rollout| async {
        let Identity { namespace, name, .. } = &rollout.identity;
        let ending = follow(connection, namespace, name, &options, &mut Progress(shell)).await?;
        Ok::<_, Failure>(track::status(&ending))
    });
    let ends = futures::future::try_join_all(ends).await?;
    let order = [ExitStatus::Mistakes, ExitStatus::TimedOut, ExitStatus::WaitsForPerson];
    Ok(order.into_iter().find(|status| ends.contains(status)).unwrap_or(ExitStatus::Success))
}

/// Reports what happens to a release during the wait. Standard output contains only what was applied.
struct Progress<'a>(&'a Shell);

impl Sink for Progress<'_> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        if let Some(line) = lines::line(event) {
            self.0.say(&line);
        }
        Ok(())
    }

    fn redraw(&mut self, _: &mut dyn Iterator<Item = &Tracker>, _: Timestamp) -> io::Result<()> {
        Ok(())
    }
}
