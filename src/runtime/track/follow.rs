//! In: a connection, and one release or all releases of a namespace. Out: what happens to them, reported to a [`Sink`],
//! and how it ended. Objects become events of a [`Tracker`]. Periodic requests determine whether the API server
//! answers.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::{SelectAll, StreamExt as _, select_all};
use jiff::{SignedDuration, Timestamp};
use kube::ResourceExt as _;
use kube::api::{Api, DynamicObject, ListParams};
use kube::runtime::watcher;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};

use super::ending::Ending;
use super::happening::Happening;
use super::observed::{Event, PodProblem, slim};
use super::tracker::{Options, Tracker, has_stage};
use super::watch::{self, Meaning};
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::runtime::cluster_error::{Attempt, ClusterError};
use crate::runtime::connection::Connection;
use crate::runtime::rollout::Rollout;
use crate::runtime::workload;

/// The interval between these requests while the API server answers, and while it does not.
const ASK: Duration = Duration::from_secs(20);
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// The time limit for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long the API server may refuse what it has allowed before: a starting server does so briefly.
const REFUSAL: Duration = Duration::from_secs(30);
/// How long the API server may be unavailable without an explicit time limit.
const PATIENCE: Duration = Duration::from_secs(300);

/// How a release is followed.
#[derive(Clone, Debug, Default)]
pub struct FollowOptions {
    /// The stage at which to stop.
    pub until: Option<String>,
    /// Whether to continue when a person must decide.
    pub keep_waiting: bool,
    /// The time limit.
    pub timeout: Option<Duration>,
}

/// The receiver of what happens.
pub trait Sink {
    /// Something happened.
    ///
    /// # Errors
    /// When it cannot write.
    fn happened(&mut self, happening: &Happening) -> io::Result<()>;

    /// Called when something has changed, or once a second, to redraw pictures.
    ///
    /// # Errors
    /// When it cannot write.
    fn look(&mut self, trackers: &mut dyn Iterator<Item = &Tracker>, now: Timestamp) -> io::Result<()>;
}

/// Why following stopped early.
#[derive(Debug)]
pub enum Stopped {
    /// The cluster is not usable.
    ClusterError(ClusterError),
    /// The sink cannot write.
    Output(io::Error),
}

