//! In: a release. Out: the objects that it refers to and does not emit, because the policy says that they exist.

use super::references::External;
use crate::policy::Release;
use crate::policy::measure::MeasureKind;
use crate::policy::routing::{RouteKind, RouteSource};
use crate::policy::service::ServiceSource;
use crate::policy::workload::PodTemplate;

/// What exists beside the release's own objects.
pub fn of(release: &Release) -> External {
    let mut external = External::default();
    if let Some(service) = &release.service
        && !matches!(service.source, ServiceSource::Emitted)
    {
        for name in [&service.name, &service.stable, &service.canary] {
            external.add("Service", name.value.as_str());
        }
    }
    for route in release.routes.iter().filter(|route| matches!(route.source, RouteSource::Existing)) {
        let kind = match route.kind.value {
            RouteKind::Http => "HTTPRoute",
            RouteKind::Grpc => "GRPCRoute",
            RouteKind::Tcp => "TCPRoute",
            RouteKind::Tls => "TLSRoute",
        };
        external.add(kind, route.name.value.as_str());
    }
    if let PodTemplate::Reference { kind, name, .. } = &release.workload.template {
        external.add(kind.value.as_str(), name.value.as_str());
    }
    for check in &release.checks {
        if let MeasureKind::Template { name, cluster, .. } = &check.measure.kind {
            let kind = if *cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
            external.add(kind, name.value.as_str());
        }
    }
    external
}
