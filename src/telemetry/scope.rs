//! The names of the release in telemetry: its namespace, Services, ports, routes and pods, and which of its two versions
//! is meant.

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
    /// The stable and the canary Service. `None` if one Service has both versions (no router, or subsets of one
    /// Service).
    pub services: Option<(Name, Name)>,
    /// Whether a root Service, as meshes need it, also selects the pods of both versions.
    pub root_service: bool,
    /// The ports that receive requests. None if all routes pass connections.
    pub ports: Vec<Port>,
    /// The routes with their rules, if the telemetry [names them](super::Telemetry::reads_routes).
    pub routes: Vec<Route>,
}

/// A port of the Services that receives requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// Its name, if routes may refer to it by name.
    pub name: Option<String>,
    /// The protocol of its requests.
    pub protocol: Protocol,
}

/// A route that leads to the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The name of its object.
    pub name: ObjectName,
    /// Its protocol, which determines the kind of its object.
    pub protocol: Protocol,
    /// Its rules.
    pub rules: Rules,
}

/// The rules of a route, by their position in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Some rules split the requests between both Services.
    Split {
        /// These rules.
        own: Vec<SplitRule>,
        /// From this position on, the controller appends rules that lead only to the canary.
        appended: Option<usize>,
    },
    /// Every rule leads to one side only.
    Pinned(Side),
    /// The route exists in the cluster, and canaryc does not know its rules.
    Unknown,
}

/// A rule that splits the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitRule {
    /// Its position in the route.
    pub rule: usize,
    /// The position of the stable Service among its backends.
    pub stable: usize,
    /// The position of the canary Service among its backends.
    pub canary: usize,
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

    /// Whether the names of the pods contain the whole hash.
    pub(super) fn pods_have_hash(&self) -> bool {
        self.rollout.as_str().len() <= LONGEST_ROLLOUT
    }

    /// A regular expression for the ports, by number or by name, as a route may write them.
    pub(super) fn port_pattern(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for word in self.ports.iter().flat_map(|port| [Some(port.number.to_string()), port.name.clone()]).flatten() {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        match words.as_slice() {
            [only] => only.clone(),
            several => format!("({})", several.join("|")),
        }
    }

    /// Whether some requests have this protocol.
    pub fn has(&self, protocol: Protocol) -> bool {
        self.ports.iter().any(|port| port.protocol == protocol)
    }

    /// The part of the release with this protocol.
    pub(super) fn only(&self, protocol: Protocol) -> Self {
        let mut part = self.clone();
        part.ports.retain(|port| port.protocol == protocol);
        part.routes.retain(|route| route.protocol == protocol);
        part
    }
}

/// The longest name of a Rollout whose pods can be recognised. Kubernetes cuts `<rollout>-<hash>-` at 58 characters
/// before it appends five random ones, and a hash has up to ten.
pub const LONGEST_ROLLOUT: usize = 46;
