//! In: a command and a connection. Out: the Rollout once the controller has acted on all writes of the command. Repeats
//! a write that the controller has missed, and retries after transient errors until the time limit.

use std::time::Duration;

use kube::api::{Api, DynamicObject, ListParams, PatchParams};
use tokio::time::{Instant, sleep_until};

use super::change::{Change, Request};
use super::effect::Progress;
use super::revision::{Revision, read_revisions};
use super::stop::{Stop, TimedOut};
use super::{Act, Next};
use crate::kubernetes::kinds::Kind;
use crate::runtime::cluster_error::{Attempt, ClusterError};
use crate::runtime::connection::Connection;
use crate::runtime::retry;
use crate::runtime::rollout::Rollout;
use crate::runtime::versions::{Update, Versions};

/// The field manager of the commands, in the managed fields.
const FIELD_MANAGER: &str = "canaryc";

/// The delay after a write before the controller is first reminded of it; it doubles each time. A controller that
/// processes the Rollout at the moment of the write may miss it; a second later that was never observed.
const FIRST_REMINDER: Duration = Duration::from_secs(1);

/// How long the first read of a cluster is retried.
const FIRST_READ: Duration = Duration::from_secs(2);

/// Receives the progress of a command.
pub trait Listener {
    /// Reports what it waits for.
    fn waits_for(&mut self, what: &str);
    /// A write is stored, and remains even if the command ends now.
    fn has_written(&mut self);
}

/// Carries out commands on one Rollout.
pub struct Actor<'a> {
    connection: &'a Connection,
    namespace: String,
    name: String,
    timeout: Duration,
    rollouts: Api<DynamicObject>,
    versions: Versions<'a>,
}

/// The result of a change that may only apply to one version of the object.
enum Outcome {
    /// The controller has acted on it.
    Done(Box<Rollout>),
    /// The object had changed in the meantime.
    Stale(Box<Rollout>),
}

impl<'a> Actor<'a> {
    /// Creates an actor with a time limit for each wait. Does not contact the cluster.
    pub fn new(connection: &'a Connection, namespace: &str, name: &str, timeout: Duration) -> Self {
        let rollouts = connection.objects(Kind::Rollout, namespace);
        let versions = Versions::of(connection, namespace, name);
        Self { connection, namespace: namespace.to_owned(), name: name.to_owned(), timeout, rollouts, versions }
    }

