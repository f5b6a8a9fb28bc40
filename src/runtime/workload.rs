//! In: a Rollout. Out: the generation of the object of its `workloadRef`, which the controller may not have seen yet.

use super::cluster_error::{Attempt, ClusterError};
use super::connection::Connection;
use super::retry::with_retries;
use super::rollout::Rollout;
use crate::kubernetes::kinds::Kind;

/// The generation of the object of `workloadRef`, if the object has generations.
///
/// # Errors
/// When it cannot be read. A missing object is not an error: the controller reports it, and continues when the object
/// appears.
pub async fn generation(connection: &Connection, rollout: &Rollout) -> Result<Option<i64>, ClusterError> {
    let reference = &rollout.spec["workloadRef"];
    let field = |name: &str| reference[name].as_str().unwrap_or_default();
    let Some(kind) = Kind::of(field("apiVersion"), field("kind")).filter(|kind| kind.is_workload()) else {
        return Ok(None);
    };
    let objects = connection.objects(kind, &rollout.namespace);
    match with_retries(connection, || objects.get(field("name"))).await {
        Ok(object) => Ok(object.metadata.generation),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(error) => {
            let attempt = Attempt::on("get", kind, &rollout.namespace, field("name"));
            Err(attempt.failed(&error, connection.server()))
        }
    }
}
