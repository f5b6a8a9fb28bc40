//! In: nothing. Out: the labels by which controllers tell pods apart.

/// The label that Argo Rollouts puts on the pods and ReplicaSets of each version, and into the selectors of Services.
pub const POD_TEMPLATE_HASH: &str = "rollouts-pod-template-hash";

/// The same label as Prometheus writes it in the labels of a series.
pub const POD_TEMPLATE_HASH_IN_PROMETHEUS: &str = "rollouts_pod_template_hash";

/// The label that a Deployment puts on its pods.
pub const DEPLOYMENT_HASH: &str = "pod-template-hash";
