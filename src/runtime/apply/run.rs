//! In: a release and a cluster. Out: all decisions about the release; once they are carried out, what was done.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use kube::api::DynamicObject;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::client::{self, NotWritten};
use super::decide::{self, Action, Case, Decision, Permissions, Preview};
use super::desired::{Desired, Identity, Wanted};
use super::first_replicas::ServingPods;
use super::journal::Journal;
use super::release_state::{Flight, ReleaseState};
use super::{estimate, prune};
use crate::diagnostic::{Code, Diagnostic};
use crate::kubernetes::kinds::Kind;
use crate::runtime::rollout::Rollout;
use crate::runtime::versions::{Update, Versions};
use crate::runtime::workload;
use crate::runtime::{Attempt, ClusterError, Connection};

/// The number of parallel requests for objects.
const AT_ONCE: usize = 8;
/// How often an object is judged again while others keep changing it.
const TRIES: usize = 5;
/// How long the controller may take to see a Rollout that somebody has just changed.
const OBSERVED: Duration = Duration::from_secs(5);

/// The options of an apply.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What the person allows.
    pub permissions: Permissions,
    /// Whether to delete objects that are no longer in the policy.
    pub prune: bool,
    /// Whether to estimate the result of an apply if the user is not even allowed a dry run.
    pub estimate: bool,
    /// How long the controller may take to see what was applied.
    pub settle: Duration,
}

/// What to do for a release.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Decisions about its objects, in the order in which to apply them.
    pub decisions: Vec<Decision>,
    /// Decisions about objects that are no longer in the policy.
    pub pruned: Vec<Decision>,
    /// Warnings for the person.
    pub warnings: Vec<Diagnostic>,
}

/// Why an apply is incomplete.
#[derive(Debug)]
pub enum Stopped {
    /// A change in the meantime makes an object unsafe to apply.
    Refused(Box<Diagnostic>),
    /// An error of the cluster.
    ClusterError(ClusterError),
}

impl From<ClusterError> for Stopped {
    fn from(error: ClusterError) -> Self {
        Self::ClusterError(error)
    }
}

impl Assessment {
    /// All decisions.
    pub fn all(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.iter().chain(&self.pruned)
    }

    /// Whether the cluster differs from the desired state.
    pub fn differs(&self) -> bool {
        self.all().any(|decision| decision.action.is_difference())
    }

    /// The refusals.
    pub fn refusals(&self) -> impl Iterator<Item = &Diagnostic> {
        self.all().filter_map(|decision| match &decision.action {
            Action::Refuse(diagnostic) => Some(&**diagnostic),
            _ => None,
        })
    }
}

/// Reads the live state and decides about every object. Changes nothing.
///
/// # Errors
/// When the cluster is not usable.
pub async fn assess(connection: &Connection, wanted: &Wanted, request: &Request) -> Result<Assessment, ClusterError> {
    let cluster_state = ClusterState::read(connection, wanted).await?;
    let about = |desired| about(connection, wanted, desired, &cluster_state, request);
    let decided: Vec<(Decision, bool)> =
        stream::iter(&wanted.objects).map(about).buffered(AT_ONCE).try_collect().await?;
    let mut warnings: Vec<Diagnostic> = no_workload(connection, wanted).await?.into_iter().collect();
    if decided.iter().any(|(_, is_estimated)| *is_estimated) {
        warnings.push(estimated(&wanted.namespace));
    }
    let pruned =
        if request.prune { pruned(connection, wanted, &cluster_state.release_state).await? } else { Vec::new() };
    Ok(Assessment { decisions: decided.into_iter().map(|(decision, _)| decision).collect(), pruned, warnings })
}

/// Carries out the decisions, in order. Calls `done` for each object. The journal records the progress, even if the
/// future is dropped.
///
/// # Errors
/// When the cluster is not usable, or when a change in the meantime makes an object unsafe to apply.
pub async fn carry_out(
    connection: &Connection,
    wanted: &Wanted,
    assessment: &Assessment,
    request: &Request,
    journal: &Journal,
    mut done: impl FnMut(&Decision),
) -> Result<Vec<Diagnostic>, Stopped> {
    let mut warnings = Vec::new();
    // Once somebody else has changed an object, earlier decisions no longer count.
    let mut is_stale = false;
    for (desired, decision) in wanted.objects.iter().zip(&assessment.decisions) {
        let decision = match is_stale {
            true => decide_again(connection, wanted, desired, request).await?,
            false => decision.clone(),
        };
        let Settled { decision, stored, raced } =
            settled(connection, wanted, desired, decision, request, journal).await?;
        is_stale |= raced;
        done(&decision);
        if desired.identity.kind == Kind::Rollout
            && let Some(stored) = stored
            && !is_taken(connection, &desired.identity, client::generation(&stored), request.settle).await?
        {
            warnings.push(not_taken(&desired.identity, request.settle));
        }
    }
    if request.prune {
        // Another release may be in flight now.
        let release_state = release_state(connection, wanted).await?;
        for decision in pruned(connection, wanted, &release_state).await? {
            if let Some(write) = &decision.write {
                journal.sent(&decision.identity);
                match client::write(connection, None, &decision.identity, write).await {
                    Ok(_) => journal.done(&decision.identity),
                    Err(NotWritten::Raced) => return Err(raced("delete", &decision.identity).into()),
                    Err(NotWritten::ClusterError(error)) => return Err(error.into()),
                }
            }
            done(&decision);
        }
    }
    Ok(warnings)
}

