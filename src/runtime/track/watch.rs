//! In: a kind of object, and a namespace. Out: a stream of events, which never ends by itself because it lists and
//! watches again as often as needed; and what an error of the stream means: no answer, a refusal, or nothing.

use std::time::Duration;

use futures::stream::{BoxStream, StreamExt as _};
use kube::api::{Api, DynamicObject};
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::{self, Config, Error};
use kube::runtime::{WatchStreamExt as _, watcher as watch};

use super::observed::slim;
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::runtime::cluster_error::{Attempt, ClusterError};
use crate::runtime::connection::Connection;
use crate::runtime::limits::Unlike;

/// A watch restarts after this many seconds, in case it has failed silently.
const WATCH: u32 = 120;
/// The number of objects in one page, which limits the memory of a list.
const PAGE: u32 = 100;
/// The most objects of a list. A cluster has fewer, so the list would have no end.
const LISTED: usize = 500_000;

/// An event of an object of this kind.
pub type WatchEvent = (Kind, Result<watcher::Event<DynamicObject>, Error>);

/// What an error of a stream means.
pub enum Meaning {
    /// The list must be read again, which the stream does by itself.
    Nothing,
    /// The server may be unavailable.
    Unreachable,
    /// The API server refuses the request.
    Denied(ClusterError),
}

/// Retries once a second: this is a single client, and its user is waiting.
struct EverySecond;

impl Iterator for EverySecond {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }
}

impl Backoff for EverySecond {
    fn reset(&mut self) {}
}

/// The events of one object.
pub fn one(connection: &Connection, kind: Kind, namespace: &str, name: &str) -> BoxStream<'static, WatchEvent> {
    let config = Config::default().fields(&format!("metadata.name={name}"));
    stream(connection.objects(kind, namespace), kind, config)
}

/// The events of all objects of a kind that belong to Rollouts; `None` means all namespaces.
pub fn all(connection: &Connection, kind: Kind, namespace: Option<&str>) -> BoxStream<'static, WatchEvent> {
    let api = match namespace {
        Some(namespace) => connection.objects(kind, namespace),
        None => connection.objects_everywhere(kind),
    };
    let config = if kind == Kind::Rollout { Config::default() } else { Config::default().labels(POD_TEMPLATE_HASH) };
    stream(api, kind, config)
}

fn stream(api: Api<DynamicObject>, kind: Kind, config: Config) -> BoxStream<'static, WatchEvent> {
    let mut listed = 0;
    watch(api, config.timeout(WATCH).page_size(PAGE))
        .backoff(EverySecond)
        .map(move |event| {
            match &event {
                Ok(watcher::Event::Init) => listed = 0,
                Ok(watcher::Event::InitApply(_)) => listed += 1,
                _ => {}
            }
            if listed > LISTED {
                return (kind, Err(Error::InitialListFailed(kube::Error::Service(Unlike::Endless.into()))));
            }
            (kind, event.map(|event| event.modify(|object| slim(kind, object))))
        })
        .boxed()
}

/// What an error means.
pub fn meaning(kind: Kind, namespace: Option<&str>, error: &Error, server: &str) -> Meaning {
    let (verb, error) = match error {
        Error::InitialListFailed(error) => ("list", error),
        Error::WatchStartFailed(error) | Error::WatchFailed(error) => ("watch", error),
        Error::WatchError(status) => return of_status("watch", kind, namespace, status),
        Error::NoResourceVersion => return Meaning::Nothing,
    };
    match error {
        kube::Error::Api(status) => of_status(verb, kind, namespace, status),
        error => match Attempt::on_all(verb, kind, namespace).failed(error, server) {
            ClusterError::Unreachable { .. } => Meaning::Unreachable,
            error => Meaning::Denied(error),
        },
    }
}

fn of_status(verb: &'static str, kind: Kind, namespace: Option<&str>, status: &kube::core::Status) -> Meaning {
    match status.code {
        410 => Meaning::Nothing,
        401 | 403 | 404 => Meaning::Denied(Attempt::on_all(verb, kind, namespace).answered(status)),
        _ => Meaning::Unreachable,
    }
}
