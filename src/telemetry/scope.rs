//! What the release is called in telemetry: its namespace, Services and pods, and which of its two versions is meant.

pub use crate::side::Side;
use crate::units::name::Name;

/// The analysis argument that holds the canary's pod hash.
pub const CANARY_HASH: &str = "{{args.canary-hash}}";
/// The analysis argument that holds the stable version's pod hash.
pub const STABLE_HASH: &str = "{{args.stable-hash}}";

/// What the requests of the release are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP status codes tell success.
    #[default]
    Http,
    /// gRPC status codes do; the HTTP code is 200 also for failures.
    Grpc,
}

/// What the canary's value is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Nothing: the value itself.
    #[default]
    Absolute,
    /// The stable version's value: canary ÷ stable.
    AgainstStable,
}

/// The names under which telemetry knows a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Namespace of the release.
    pub namespace: Name,
    /// Name of the Rollout; its pods are `<rollout>-<hash>-…`.
    pub rollout: Name,
    /// Name of the HTTPRoute or GRPCRoute that splits the traffic.
    pub route: Name,
    /// The stable and the canary Service. `None` when one Service holds both (no router, or subsets of one Service).
    pub services: Option<(Name, Name)>,
    /// Whether one more Service selects the pods of both versions, as meshes need it.
    pub root_service: bool,
    /// The Service's port.
    pub port: u16,
    /// Its name, when routes may refer to it by name.
    pub port_name: Option<String>,
    /// What the requests are.
    pub protocol: Protocol,
}

impl Scope {
    /// The Service that only pods of this side stand behind.
    pub(super) fn service(&self, side: Side) -> Option<&Name> {
        self.services.as_ref().map(|(stable, canary)| match side {
            Side::Stable => stable,
            Side::Canary => canary,
        })
    }

    /// Regular expression for the pods of this side: a pod is named after its ReplicaSet, that after Rollout and hash.
    pub(super) fn pods(&self, side: Side) -> String {
        let hash = match side {
            Side::Canary => CANARY_HASH,
            Side::Stable => STABLE_HASH,
        };
        format!("{}-{hash}-.+", self.rollout)
    }

    /// Regular expression for the port as a route may name it.
    pub(super) fn port_pattern(&self) -> String {
        match &self.port_name {
            Some(name) => format!("({}|{name})", self.port),
            None => self.port.to_string(),
        }
    }
}
