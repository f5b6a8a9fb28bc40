//! What the sections of a policy know about the pods. In: nothing. Out: [`Pods`].

use crate::source::Span;
use crate::syntax::tree::Text;

/// What the policy and its files say of the pods. What only the cluster knows is absent.
pub struct Pods {
    /// Where its labels are written, otherwise the `workload` node.
    pub labels_at: Span,
    /// Where its containers are written, otherwise the `workload` node.
    pub containers_at: Span,
    /// The template's labels.
    pub labels: Option<Vec<(Text, Text)>>,
    /// The ports of its containers.
    pub ports: Option<Vec<ContainerPort>>,
    /// For each resource of an autoscaler, the containers that do not request it.
    pub without_request: Vec<(&'static str, Vec<String>)>,
}

/// A port that a container declares.
pub struct ContainerPort {
    /// Its number.
    pub number: u16,
    /// Its name, if it has one.
    pub name: Option<Text>,
}
