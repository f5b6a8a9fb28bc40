//! In: a route of the user. Out: the same route, with the canary next to every reference to the stable Service, the
//! weights that the plugin writes at rest, and every default written out. Nothing else changes, because timeouts,
//! rewrites and CORS are in the same rules.

use super::{defaults, route};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Origin, Value};
use crate::policy::routing::{Route, RouteKind};
use crate::policy::service::Service;

/// The user's route with the canary added. `filters` is the measure, if any, that needs a filter for each backend.
pub(super) fn with_canary(
    service: &Service,
    route: &Route,
    object: &Object,
    filters: Option<Origin>,
) -> Result<Object, Box<Diagnostic>> {
    let mut object = object.clone();
    let origin = Origin::derived(service.canary.span());
    let mut found = false;
    if let Some(rules) = rules(&mut object.root) {
        for rule in rules {
            found |= add(rule, service, origin);
            if let Some(origin) = filters.filter(|_| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc)) {
                add_filters(rule, service, origin);
            }
        }
    }
    if !found {
        let stable = &service.stable.value;
        return Err(Box::new(
            Diagnostic::new(
                Code::RouteWithoutService,
                route.origin.span,
                format!("no rule of this route refers to {stable}"),
            )
            .label("no place for the canary")
            .why("The controller needs both Services in the route. Without them, pods run but no user ever reaches them.")
            .help(format!(
                "add a backendRef named {stable} to a rule of the file, or name the Service as the file does"
            )),
        ));
    }
    if let Some(spec) = entry(&mut object.root, "spec") {
        defaults::fill(route.kind.value, spec, Origin::default_of(route.origin.span));
    }
    Ok(object)
}

fn rules(root: &mut Field) -> Option<&mut Vec<Field>> {
    items(entry(entry(root, "spec")?, "rules")?)
}

fn entry<'a>(field: &'a mut Field, wanted: &str) -> Option<&'a mut Field> {
    match &mut field.value {
        Value::Mapping(entries) => entries.iter_mut().find(|(key, _)| key == wanted).map(|(_, field)| field),
        _ => None,
    }
}

fn items(field: &mut Field) -> Option<&mut Vec<Field>> {
    match &mut field.value {
        Value::Sequence(items) => Some(items),
        _ => None,
    }
}

/// Adds the canary after the stable Service of one rule, and gives both the weights that the plugin writes at rest: an
/// apply should find no difference, and must not send requests elsewhere.
fn add(rule: &mut Field, service: &Service, origin: Origin) -> bool {
    let Some(backends) = entry(rule, "backendRefs").and_then(items) else { return false };
    let named = |backend: &Field, name: &str| backend.get("name").and_then(Field::as_str) == Some(name);
    let Some(stable) = backends.iter().position(|backend| named(backend, service.stable.value.as_str())) else {
        return false;
    };
    if !backends.iter().any(|backend| named(backend, service.canary.value.as_str())) {
        let Some(mut canary) = backends.get(stable).cloned() else { return false };
        canary.set("name", Field::new(service.canary.value.clone(), origin));
        backends.insert(stable + 1, canary);
    }
    for (name, weight) in [(&service.stable, 100u32), (&service.canary, 0)] {
        for backend in backends.iter_mut().filter(|backend| named(backend, name.value.as_str())) {
            let written = backend.get("weight").and_then(Field::as_integer);
            if written != Some(weight.into()) {
                backend.set("weight", Field::new(weight, origin));
            }
        }
    }
    true
}

/// Adds a filter to each of the two backends that has none.
fn add_filters(rule: &mut Field, service: &Service, origin: Origin) {
    let sides = [(&service.stable, "stable"), (&service.canary, "canary")];
    for backend in entry(rule, "backendRefs").and_then(items).into_iter().flatten() {
        let name = backend.get("name").and_then(Field::as_str);
        let side = sides.iter().find(|(service, _)| name == Some(service.value.as_str()));
        let unfiltered = backend.get("filters").is_none_or(|filters| filters.items().is_empty());
        if let Some((_, side)) = side.filter(|_| unfiltered) {
            backend.set("filters", route::filter(side, origin));
        }
    }
}
