//! In: `route`. Out: [`Route`]s: where requests enter, with every default filled in.

use super::manifest_file::{self, Naming, Wanted};
use super::service;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Object, Origin};
use crate::model::{Host, Value};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::path;
use crate::policy::reader::Reader;
use crate::policy::routing::{PathMatch, Route, RouteKind, RouteSource};
use crate::policy::service::{Port, Service};
use crate::router::feature::{self, Feature};
use crate::router::{Declaration, gateway};
use crate::syntax::tree::Text;
use crate::units::name::{Name, ObjectName};
use crate::vocabulary::Word;

/// Reads the routes; none without a router.
pub fn routes(
    cx: &mut Context<'_>,
    release: Reader<'_>,
    name: &Sourced<Name>,
    routers: &Declaration,
    service: Option<&Service>,
) -> Vec<Route> {
    let Some(router) = routers.origin else {
        // A diagnostic already covers the invalid router; its routes are not at fault.
        if release.block.child(Word::Router).is_none() {
            without_router(cx, release);
        }
        return Vec::new();
    };
    let mut routes: Vec<Route> = Vec::new();
    let mut count = 0;
    for block in release.all(Word::Route) {
        count += 1;
        if let Some(route) = read(cx, block, name, routers, service) {
            routes.push(route);
        }
    }
    if count == 0
        && let Some(declared) = routers.routers.iter().find(|declared| declared.split.needs_route())
    {
        let written = release.block.child(Word::Router).and_then(|router| router.child(declared.router.word));
        cx.report_missing(
            written.filter(|router| router.misread).unwrap_or(release.block),
            Diagnostic::new(Code::RouteMissing, router.span, "a release with a router needs a `route`")
                .label("this router")
                .also(release.head(), "no `route` in this release")
                .why("Without a route no request reaches the new version, and the controller waits forever.")
                .help("add `route host=\"shop.example.com\"`"),
        );
    }
    routes
}

fn without_router(cx: &mut Context<'_>, release: Reader<'_>) {
    if release.block.misread || cx.resolved.misread {
        return;
    }
    for route in release.all(Word::Route) {
        cx.report(
            Diagnostic::new(Code::RouteWithoutRouter, route.head(), "this route has no effect without a router")
                .label("has no effect")
                .why("Without a router canaryc writes no route. Requests arrive through any route that already refers to the Service.")
                .help("add `router { gateway-api \"namespace/gateway\" }`, or remove the route"),
        );
    }
}

fn read(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    release: &Sourced<Name>,
    routers: &Declaration,
    service: Option<&Service>,
) -> Option<Route> {
    let name = match block.block.argument() {
        Some(_) => block.argument::<ObjectName>(cx),
        None => Some(Sourced::new(release.value.clone().into(), Origin::default_of(release.span()))),
    };
    let kind = block.get::<RouteKind>(cx, Word::Kind);
    let host = block.get::<Host>(cx, Word::Host).map(|host| host.map(|host| host.0));
    let path = block.get::<Text>(cx, Word::Path);
    let path_match = block.get::<PathMatch>(cx, Word::Match);
    let port = port(cx, block, service);
    let gateway = block.get::<Text>(cx, Word::Gateway).and_then(|text| gateway::read(cx, &text));
    let listener = block.get::<Text>(cx, Word::Listener);
    let existing = block.flag(cx, Word::Existing);
    let (name, kind, path, path_match) = (name?, kind?, path?, path_match?);
    fits_kind(cx, block, kind.value);
    feature::check(cx, routers, Feature::Kind(kind.value), block.span_of(Word::Kind));
    if path_match.value == PathMatch::Regex {
        feature::check(cx, routers, Feature::PathExpression, block.span_of(Word::Match));
    }
    for span in [block.property_span(Word::Gateway), block.property_span(Word::Listener)].into_iter().flatten() {
        feature::check(cx, routers, Feature::Gateway, span);
    }
    path_is_sound(cx, block, &path, path_match.value);
    let source = if let Some(value) = block.block.property(Word::File) {
        if let Some(existing) = existing {
            cx.report(
                Diagnostic::new(Code::RouteSource, value.blame(), "`file=` and `existing=` exclude each other")
                    .label("this file")
                    .also(existing.span, "already exists")
                    .help("keep one of them"),
            );
        }
        owned_elsewhere(cx, block, "its file");
        let objects = manifest_file::objects(cx, value)?;
        let object_kind = declared_kind(routers, kind.value).name();
        if is_of_another_kind(cx, value, &objects, routers, kind.value) {
            return None;
        }
        // Only an explicit name must exist; the release's name is a default.
        let written = block.block.argument().is_some();
        let of_name = objects.iter().any(|object| object.kind() == object_kind && object.name() == name.value.as_str());
        let wanted = Wanted {
            kinds: &[object_kind],
            name: (written || of_name).then_some(name.value.as_str()),
            named_at: written.then_some(name.span()),
            naming: Naming::Route,
        };
        let object = manifest_file::select(cx, value, &objects, &wanted)?;
        manifest_file::same_namespace(cx, &object, value.blame());
        if let Some(service) = service {
            for declared in &routers.routers {
                declared.split.judge_route_file(cx, &object, service, value.blame());
            }
        }
        RouteSource::File(object)
    } else if existing.is_some() {
        owned_elsewhere(cx, block, "the existing route");
        RouteSource::Existing
    } else {
        for declared in &routers.routers {
            declared.split.judge_route(cx, block, declared.origin);
        }
        named_like_a_host(cx, block, &name, kind.value, routers);
        RouteSource::Emitted
    };
    let name = match &source {
        RouteSource::File(object) => name_in_file(cx, object)?,
        RouteSource::Emitted | RouteSource::Existing => name,
    };
    Some(Route { origin: block.origin(), name, kind, host, path, path_match, port: port?, gateway, listener, source })
}

