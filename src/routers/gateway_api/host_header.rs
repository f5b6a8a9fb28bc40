//! In: routes with hosts, and audiences that match the header `Host`. Out: an error for each audience whose host no route
//! takes: a gateway selects the route by the host first.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::audience::{Admission, ValueMatch};
use crate::policy::context::Context;
use crate::router::Asked;
use crate::syntax::tree::Text;

pub(super) fn judge(cx: &mut Context<'_>, asked: &Asked<'_>) {
    let hosts: Option<Vec<&Text>> =
        asked.routes.iter().map(|route| route.host.as_ref().map(|host| &host.value)).collect();
    let Some(hosts) = hosts.filter(|hosts| !hosts.is_empty()) else { return };
    for audience in asked.audiences.iter().flatten() {
        let headers = audience.matchers().map_or(&[][..], |matchers| &matchers.headers);
        let Some(header) = headers.iter().find(|header| header.name.value.eq_ignore_ascii_case("host")) else {
            continue;
        };
        let ValueMatch::Exact(wanted) = &header.value.value else { continue };
        if hosts.iter().any(|host| takes(host, wanted)) {
            continue;
        }
        let own = hosts.first().map_or("", |host| &***host);
        let help = if audience.admission == Admission::PinnedToCanary {
            format!("write `audience \"{}\" pinned=\"canary\" host=\"{wanted}\"`", audience.name.value)
        } else {
            format!("match another header, or write `pinned=\"canary\"` with `host=\"{wanted}\"` on the audience")
        };
        cx.report(
            Diagnostic::new(Code::AudienceHeaderName, header.value.span(), format!("no request with the host `{wanted}` reaches this route"))
                .label("another host")
                .also(header.origin.span, format!("the route takes `{own}`"))
                .why("A gateway selects the route by its `hostnames` first. No request has this header and the host of the route, so the audience is empty, and its stage waits for data.")
                .help(help),
        );
    }
}

/// Whether a route with a host, or with a wildcard, takes a host.
fn takes(host: &str, wanted: &str) -> bool {
    match host.strip_prefix('*') {
        Some(suffix) => {
            wanted.len() > suffix.len() && wanted.to_ascii_lowercase().ends_with(&suffix.to_ascii_lowercase())
        }
        None => host.eq_ignore_ascii_case(wanted),
    }
}