    /// The current Rollout.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read(&self) -> Result<Rollout, ClusterError> {
        let attempt = self.attempt("get");
        let until = Instant::now() + FIRST_READ;
        let found = self.tried_until(until, &attempt, || self.rollouts.get(&self.name)).await?;
        Ok(Rollout::read(&found))
    }

    /// The Rollout, once the controller has seen its newest specification.
    ///
    /// # Errors
    /// When it cannot be read, or the controller does not observe the specification.
    pub async fn read_observed(&mut self, listener: &mut dyn Listener) -> Result<Rollout, Stop> {
        let rollout = self.read().await?;
        if rollout.is_observed() {
            return Ok(rollout);
        }
        let awaited = "the controller to observe the newest specification";
        listener.waits_for(awaited);
        self.until(rollout, awaited, Rollout::is_observed).await
    }

    /// The revisions of a Rollout.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn revisions(&self, rollout: &Rollout) -> Result<Vec<Revision>, ClusterError> {
        let attempt = Attempt::on_all("list", Kind::ReplicaSet, Some(&self.namespace));
        let replica_sets = self.connection.objects(Kind::ReplicaSet, &self.namespace);
        let until = Instant::now() + FIRST_READ;
        let parameters = ListParams::default();
        let found = self.tried_until(until, &attempt, || replica_sets.list(&parameters)).await?;
        Ok(read_revisions(&rollout.uid, &found.items))
    }

    /// Another object of the namespace.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn object(&self, kind: Kind, name: &str) -> Result<DynamicObject, ClusterError> {
        let attempt = Attempt::on("get", kind, &self.namespace, name);
        let objects = self.connection.objects(kind, &self.namespace);
        self.tried_until(Instant::now() + FIRST_READ, &attempt, || objects.get(name)).await
    }

    /// Asks the API server whether it would accept the next write of a command. Changes nothing.
    ///
    /// # Errors
    /// When it would not accept the write.
    pub async fn try_out(&self, act: &dyn Act, rollout: &Rollout) -> Result<(), Stop> {
        let mut parameters = PatchParams::apply(FIELD_MANAGER);
        parameters.dry_run = true;
        let until = Instant::now() + self.timeout;
        let mut rollout = rollout.clone();
        loop {
            let Next::Write(change) = act.next(&rollout)? else { return Ok(()) };
            match self.send(self.request(&change, &rollout)?, &parameters, Instant::now() + FIRST_READ).await {
                // The controller has written in the meantime; the request may still make sense.
                Err(ClusterError::Conflict { .. }) if change.guarded && Instant::now() < until => {
                    rollout = self.read().await?;
                }
                answer => return Ok(answer.map(drop)?),
            }
        }
    }

    /// Carries out a command. Returns the Rollout once the controller has acted on all of its writes.
    ///
    /// # Errors
    /// When it is impossible, or something else happens first.
    pub async fn perform(
        &mut self,
        act: &mut dyn Act,
        mut rollout: Rollout,
        listener: &mut dyn Listener,
    ) -> Result<Rollout, Stop> {
        loop {
            match act.next(&rollout)? {
                Next::Done => return Ok(rollout),
                Next::Write(change) => match self.carry_out(&change, rollout, listener).await? {
                    Outcome::Done(now) => {
                        act.took(&change.effect);
                        rollout = *now;
                    }
                    Outcome::Stale(now) => rollout = *now,
                },
                Next::Wait(awaited) => {
                    listener.waits_for(&awaited);
                    let is_over = |now: &Rollout| !matches!(act.next(now), Ok(Next::Wait(_)));
                    rollout = self.until(rollout, &awaited, is_over).await?;
                }
            }
        }
    }

    /// Makes a change, and waits until the controller has taken it.
    async fn carry_out(
        &mut self,
        change: &Change,
        seen: Rollout,
        listener: &mut dyn Listener,
    ) -> Result<Outcome, Stop> {
        let deadline = Instant::now() + self.timeout;
        match self.send(self.request(change, &seen)?, &PatchParams::apply(FIELD_MANAGER), deadline).await {
            Ok(_) => listener.has_written(),
            // A write may be stored even if the connection failed. The object is then another version, and a later read
            // shows it.
            Err(ClusterError::Conflict { .. }) if change.guarded => {
                return Ok(Outcome::Stale(Box::new(self.read().await?)));
            }
            Err(error) => return Err(error.into()),
        }
        let mut latest = seen;
        let mut requests = 1;
        let mut reminder = FIRST_REMINDER;
        let mut remind_at = Instant::now() + reminder;
        let mut error = None;
        loop {
            let now = tokio::select! {
                version = self.next_version() => version?,
                () = sleep_until(remind_at) => {
                    reminder *= 2;
                    remind_at += reminder;
                    match self.remind(change, deadline).await {
                        Ok((now, was_repeated)) => {
                            requests += u32::from(was_repeated);
                            error = None;
                            Some(now)
                        }
                        // Retried until the deadline, which has passed.
                        Err(away @ ClusterError::Unreachable { .. }) => {
                            error = Some(away);
                            None
                        }
                        Err(lasting) => return Err(lasting.into()),
                    }
                }
                () = sleep_until(deadline) => {
                    let awaited = format!("the controller to act on the {}", change.effect.name());
                    return Err(self.timed_out(awaited, &latest, Some(requests), error));
                }
            };
            let Some(now) = now else { continue };
            match change.effect.progress(&now) {
                Progress::Taken => return Ok(Outcome::Done(Box::new(now))),
                Progress::Overtaken(overtaken) => return Err(overtaken.into()),
                Progress::Pending => latest = now,
            }
        }
    }

    /// Reads the Rollout, and repeats a change that the controller has missed. Returns whether it repeated one.
    async fn remind(&self, change: &Change, deadline: Instant) -> Result<(Rollout, bool), ClusterError> {
        let attempt = self.attempt("get");
        let found = self.tried_until(deadline, &attempt, || self.rollouts.get(&self.name)).await?;
        let seen = Rollout::read(&found);
        if change.effect.progress(&seen) != Progress::Pending {
            return Ok((seen, false));
        }
        match self.send(change.repeated_request(&seen), &PatchParams::apply(FIELD_MANAGER), deadline).await {
            Ok(_) => Ok((seen, true)),
            // The object has changed in between, so something is happening; the next version will show it.
            Err(ClusterError::Conflict { .. }) => Ok((seen, false)),
            Err(error) => Err(error),
        }
    }

    /// The Rollout, once a condition holds for it.
    async fn until(
        &mut self,
        mut latest: Rollout,
        awaited: &str,
        is_over: impl Fn(&Rollout) -> bool,
    ) -> Result<Rollout, Stop> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let now = tokio::select! {
                version = self.next_version() => version?,
                () = sleep_until(deadline) => return Err(self.timed_out(awaited.to_owned(), &latest, None, None)),
            };
            let Some(now) = now else { continue };
            if is_over(&now) {
                return Ok(now);
            }
            latest = now;
        }
    }

    /// The next version of the Rollout; `None` while a failed connection is re-established.
    async fn next_version(&mut self) -> Result<Option<Rollout>, Stop> {
        match self.versions.next().await? {
            Update::Version(rollout) => Ok(Some(*rollout)),
            Update::Absent => Err(Stop::Deleted),
            Update::Interruption => Ok(None),
        }
    }

    fn request(&self, change: &Change, seen: &Rollout) -> Result<Request, Stop> {
        change.request(seen).map_err(|error| {
            let attempt = Attempt::on("patch", Kind::Rollout, &self.namespace, &self.name);
            Stop::ClusterError(ClusterError::Refused { attempt, reason: error.to_string() })
        })
    }

    async fn send(
        &self,
        Request { attempt, patch }: Request,
        parameters: &PatchParams,
        deadline: Instant,
    ) -> Result<DynamicObject, ClusterError> {
        let objects = self.connection.objects(attempt.kind, &self.namespace);
        let name = attempt.name.clone().unwrap_or_default();
        let is_template = matches!(patch, kube::api::Patch::Json(_));
        let sent = self
            .tried_until(deadline, &attempt, || async {
                match attempt.subresource {
                    Some(_) => objects.patch_status(&name, parameters, &patch).await,
                    None => objects.patch(&name, parameters, &patch).await,
                }
            })
            .await;
        match sent {
            // A JSON patch with a failed test is a conflict, but the API server reports it as another error.
            Err(ClusterError::Refused { attempt, reason }) if is_template && reason.contains("testing value") => {
                Err(ClusterError::Conflict { attempt, reason })
            }
            sent => sent,
        }
    }

    /// Sends a request, and retries after transient errors until a time.
    async fn tried_until<T, F>(
        &self,
        end: Instant,
        attempt: &Attempt,
        request: impl Fn() -> F,
    ) -> Result<T, ClusterError>
    where
        F: Future<Output = Result<T, kube::Error>>,
    {
        let server = self.connection.server();
        retry::until(end, request).await.map_err(|error| attempt.clone().failed(&error, server))
    }

    fn attempt(&self, verb: &'static str) -> Attempt {
        Attempt::on(verb, Kind::Rollout, &self.namespace, &self.name)
    }

    fn timed_out(&self, awaited: String, latest: &Rollout, requests: Option<u32>, error: Option<ClusterError>) -> Stop {
        Stop::TimedOut(Box::new(TimedOut {
            awaited,
            after: self.timeout,
            is_written: requests.is_some(),
            requests: requests.unwrap_or_default(),
            is_observed: latest.is_observed(),
            standing: latest.standing(),
            error,
        }))
    }
}
