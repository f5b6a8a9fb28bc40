//! In: objects and pod templates. Out: what Kubernetes and the controllers know about them: their kinds and labels,
//! their schemas, and the rules for a pod template beyond its schema.

#[cfg(feature = "runtime")]
pub mod installation;
pub mod kinds;
pub mod labels;
pub mod pod_template;
pub mod schema;