fn name_in_file(cx: &mut Context<'_>, route: &Object) -> Option<Sourced<ObjectName>> {
    let field = route.root.at(&["metadata", "name"]).unwrap_or(&route.root);
    match ObjectName::parse(route.name()) {
        Ok(name) => Some(Sourced::new(name, field.origin)),
        Err(error) => {
            let message = format!("`{}` is not a valid name: {}", route.name(), error.message());
            cx.report(
                Diagnostic::new(Code::ValueName, field.origin.span, message)
                    .label(error.label())
                    .why("The API server rejects an object with this name.")
                    .help("rename the object"),
            );
            None
        }
    }
}

/// Reports a file with a route of another kind than the policy says.
fn is_of_another_kind(
    cx: &mut Context<'_>,
    file: &Value,
    objects: &[Object],
    routers: &Declaration,
    kind: RouteKind,
) -> bool {
    let wanted = declared_kind(routers, kind).name();
    let holds = |kind: &RouteKind| objects.iter().any(|object| object.kind() == declared_kind(routers, *kind).name());
    let words =
        [(RouteKind::Http, "http"), (RouteKind::Grpc, "grpc"), (RouteKind::Tcp, "tcp"), (RouteKind::Tls, "tls")];
    let other = words.into_iter().find(|(other, _)| *other != kind && holds(other));
    let Some((other, word)) = other.filter(|_| !holds(&kind)) else { return false };
    let found = declared_kind(routers, other).name();
    let shown = file.as_str().unwrap_or_default();
    cx.report(
        Diagnostic::new(
            Code::ManifestNoSuchObject,
            file.blame(),
            format!("`{shown}` contains a {found} and no {wanted}"),
        )
        .label(format!("contains a {found}"))
        .help(format!("write `route kind=\"{word}\" file=\"{shown}\"`")),
    );
    true
}

/// The argument of a route is the name of its object. Without `host=` the route takes the requests of every host.
fn named_like_a_host(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    name: &Sourced<ObjectName>,
    kind: RouteKind,
    routers: &Declaration,
) {
    let is_written = block.block.argument().is_some() && name.value.as_str().contains('.');
    if !is_written || block.has(Word::Host) || kind == RouteKind::Tcp || routers.has_root_service() {
        return;
    }
    let host = name.value.as_str();
    let short = host.split('.').next().unwrap_or(host);
    cx.report(
        Diagnostic::new(Code::RouteHostAsName, name.span(), "this route is named like a host, but matches every host")
            .label("the name of its object")
            .why("The argument of `route` is a name. Without `host=` the route takes the requests of every host of the gateway.")
            .help(format!("write `route host=\"{host}\"`, or `route \"{short}\" host=\"{host}\"` if there are several routes")),
    );
}

/// The kind of a route's object, as the first router defines it.
fn declared_kind(routers: &Declaration, kind: RouteKind) -> Kind {
    routers.routers.first().map_or_else(|| kind.kind(), |declared| declared.split.object_kind(kind))
}

