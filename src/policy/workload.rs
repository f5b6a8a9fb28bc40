//! What runs, and what owns the number of its pods.

use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::sourced::Sourced;
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::units::Percent;
use crate::units::name::Name;
pub use crate::vocabulary::choices::{ScaleDown, WorkloadKind};

/// `workload`
#[derive(Clone, Debug)]
pub struct Workload {
    /// The node.
    pub origin: Origin,
    /// Where the pod template is.
    pub template: PodTemplate,
    /// `spec.replicas`; `None` exactly when an autoscaler owns it.
    pub replicas: Option<Sourced<u32>>,
    /// `spec.selector.matchLabels`; not empty.
    pub selector: Vec<(Sourced<Text>, Sourced<Text>)>,
    /// What its manifest says about the start of a pod.
    pub startup: Startup,
    /// Where its manifest asks to stop all old pods before the first new one starts.
    pub recreates: Option<Span>,
}

/// The times that a pod may need to start, by its probes, in seconds.
#[derive(Clone, Debug, Default)]
pub struct Startup {
    /// No pod is ready earlier: the longest `initialDelaySeconds`.
    pub earliest: Option<Sourced<u64>>,
    /// The longest time that a startup probe allows.
    pub allowed: Option<Sourced<u64>>,
}

/// `mode=`
#[derive(Clone, Debug)]
pub enum PodTemplate {
    /// `spec.workloadRef`
    Reference {
        /// Deployment, ReplicaSet or PodTemplate.
        kind: Sourced<WorkloadKind>,
        /// Its name.
        name: Sourced<Name>,
        /// What happens to its pods.
        scale_down: Sourced<ScaleDown>,
        /// `spec.replicas` in its manifest: the pods that it has beside those of the Rollout.
        own_replicas: Option<Sourced<u32>>,
    },
    /// `spec.template`, copied from the file with its origins.
    Embedded {
        /// The whole `PodTemplateSpec`, including the annotations of `reload-on`.
        template: Field,
        /// The ConfigMaps and Secrets of this version, to which the template refers.
        copies: Vec<Object>,
    },
}

impl WorkloadKind {
    /// The kind of its object.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Deployment => Kind::Deployment,
            Self::ReplicaSet => Kind::ReplicaSet,
            Self::PodTemplate => Kind::PodTemplate,
        }
    }
}

/// `autoscaler`
#[derive(Clone, Debug)]
pub struct Autoscaler {
    /// The node.
    pub origin: Origin,
    /// Its object's name.
    pub name: Sourced<Name>,
    /// The smallest fleet, which limits the weights that pods can represent; `None` when only the cluster knows it.
    pub min: Option<Sourced<u32>>,
    /// Where its object comes from.
    pub source: AutoscalerSource,
}

/// Where an autoscaler's object comes from.
#[derive(Clone, Debug)]
pub enum AutoscalerSource {
    /// A HorizontalPodAutoscaler that canaryc writes.
    Emitted {
        /// `maxReplicas`
        max: Sourced<u32>,
        /// Target utilisation of the CPU.
        cpu: Option<Sourced<Percent>>,
        /// Target utilisation of memory.
        memory: Option<Sourced<Percent>>,
    },
    /// A manifest. canaryc rewrites its `scaleTargetRef` to the Rollout.
    File(Object),
    /// Nothing is emitted.
    Existing,
}
