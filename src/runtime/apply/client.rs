//! The requests of an apply. In: an object. Out: its live state, the result of an apply, or success; otherwise an
//! error.

use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, Preconditions, ValidationDirective};
use serde_json::Value;

use super::decide::{Preview, Write};
use super::desired::{Desired, Identity};
use super::ownership::{Conflict, MANAGER};
use crate::kubernetes::kinds::Kind;
use crate::runtime::retry::with_retries;
use crate::runtime::{Attempt, ClusterError, Connection};

/// Why a write failed.
#[derive(Debug)]
pub enum NotWritten {
    /// The object is no longer the one that was judged.
    Raced,
    /// Any other error.
    ClusterError(ClusterError),
}

/// The object, if it exists.
pub async fn get(connection: &Connection, identity: &Identity) -> Result<Option<DynamicObject>, ClusterError> {
    let objects = connection.objects(identity.kind, &identity.namespace);
    found(connection, &objects, identity).await
}

/// The object in the desired version, if it exists.
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
            error => Err(error),
        },
    }
}

/// The objects of a kind with these labels; none if the cluster does not know the kind.
pub async fn list(
    connection: &Connection,
    kind: Kind,
    namespace: &str,
    labels: &str,
) -> Result<Vec<DynamicObject>, ClusterError> {
    let attempt = Attempt::on_all("list", kind, Some(namespace));
    let (objects, parameters) = (connection.objects(kind, namespace), ListParams::default().labels(labels));
    match with_retries(connection, || objects.list(&parameters)).await {
        // The items of a list do not contain their kind.
        Ok(list) => Ok(list.items),
        Err(error) => match attempt.failed(&error, connection.server()) {
            ClusterError::NoDefinition { .. } => Ok(Vec::new()),
            error => Err(error),
        },
    }
}

/// The result of an apply. The API server computes it, including admission, and stores nothing.
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
            // The UID alone identifies the object, in any version: the status of an autoscaler changes all the time.
            let preconditions = Preconditions { uid: uid.clone(), resource_version: None };
            let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
            let objects = connection.objects(identity.kind, &identity.namespace);
            let attempt = attempt("delete", identity);
            match with_retries(connection, || objects.delete(&identity.name, &parameters)).await {
                Ok(_) => Ok(None),
                Err(error) => match not_written(connection, attempt, &error) {
                    // Somebody else has deleted it, which is the desired state.
                    NotWritten::ClusterError(ClusterError::NotFound { .. }) => Ok(None),
                    failure => Err(failure),
                },
            }
        }
        (Write::Apply { .. }, None) => Ok(None),
    }
}

/// Whether an autoscaler scales this Rollout.
pub async fn is_scaled(connection: &Connection, rollout: &Identity) -> Result<bool, ClusterError> {
    for kind in Kind::ALL.iter().copied().filter(|kind| kind.is_autoscaler()) {
        let scalers = list(connection, kind, &rollout.namespace, "").await?;
        let scales = |scaler: &DynamicObject| {
            let target = &scaler.data["spec"]["scaleTargetRef"];
            target["kind"] == Kind::Rollout.name() && target["name"] == rollout.name.as_str()
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

/// The server refuses a field that the definitions of the cluster do not know, instead of dropping it silently.
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

/// The generation of a stored object.
pub fn generation(object: &DynamicObject) -> i64 {
    object.metadata.generation.unwrap_or_default()
}
