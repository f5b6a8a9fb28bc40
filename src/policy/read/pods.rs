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
}

/// A port that a container declares.
pub struct ContainerPort {
    /// Its number.
    pub number: u16,
    /// Its name, if it has one.
    pub name: Option<Text>,
}
