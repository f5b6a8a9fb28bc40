//! How callers reach the release: Services and their ports.

use crate::manifest::{Object, Origin};
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::name::Name;
pub use crate::vocabulary::choices::Protocol;

/// `service`
#[derive(Clone, Debug)]
pub struct Service {
    /// The node.
    pub origin: Origin,
    /// The Service that callers use.
    pub name: Sourced<Name>,
    /// The Service of the stable version: `name`, or `<name>-stable` if the router needs a root Service.
    pub stable: Sourced<Name>,
    /// The Service of the new version: `<name>-canary`; for blue/green `<name>-preview`.
    pub canary: Sourced<Name>,
    /// The ports, the same on every Service. There is at least one if Services are emitted.
    pub ports: Vec<Port>,
    /// Where the Services come from.
    pub source: ServiceSource,
}

/// Where the Services come from.
#[derive(Clone, Debug)]
pub enum ServiceSource {
    /// They are emitted.
    Emitted,
    /// They are in a file, which canaryc has checked: at least the one that callers use. The others are emitted if the
    /// file lacks them.
    File(Vec<Object>),
    /// The Service that callers use exists in the cluster. The others are emitted.
    Adopted,
    /// They exist in the cluster.
    Existing,
}

impl Service {
    /// Whether canaryc emits the Service with this name: one of its own names.
    pub fn emits(&self, name: &Name) -> bool {
        match &self.source {
            ServiceSource::Emitted => true,
            ServiceSource::File(objects) => !objects.iter().any(|object| object.name() == name.as_str()),
            ServiceSource::Adopted => *name != self.name.value,
            ServiceSource::Existing => false,
        }
    }
}

/// `port`
#[derive(Clone, Debug)]
pub struct Port {
    /// The node.
    pub origin: Origin,
    /// `port`
    pub number: Sourced<u16>,
    /// `targetPort`
    pub target: Sourced<TargetPort>,
    /// `name`
    pub name: Sourced<Text>,
    /// `protocol`
    pub protocol: Sourced<Protocol>,
    /// `appProtocol`
    pub app_protocol: Option<Sourced<Text>>,
}

/// `target=`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPort {
    /// A number.
    Number(u16),
    /// The name of a container's port.
    Name(Text),
}
