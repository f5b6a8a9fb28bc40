//! In: audiences and routes, each valid by itself. Out: conflicts between them on routes of the Gateway API.

use super::{PINNED_RULES, pinned};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Field;
use crate::policy::Sourced;
use crate::policy::audience::{Admission, Audience};
use crate::policy::context::Context;
use crate::policy::names::GeneratedName;
use crate::policy::routing::{Route, RouteKind, RouteSource};
use crate::router::Asked;
use crate::router::entry::is_numbered;
use crate::source::Span;
use crate::units::name::Name;

/// Judges audiences against each other and against the routes.
pub(super) fn judge(cx: &mut Context<'_>, asked: &Asked<'_>) {
    one_header_each(cx, asked.admitted);
    managed_names(cx, asked.admitted, asked.routes);
    somewhere_to_match(cx, asked.admitted, asked.routes);
    for audience in asked.audiences.iter().flatten().filter(|audience| audience.admission != Admission::Staged) {
        pinned_route(cx, asked.release, audience, asked.routes);
    }
}

/// The plugin distinguishes its rules by header names.
fn one_header_each(cx: &mut Context<'_>, managed: &[(&Audience, Span)]) {
    for (index, (audience, _)) in managed.iter().enumerate() {
        for header in audience.matchers().map_or(&[][..], |matchers| &matchers.headers) {
            let earlier = managed[..index].iter().find_map(|(other, _)| {
                let same = other
                    .matchers()?
                    .headers
                    .iter()
                    .find(|first| first.name.value.eq_ignore_ascii_case(&header.name.value))?;
                Some((*other, same))
            });
            let Some((other, first)) = earlier else { continue };
            let help = if header.name.value.eq_ignore_ascii_case("cookie") {
                "match one of them by a header, or match both values in one audience with a regular expression"
            } else {
                "use another header for one of them, or match both values in one audience with a regular expression"
            };
            cx.report(
                Diagnostic::new(
                    Code::AudienceSharedHeader,
                    header.origin.span,
                    format!("audiences `{}` and `{}` match on the same header `{}`", other.name.value, audience.name.value, header.name.value),
                )
                .label("second")
                .also(first.origin.span, "first")
                .why("The Gateway API plugin identifies its rules by the name of the header: admitting the second audience would replace the first.")
                .help(help),
            );
            break;
        }
    }
}

fn managed_names(cx: &mut Context<'_>, managed: &[(&Audience, Span)], routes: &[Route]) {
    for (index, (audience, _)) in managed.iter().enumerate() {
        let name = audience.name.value.as_str();
        for (other, _) in &managed[..index] {
            let first = other.name.value.as_str();
            if is_numbered(first, name) || is_numbered(name, first) {
                cx.report(
                    Diagnostic::new(Code::AudienceManagedName, audience.name.span(), format!("the names `{first}` and `{name}` collide"))
                        .label("one name")
                        .also(other.name.span(), "the other name")
                        .why("The plugin appends numbers to the rules of an audience. It would mistake a rule of one for a rule of the other and delete it.")
                        .help("rename one of them: the name must not end in a hyphen and a number"),
                );
            }
        }
        if let Some(route) = routes.iter().find(|route| route.name.value.as_str() == name) {
            cx.report(
                Diagnostic::new(Code::AudienceManagedName, audience.name.span(), format!("an audience and a route have the same name `{name}`"))
                    .label("the audience")
                    .also(route.name.span(), "the route")
                    .why("The controller creates a header route with the name of the audience. When it removes that route, it must not remove yours.")
                    .help("rename one of them"),
            );
        }
        for route in routes {
            let RouteSource::File(object) = &route.source else { continue };
            let rules = object.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
            let named = rules
                .iter()
                .filter_map(|rule| rule.get("name"))
                .find(|field| field.as_str().is_some_and(|rule| rule == name || is_numbered(name, rule)));
            if let Some(rule) = named {
                cx.report(
                    Diagnostic::new(
                        Code::AudienceManagedName,
                        audience.name.span(),
                        format!("a rule of your route has the same name as audience `{name}`"),
                    )
                    .label("the audience")
                    .also(rule.origin.span, "the rule")
                    .why("The plugin mistakes a rule with that name for one of its own and deletes it.")
                    .help("rename one of them"),
                );
            }
        }
    }
}

/// Only HTTP and gRPC routes can match headers.
fn somewhere_to_match(cx: &mut Context<'_>, managed: &[(&Audience, Span)], routes: &[Route]) {
    let Some(first) = routes.first() else { return };
    if routes.iter().any(|route| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc)) {
        return;
    }
    for (audience, admitted) in managed {
        cx.report(
            Diagnostic::new(
                Code::AudienceNoHeaders,
                *admitted,
                format!("no route of this release can match audience `{}`", audience.name.value),
            )
            .label("admitted here")
            .also(first.kind.span(), "handles connections, not requests")
            .why("Only HTTP and gRPC routes can match headers.")
            .help("add an `http` or `grpc` route, or remove the audience"),
        );
    }
}

