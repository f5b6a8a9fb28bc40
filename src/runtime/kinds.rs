//! The kinds of objects that the runtime mode reads or writes, one line each: how the API server calls them.

use kube::api::ApiResource;

macro_rules! kinds {
    ($($kind:ident $group:literal $version:literal $plural:literal,)*) => {
        /// A kind of object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the variants are Kubernetes' own names")]
        pub enum Kind { $($kind,)* }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// `Rollout`
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// `argoproj.io`; empty for Kubernetes' core.
            pub const fn group(self) -> &'static str {
                match self { $(Self::$kind => $group,)* }
            }

            /// `v1alpha1`
            pub const fn version(self) -> &'static str {
                match self { $(Self::$kind => $version,)* }
            }

            /// `rollouts`, as it stands in addresses and in rules of roles.
            pub const fn plural(self) -> &'static str {
                match self { $(Self::$kind => $plural,)* }
            }
        }
    };
}

kinds! {
    Rollout "argoproj.io" "v1alpha1" "rollouts",
    AnalysisTemplate "argoproj.io" "v1alpha1" "analysistemplates",
    AnalysisRun "argoproj.io" "v1alpha1" "analysisruns",
    Service "" "v1" "services",
    Pod "" "v1" "pods",
    ReplicaSet "apps" "v1" "replicasets",
    Deployment "apps" "v1" "deployments",
    PodTemplate "" "v1" "podtemplates",
    HTTPRoute "gateway.networking.k8s.io" "v1" "httproutes",
    GRPCRoute "gateway.networking.k8s.io" "v1" "grpcroutes",
    TCPRoute "gateway.networking.k8s.io" "v1alpha2" "tcproutes",
    TLSRoute "gateway.networking.k8s.io" "v1alpha2" "tlsroutes",
    HorizontalPodAutoscaler "autoscaling" "v2" "horizontalpodautoscalers",
    ScaledObject "keda.sh" "v1alpha1" "scaledobjects",
}

impl Kind {
    /// The kind of an object.
    pub fn of(api_version: &str, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name && kind.api_version() == api_version)
    }

    /// `argoproj.io/v1alpha1`, or `v1` for Kubernetes' core.
    pub fn api_version(self) -> String {
        match self.group() {
            "" => self.version().to_owned(),
            group => format!("{group}/{}", self.version()),
        }
    }

    /// `rollouts.argoproj.io`, or `services`.
    pub fn qualified(self) -> String {
        match self.group() {
            "" => self.plural().to_owned(),
            group => format!("{}.{group}", self.plural()),
        }
    }

    /// What the client has to know.
    pub fn resource(self) -> ApiResource {
        ApiResource {
            group: self.group().to_owned(),
            version: self.version().to_owned(),
            api_version: self.api_version(),
            kind: self.name().to_owned(),
            plural: self.plural().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_what_its_objects_say() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(&kind.api_version(), kind.name()), Some(*kind));
        }
        assert_eq!(Kind::of("argoproj.io/v1alpha1", "Deployment"), None);
        assert_eq!(Kind::Service.qualified(), "services");
        assert_eq!(Kind::Rollout.qualified(), "rollouts.argoproj.io");
    }
}
