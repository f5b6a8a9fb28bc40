//! Where requests enter.

use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::name::{Name, ObjectName};
pub use crate::vocabulary::choices::{PathMatch, RouteKind};

/// `route`
#[derive(Clone, Debug)]
pub struct Route {
    /// The node.
    pub origin: Origin,
    /// Its object's name.
    pub name: Sourced<ObjectName>,
    /// Its kind.
    pub kind: Sourced<RouteKind>,
    /// `host=`
    pub host: Option<Sourced<Text>>,
    /// `path=`
    pub path: Sourced<Text>,
    /// `match=`
    pub path_match: Sourced<PathMatch>,
    /// The Service port behind it.
    pub port: Sourced<u16>,
    /// `gateway=`; by default the router's.
    pub gateway: Option<Sourced<GatewayReference>>,
    /// `listener=`; by default the router's.
    pub listener: Option<Sourced<Text>>,
    /// Where the object comes from.
    pub source: RouteSource,
}

impl Route {
    /// The ports of the stable Service that its rules lead to. Those of a manifest may lead to several.
    pub fn ports(&self, stable: Option<&Name>) -> Vec<u16> {
        let RouteSource::File(object) = &self.source else { return vec![self.port.value] };
        let rules = object.root.at(&["spec", "rules"]).map(Field::items).unwrap_or_default();
        let backends = rules.iter().filter_map(|rule| rule.get("backendRefs")).flat_map(Field::items);
        let ours = backends.filter(|backend| {
            let name = backend.get("name").and_then(Field::as_str);
            name.is_some() && name == stable.map(Name::as_str)
        });
        let mut ports: Vec<u16> = Vec::new();
        for port in ours.filter_map(|backend| u16::try_from(backend.get("port")?.as_integer()?).ok()) {
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        if ports.is_empty() { vec![self.port.value] } else { ports }
    }
}

/// Where a route's object comes from.
#[derive(Clone, Debug)]
pub enum RouteSource {
    /// It is emitted.
    Emitted,
    /// A manifest. canaryc adds the canary next to every reference to the stable Service.
    File(Object),
    /// It exists in the cluster.
    Existing,
}

impl RouteKind {
    /// The kind of its object.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Http => Kind::HTTPRoute,
            Self::Grpc => Kind::GRPCRoute,
            Self::Tcp => Kind::TCPRoute,
            Self::Tls => Kind::TLSRoute,
        }
    }
}

/// `namespace/name`, or a name in the release's own namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayReference {
    /// The namespace, if written.
    pub namespace: Option<Name>,
    /// The name.
    pub name: Name,
}