/// The Service port behind the route. Without a service the port is invalid, and a diagnostic already covers that.
fn port(cx: &mut Context<'_>, block: Reader<'_>, service: Option<&Service>) -> Option<Sourced<u16>> {
    let ports: &[Port] = service.map_or(&[], |service| &service.ports);
    if block.has(Word::Port) {
        let port = block.get::<u16>(cx, Word::Port)?;
        if !ports.is_empty() && !ports.iter().any(|known| known.number.value == port.value) {
            let known = service.map(service::port_numbers).unwrap_or_default();
            let mut diagnostic =
                Diagnostic::new(Code::RouteUnknownPort, port.span(), format!("the service has no port {}", port.value))
                    .label("no such port")
                    .why("The gateway answers every request on this route with an error.")
                    .help(format!("write {}", suggest::one_of(known.iter().map(String::as_str))));
            if let Some(service) = service {
                diagnostic = diagnostic.also(service.origin.span, "the service");
            }
            cx.report(diagnostic);
        }
        return Some(port);
    }
    if let Some(first) = ports.first() {
        return Some(Sourced::new(first.number.value, Origin::default_of(first.number.span())));
    }
    let existing = block.block.property(Word::Existing).is_some();
    match service {
        // canaryc only names an existing route.
        Some(_) if existing => Some(Sourced::new(80, Origin::default_of(block.head()))),
        Some(service) if matches!(service.source, crate::policy::service::ServiceSource::Existing) => {
            cx.report(
                Diagnostic::new(Code::RouteUnknownPort, block.head(), "this route needs a `port=`")
                    .label("`port` is missing")
                    .also(service.origin.span, "already exists, so its ports are unknown")
                    .help("write `port=80` on the route, or `port 80` in the service"),
            );
            None
        }
        _ => {
            // The service is missing or invalid, and a diagnostic already covers that.
            cx.already_said();
            None
        }
    }
}

fn fits_kind(cx: &mut Context<'_>, block: Reader<'_>, kind: RouteKind) {
    let words: &[Word] = match kind {
        RouteKind::Http => &[],
        RouteKind::Grpc | RouteKind::Tls => &[Word::Path, Word::Match],
        RouteKind::Tcp => &[Word::Path, Word::Match, Word::Host],
    };
    for word in words {
        if let Some(span) = block.property_span(*word) {
            let object = kind.kind().name();
            cx.report(
                Diagnostic::new(Code::RouteKind, span, format!("a {object} cannot match by `{word}`"))
                    .label("not supported by this kind of route")
                    .also(block.span_of(Word::Kind), "the kind")
                    .why("The route would match all connections.")
                    .help(match (kind, word) {
                        (RouteKind::Grpc, Word::Path | Word::Match) => "remove it; to match a service or a method, write the GRPCRoute yourself: `route kind=\"grpc\" file=\"route.yaml\"`",
                        _ => "remove it, or use `kind=\"http\"`",
                    }),
            );
        }
    }
}

fn path_is_sound(cx: &mut Context<'_>, block: Reader<'_>, path: &Sourced<Text>, path_match: PathMatch) {
    if path_match == PathMatch::Regex {
        if let Some(value) = block.block.property(Word::Path) {
            crate::policy::regex::check(cx, value);
        }
        return;
    }
    path_text(cx, path);
}

/// Judges the path of a prefix or exact match.
pub fn path_text(cx: &mut Context<'_>, path: &Sourced<Text>) {
    let Some((problem, help)) = path::problem(&path.value) else { return };
    cx.report(
        Diagnostic::new(Code::RoutePath, path.span(), format!("this path {problem}"))
            .label("not a valid path")
            .why("The API server rejects the route, or the route matches no requests.")
            .help(help),
    );
}

fn owned_elsewhere(cx: &mut Context<'_>, block: Reader<'_>, owner: &str) {
    for word in [Word::Host, Word::Path, Word::Match, Word::Gateway, Word::Listener] {
        if let Some(span) = block.property_span(word) {
            cx.report(
                Diagnostic::new(Code::RouteSource, span, format!("`{word}=` belongs in {owner}"))
                    .label("set twice")
                    .why("canaryc only adds the share of the canary to that route, so this setting would have no effect.")
                    .help("remove it here"),
            );
        }
    }
}
