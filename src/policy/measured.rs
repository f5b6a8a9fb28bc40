//! In: a release. Out: its names in telemetry, from which the built-in measures make their queries.

use crate::policy::Release;
use crate::policy::routing::{Route, RouteKind};
use crate::telemetry::{Port, Protocol, Scope, Telemetry};
use crate::units::name::Name;

/// Placeholder for a namespace that only the cluster knows, until it becomes an argument. It is searched for only if
/// the policy names no namespace.
pub const NAMESPACE: &str = "canaryc--namespace--argument";

/// The names of a release. `telemetry` decides whether the rules of its routes matter.
pub fn scope(release: &Release, telemetry: Option<Telemetry>) -> Option<Scope> {
    let namespace = match &release.namespace {
        Some(namespace) => namespace.value.clone(),
        None => Name::parse(NAMESPACE).ok()?,
    };
    let split = release.service.as_ref().filter(|_| release.traffic.is_split());
    let routes = match telemetry.filter(|telemetry| telemetry.reads_routes()) {
        Some(_) => release.traffic.routers().iter().flat_map(|declared| declared.split.rules(release)).collect(),
        None => Vec::new(),
    };
    Some(Scope {
        namespace,
        rollout: release.name.value.clone(),
        services: split.map(|service| (service.stable.value.clone(), service.canary.value.clone())),
        root_service: split.is_some_and(|service| service.name != service.stable),
        ports: ports(release),
        routes,
    })
}

/// The ports that the routes lead to. Without routes: the first port of the Service.
fn ports(release: &Release) -> Vec<Port> {
    let port = |number: Option<u16>, route: Option<&Route>| {
        let declared = release.service.iter().flat_map(|service| &service.ports);
        let declared =
            declared.clone().find(|port| Some(port.number.value) == number).or_else(|| declared.clone().next());
        let application = declared.and_then(|port| port.app_protocol.as_ref()).map(|protocol| protocol.value.as_ref());
        // By the convention of Istio, the name of a port tells its protocol.
        let named =
            declared.map(|port| &*port.name.value).is_some_and(|name| name == "grpc" || name.starts_with("grpc-"));
        let grpc = application == Some("grpc")
            || named && application != Some("http")
            || route.is_some_and(|route| route.kind.value == RouteKind::Grpc);
        Port {
            number: number.or_else(|| declared.map(|port| port.number.value)).unwrap_or(80),
            name: declared.map(|port| port.name.value.to_string()),
            protocol: if grpc { Protocol::Grpc } else { Protocol::Http },
        }
    };
    if release.routes.is_empty() {
        return vec![port(None, None)];
    }
    let stable = release.service.as_ref().map(|service| &service.stable.value);
    let mut ports: Vec<Port> = Vec::new();
    for route in release.routes.iter().filter(|route| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc)) {
        for number in route.ports(stable) {
            let port = port(Some(number), Some(route));
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
    }
    ports
}
