//! In: objects and pod templates. Out: what Kubernetes and the controllers know about them: their kinds and labels, their
//! schemas, and what is refused about a pod template beyond its schema.

pub mod kinds;
pub mod labels;
pub mod pod_template;
pub mod schema;
