//! In: nothing. Out: the kinds of Kubernetes objects that canaryc knows, one line each. The schemas are found by these
//! names. Patches and deletions depend on the role, and so do the permissions of the runtime mode.

/// How canaryc uses the objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// canaryc writes it for each release and never deletes it, because a deletion would also delete its pods.
    Release,
    /// canaryc writes it for a release, and deletes it when the policy no longer asks for it.
    Part,
    /// As [`Role::Part`]. It owns the number of pods of a Rollout.
    Autoscaler,
    /// As [`Role::Part`]. It is a copy of an object of the user for one version of the pods, and stays as long as a
    /// revision refers to it.
    Copy,
    /// A controller writes it. The runtime mode watches it.
    Observed,
    /// Somebody else writes it, and a Rollout can refer to it. The runtime mode watches it, and `undo` changes its pod
    /// template.
    Workload,
    /// As [`Role::Workload`], but there are no pods to watch.
    WorkloadTemplate,
    /// canaryc only checks it, or a reference to it.
    Checked,
}

macro_rules! kinds {
    ($($kind:ident $api_version:literal $plural:literal $role:ident,)*) => {
        /// A kind of object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the variants are Kubernetes' own names")]
        pub enum Kind { $($kind,)* }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The value of `kind`: `Rollout`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// The value of `apiVersion`: `argoproj.io/v1alpha1`, or `v1` for the core group.
            pub const fn api_version(self) -> &'static str {
                match self { $(Self::$kind => $api_version,)* }
            }

            /// The name in addresses and in the rules of roles: `rollouts`.
            #[cfg(any(test, feature = "runtime"))]
            pub const fn plural(self) -> &'static str {
                match self { $(Self::$kind => $plural,)* }
            }

            /// How canaryc uses its objects.
            pub const fn role(self) -> Role {
                match self { $(Self::$kind => Role::$role,)* }
            }
        }
    };
}

// A kind comes after the kinds that it depends on: deletions go through the table from its end.
kinds! {
    Rollout                 "argoproj.io/v1alpha1"               "rollouts"                 Release,
    Service                 "v1"                                 "services"                 Part,
    AnalysisTemplate        "argoproj.io/v1alpha1"               "analysistemplates"        Part,
    HTTPRoute               "gateway.networking.k8s.io/v1"       "httproutes"               Part,
    GRPCRoute               "gateway.networking.k8s.io/v1"       "grpcroutes"               Part,
    TCPRoute                "gateway.networking.k8s.io/v1alpha2" "tcproutes"                Part,
    TLSRoute                "gateway.networking.k8s.io/v1alpha2" "tlsroutes"                Part,
    Ingress                 "networking.k8s.io/v1"               "ingresses"                Part,
    HorizontalPodAutoscaler "autoscaling/v2"                     "horizontalpodautoscalers" Autoscaler,
    ScaledObject            "keda.sh/v1alpha1"                   "scaledobjects"            Autoscaler,
    ConfigMap               "v1"                                 "configmaps"               Copy,
    AnalysisRun             "argoproj.io/v1alpha1"               "analysisruns"             Observed,
    Pod                     "v1"                                 "pods"                     Observed,
    ReplicaSet              "apps/v1"                            "replicasets"              Workload,
    Deployment              "apps/v1"                            "deployments"              Workload,
    PodTemplate             "v1"                                 "podtemplates"             WorkloadTemplate,
    ClusterAnalysisTemplate "argoproj.io/v1alpha1"               "clusteranalysistemplates" Checked,
    Job                     "batch/v1"                           "jobs"                     Checked,
}

impl Kind {
    /// The kinds that canaryc writes, and that a `patch` can therefore change.
    pub fn written() -> impl Iterator<Item = Self> + Clone {
        Self::ALL.iter().copied().filter(|kind| kind.is_written())
    }

    /// Does canaryc write objects of this kind, which a `patch` can change?
    pub const fn is_written(self) -> bool {
        matches!(self.role(), Role::Release | Role::Part | Role::Autoscaler)
    }

    /// Does `canaryc apply` apply objects of this kind?
    #[cfg(feature = "runtime")]
    pub const fn is_applied(self) -> bool {
        self.is_written() || matches!(self.role(), Role::Copy)
    }

    /// The kind of an object, whatever its version.
    pub fn in_any_version(api_version: &str, name: &str) -> Option<Self> {
        let (group, _) = split(api_version);
        Self::ALL.iter().copied().find(|kind| kind.name() == name && kind.group() == group)
    }

    /// `argoproj.io`; empty for the core group.
    pub fn group(self) -> &'static str {
        split(self.api_version()).0
    }
}

/// What only the runtime mode asks.
#[cfg(any(test, feature = "runtime"))]
impl Kind {
    /// The kinds that canaryc deletes when a policy no longer asks for them, in the order of deletion.
    pub fn pruned() -> impl Iterator<Item = Self> {
        Self::ALL.iter().rev().copied().filter(|kind| matches!(kind.role(), Role::Part | Role::Autoscaler | Role::Copy))
    }

    /// Does an object of this kind own the number of pods of a Rollout?
    pub const fn is_autoscaler(self) -> bool {
        matches!(self.role(), Role::Autoscaler)
    }

    /// Can a Rollout take its pod template from an object of this kind?
    pub const fn is_workload(self) -> bool {
        matches!(self.role(), Role::Workload | Role::WorkloadTemplate)
    }

    /// The kind of an object.
    pub fn of(api_version: &str, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name && kind.api_version() == api_version)
    }

    /// `v1alpha1`
    pub fn version(self) -> &'static str {
        split(self.api_version()).1
    }

    /// The plural with its group: `rollouts.argoproj.io`, or `services`.
    pub fn qualified(self) -> String {
        match self.group() {
            "" => self.plural().to_owned(),
            group => format!("{}.{group}", self.plural()),
        }
    }
}

/// The group and the version of an `apiVersion`.
fn split(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::schema::{described, shape_of};

    #[test]
    fn a_kind_is_found_by_its_api_version_and_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.api_version(), kind.name()), Some(*kind));
        }
        assert_eq!(Kind::of("argoproj.io/v1alpha1", "Deployment"), None);
        assert_eq!(Kind::in_any_version("apps/v1beta1", "Deployment"), Some(Kind::Deployment));
        assert_eq!(Kind::Service.qualified(), "services");
        assert_eq!(Kind::Rollout.qualified(), "rollouts.argoproj.io");
        assert_eq!((Kind::Service.group(), Kind::Service.version()), ("", "v1"));
    }

    /// A ScaledObject always comes from a file of the user, and KEDA publishes no schema that canaryc could use.
    #[test]
    fn every_kind_that_is_written_has_a_schema() {
        for kind in Kind::written().filter(|kind| *kind != Kind::ScaledObject) {
            assert!(shape_of(kind.api_version(), kind.name()).is_some(), "{kind:?} has no schema");
        }
    }

    #[test]
    fn every_schema_belongs_to_a_kind() {
        for (api_version, kind) in described() {
            assert!(Kind::of(api_version, kind).is_some(), "{api_version} {kind} is not in the table");
        }
    }
}
