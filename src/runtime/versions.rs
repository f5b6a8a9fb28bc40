//! In: the name of a Rollout. Out: its versions as they arrive. It uses a watch, so waiting costs nothing, and
//! continues after an interruption of the API server.

use futures::stream::{BoxStream, StreamExt as _};
use kube::api::DynamicObject;
use kube::runtime::{WatchStreamExt as _, watcher};

use super::cluster_error::{Attempt, ClusterError};
use super::connection::Connection;
use super::retry::is_transient;
use super::rollout::Rollout;
use crate::kubernetes::kinds::Kind;

/// The versions of one Rollout.
pub struct Versions<'a> {
    connection: &'a Connection,
    namespace: String,
    name: String,
    stream: BoxStream<'static, watcher::Result<Option<DynamicObject>>>,
}

/// An update from the watch of a Rollout.
#[derive(Debug)]
pub enum Update {
    /// The current version.
    Version(Box<Rollout>),
    /// It does not exist.
    Absent,
    /// The connection has failed, and is being re-established.
    Interruption,
}

impl<'a> Versions<'a> {
    /// Creates the stream for this Rollout. Does not contact the cluster yet.
    pub fn of(connection: &'a Connection, namespace: &str, name: &str) -> Self {
        let rollouts = connection.objects(Kind::Rollout, namespace);
        let stream = watcher::watch_object(rollouts, name).default_backoff().boxed();
        Self { connection, namespace: namespace.to_owned(), name: name.to_owned(), stream }
    }

    /// The next update.
    ///
    /// # Errors
    /// When the cluster refuses the request.
    pub async fn next(&mut self) -> Result<Update, ClusterError> {
        use watcher::Error::{InitialListFailed, NoResourceVersion, WatchError, WatchFailed, WatchStartFailed};
        let (verb, error) = match self.stream.next().await {
            Some(Ok(Some(object))) => return Ok(Update::Version(Box::new(Rollout::read(&object)))),
            Some(Ok(None)) => return Ok(Update::Absent),
            Some(Err(InitialListFailed(error))) => ("list", error),
            Some(Err(WatchStartFailed(error) | WatchFailed(error))) => ("watch", error),
            // A watch that the server ends is restarted, also after 410.
            Some(Err(WatchError(_) | NoResourceVersion)) => return Ok(Update::Interruption),
            // The stream has no end.
            None => std::future::pending().await,
        };
        match is_transient(&error) {
            true => Ok(Update::Interruption),
            false => {
                let attempt = Attempt::on(verb, Kind::Rollout, &self.namespace, &self.name);
                Err(attempt.failed(&error, self.connection.server()))
            }
        }
    }
}
