//! In: a connection, and which releases. Out: their objects, read once.

use std::collections::HashSet;

use jiff::Timestamp;
use kube::api::{Api, DynamicObject, ListParams};
use kube::runtime::watcher;

use super::pod::Pod;
use super::tree::Tree;
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::runtime::cluster_error::{Attempt, ClusterError};
use crate::runtime::connection::Connection;
use crate::runtime::limits::Unlike;
use crate::runtime::rollout::Rollout;
use crate::runtime::track::{AnalysisRun, Many, ReplicaSet, Tracker, View, slim};

/// The number of objects in one page of a list.
const PAGE: u32 = 100;
/// The most pages of a list: half a million objects.
const PAGES: usize = 5_000;
/// The most bytes of a list.
const LARGEST: usize = 512 << 20;

/// One release with all its objects.
///
/// # Errors
/// When the cluster is not usable, or the release does not exist.
pub async fn one(
    connection: &Connection,
    namespace: &str,
    name: &str,
    now: Timestamp,
) -> Result<Option<Tree>, ClusterError> {
    let attempt = || Attempt::on("get", Kind::Rollout, namespace, name);
    let object = connection.objects(Kind::Rollout, namespace).get(name).await;
    let object = object.map_err(|error| attempt().failed(&error, connection.server()))?;
    let rollout = Rollout::read(&object);
    let (mut sets, mut runs, mut pods) = (Vec::new(), Vec::new(), Vec::new());
    list(connection, Kind::ReplicaSet, Some(namespace), |object| {
        sets.extend(ReplicaSet::read(&object).filter(|set| set.owner == rollout.uid));
    })
    .await?;
    list(connection, Kind::AnalysisRun, Some(namespace), |object| {
        runs.extend(AnalysisRun::read(&object).filter(|run| run.owner == rollout.uid));
    })
    .await?;
    list(connection, Kind::Pod, Some(namespace), |object| pods.extend(Pod::read(&object))).await?;
    Ok(Tree::of(rollout, sets, runs, pods, now))
}

/// All releases of a namespace; `None` means all namespaces.
///
/// # Errors
/// When the cluster is not usable.
pub async fn all(connection: &Connection, namespace: Option<&str>, now: Timestamp) -> Result<Vec<View>, ClusterError> {
    let mut many = Many::default();
    for kind in [Kind::Rollout, Kind::ReplicaSet, Kind::AnalysisRun] {
        let mut events = Vec::new();
        many.observe(kind, watcher::Event::Init, now, &mut events);
        list(connection, kind, namespace, |mut object| {
            slim(kind, &mut object);
            many.observe(kind, watcher::Event::InitApply(object), now, &mut Vec::new());
        })
        .await?;
        many.observe(kind, watcher::Event::InitDone, now, &mut events);
    }
    Ok(many.trackers().filter_map(Tracker::view).collect())
}

/// Reads all objects of a kind that belong to Rollouts, page by page.
async fn list(
    connection: &Connection,
    kind: Kind,
    namespace: Option<&str>,
    mut take: impl FnMut(DynamicObject),
) -> Result<(), ClusterError> {
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => connection.objects(kind, namespace),
        None => connection.objects_everywhere(kind),
    };
    let all = ListParams::default().limit(PAGE);
    let unlike = |what: Unlike| Err(ClusterError::Unlike { server: connection.server().to_owned(), what });
    let before = connection.received();
    let mut tokens = HashSet::new();
    let mut page = if kind == Kind::Rollout { all } else { all.labels(POD_TEMPLATE_HASH) };
    loop {
        let found = api.list(&page).await;
        let found =
            found.map_err(|error| Attempt::on_all("list", kind, namespace).failed(&error, connection.server()))?;
        let more = found.metadata.continue_.clone().filter(|token| !token.is_empty());
        let is_empty = found.items.is_empty();
        found.items.into_iter().for_each(&mut take);
        let Some(token) = more else { return Ok(()) };
        // An API server gives a full page before it asks for more patience.
        if is_empty || tokens.len() >= PAGES || !tokens.insert(token.clone()) {
            return unlike(Unlike::Endless);
        }
        if connection.received() - before > LARGEST {
            return unlike(Unlike::LargeList);
        }
        page.continue_token = Some(token);
    }
}
