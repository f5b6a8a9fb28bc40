//! Where requests come in, and who splits them.

use crate::kubernetes::kinds::Kind;
use crate::manifest::{Object, Origin};
use crate::policy::Sourced;
use crate::syntax::tree::Text;
use crate::units::name::Name;
pub use crate::vocabulary::choices::{PathMatch, RouteKind};

/// `route`
#[derive(Clone, Debug)]
pub struct Route {
    /// The node.
    pub origin: Origin,
    /// Its object's name.
    pub name: Sourced<Name>,
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
    /// `gateway=`; else the router's.
    pub gateway: Option<Sourced<GatewayReference>>,
    /// `listener=`; else the router's.
    pub listener: Option<Sourced<Text>>,
    /// Where the object comes from.
    pub source: RouteSource,
}

/// Where a route's object comes from.
#[derive(Clone, Debug)]
pub enum RouteSource {
    /// It is emitted.
    Emitted,
    /// A manifest, to which the canary is added beside every reference to the stable Service.
    File(Object),
    /// It is in the cluster.
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
    /// The namespace, if said.
    pub namespace: Option<Name>,
    /// The name.
    pub name: Name,
}

/// One alternative of `router`.
#[derive(Clone, Debug)]
pub struct Router {
    /// The node.
    pub origin: Origin,
    /// Which, with its settings.
    pub kind: RouterKind,
}

/// The routers.
#[derive(Clone, Debug)]
pub enum RouterKind {
    /// `gateway-api`
    GatewayApi(GatewayApi),
    /// `istio`
    Istio,
    /// `nginx`
    Nginx,
    /// `alb`
    Alb,
    /// `traefik`
    Traefik,
    /// `apisix`
    Apisix,
    /// `ambassador`
    Ambassador,
    /// `smi`
    Smi,
    /// `app-mesh`
    AppMesh,
    /// `plugin`
    Plugin,
}

/// `gateway-api`
#[derive(Clone, Debug)]
pub struct GatewayApi {
    /// The gateways that routes attach to.
    pub gateways: Vec<Sourced<GatewayReference>>,
    /// `listener=`
    pub listener: Option<Sourced<Text>>,
    /// `mesh=#true`: the parent is the Service that callers name.
    pub mesh: Option<Origin>,
    /// `implementation=`, as written.
    pub implementation: Option<Sourced<Text>>,
}
