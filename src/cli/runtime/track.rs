//! `canaryc track`: shows a release, or all releases of a namespace, live: as a picture on a terminal, otherwise as
//! lines or JSON.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::diagnostic::text::Appearance;
use crate::hidden;
use crate::runtime::track::render::{json, lines, screen, table};
use crate::runtime::track::{Ending, Event, EventKind, FollowOptions, Sink, Stopped, Tracker, follow, follow_all};
use crate::runtime::{Connection, Timestamp};
use clap::Args;

use super::arguments::{Cluster, ReleaseName, duration};
use super::block_on;
use super::interruption::interruption;
use crate::cli::arguments::Format;
use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};

/// Follow a release to its end
///
/// Shows the stages, the weight, the pods and the checks. A terminal shows a picture that is redrawn in place; a pipe
/// receives one line for each event. The command ends when the release ends, or when it waits for a person.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status:
    0  the new version receives all requests, or the release reached the stage of --until
    1  the release was aborted, rolled back or deleted, or is degraded
    2  the cluster is unreachable, or rejects a request
    3  the release waits for a person
    4  the time of --timeout has passed
  130  Ctrl-C; the release continues (143 for SIGTERM)

Examples:
  canaryc track shop/checkout                         follow a release to its end
  kubectl apply -f manifests && canaryc track web     in CI: fails if the release fails
  canaryc track web --until half --timeout 30m        wait for a stage
  canaryc track web --keep-waiting                    continue while the release waits for a person
  canaryc track --all --all-namespaces                follow all releases in progress")]
pub struct Arguments {
    /// The release: NAME, or NAMESPACE/NAME
    #[arg(value_name = "RELEASE", required_unless_present = "all", conflicts_with = "all")]
    release: Option<ReleaseName>,
    /// End when the release reaches this stage
    #[arg(long, value_name = "STAGE", conflicts_with = "all")]
    until: Option<String>,
    /// End after this time, such as `30m`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
    /// Continue when the release waits for a person
    #[arg(long, conflicts_with = "all")]
    keep_waiting: bool,
    /// Follow all releases of the namespace until Ctrl-C or --timeout
    #[arg(long)]
    all: bool,
    /// With --all: follow the releases of all namespaces
    #[arg(short = 'A', long, requires = "all")]
    all_namespaces: bool,
    /// The output format: a picture or lines, or one JSON object for each event
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    cluster: Cluster,
}

pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    block_on(async {
        let connection = Connection::open(&arguments.cluster.options()).await?;
        let mut sink = Output::new(arguments.format, shell);
        let Some(release) = &arguments.release else { return all(arguments, &connection, &mut sink, shell).await };
        let namespace = release.namespace.as_deref().unwrap_or_else(|| connection.namespace());
        let options = FollowOptions {
            until: arguments.until.clone(),
            keep_waiting: arguments.keep_waiting,
            timeout: arguments.timeout,
        };
        tokio::select! {
            ended = follow(&connection, namespace, &release.name, &options, &mut sink) => Ok(status(&ended?)),
            status = interruption() => {
                shell.say(&format!("stopped following; the release {namespace}/{} continues", release.name));
                Ok(status)
            }
        }
    })
}

async fn all(
    arguments: &Arguments,
    connection: &Connection,
    sink: &mut Output,
    shell: &Shell,
) -> Result<ExitStatus, Failure> {
    let namespace = (!arguments.all_namespaces).then(|| connection.namespace());
    let limit = async {
        match arguments.timeout {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = follow_all(connection, namespace, sink) => match ended? {},
        () = limit => Ok(ExitStatus::TimedOut),
        status = interruption() => {
            shell.say("stopped following; the releases continue");
            Ok(status)
        }
    }
}

/// The exit status of an ending.
pub(super) fn status(ending: &Ending) -> ExitStatus {
    match ending {
        Ending::Healthy | Ending::Reached(_) => ExitStatus::Success,
        Ending::Failed(_) => ExitStatus::Mistakes,
        Ending::Waiting(_) => ExitStatus::WaitsForPerson,
        Ending::TimedOut(_) => ExitStatus::TimedOut,
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::ClusterError(error) => error.into(),
            Stopped::Output(error) => error.into(),
        }
    }
}

/// Standard output, in the requested format.
pub struct Output {
    form: Form,
    is_quiet: bool,
    color: bool,
    unicode: bool,
}

enum Form {
    Json,
    Lines,
    Screen { painter: screen::Painter, above: Vec<String>, painted: Option<Instant> },
}

/// The minimum time between two redraws of a picture of many releases.
const PAINT: Duration = Duration::from_millis(250);

impl Output {
    /// A screen on a terminal, otherwise lines; JSON on request.
    pub fn new(format: Format, shell: &Shell) -> Self {
        let form = match format {
            Format::Json => Form::Json,
            Format::Text if io::stdout().is_terminal() => {
                Form::Screen { painter: screen::Painter::default(), above: Vec::new(), painted: None }
            }
            Format::Text => Form::Lines,
        };
        let appearance = shell.appearance();
        Self { form, is_quiet: shell.quiet, color: appearance.color, unicode: appearance.unicode }
    }
}

impl Sink for Output {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        let is_end = matches!(event.kind, EventKind::Ended(_));
        if self.is_quiet && !is_end && !matches!(self.form, Form::Json) {
            return Ok(());
        }
        match &mut self.form {
            Form::Json => write(&hidden::json(&format!("{}\n", json::event(event)))),
            Form::Lines => lines::line(event).map_or(Ok(()), |line| write(&format!("{line}\n"))),
            Form::Screen { above, .. } => {
                // The picture shows how it ended.
                above.extend(lines::line(event).filter(|_| !is_end));
                Ok(())
            }
        }
    }

    fn redraw(&mut self, trackers: &mut dyn Iterator<Item = &Tracker>, now: Timestamp) -> io::Result<()> {
        let Form::Screen { painter, above, painted } = &mut self.form else { return Ok(()) };
        let (width, height) = terminal_size::terminal_size()
            .map_or((80, 24), |(width, height)| (usize::from(width.0), usize::from(height.0)));
        let appearance = Appearance { color: self.color, unicode: self.unicode, width };
        let Some(first) = trackers.next() else { return Ok(()) };
        let second = trackers.next();
        let picture = match second {
            None => match first.view() {
                Some(view) => screen::picture(&view, now, appearance),
                None => return Ok(()),
            },
            Some(second) => {
                if painted.is_some_and(|painted| painted.elapsed() < PAINT) && above.is_empty() {
                    return Ok(());
                }
                let views: Vec<_> = [first, second].into_iter().chain(trackers).filter_map(Tracker::view).collect();
                table::in_progress(&views, now, appearance, height)
            }
        };
        let text = painter.repaint(&std::mem::take(above), picture, (width, height));
        *painted = Some(Instant::now());
        write(&text)
    }
}

/// To standard output, at once.
fn write(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
