//! In: a connection, and one release or all releases of a namespace. Out: their events, reported to a [`Sink`], and how a
//! release ended. Objects become observations of a [`Tracker`]. Polling determines whether the API server answers.

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
use super::event::Event;
use super::observed::{Observation, PodProblem, slim};
use super::stage::has_stage;
use super::tracker::{Options, Tracker};
use super::watch::{self, Meaning};
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::runtime::cluster_error::{Attempt, ClusterError, said};
use crate::runtime::connection::Connection;
use crate::runtime::rollout::Rollout;
use crate::runtime::workload;

/// The polling interval while the API server answers, and while it does not.
const POLL: Duration = Duration::from_secs(20);
const POLL_AGAIN: Duration = Duration::from_secs(1);
/// The time limit for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long the API server may refuse what it has allowed before: a starting server does so briefly.
const REFUSAL: Duration = Duration::from_secs(30);
/// How long the API server may be unavailable without an explicit time limit.
const OUTAGE: Duration = Duration::from_secs(300);

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

/// The receiver of events.
pub trait Sink {
    /// Receives an event.
    ///
    /// # Errors
    /// When it cannot write.
    fn report(&mut self, event: &Event) -> io::Result<()>;

    /// Redraws pictures. Called when something has changed, and once a second.
    ///
    /// # Errors
    /// When it cannot write.
    fn redraw(&mut self, trackers: &mut dyn Iterator<Item = &Tracker>, now: Timestamp) -> io::Result<()>;
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
    fn from(error: ClusterError) -> Self {
        Self::ClusterError(error)
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
        tracker.apply(Observation::Workload(generation), Timestamp::now());
    }
    let watches = select_all([
        watch::one(connection, Kind::Rollout, namespace, name),
        watch::all(connection, Kind::ReplicaSet, Some(namespace)),
        watch::all(connection, Kind::AnalysisRun, Some(namespace)),
    ]);
    let mut streams = Streams::new(connection, rollouts, Some(namespace), Some(name), watches);
    let mut listing: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    loop {
        let mut observations = Vec::new();
        match streams.next(tracker.ending().is_none()).await? {
            Signal::Watched(kind, event) => observations.extend(of_one(kind, event, &uid, &mut listing)),
            Signal::Polled(object) => {
                observations.push(Observation::ConnectionRestored);
                observations.push(object.map_or_else(
                    || Observation::Deleted(Kind::Rollout, name.to_owned()),
                    |object| Observation::Rollout(Box::new(Rollout::read(&object))),
                ));
            }
            Signal::NoAnswer(reason) => observations.push(Observation::ConnectionLost(reason)),
            Signal::Nothing => {}
            Signal::Second => observations.push(Observation::Tick),
        }
        let now = Timestamp::now();
        for observation in observations {
            for event in tracker.apply(observation, now) {
                sink.report(&event)?;
            }
        }
        if let Some(limit) = options.timeout.filter(|limit| begun.elapsed() >= *limit) {
            let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
            for event in tracker.time_out(limit, now) {
                sink.report(&event)?;
            }
        }
        sink.redraw(&mut std::iter::once(&tracker), now)?;
        if let Some(ending) = tracker.ending() {
            return Ok(ending.clone());
        }
        if options.timeout.is_none() {
            streams.check_outage()?;
        }
        if let Some(hash) = tracker.pods_to_read(now)
            && let Some(pods) = pod_problems(connection, namespace, &hash).await
        {
            for event in tracker.apply(Observation::Pods(hash, pods), Timestamp::now()) {
                sink.report(&event)?;
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
    let watches = select_all(kinds.map(|kind| watch::all(connection, kind, namespace)));
    let mut streams = Streams::new(connection, api, namespace, None, watches);
    let mut many = super::many::Many::default();
    loop {
        let now = Timestamp::now();
        let mut events = Vec::new();
        match streams.next(true).await? {
            Signal::Watched(kind, event) => many.observe(kind, event, now, &mut events),
            Signal::Polled(_) => many.apply_to_all(&Observation::ConnectionRestored, now, &mut events),
            Signal::NoAnswer(reason) => many.apply_to_all(&Observation::ConnectionLost(reason), now, &mut events),
            Signal::Second => many.apply_to_all(&Observation::Tick, now, &mut events),
            Signal::Nothing => continue,
        }
        for event in &events {
            sink.report(event)?;
        }
        if many.is_complete() {
            sink.redraw(&mut many.trackers(), now)?;
        }
    }
}

/// The problems of a version's pods; `None` for a user who may not read pods.
async fn pod_problems(connection: &Connection, namespace: &str, hash: &str) -> Option<Vec<PodProblem>> {
    let pods = connection.objects(Kind::Pod, namespace);
    let list = ListParams::default().labels(&format!("{POD_TEMPLATE_HASH}={hash}")).limit(50);
    let pods = timeout(ANSWER, pods.list(&list)).await.ok()?.ok()?;
    let mut problems: Vec<_> = pods.items.iter().filter_map(PodProblem::of).collect();
    problems.sort_by(|one, other| one.name.cmp(&other.name));
    Some(problems)
}

/// What an event of a watch means to the tracker of one release.
fn of_one(
    kind: Kind,
    event: watcher::Event<DynamicObject>,
    uid: &str,
    listing: &mut BTreeMap<Kind, Vec<String>>,
) -> Option<Observation> {
    let is_own = |event: &Observation| match event {
        Observation::Rollout(rollout) => rollout.uid == uid,
        Observation::ReplicaSet(set) => set.owner == uid,
        Observation::Run(run) => run.owner == uid,
        _ => true,
    };
    match event {
        watcher::Event::Init => {
            listing.insert(kind, Vec::new());
            None
        }
        watcher::Event::InitApply(object) => {
            let event = Observation::of(kind, &object).filter(is_own)?;
            listing.entry(kind).or_default().push(object.name_any());
            Some(event)
        }
        watcher::Event::InitDone => Some(Observation::Listed(kind, listing.remove(&kind).unwrap_or_default())),
        watcher::Event::Apply(object) => Observation::of(kind, &object).filter(is_own),
        watcher::Event::Delete(object) => {
            Observation::of(kind, &object).filter(is_own).map(|_| Observation::Deleted(kind, object.name_any()))
        }
    }
}

/// A signal from the API server.
enum Signal {
    /// An object, or a part of a list.
    Watched(Kind, watcher::Event<DynamicObject>),
    /// An answer to polling, with the Rollout if it was requested; `None` if the Rollout was deleted.
    Polled(Option<DynamicObject>),
    /// Polling was not answered.
    NoAnswer(String),
    /// Nothing relevant.
    Nothing,
    /// A second has passed.
    Second,
}

type Answer = Result<Option<DynamicObject>, kube::Error>;

/// The watches of an API server, and whether it answers.
struct Streams<'a> {
    connection: &'a Connection,
    rollouts: Api<DynamicObject>,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
    watches: SelectAll<futures::stream::BoxStream<'static, watch::WatchEvent>>,
    seconds: Interval,
    polling: Option<BoxFuture<'static, Result<Answer, ()>>>,
    poll_at: Instant,
    lost: Option<(Instant, String)>,
    denied: Option<Instant>,
    lists: usize,
}

impl<'a> Streams<'a> {
    fn new(
        connection: &'a Connection,
        rollouts: Api<DynamicObject>,
        namespace: Option<&'a str>,
        name: Option<&'a str>,
        watches: SelectAll<futures::stream::BoxStream<'static, watch::WatchEvent>>,
    ) -> Self {
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let poll_at = Instant::now() + POLL;
        Self {
            connection,
            rollouts,
            namespace,
            name,
            watches,
            seconds,
            polling: None,
            poll_at,
            lost: None,
            denied: None,
            lists: 0,
        }
    }

    /// WaitReason for the next signal.
    async fn next(&mut self, polls: bool) -> Result<Signal, ClusterError> {
        let polling = async {
            match &mut self.polling {
                Some(polling) => polling.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.watches.next() => match event {
                Some((kind, Ok(event))) => Ok(self.watched(kind, event)),
                Some((kind, Err(error))) => self.failed(kind, &error),
                // Watches never end.
                None => Ok(Signal::Nothing),
            },
            answer = polling => {
                self.polling = None;
                self.answered(answer)
            }
            _ = self.seconds.tick() => {
                if polls && self.polling.is_none() && Instant::now() >= self.poll_at {
                    self.poll();
                }
                Ok(Signal::Second)
            }
        }
    }

    fn watched(&mut self, kind: Kind, event: watcher::Event<DynamicObject>) -> Signal {
        if matches!(event, watcher::Event::InitDone) {
            self.lists += 1;
        }
        // The start of a list is announced before the request.
        if !matches!(event, watcher::Event::Init) {
            self.denied = None;
        }
        Signal::Watched(kind, event)
    }

    fn failed(&mut self, kind: Kind, error: &watcher::Error) -> Result<Signal, ClusterError> {
        match watch::meaning(kind, self.namespace, error, self.connection.server()) {
            Meaning::Nothing => {}
            // A connection may break for many reasons. A separate request determines whether the server answers.
            Meaning::Unreachable => self.poll_at = Instant::now(),
            Meaning::Denied(error) => self.denied(error)?,
        }
        if self.polling.is_none() && Instant::now() >= self.poll_at {
            self.poll();
        }
        Ok(Signal::Nothing)
    }

    /// A refusal ends following, unless the server has allowed the request before and may do so again.
    fn denied(&mut self, error: ClusterError) -> Result<(), ClusterError> {
        let since = *self.denied.get_or_insert_with(Instant::now);
        if self.lists < self.watches.len() || since.elapsed() >= REFUSAL { Err(error) } else { Ok(()) }
    }

    fn poll(&mut self) {
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
        self.polling = Some(timeout(ANSWER, answer).map(|answer| answer.map_err(|_| ())).boxed());
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
                self.poll_at = Instant::now() + POLL;
                return Ok(Signal::Polled(object));
            }
            Ok(Err(kube::Error::Api(status))) if !matches!(status.code, 401 | 403) => said(&status.message),
            Ok(Err(error)) => match attempt().failed(&error, server) {
                ClusterError::Unreachable { reason, .. } => reason,
                error => {
                    self.poll_at = Instant::now() + POLL_AGAIN;
                    self.denied(error)?;
                    return Ok(Signal::Nothing);
                }
            },
            Err(()) => format!("no answer within {} s", ANSWER.as_secs()),
        };
        self.poll_at = Instant::now() + POLL_AGAIN;
        let (_, reason) = self.lost.get_or_insert_with(|| (Instant::now(), reason));
        Ok(Signal::NoAnswer(reason.clone()))
    }

    /// Fails after the maximum time without an answer.
    fn check_outage(&self) -> Result<(), ClusterError> {
        match &self.lost {
            Some((since, reason)) if since.elapsed() >= OUTAGE => {
                Err(ClusterError::Unreachable { server: self.connection.server().to_owned(), reason: reason.clone() })
            }
            _ => Ok(()),
        }
    }
}
