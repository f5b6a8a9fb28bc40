//! The names of the release in telemetry: its namespace, Services and pods, and which of its two versions is meant.

pub use crate::side::Side;
use crate::units::name::{Name, ObjectName};

/// The analysis argument that holds the canary's pod hash.
pub const CANARY_HASH: &str = "{{args.canary-hash}}";
/// The analysis argument that holds the stable version's pod hash.
pub const STABLE_HASH: &str = "{{args.stable-hash}}";

/// The protocol of the release's requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP status codes identify failures.
    #[default]
    Http,
    /// gRPC status codes identify failures; the HTTP code of a failure is also 200.
    Grpc,
}

/// What the canary's value is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// With nothing: the value itself counts.
    #[default]
    Absolute,
    /// With the stable version's value: canary ÷ stable.
    AgainstStable,
}

/// The names of a release in telemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Namespace of the release.
    pub namespace: Name,
    /// Name of the Rollout; its pods are `<rollout>-<hash>-…`.
    pub rollout: Name,
    /// Name of the HTTPRoute or GRPCRoute that splits the traffic.
    pub route: ObjectName,
    /// The stable and the canary Service. `None` if one Service has both versions (no router, or subsets of one
    /// Service).
    pub services: Option<(Name, Name)>,
    /// Whether a root Service, as meshes need it, also selects the pods of both versions.
    pub root_service: bool,
    /// The Service's port.
    pub port: u16,
    /// The port's name, if routes may refer to it by name.
    pub port_name: Option<String>,
    /// The protocol of the requests.
    pub protocol: Protocol,
}

impl Scope {
    /// The Service that selects only pods of this side.
    pub(super) fn service(&self, side: Side) -> Option<&Name> {
        self.services.as_ref().map(|(stable, canary)| match side {
            Side::Stable => stable,
            Side::Canary => canary,
        })
    }

    /// A regular expression for the pods of this side. A pod is named after its ReplicaSet, which is named after the
    /// Rollout and the hash.
    pub(super) fn pods(&self, side: Side) -> String {
        let hash = match side {
            Side::Canary => CANARY_HASH,
            Side::Stable => STABLE_HASH,
        };
        format!("{}-{hash}-.+", self.rollout)
    }

    /// A regular expression for the port, by number or by name, as a route may write it.
    pub(super) fn port_pattern(&self) -> String {
        match &self.port_name {
            Some(name) => format!("({}|{name})", self.port),
            None => self.port.to_string(),
        }
    }
}
