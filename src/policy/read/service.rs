//! In: `service`. Out: a [`Service`]: the names of the Services, their ports, and where they come from.

use super::manifest_file::{self, Naming, Wanted};
use super::{router, service_ports};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::manifest::{Object, Origin};
use crate::policy::Sourced;
use crate::policy::context::{BuiltIn, Context};
use crate::policy::names::GeneratedName;
use crate::policy::reader::Reader;
use crate::policy::service::{Service, ServiceSource};
use crate::router::Declaration;
use crate::router::feature::{self, Feature};
use crate::units::name::{Name, NameKind};
use crate::vocabulary::Word;

/// Reads `service`, and sets the built-in names of the Services.
pub fn service(
    cx: &mut Context<'_>,
    release: Reader<'_>,
    name: &Sourced<Name>,
    routers: &Declaration,
) -> Option<Service> {
    let Some(block) = release.child(Word::Service) else {
        let missing = BuiltIn::Missing { because: "the release has no `service`", help: "add `service { port 80 }`" };
        cx.names.service = missing.clone();
        cx.names.stable_service = missing.clone();
        cx.names.canary_service = missing;
        if let Some(router) = routers.origin {
            cx.report_missing(
                release.block,
                Diagnostic::new(Code::ServiceMissing, release.head(), "a release with a router needs a `service`")
                    .label("no `service` here")
                    .also(router.span, "the router")
                    .why("The router sends requests to the Services of the stable and the new version. Without them the release waits forever.")
                    .help("write `service { port 80 target=8080 }`"),
            );
        }
        return None;
    };
    let service = read(cx, release, block, name, routers);
    let (known, canary) = match &service {
        Some(service) => {
            let blue_green =
                release.block.property(Word::Strategy).and_then(|value| value.as_str()) == Some("blue-green");
            let canary = if routers.is_empty() && cx.misreads_router() {
                BuiltIn::Undecided
            } else if routers.is_empty() && !blue_green {
                BuiltIn::Missing {
                    because: "without a router there is no canary Service",
                    help: "add a `router`, or select the canary pods with `{{canary-hash}}`",
                }
            } else {
                BuiltIn::Is(service.canary.value.as_str().into())
            };
            (Some(service), canary)
        }
        None => (None, BuiltIn::Undecided),
    };
    let is = |name: Option<&Name>| name.map_or(BuiltIn::Undecided, |name| BuiltIn::Is(name.as_str().into()));
    cx.names.service = is(known.map(|service| &service.name.value));
    cx.names.stable_service = is(known.map(|service| &service.stable.value));
    cx.names.canary_service = canary;
    service
}