/// The decision about an object in its current state.
async fn decide_again(
    connection: &Connection,
    wanted: &Wanted,
    desired: &Desired,
    request: &Request,
) -> Result<Decision, ClusterError> {
    let cluster_state = ClusterState::read(connection, wanted).await?;
    Ok(about(connection, wanted, desired, &cluster_state, request).await?.0)
}

/// The result for an object.
struct Settled {
    /// The final decision.
    decision: Decision,
    /// The stored object, if any.
    stored: Option<DynamicObject>,
    /// Whether somebody else has changed it in the meantime.
    raced: bool,
}

/// Writes one object, and judges it again while others change it.
async fn settled(
    connection: &Connection,
    wanted: &Wanted,
    desired: &Desired,
    mut decision: Decision,
    request: &Request,
    journal: &Journal,
) -> Result<Settled, Stopped> {
    for tried in 0..TRIES {
        let raced = tried > 0;
        if let Action::Refuse(diagnostic) = decision.action {
            return Err(Stopped::Refused(diagnostic));
        }
        let Some(write) = &decision.write else {
            journal.done(&desired.identity);
            return Ok(Settled { decision, stored: None, raced });
        };
        journal.sent(&desired.identity);
        match client::write(connection, Some(desired), &desired.identity, write).await {
            Ok(stored) => {
                journal.done(&desired.identity);
                return Ok(Settled { decision, stored, raced });
            }
            Err(NotWritten::ClusterError(error)) => {
                if !matches!(error, ClusterError::Unreachable { .. } | ClusterError::Unlike { .. }) {
                    journal.undone(&desired.identity);
                }
                return Err(error.into());
            }
            Err(NotWritten::Raced) => {
                journal.undone(&desired.identity);
                decision = decide_again(connection, wanted, desired, request).await?;
            }
        }
    }
    Err(raced("patch", &desired.identity).into())
}

/// The basis of decisions about the objects of a release.
struct ClusterState {
    release_state: ReleaseState,
    is_scaled: bool,
}

impl ClusterState {
    async fn read(connection: &Connection, wanted: &Wanted) -> Result<Self, ClusterError> {
        let release_state = release_state(connection, wanted).await?;
        let is_scaled = match wanted.rollout() {
            _ if wanted.objects.iter().any(|desired| desired.identity.kind.is_autoscaler()) => true,
            // Without a number in the policy, there is none to withhold.
            Some(desired) if desired.body["spec"].get("replicas").is_some() => {
                client::is_scaled(connection, &desired.identity).await?
            }
            _ => false,
        };
        Ok(Self { release_state, is_scaled })
    }
}

