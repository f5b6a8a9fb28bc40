//! In: a release. Out: the objects that it refers to without emitting them, because the policy says that they exist.

use super::references::External;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object};
use crate::policy::Release;
use crate::policy::measure::MeasureKind;
use crate::policy::routing::RouteSource;
use crate::policy::workload::PodTemplate;

/// The objects that exist besides the release's own.
pub fn of(release: &Release) -> External {
    let mut external = External::default();
    if let Some(service) = &release.service {
        for name in [&service.name, &service.stable, &service.canary] {
            if !service.emits(&name.value) {
                external.add(Kind::Service.name(), name.value.as_str());
            }
        }
    }
    for route in release.routes.iter().filter(|route| matches!(route.source, RouteSource::Existing)) {
        for declared in release.traffic.routers() {
            external.add(declared.split.object_kind(route.kind.value).name(), route.name.value.as_str());
        }
    }
    // A route of the user can have rules for other Services, which other manifests create.
    for route in &release.routes {
        if let RouteSource::File(object) = &route.source {
            for name in services(object) {
                external.add(Kind::Service.name(), name);
            }
        }
    }
    for declared in release.traffic.routers() {
        for (kind, name) in declared.split.existing(&release.name.value) {
            external.add(kind.name(), name.as_str());
        }
    }
    if let PodTemplate::Reference { kind, name, .. } = &release.workload.template {
        external.add(kind.value.kind().name(), name.value.as_str());
    }
    for check in release.checks.values() {
        if let MeasureKind::Template { name, cluster, .. } = &check.measure.kind {
            let kind = if *cluster { Kind::ClusterAnalysisTemplate } else { Kind::AnalysisTemplate };
            external.add(kind.name(), name.value.as_str());
        }
    }
    external
}

/// The places where a route of the Gateway API, or an Ingress, names Services.
const SERVICES: &[&[&str]] = &[
    &["spec", "rules", "[]", "backendRefs", "[]", "name"],
    &["spec", "rules", "[]", "http", "paths", "[]", "backend", "service", "name"],
    &["spec", "defaultBackend", "service", "name"],
];

fn services(route: &Object) -> impl Iterator<Item = &str> {
    SERVICES.iter().flat_map(|path| route.root.select(path)).filter_map(Field::as_str)
}