fn read(
    cx: &mut Context<'_>,
    outer: Reader<'_>,
    block: Reader<'_>,
    release: &Sourced<Name>,
    routers: &Declaration,
) -> Option<Service> {
    let default_of = Origin::default_of(release.span());
    let name = match block.has(Word::Name) {
        true => block.get::<Name>(cx, Word::Name),
        false => Some(Sourced::new(release.value.clone(), default_of)),
    };
    let existing = block.flag(cx, Word::Existing);
    let file = block.block.property(Word::File);
    if let (Some(existing), Some(file)) = (existing, file) {
        cx.report(
            Diagnostic::new(Code::ServiceTwoSources, file.blame(), "`file=` and `existing=` exclude each other")
                .label("this file")
                .also(existing.span, "already exists")
                .help("keep `file=`, which canaryc checks, and remove `existing=`"),
        );
    }
    let adopt = block.flag(cx, Word::Adopt);
    if let (Some(adopt), Some(other)) =
        (adopt, block.property_span(Word::File).or(existing.map(|existing| existing.span)))
    {
        cx.report(
            Diagnostic::new(Code::ServiceTwoSources, adopt.span, "`adopt=` has no effect with `file=` or `existing=`")
                .label("no effect")
                .also(other, "says where the Services are")
                .help("keep one of them: with `file=`, canaryc writes the Services that the file lacks, and with `existing=` none"),
        );
    }
    if let Some(ping_pong) = block.flag(cx, Word::PingPong) {
        if routers.is_empty() {
            router::needed(cx, ping_pong.span, "`ping-pong`", "Without a router one Service selects all pods.");
        } else {
            feature::check(cx, routers, Feature::PingPong, ping_pong.span);
        }
    }
    let name = name?;
    if let Err(error) = NameKind::Dns1035Label.check(name.value.as_str()) {
        let message = format!("`{}` is not a valid Service name: {}", name.value, error.message());
        cx.report(
            Diagnostic::new(Code::ServiceName, name.span(), message)
                .label(error.label())
                .why("The API server rejects a Service whose name starts with a digit.")
                .help("set another name: `service name=\"…\"`"),
        );
    }
    let root = routers.has_root_service();
    let stable = derived(cx, block, Word::Stable, &name, root.then_some(GeneratedName::StableService));
    let canary = derived(cx, block, Word::Canary, &name, Some(GeneratedName::CanaryService));
    if routers.is_empty() {
        for word in [Word::Stable, Word::Canary] {
            if let Some(span) = block.property_span(word) {
                cx.report(
                    Diagnostic::new(
                        Code::ServiceWithoutRouter,
                        span,
                        format!("`{word}=` has no effect without a router"),
                    )
                    .label("no such Service")
                    .why(
                        "Without a router one Service selects all pods, and the share of traffic is the share of pods.",
                    )
                    .help("remove it, or add a `router`"),
                );
            }
        }
    }
    let (stable, canary) = (stable?, canary?);
    if stable.value == canary.value {
        cx.report(
            Diagnostic::new(
                Code::ServiceSameName,
                canary.span(),
                format!("the stable and the new version cannot share Service `{}`", canary.value),
            )
            .label("canary Service")
            .also(stable.span(), "stable Service")
            .why("The controller points each Service at one version, and rejects one Service for both.")
            .help("remove `canary=`; the default is the name with `-canary`"),
        );
    } else if !routers.is_empty() && root && (stable.value == name.value || canary.value == name.value) {
        let (which, word) = if stable.value == name.value { (&stable, Word::Stable) } else { (&canary, Word::Canary) };
        cx.report(
            Diagnostic::new(Code::ServiceSameName, which.span(), format!("in a mesh, `{word}=` cannot be the Service that callers use"))
                .label("also the Service that callers use")
                .also(name.span(), "the Service that callers use")
                .why("The mesh splits the requests to that Service between two other Services. Splitting to itself would be a loop.")
                .help(format!("remove `{word}=`; the default is the name with a suffix")),
        );
    } else if !routers.is_empty() && !root && canary.value == name.value {
        cx.report(
            Diagnostic::new(
                Code::ServiceSameName,
                canary.span(),
                "the Service that callers use cannot be the canary Service",
            )
            .label("canary Service")
            .also(name.span(), "the Service that callers use")
            .why("All callers of the Service would reach the new version at once.")
            .help("remove `canary=`; the default is the name with `-canary`"),
        );
    }
    let source = match (file, existing) {
        (Some(_), _) => ServiceSource::File(file_services(cx, block, &name, &stable, &canary, routers)?),
        (None, Some(_)) => ServiceSource::Existing,
        (None, None) if adopt.is_some() => ServiceSource::Adopted,
        (None, None) => ServiceSource::Emitted,
    };
    let route_kind =
        outer.block.all(Word::Route).find_map(|route| route.property(Word::Kind)).and_then(|value| value.as_str());
    let mut ports = service_ports::ports(cx, block, route_kind);
    if let ServiceSource::File(objects) = &source {
        if let Some(first) = ports.first() {
            cx.report(
                Diagnostic::new(
                    Code::ServiceTwoSources,
                    first.origin.span,
                    "the ports are set here and in the file of the Service",
                )
                .label("here")
                .also(block.span_of(Word::File), "also in this file")
                .why("Two sources for one field disagree sooner or later.")
                .help("remove `port`; canaryc uses the ports of the file"),
            );
        } else {
            ports = objects.first().map(service_ports::ports_of).unwrap_or_default();
        }
    }
    if ports.is_empty()
        && matches!(source, ServiceSource::Emitted | ServiceSource::Adopted)
        && block.block.child(Word::Port).is_none()
    {
        cx.report_missing(
            block.block,
            Diagnostic::new(Code::ServiceNoPort, block.block.keyword, "a Service needs a port")
                .label("missing `port`")
                .why("The API server rejects a Service without ports.")
                .help("write `service { port 80 target=8080 }`"),
        );
    }
    Some(Service { origin: block.origin(), name, stable, canary, ports, source })
}

fn derived(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    word: Word,
    name: &Sourced<Name>,
    generated: Option<GeneratedName<'_>>,
) -> Option<Sourced<Name>> {
    if block.has(word) {
        return block.get(cx, word);
    }
    match generated.map_or_else(|| Ok(name.value.clone()), |generated| generated.needed(name, None)) {
        Ok(derived) => Some(Sourced::new(derived, Origin::default_of(name.span()))),
        Err(too_long) => {
            cx.add_too_long(*too_long);
            None
        }
    }
}

/// The Services in the file: the one that callers use and, with a router, those of both versions that it has.
fn file_services(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    name: &Sourced<Name>,
    stable: &Sourced<Name>,
    canary: &Sourced<Name>,
    routers: &Declaration,
) -> Option<Vec<Object>> {
    let value = block.block.property(Word::File)?;
    let objects = manifest_file::objects(cx, value)?;
    let mut wanted = vec![name];
    if !routers.is_empty() {
        wanted.extend([stable, canary].into_iter().filter(|other| other.value != name.value));
    }
    let services = || objects.iter().filter(|object| object.kind() == "Service").map(Object::name);
    let mut found = Vec::new();
    for one in wanted {
        // What the file lacks besides the Service that callers use, canaryc writes. A similar name is a mistake.
        let is_written = one.value != name.value
            && suggest::nearest(one.value.as_str(), services().filter(|other| *other != name.value.as_str())).is_none();
        if is_written && !services().any(|other| other == one.value.as_str()) {
            continue;
        }
        let wanted = Wanted {
            kinds: &["Service"],
            name: Some(one.value.as_str()),
            named_at: Some(one.span()),
            naming: Naming::Property,
        };
        found.push(manifest_file::select(cx, value, &objects, &wanted));
    }
    let found: Vec<Object> = found.into_iter().collect::<Option<_>>()?;
    if let Some(first) = found.first() {
        manifest_file::same_namespace(cx, first, value.blame());
    }
    if let Some(first) = found.first()
        && service_ports::ports_of(first).is_empty()
    {
        cx.report_missing(
            block.block,
            Diagnostic::new(
                Code::ServiceNoPort,
                value.blame(),
                format!("Service `{}` in this file has no port", first.name()),
            )
            .label("this file")
            .help("add a `ports:` list"),
        );
    }
    Some(found)
}

/// Where the policy writes a port that a route may use.
pub fn port_numbers(service: &Service) -> Vec<String> {
    service.ports.iter().map(|port| port.number.value.to_string()).collect()
}