impl From<ClusterError> for Stopped {
    fn from(trouble: ClusterError) -> Self {
        Self::ClusterError(trouble)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Follows one release to its end.
///
/// # Errors
/// When the cluster is unavailable at the start, or for too long; when it refuses a request; when the release or the
/// stage does not exist; when the sink cannot write.
pub async fn follow(
    connection: &Connection,
    namespace: &str,
    name: &str,
    options: &FollowOptions,
    sink: &mut dyn Sink,
) -> Result<Ending, Stopped> {
    let begun = Instant::now();
    let rollouts = connection.objects(Kind::Rollout, namespace);
    let failed =
        |error: &kube::Error| Attempt::on("get", Kind::Rollout, namespace, name).failed(error, connection.server());
    let object = rollouts.get(name).await.map_err(|error| failed(&error))?;
    let uid = object.uid().unwrap_or_default();
    let rollout = Rollout::read(&object);
    if let Some(wanted) = &options.until {
        has_stage(&rollout, wanted).map_err(|known| ClusterError::NoSuchStage { wanted: wanted.clone(), known })?;
    }
    let workload = workload::generation(connection, &rollout).await?;
    let mut tracker = Tracker::new(Options {
        until: options.until.clone(),
        keep_waiting: options.keep_waiting,
        one_of_many: false,
        awaits_workload: workload.is_some(),
    });
    if let Some(generation) = workload {
        tracker.apply(Event::Workload(generation), Timestamp::now());
    }
    let streams = select_all([
        watch::one(connection, Kind::Rollout, namespace, name),
        watch::all(connection, Kind::ReplicaSet, Some(namespace)),
        watch::all(connection, Kind::AnalysisRun, Some(namespace)),
    ]);
    let mut line = Line::new(connection, rollouts, Some(namespace), Some(name), streams);
    let mut listing: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    loop {
        let mut events = Vec::new();
        match line.next(tracker.ending().is_none()).await? {
            Signal::Seen(kind, event) => events.extend(of_one(kind, event, &uid, &mut listing)),
            Signal::Asked(object) => {
                events.push(Event::Back);
                events.push(object.map_or_else(
                    || Event::Gone(Kind::Rollout, name.to_owned()),
                    |object| Event::Rollout(Box::new(Rollout::read(&object))),
                ));
            }
            Signal::Lost(reason) => events.push(Event::Lost(reason)),
            Signal::Nothing => {}
            Signal::Second => events.push(Event::Tick),
        }
        let now = Timestamp::now();
        for event in events {
            for happening in tracker.apply(event, now) {
                sink.happened(&happening)?;
            }
        }
        if let Some(limit) = options.timeout.filter(|limit| begun.elapsed() >= *limit) {
            let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
            for happening in tracker.time_out(limit, now) {
                sink.happened(&happening)?;
            }
        }
        sink.look(&mut std::iter::once(&tracker), now)?;
        if let Some(ending) = tracker.ending() {
            return Ok(ending.clone());
        }
        if options.timeout.is_none() {
            line.has_patience()?;
        }
        if let Some(hash) = tracker.question(now)
            && let Some(pods) = ailing(connection, namespace, &hash).await
        {
            for happening in tracker.apply(Event::Pods(hash, pods), Timestamp::now()) {
                sink.happened(&happening)?;
            }
        }
    }
}

/// Follows all releases of a namespace, or of all namespaces, until the caller stops it.
///
/// # Errors
/// When the cluster is unavailable at the start, or refuses a request; when the sink cannot write.
pub async fn follow_all(
    connection: &Connection,
    namespace: Option<&str>,
    sink: &mut dyn Sink,
) -> Result<std::convert::Infallible, Stopped> {
    let api = match namespace {
        Some(namespace) => connection.objects(Kind::Rollout, namespace),
        None => connection.objects_everywhere(Kind::Rollout),
    };
    let failed =
        |error: &kube::Error| Attempt::on_all("list", Kind::Rollout, namespace).failed(error, connection.server());
    api.list(&ListParams::default().limit(1)).await.map_err(|error| failed(&error))?;
    let kinds = [Kind::Rollout, Kind::ReplicaSet, Kind::AnalysisRun];
    let streams = select_all(kinds.map(|kind| watch::all(connection, kind, namespace)));
    let mut line = Line::new(connection, api, namespace, None, streams);
    let mut many = super::many::Many::default();
    loop {
        let now = Timestamp::now();
        let mut happenings = Vec::new();
        let heard = line.next(true).await?;
        match heard {
            Signal::Seen(kind, event) => many.seen(kind, event, now, &mut happenings),
            Signal::Asked(_) => many.tell_all(&Event::Back, now, &mut happenings),
            Signal::Lost(reason) => many.tell_all(&Event::Lost(reason), now, &mut happenings),
            Signal::Second => many.tell_all(&Event::Tick, now, &mut happenings),
            Signal::Nothing => continue,
        }
        for happening in &happenings {
            sink.happened(happening)?;
        }
        if many.is_complete() {
            sink.look(&mut many.trackers(), now)?;
        }
    }
}

/// The problems of a version's pods. They are optional: a user who may not read pods does without.
async fn ailing(connection: &Connection, namespace: &str, hash: &str) -> Option<Vec<PodProblem>> {
    let pods = connection.objects(Kind::Pod, namespace);
    let list = ListParams::default().labels(&format!("{POD_TEMPLATE_HASH}={hash}")).limit(50);
    let pods = timeout(ANSWER, pods.list(&list)).await.ok()?.ok()?;
    let mut ailing: Vec<_> = pods.items.iter().filter_map(PodProblem::of).collect();
    ailing.sort_by(|one, other| one.name.cmp(&other.name));
    Some(ailing)
}

/// What an event of a watch means to the tracker of one release.
fn of_one(
    kind: Kind,
    event: watcher::Event<DynamicObject>,
    uid: &str,
    listing: &mut BTreeMap<Kind, Vec<String>>,
) -> Option<Event> {
    let is_own = |event: &Event| match event {
        Event::Rollout(rollout) => rollout.uid == uid,
        Event::ReplicaSet(set) => set.owner == uid,
        Event::Run(run) => run.owner == uid,
        _ => true,
    };
    match event {
        watcher::Event::Init => {
            listing.insert(kind, Vec::new());
            None
        }
        watcher::Event::InitApply(object) => {
            let event = Event::of(kind, &object).filter(is_own)?;
            listing.entry(kind).or_default().push(object.name_any());
            Some(event)
        }
        watcher::Event::InitDone => Some(Event::Listed(kind, listing.remove(&kind).unwrap_or_default())),
        watcher::Event::Apply(object) => Event::of(kind, &object).filter(is_own),
        watcher::Event::Delete(object) => {
            Event::of(kind, &object).filter(is_own).map(|_| Event::Gone(kind, object.name_any()))
        }
    }
}

/// A signal from the API server.
enum Signal {
    /// An object, or a part of a list.
    Seen(Kind, watcher::Event<DynamicObject>),
    /// An answer to the periodic request, with the Rollout if it was requested; `None` if the Rollout is gone.
    Asked(Option<DynamicObject>),
    /// The periodic request was not answered.
    Lost(String),
    /// Nothing relevant.
    Nothing,
    /// A second has passed.
    Second,
}

type Answer = Result<Option<DynamicObject>, kube::Error>;

/// The streams of an API server, and whether it answers.
struct Line<'a> {
    connection: &'a Connection,
    rollouts: Api<DynamicObject>,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
    streams: SelectAll<futures::stream::BoxStream<'static, watch::Happens>>,
    seconds: Interval,
    asking: Option<BoxFuture<'static, Result<Answer, ()>>>,
    ask_at: Instant,
    lost: Option<(Instant, String)>,
    denied: Option<Instant>,
    lists: usize,
}

impl<'a> Line<'a> {
    fn new(
        connection: &'a Connection,
        rollouts: Api<DynamicObject>,
        namespace: Option<&'a str>,
        name: Option<&'a str>,
        streams: SelectAll<futures::stream::BoxStream<'static, watch::Happens>>,
    ) -> Self {
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ask_at = Instant::now() + ASK;
        Self {
            connection,
            rollouts,
            namespace,
            name,
            streams,
            seconds,
            asking: None,
            ask_at,
            lost: None,
            denied: None,
            lists: 0,
        }
    }