/// Reports pinned audiences that would need too many rules. Their routes are not judged, or emitted.
pub(super) fn too_many_pinned(cx: &mut Context<'_>, asked: &Asked<'_>) -> bool {
    let audiences = || asked.audiences.iter().flatten();
    let rules = pinned::count(audiences(), asked.routes);
    let last = audiences().rfind(|audience| audience.admission != Admission::Staged);
    let (Some(audience), Some(route)) = (last.filter(|_| rules > PINNED_RULES), asked.routes.last()) else {
        return false;
    };
    cx.report(
        Diagnostic::new(
            Code::RouteTooManyRules,
            audience.origin.span,
            format!("the routes of all pinned audiences would have {rules} rules, and at most {PINNED_RULES} are written"),
        )
        .label("the last pinned audience")
        .also(route.origin.span, "the last route")
        .why("A pinned audience has a rule for each rule of each route. The limit prevents a broken or malicious file from using up time and memory.")
        .help("combine routes: a `route file=\"route.yaml\"` can list many hosts in `hostnames`; or combine audiences: a regular expression can match many values of a header"),
    );
    true
}

/// The name of a pinned audience's route contains the release's name.
fn pinned_route(cx: &mut Context<'_>, release: &Sourced<Name>, audience: &Audience, routes: &[Route]) {
    let wanted = GeneratedName::PinnedRoute { audience: &audience.name.value, index: 0 };
    let name = match wanted.needed(release, Some(audience.name.span())) {
        Ok(name) => name,
        Err(too_long) => return cx.add_too_long(*too_long),
    };
    if let Some(route) = routes.iter().find(|route| route.name.value.as_str() == name.as_str()) {
        cx.report(
            Diagnostic::new(
                Code::AudienceManagedName,
                audience.name.span(),
                format!("the route of this audience has the same name `{name}` as another route"),
            )
            .label(format!("creates the route `{name}`"))
            .also(route.name.span(), "the other route")
            .why("One of the two would replace the other.")
            .help("rename one of them"),
        );
    }
    on_an_existing_route(cx, audience, routes);
    let has = |kind: RouteKind| routes.iter().any(|route| route.kind.value == kind);
    if routes.is_empty() || has(RouteKind::Http) {
        return;
    }
    if !has(RouteKind::Grpc) {
        cx.report(
            Diagnostic::new(
                Code::AudienceNoHeaders,
                audience.origin.span,
                "no route of this release can match requests",
            )
            .label("needs an `http` or `grpc` route")
            .why("TCP and TLS routes handle connections, not requests.")
            .help("add an `http` or `grpc` route, or remove the audience"),
        );
        return;
    }
    let Some(matchers) = audience.matchers().filter(|matchers| !matchers.seen_by(RouteKind::Grpc)) else { return };
    let path = matchers.path.as_ref().map(|path| (path.span(), "a path"));
    let Some((span, what)) = path.or_else(|| Some((matchers.queries.first()?.origin.span, "a query parameter"))) else {
        return;
    };
    cx.report(
        Diagnostic::new(
            Code::AudienceNoHeaders,
            span,
            format!("no route of this release can match audience `{}` by {what}", audience.name.value),
        )
        .label("not supported by a `grpc` route")
        .why(
            "A GRPCRoute matches the method and the headers of a call. Without this matcher it would match every call.",
        )
        .help("match a `header` or a `host=`, or add an `http` route"),
    );
}

/// canaryc does not see the hosts of an existing route, and a gateway prefers the route with a host.
fn on_an_existing_route(cx: &mut Context<'_>, audience: &Audience, routes: &[Route]) {
    if audience.matchers().is_none_or(|matchers| matchers.host.is_some()) {
        return;
    }
    let Some(route) = routes.iter().find(|route| matches!(route.source, RouteSource::Existing)) else { return };
    let (name, route_name) = (&audience.name.value, &route.name.value);
    cx.report(
        Diagnostic::new(
            Code::AudienceExistingRoute,
            audience.origin.span,
            format!("the route of audience `{name}` lacks the hosts and rules of route `{route_name}`"),
        )
        .label("a route of its own, for every host")
        .also(route.origin.span, "already exists, so its hosts are unknown")
        .why("A gateway prefers the route with the host of a request. If the existing route has hosts, the audience never reaches its own route.")
        .help(format!("name the manifest of the route, as in `route file=\"route.yaml\"`, or write `host=` on `{name}`")),
    );
}
