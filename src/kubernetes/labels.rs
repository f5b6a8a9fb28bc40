//! In: nothing. Out: the labels by which controllers distinguish pods.

/// The label that Argo Rollouts adds to the pods and ReplicaSets of each version, and to the selectors of Services.
pub const POD_TEMPLATE_HASH: &str = "rollouts-pod-template-hash";

/// The label that a Deployment adds to its pods.
pub const DEPLOYMENT_HASH: &str = "pod-template-hash";
