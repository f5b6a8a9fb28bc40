//! The requests of an apply. In: an object. Out: what there is, what an apply would lead to, or that it is done; or what kept
//! it from being done.

use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, Preconditions, ValidationDirective};
use serde_json::Value;

use super::decide::{Preview, Write};
use super::desired::{Desired, Identity};
use super::ownership::{Conflict, MANAGER};
use crate::kubernetes::kinds::Kind;
use crate::runtime::retry::with_retries;
use crate::runtime::{Attempt, ClusterError, Connection};

/// Why a write was not done.
#[derive(Debug)]
pub enum NotWritten {
    /// The object is not the one that was judged any more.
    Raced,
    /// All else.
    ClusterError(ClusterError),
}

/// The object, if it is there.
pub async fn get(connection: &Connection, identity: &Identity) -> Result<Option<DynamicObject>, ClusterError> {
    let objects = connection.objects(identity.kind, &identity.namespace);
    found(connection, &objects, identity).await
}

/// The object in the version in which it is wanted, if it is there.
pub async fn live(connection: &Connection, desired: &Desired) -> Result<Option<DynamicObject>, ClusterError> {
    found(connection, &objects(connection, desired), &desired.identity).await
}

async fn found(
    connection: &Connection,
    objects: &Api<DynamicObject>,
    identity: &Identity,
) -> Result<Option<DynamicObject>, ClusterError> {
    let attempt = attempt("get", identity);
    match with_retries(connection, || objects.get(&identity.name)).await {
        Ok(object) => Ok(Some(object)),
        Err(error) => match attempt.failed(&error, connection.server()) {
            ClusterError::NotFound { .. } => Ok(None),
            trouble => Err(trouble),
        },
    }
}

/// The objects of a kind with these labels; none when the cluster does not know the kind.
pub async fn list(
    connection: &Connection,
    kind: Kind,
    namespace: &str,
    labels: &str,
) -> Result<Vec<DynamicObject>, ClusterError> {
    let attempt = Attempt::on_all("list", kind, Some(namespace));
    let (objects, parameters) = (connection.objects(kind, namespace), ListParams::default().labels(labels));
    match with_retries(connection, || objects.list(&parameters)).await {
        // The items of a list do not say their kind.
        Ok(list) => Ok(list.items),
        Err(error) => match attempt.failed(&error, connection.server()) {
            ClusterError::NoDefinition { .. } => Ok(Vec::new()),
            trouble => Err(trouble),
        },
    }
}

/// What an apply would lead to. The API server is asked, and its admission with it; nothing is stored.
pub async fn preview(connection: &Connection, desired: &Desired, body: &Value) -> Result<Preview, ClusterError> {
    let (mut conflicts, attempt) = (Vec::new(), attempt("patch", &desired.identity));
    loop {
        let parameters = PatchParams { dry_run: true, force: !conflicts.is_empty(), ..parameters() };
        let (objects, patch) = (objects(connection, desired), Patch::Apply(body));
        match with_retries(connection, || objects.patch(&desired.identity.name, &parameters, &patch)).await {
            Ok(object) => return Ok(Preview { result: serde_json::to_value(object).unwrap_or_default(), conflicts }),
            Err(error) => {
                let found = found_conflicts(&error);
                if found.is_empty() || parameters.force {
                    return Err(attempt.failed(&error, connection.server()));
                }
                conflicts = found;
            }
        }
    }
}

/// Writes what was decided.
pub async fn write(
    connection: &Connection,
    desired: Option<&Desired>,
    identity: &Identity,
    write: &Write,
) -> Result<Option<DynamicObject>, NotWritten> {
    match (write, desired) {
        (Write::Apply { body, force }, Some(desired)) => {
            let parameters = PatchParams { force: *force, ..parameters() };
            let (objects, patch) = (objects(connection, desired), Patch::Apply(body));
            let attempt = attempt("patch", identity);
            let answer = with_retries(connection, || objects.patch(&identity.name, &parameters, &patch)).await;
            answer.map(Some).map_err(|error| not_written(connection, attempt, &error))
        }
        (Write::Delete { uid }, _) => {
            // Of this object, whatever it looks like by now: the status of an autoscaler changes all the time.
            let preconditions = Preconditions { uid: uid.clone(), resource_version: None };
            let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
            let objects = connection.objects(identity.kind, &identity.namespace);
            let attempt = attempt("delete", identity);
            match with_retries(connection, || objects.delete(&identity.name, &parameters)).await {
                Ok(_) => Ok(None),
                Err(error) => match not_written(connection, attempt, &error) {
                    // Whoever deleted it, it is gone.
                    NotWritten::ClusterError(ClusterError::NotFound { .. }) => Ok(None),
                    failure => Err(failure),
                },
            }
        }
        (Write::Apply { .. }, None) => Ok(None),
    }
}

/// Does an autoscaler scale this Rollout?
pub async fn is_scaled(connection: &Connection, rollout: &Identity) -> Result<bool, ClusterError> {
    for kind in [Kind::HorizontalPodAutoscaler, Kind::ScaledObject] {
        let scalers = list(connection, kind, &rollout.namespace, "").await?;
        let scales = |scaler: &DynamicObject| {
            let target = &scaler.data["spec"]["scaleTargetRef"];
            target["kind"] == "Rollout" && target["name"] == rollout.name.as_str()
        };
        if scalers.iter().any(|scaler| scaler.metadata.deletion_timestamp.is_none() && scales(scaler)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn not_written(connection: &Connection, attempt: Attempt, error: &kube::Error) -> NotWritten {
    match error {
        kube::Error::Api(status) if status.code == 409 => NotWritten::Raced,
        error => NotWritten::ClusterError(attempt.failed(error, connection.server())),
    }
}

fn found_conflicts(error: &kube::Error) -> Vec<Conflict> {
    match error {
        kube::Error::Api(status) if status.code == 409 => Conflict::read(status),
        _ => Vec::new(),
    }
}

fn attempt(verb: &'static str, identity: &Identity) -> Attempt {
    Attempt::on(verb, identity.kind, &identity.namespace, &identity.name)
}

/// A field that the cluster's definitions do not know is refused, and not dropped silently.
fn parameters() -> PatchParams {
    PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        field_validation: Some(ValidationDirective::Strict),
        ..PatchParams::default()
    }
}

fn objects(connection: &Connection, desired: &Desired) -> Api<DynamicObject> {
    Api::namespaced_with(connection.client().clone(), &desired.identity.namespace, &desired.resource)
}

/// The version of an object that was stored.
pub fn generation(object: &DynamicObject) -> i64 {
    object.metadata.generation.unwrap_or_default()
}
