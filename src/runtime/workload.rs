//! In: a Rollout. Out: the version of the object that its `workloadRef` names, for which the controller may have yet to look.

use super::cluster_error::{Attempt, ClusterError};
use super::connection::Connection;
use super::retry::with_retries;
use super::rollout::Rollout;
use crate::kubernetes::kinds::Kind;

/// The generation of the object that `workloadRef` names, where there is one that has generations.
///
/// # Errors
/// When it cannot be read. One that is not there is no error: the controller says so itself, and goes on when it appears.
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
