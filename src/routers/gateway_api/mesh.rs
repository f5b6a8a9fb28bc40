//! In: routes and audiences of a mesh. Out: diagnostics about hosts: in a mesh, the parent of a route is the Service that
//! callers use, and its host is the Service's.

use super::GatewayApi;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};
use crate::policy::audience::Audience;
use crate::policy::context::Context;
use crate::policy::routing::{Route, RouteSource};
use crate::router::Asked;
use crate::source::Span;

const WHY: &str = "A route in a mesh has no hosts of its own. Linkerd answers requests to every other host, also to the Service's name, with 404, and Istio ignores the host, so the route matches all requests.";

/// Judges the hosts in a policy.
pub(super) fn judge(cx: &mut Context<'_>, settings: &GatewayApi, asked: &Asked<'_>) {
    let Some(mesh) = settings.mesh else { return };
    let in_mesh = |route: &&Route| matches!(route.source, RouteSource::Emitted) && route.gateway.is_none();
    for host in asked.routes.iter().filter(in_mesh).filter_map(|route| route.host.as_ref()) {
        let help = "remove `host=`: callers use the name of the Service";
        report(cx, host.span(), mesh.span, "a route in a mesh cannot match a host", help.to_owned());
    }
    if !asked.routes.iter().any(|route| in_mesh(&route)) {
        return;
    }
    for audience in asked.audiences.iter().flatten() {
        if let Some(host) = audience.matchers().and_then(|matchers| matchers.host.as_ref()) {
            let help = header(audience, &host.value);
            report(cx, host.span(), mesh.span, "an audience in a mesh cannot match a host by `host=`", help);
        }
    }
}

fn header(audience: &Audience, host: &str) -> String {
    match audience.matchers().filter(|_| !host.starts_with('*')) {
        Some(_) => format!("match the header instead: `{{ header \"Host\" exact=\"{host}\" }}`"),
        None => "match a header that these callers send".to_owned(),
    }
}

/// Judges the hosts of a route in a file.
pub(super) fn judge_file(cx: &mut Context<'_>, route: &Object, named: Span) {
    let Some(hosts) = route.root.at(&["spec", "hostnames"]).filter(|hosts| !hosts.items().is_empty()) else { return };
    let help = "remove `hostnames`, and match the header `Host` where the host matters";
    report(cx, hosts.origin.span, named, "a route in a mesh cannot match a host", help.to_owned());
}

fn report(cx: &mut Context<'_>, host: Span, mesh: Span, message: &str, help: String) {
    cx.report(
        Diagnostic::new(Code::RouteHostInMesh, host, message)
            .label("a host")
            .also(mesh, "the mesh")
            .why(WHY)
            .help(help),
    );
}

/// Whether a Service is a parent of the route.
pub(super) fn is_parent(parent: &Field) -> bool {
    parent.get("kind").and_then(Field::as_str) == Some("Service")
}
