//! In: a release. Out: its routes with the positions of their rules and backends, which are the names of their series in
//! some telemetries. The plugin appends a rule for each rule of a route and each admitted audience.

use super::{GatewayApi, file, pinned};
use crate::diagnostic::Diagnostics;
use crate::manifest::{Field, Object};
use crate::policy::Release;
use crate::policy::audience::Admission;
use crate::policy::routing::{Route, RouteKind, RouteSource};
use crate::policy::service::Service;
use crate::router::Emission;
use crate::side::Side;
use crate::telemetry::{self, Protocol, Rules, SplitRule};
use crate::units::name::ObjectName;

/// The routes of requests, and those of the pinned audiences.
pub(super) fn of(settings: &GatewayApi, release: &Release) -> Vec<telemetry::Route> {
    let Some(service) = &release.service else { return Vec::new() };
    let staged = release.audiences.values().any(|audience| audience.admission == Admission::Staged);
    let managed = release.routes.iter().filter_map(|route| {
        let protocol = protocol(route.kind.value)?;
        Some(telemetry::Route { name: route.name.value.clone(), protocol, rules: rules(route, service, staged) })
    });
    let emission = Emission {
        release: &release.name,
        routes: &release.routes,
        audiences: &release.audiences,
        header_route: None,
        backend_filters: None,
    };
    let objects = pinned::routes(&emission, settings, service, &mut Diagnostics::default());
    let pinned = objects.iter().filter_map(|object| pinned_route(object, service));
    managed.chain(pinned).collect()
}

fn protocol(kind: RouteKind) -> Option<Protocol> {
    match kind {
        RouteKind::Http => Some(Protocol::Http),
        RouteKind::Grpc => Some(Protocol::Grpc),
        RouteKind::Tcp | RouteKind::Tls => None,
    }
}

fn rules(route: &Route, service: &Service, staged: bool) -> Rules {
    let (own, first) = match &route.source {
        RouteSource::Emitted => (vec![SplitRule { rule: 0, stable: 0, canary: 1 }], 1),
        RouteSource::File(object) => match file::with_canary(service, route, object, None) {
            Ok(object) => {
                let rules = object.root.at(&["spec", "rules"]).map(Field::items).unwrap_or_default();
                let own = rules.iter().enumerate().filter_map(|(index, rule)| split(index, rule, service));
                (own.collect(), rules.len())
            }
            // The emission of the route reports it.
            Err(_) => return Rules::Unknown,
        },
        RouteSource::Existing => return Rules::Unknown,
    };
    Rules::Split { own, appended: staged.then_some(first) }
}

fn split(rule: usize, field: &Field, service: &Service) -> Option<SplitRule> {
    let backends = field.get("backendRefs").map(Field::items)?;
    let position =
        |name: &str| backends.iter().position(|backend| backend.get("name").and_then(Field::as_str) == Some(name));
    Some(SplitRule {
        rule,
        stable: position(service.stable.value.as_str())?,
        canary: position(service.canary.value.as_str())?,
    })
}

/// A route of a pinned audience. All its rules lead to one Service.
fn pinned_route(object: &Object, service: &Service) -> Option<telemetry::Route> {
    let protocol = [RouteKind::Http, RouteKind::Grpc].into_iter().find(|kind| object.kind() == kind.kind().name());
    let backend = object.root.at(&["spec", "rules"])?.items().first()?.get("backendRefs")?.items().first()?;
    let canary = backend.get("name").and_then(Field::as_str) == Some(service.canary.value.as_str());
    let side = if canary { Side::Canary } else { Side::Stable };
    Some(telemetry::Route {
        name: ObjectName::parse(object.name()).ok()?,
        protocol: self::protocol(protocol?)?,
        rules: Rules::Pinned(side),
    })
}
