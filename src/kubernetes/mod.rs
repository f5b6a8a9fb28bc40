//! In: objects and pod templates. Out: what Kubernetes and the controllers know about them: their kinds, their schemas, and
//! what is refused about a pod template beyond its schema.

pub mod pod_template;
pub mod schema;