/// The state of the release. If somebody has just changed the Rollout or its workload, waits until the controller has
/// seen the change.
async fn release_state(connection: &Connection, wanted: &Wanted) -> Result<ReleaseState, ClusterError> {
    let Some(desired) = wanted.rollout() else { return Ok(ReleaseState::of(None, None)) };
    let begun = Instant::now();
    loop {
        let rollout = client::get(connection, &desired.identity).await?.as_ref().map(Rollout::read);
        let workload = match &rollout {
            Some(rollout) => workload::generation(connection, rollout).await?,
            None => None,
        };
        let is_fresh = rollout.as_ref().is_some_and(|rollout| !rollout.has_observed(workload));
        let release_state = ReleaseState::of(rollout, workload);
        if !is_fresh || release_state.flight == Flight::First || begun.elapsed() > OBSERVED {
            return Ok(release_state);
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Whether the controller sees this version of the Rollout within `patience`.
async fn is_taken(
    connection: &Connection,
    rollout: &Identity,
    generation: i64,
    patience: Duration,
) -> Result<bool, ClusterError> {
    let Identity { kind, namespace, name } = rollout;
    let mut versions = Versions::of(connection, namespace, name);
    let taken = async {
        loop {
            match versions.next().await? {
                Update::Version(seen) if seen.generation >= generation && seen.is_observed() => return Ok(()),
                Update::Absent => {
                    return Err(ClusterError::NotFound { attempt: Attempt::on("get", *kind, namespace, name) });
                }
                Update::Version(_) | Update::Interruption => {}
            }
        }
    };
    timeout(patience, taken).await.map_or(Ok(false), |taken| taken.map(|()| true))
}

/// The decision about an object, and whether it depends on an estimate.
async fn about(
    connection: &Connection,
    wanted: &Wanted,
    desired: &Desired,
    cluster_state: &ClusterState,
    request: &Request,
) -> Result<(Decision, bool), ClusterError> {
    let Some(live) = client::live(connection, desired).await? else {
        let (body, note) = first_body(connection, desired).await?;
        let asked = client::preview(connection, desired, &body).await;
        let is_estimated = asked.is_err() && request.estimate;
        return match asked {
            Err(error) if !may_estimate(&error, request) => Err(error),
            _ => Ok((decide::create(desired, body, note), is_estimated)),
        };
    };
    let case = Case {
        release: &wanted.name,
        desired,
        live: &live,
        release_state: &cluster_state.release_state,
        is_scaled: cluster_state.is_scaled,
        permissions: request.permissions,
    };
    if let Some(refused) = case.refused_at_once() {
        return Ok((refused, false));
    }
    let sent = case.compose();
    let (preview, is_estimated) = match client::preview(connection, desired, &sent).await {
        Ok(preview) => (preview, false),
        Err(error) if may_estimate(&error, request) => {
            let live = serde_json::to_value(&live).unwrap_or_default();
            (Preview { result: estimate::overlay(&live, &sent), conflicts: Vec::new() }, true)
        }
        Err(error) => return Err(error),
    };
    Ok((case.decide(sent, &preview), is_estimated))
}

/// The body of an object that does not exist yet, and a note about it.
async fn first_body(connection: &Connection, desired: &Desired) -> Result<(Value, Option<String>), ClusterError> {
    let mut body = desired.body.clone();
    let serving = match desired.identity.kind {
        Kind::Rollout => ServingPods::read(connection, desired).await?,
        _ => None,
    };
    let note = serving.and_then(|serving| serving.state(&mut body));
    Ok((body, note))
}

fn may_estimate(error: &ClusterError, request: &Request) -> bool {
    request.estimate && matches!(error, ClusterError::Forbidden { .. })
}

async fn pruned(
    connection: &Connection,
    wanted: &Wanted,
    release_state: &ReleaseState,
) -> Result<Vec<Decision>, ClusterError> {
    let selector = prune::selector(&wanted.name);
    let mut decisions = Vec::new();
    for kind in Kind::pruned() {
        let found = client::list(connection, kind, &wanted.namespace, &selector).await?;
        let revisions = match kind {
            Kind::ConfigMap if !found.is_empty() => revisions(connection, wanted).await?,
            _ => Vec::new(),
        };
        decisions.extend(prune::prune(kind, &found, wanted, release_state, &revisions));
    }
    Ok(decisions)
}

/// The ReplicaSets with the labels of the Rollout's pods.
async fn revisions(connection: &Connection, wanted: &Wanted) -> Result<Vec<DynamicObject>, ClusterError> {
    let Some(rollout) = wanted.rollout() else { return Ok(Vec::new()) };
    let labels = rollout.body["spec"]["selector"]["matchLabels"].as_object();
    let labels = labels.into_iter().flatten().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let selector = labels.collect::<Vec<_>>().join(",");
    client::list(connection, Kind::ReplicaSet, &wanted.namespace, &selector).await
}

/// The diagnostic about a missing workload of the Rollout.
async fn no_workload(connection: &Connection, wanted: &Wanted) -> Result<Option<Diagnostic>, ClusterError> {
    let Some(desired) = wanted.rollout() else { return Ok(None) };
    let reference = &desired.body["spec"]["workloadRef"];
    let text = |field: &str| reference[field].as_str().unwrap_or_default();
    let kind = Kind::in_any_version(text("apiVersion"), text("kind"));
    let Some(kind) = kind.filter(|kind| kind.is_workload()) else { return Ok(None) };
    let identity = Identity { kind, namespace: wanted.namespace.clone(), name: text("name").to_owned() };
    if client::get(connection, &identity).await?.is_some() {
        return Ok(None);
    }
    let message = format!("there is no {} `{}` in namespace `{}`", kind.name(), identity.name, identity.namespace);
    Ok(Some(
        Diagnostic::new(Code::ApplyNoWorkload, desired.span(&["spec", "workloadRef", "name"]), message)
            .label("the Rollout takes its pods from it")
            .why("The controller reports the Rollout as invalid until the workload exists, and then continues by itself.")
            .help("apply the workload: it is not part of the policy"),
    ))
}

fn estimated(namespace: &str) -> Diagnostic {
    let message =
        format!("the changes in namespace `{namespace}` are an estimate: you are not allowed to do a dry run there");
    Diagnostic::without_place(Code::ApplyEstimated, message)
        .why("A dry run needs the right to patch. Without it, the result misses defaults, admission changes and fields that the policy dropped.")
        .help("`canaryc rbac` prints the roles for all commands")
}

fn not_taken(rollout: &Identity, patience: Duration) -> Diagnostic {
    let message = format!("the controller has not processed {rollout} for {} s", patience.as_secs());
    Diagnostic::without_place(Code::ApplyNotTaken, message)
        .why("The change is stored, but nothing acts on it.")
        .help("is the Argo Rollouts controller running? `kubectl get pods --all-namespaces -l app.kubernetes.io/name=argo-rollouts`")
}

fn raced(verb: &'static str, identity: &Identity) -> ClusterError {
    let Identity { kind, namespace, name } = identity;
    ClusterError::Conflict {
        attempt: Attempt::on(verb, *kind, namespace, name),
        reason: format!("it changed during each of {TRIES} attempts"),
    }
}