    /// Waits for the next signal.
    async fn next(&mut self, asks: bool) -> Result<Signal, ClusterError> {
        let asking = async {
            match &mut self.asking {
                Some(asking) => asking.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.streams.next() => match event {
                Some((kind, Ok(event))) => Ok(self.seen(kind, event)),
                Some((kind, Err(error))) => self.failed(kind, &error),
                // Watches never end.
                None => Ok(Signal::Nothing),
            },
            answer = asking => {
                self.asking = None;
                self.answered(answer)
            }
            _ = self.seconds.tick() => {
                if asks && self.asking.is_none() && Instant::now() >= self.ask_at {
                    self.ask();
                }
                Ok(Signal::Second)
            }
        }
    }

    fn seen(&mut self, kind: Kind, event: watcher::Event<DynamicObject>) -> Signal {
        if matches!(event, watcher::Event::InitDone) {
            self.lists += 1;
        }
        // The start of a list is announced before the request.
        if !matches!(event, watcher::Event::Init) {
            self.denied = None;
        }
        Signal::Seen(kind, event)
    }

    fn failed(&mut self, kind: Kind, error: &watcher::Error) -> Result<Signal, ClusterError> {
        match watch::meaning(kind, self.namespace, error, self.connection.server()) {
            Meaning::Nothing => {}
            // A connection may break for many reasons. A separate request determines whether the server answers.
            Meaning::Unreachable => self.ask_at = Instant::now(),
            Meaning::Denied(trouble) => self.denied(trouble)?,
        }
        if self.asking.is_none() && Instant::now() >= self.ask_at {
            self.ask();
        }
        Ok(Signal::Nothing)
    }

    /// A refusal ends following, unless the server has allowed the request before and may do so again.
    fn denied(&mut self, trouble: ClusterError) -> Result<(), ClusterError> {
        let since = *self.denied.get_or_insert_with(Instant::now);
        if self.lists < self.streams.len() || since.elapsed() >= REFUSAL { Err(trouble) } else { Ok(()) }
    }

    fn ask(&mut self) {
        let rollouts = self.rollouts.clone();
        let name = self.name.map(str::to_owned);
        let answer = async move {
            match name {
                Some(name) => match rollouts.get(&name).await {
                    Ok(mut object) => {
                        slim(Kind::Rollout, &mut object);
                        Ok(Some(object))
                    }
                    Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
                    Err(error) => Err(error),
                },
                None => rollouts.list_metadata(&ListParams::default().limit(1)).await.map(|_| None),
            }
        };
        self.asking = Some(timeout(ANSWER, answer).map(|answer| answer.map_err(|_| ())).boxed());
    }

    fn answered(&mut self, answer: Result<Answer, ()>) -> Result<Signal, ClusterError> {
        let server = self.connection.server();
        let attempt = || match (self.name, self.namespace) {
            (Some(name), Some(namespace)) => Attempt::on("get", Kind::Rollout, namespace, name),
            _ => Attempt::on_all("list", Kind::Rollout, self.namespace),
        };
        let reason = match answer {
            Ok(Ok(object)) => {
                self.lost = None;
                self.ask_at = Instant::now() + ASK;
                return Ok(Signal::Asked(object));
            }
            Ok(Err(kube::Error::Api(status))) if !matches!(status.code, 401 | 403) => status.message.clone(),
            Ok(Err(error)) => match attempt().failed(&error, server) {
                ClusterError::Unreachable { reason, .. } => reason,
                trouble => {
                    self.ask_at = Instant::now() + ASK_AGAIN;
                    self.denied(trouble)?;
                    return Ok(Signal::Nothing);
                }
            },
            Err(()) => format!("no answer within {} s", ANSWER.as_secs()),
        };
        self.ask_at = Instant::now() + ASK_AGAIN;
        let (_, reason) = self.lost.get_or_insert_with(|| (Instant::now(), reason));
        Ok(Signal::Lost(reason.clone()))
    }

    /// Fails after the maximum time without an answer.
    fn has_patience(&self) -> Result<(), ClusterError> {
        match &self.lost {
            Some((since, reason)) if since.elapsed() >= PATIENCE => {
                Err(ClusterError::Unreachable { server: self.connection.server().to_owned(), reason: reason.clone() })
            }
            _ => Ok(()),
        }
    }
}
