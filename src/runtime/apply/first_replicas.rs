//! In: a Rollout that the cluster does not have yet. Out: the number of pods that it must start with, from the Deployment
//! whose pods serve users now.
//!
//! The controller starts a Rollout without `replicas` with one pod. As soon as that pod is available, it points the Service
//! to it alone and scales the Deployment down, however many pods the Deployment has.

use serde_json::Value;

use super::client;
use super::desired::{Desired, Identity};
use crate::kubernetes::kinds::Kind;
use crate::runtime::{ClusterError, Connection};

/// The pods that serve users until the Rollout has its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingPods {
    /// What runs them.
    workload: Identity,
    /// How many it is to have.
    count: u64,
}

impl ServingPods {
    /// Reads the workload that the Rollout replaces: the one of its `workloadRef`, or the Deployment of its name that
    /// selects the same pods. `None` if there is none, or if it has no pods.
    pub async fn read(connection: &Connection, rollout: &Desired) -> Result<Option<Self>, ClusterError> {
        let Some(workload) = workload(rollout) else { return Ok(None) };
        let live = client::get(connection, &workload).await?;
        Ok(live.and_then(|live| Self::of(workload, &rollout.body["spec"], &live.data["spec"])))
    }

    /// Judges the live workload.
    fn of(workload: Identity, rollout: &Value, live: &Value) -> Option<Self> {
        let is_other = rollout.get("workloadRef").is_none() && rollout["selector"] != live["selector"];
        let count = live["replicas"].as_u64().unwrap_or_default();
        (!is_other && count > 0).then_some(Self { workload, count })
    }

    /// States the number in the body of the Rollout if the policy leaves it to an autoscaler. Returns a note for the
    /// person, if there is something to know.
    pub fn state(&self, body: &mut Value) -> Option<String> {
        let Self { workload, count } = self;
        match body["spec"].get("replicas").and_then(Value::as_u64) {
            None => {
                body["spec"]["replicas"] = (*count).into();
                Some(format!("starts with {count} replicas, like {workload}"))
            }
            Some(stated) if stated < *count => Some(format!("starts with {stated} replicas, {workload} has {count}")),
            Some(_) => None,
        }
    }
}

fn workload(rollout: &Desired) -> Option<Identity> {
    let Identity { namespace, name, .. } = rollout.identity.clone();
    let Some(reference) = rollout.body["spec"].get("workloadRef") else {
        return Some(Identity { kind: Kind::Deployment, namespace, name });
    };
    let text = |field: &str| reference[field].as_str().unwrap_or_default();
    let kind = Kind::in_any_version(text("apiVersion"), text("kind")).filter(|kind| kind.is_workload())?;
    Some(Identity { kind, namespace, name: text("name").to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn serving(rollout: Value, live: Value) -> Option<u64> {
        let workload = Identity { kind: Kind::Deployment, namespace: "shop".to_owned(), name: "web".to_owned() };
        ServingPods::of(workload, &rollout, &live).map(|serving| serving.count)
    }

    #[test]
    fn a_deployment_with_pods_serves_users() {
        let referring = json!({"workloadRef": {"kind": "Deployment", "name": "web"}});
        assert_eq!(serving(referring.clone(), json!({"replicas": 6})), Some(6));
        assert_eq!(serving(referring, json!({"replicas": 0})), None, "it has no pods");
    }

    #[test]
    fn a_deployment_with_other_pods_is_not_replaced() {
        let selector = |app: &str| json!({"matchLabels": {"app": app}});
        let embedding = json!({"selector": selector("web"), "template": {}});
        assert_eq!(serving(embedding.clone(), json!({"replicas": 6, "selector": selector("web")})), Some(6));
        assert_eq!(serving(embedding, json!({"replicas": 6, "selector": selector("other")})), None);
    }

    #[test]
    fn only_a_missing_number_is_stated() {
        let workload = Identity { kind: Kind::Deployment, namespace: "shop".to_owned(), name: "web".to_owned() };
        let serving = ServingPods { workload, count: 6 };
        let stated = |mut body: Value| (serving.state(&mut body), body["spec"]["replicas"].as_u64());
        let noted = |text: &str| Some(text.to_owned());
        assert_eq!(stated(json!({"spec": {}})), (noted("starts with 6 replicas, like Deployment/web"), Some(6)));
        let fewer = noted("starts with 2 replicas, Deployment/web has 6");
        assert_eq!(stated(json!({"spec": {"replicas": 2}})), (fewer, Some(2)));
        assert_eq!(stated(json!({"spec": {"replicas": 9}})), (None, Some(9)));
    }
}
