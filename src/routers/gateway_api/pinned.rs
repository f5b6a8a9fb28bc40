//! In: the pinned audiences. Out: a route for each. The plugin must not know these routes: it would set the weight of a
//! rule with only the stable Service to 0, and delete a rule with only the canary.

use std::collections::{BTreeMap, BTreeSet};

use super::route::{backend, parents};
use super::{GatewayApi, MATCHES, PINNED_RULES, RULES, defaults, matching};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Field, Object, Origin, Value};
use crate::policy::Sourced;
use crate::policy::audience::{Admission, Audience, Matchers, Members};
use crate::policy::names::GeneratedName;
use crate::policy::routing::{PathMatch, Route, RouteKind, RouteSource};
use crate::policy::service::Service;
use crate::router::{self, Emission};
use crate::units::name::Name;

/// The routes of all pinned audiences.
pub(super) fn routes(
    emission: &Emission<'_>,
    settings: &GatewayApi,
    service: &Service,
    diagnostics: &mut Diagnostics,
) -> Vec<Object> {
    let pinned = emission.audiences.values().filter(|audience| audience.admission != Admission::Staged);
    let is_member = |audience: &Audience| {
        emission.audiences.values().any(|other| match &other.members {
            Members::Any(members) => {
                other.admission != Admission::Staged
                    && members
                        .iter()
                        .filter_map(|member| emission.audience(member.value))
                        .any(|member| member.name == audience.name)
            }
            Members::Matching(_) => false,
        })
    };
    let mut objects = Vec::new();
    // The judge of the routers reports it, and nothing is emitted.
    if count(emission.audiences.values(), emission.routes) > PINNED_RULES {
        return objects;
    }
    for audience in pinned.filter(|audience| !is_member(audience)) {
        for object in of(emission, settings, service, audience) {
            match object {
                Ok(object) => objects.push(object),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
    }
    objects
}

/// How many rules the routes of the pinned audiences have together: one for each audience and each rule of a route.
pub(super) fn count<'a>(audiences: impl Iterator<Item = &'a Audience>, routes: &[Route]) -> usize {
    let mut of_kind: BTreeMap<RouteKind, usize> = BTreeMap::new();
    for route in routes {
        let written = match &route.source {
            RouteSource::File(object) => object.root.at(&["spec", "rules"]).map_or(0, |rules| rules.items().len()),
            RouteSource::Emitted | RouteSource::Existing => 1,
        };
        *of_kind.entry(route.kind.value).or_default() += written;
    }
    let pinned = audiences.filter(|audience| audience.admission != Admission::Staged).filter_map(Audience::matchers);
    pinned
        .flat_map(|matchers| of_kind.iter().filter(|(kind, _)| matchers.seen_by(**kind)).map(|(_, rules)| rules))
        .sum()
}

/// The contents of one object: rules with the same parents and hosts.
struct Group {
    parents: Field,
    hosts: Option<Field>,
    rules: Vec<Field>,
}

impl Group {
    /// Whether the API accepts the rule beside the others: it limits rules and matches, and the name of a rule must be
    /// unique.
    fn has_room_for(&self, rule: &Field) -> bool {
        let matches = |rule: &Field| rule.get("matches").map_or(1, |matches| matches.items().len().max(1));
        let name = |rule: &Field| rule.get("name").and_then(Field::as_str).map(str::to_owned);
        let all = self.rules.iter().map(matches).sum::<usize>() + matches(rule);
        let is_taken = name(rule).is_some() && self.rules.iter().any(|other| name(other) == name(rule));
        self.rules.len() < RULES && all <= MATCHES && !is_taken
    }
}

/// The groups of one audience and kind. Fields are found by their text, so many routes are not compared in pairs.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    /// The groups with the same parents and hosts.
    of_place: BTreeMap<String, Vec<usize>>,
    /// The parents and hosts of each rule, and the requests that it matches.
    asked: BTreeSet<String>,
}

impl Groups {
    /// Adds a rule, unless a rule of the same place matches the same requests.
    fn add(&mut self, parents: &Field, hosts: Option<&Field>, rule: Field) {
        let mut place = String::new();
        spell(parents, &mut place);
        hosts.into_iter().for_each(|hosts| spell(hosts, &mut place));
        let mut question = place.clone();
        rule.get("matches").into_iter().for_each(|matches| spell(matches, &mut question));
        if !self.asked.insert(question) {
            return;
        }
        let same_place = self.of_place.entry(place).or_default();
        match same_place.iter().rev().find(|index| self.all[**index].has_room_for(&rule)) {
            Some(index) => self.all[*index].rules.push(rule),
            None => {
                same_place.push(self.all.len());
                self.all.push(Group { parents: parents.clone(), hosts: hosts.cloned(), rules: vec![rule] });
            }
        }
    }
}

/// Appends the value of a field, without its origins. Different values have different texts.
fn spell(field: &Field, text: &mut String) {
    match &field.value {
        Value::Sequence(items) => {
            text.push('[');
            for item in items {
                spell(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Mapping(entries) => {
            text.push('{');
            for (key, value) in entries {
                text.push_str(&format!("{key:?}:"));
                spell(value, text);
                text.push(',');
            }
            text.push('}');
        }
        scalar => text.push_str(&format!("{scalar:?}")),
    }
}

fn of(
    emission: &Emission<'_>,
    settings: &GatewayApi,
    service: &Service,
    audience: &Audience,
) -> Vec<Result<Object, Box<Diagnostic>>> {
    let alternatives: Vec<&Matchers> = match &audience.members {
        Members::Matching(matchers) => vec![matchers],
        Members::Any(members) => members
            .iter()
            .filter_map(|member| emission.audience(member.value))
            .filter_map(|member| match &member.members {
                Members::Matching(matchers) => Some(matchers),
                Members::Any(_) => None,
            })
            .collect(),
    };
    let side = if audience.admission == Admission::PinnedToStable { &service.stable } else { &service.canary };
    let mut objects = Vec::new();
    for kind in kinds(emission, &alternatives) {
        let mut groups = Groups::default();
        for route in emission.routes.iter().filter(|route| route.kind.value == kind) {
            let parents = parents_of(settings, service, route);
            for matchers in alternatives.iter().filter(|matchers| matchers.seen_by(kind)) {
                let hosts = hosts(route, matchers);
                for rule in rules(route, matchers, side, service, audience.origin) {
                    groups.add(&parents, hosts.as_ref(), rule);
                }
            }
        }
        objects.extend(
            groups.all.into_iter().enumerate().map(|(index, group)| object(emission, audience, kind, index, group)),
        );
    }
    objects
}

/// The kinds of route that the audience needs. Only one kind may use a host that the audience sets itself: a gateway
/// treats two kinds on one host as a conflict.
fn kinds(emission: &Emission<'_>, alternatives: &[&Matchers]) -> Vec<RouteKind> {
    let mut kinds: Vec<RouteKind> = Vec::new();
    for kind in [RouteKind::Http, RouteKind::Grpc, RouteKind::Tls] {
        let fitting: Vec<_> = alternatives.iter().filter(|matchers| matchers.seen_by(kind)).collect();
        let own_host = fitting.iter().any(|matchers| matchers.host.is_some());
        let there = emission.routes.iter().any(|route| route.kind.value == kind);
        if there && !fitting.is_empty() && (!own_host || kinds.is_empty()) {
            kinds.push(kind);
        }
    }
    kinds
}

fn object(
    emission: &Emission<'_>,
    audience: &Audience,
    kind: RouteKind,
    index: usize,
    group: Group,
) -> Result<Object, Box<Diagnostic>> {
    let generated = GeneratedName::PinnedRoute { audience: &audience.name.value, index };
    let name =
        generated.needed(emission.release, Some(audience.name.span())).map_err(|name| Box::new(name.diagnostic()))?;
    let name = Sourced::new(name, Origin::derived(audience.name.span()));
    let mut object = router::object(kind.kind(), name.field(), audience.origin);
    let mut spec = Field::of(audience.origin, [("parentRefs", group.parents)]);
    if let Some(hosts) = group.hosts {
        spec.set("hostnames", hosts);
    }
    spec.set("rules", Field::sequence(group.rules, audience.origin));
    defaults::fill(kind, &mut spec, Origin::default_of(audience.origin.span));
    object.root.set("spec", spec);
    Ok(object)
}

fn parents_of(settings: &GatewayApi, service: &Service, route: &Route) -> Field {
    match &route.source {
        RouteSource::File(object) => match object.root.at(&["spec", "parentRefs"]) {
            Some(parents) => parents.clone(),
            None => parents(settings, service, route),
        },
        _ => parents(settings, service, route),
    }
}

fn hosts(route: &Route, matchers: &Matchers) -> Option<Field> {
    if let Some(host) = &matchers.host {
        return Some(Field::sequence(vec![host.field()], host.origin));
    }
    if let RouteSource::File(object) = &route.source {
        return object.root.at(&["spec", "hostnames"]).cloned();
    }
    route.host.as_ref().map(|host| Field::sequence(vec![host.field()], host.origin))
}

/// The rules of one route for one set of matchers.
fn rules(route: &Route, matchers: &Matchers, side: &Sourced<Name>, service: &Service, origin: Origin) -> Vec<Field> {
    let file = match &route.source {
        RouteSource::File(object) => object.root.at(&["spec", "rules"]).map(Field::items),
        _ => None,
    };
    let Some(file) = file else {
        let mut rule = Field::mapping(origin);
        if let Some(one) = matching(route, matchers, origin) {
            rule.set("matches", Field::sequence(vec![one], origin));
        }
        let to = Field::sequence(vec![backend(side, &route.port, 1)], Origin::derived(side.span()));
        rule.set("backendRefs", to);
        return vec![rule];
    };
    // A rule of the user keeps its filters, timeouts and port. It gets more conditions, and leads to one side.
    let narrowed = |rule: &Field| {
        let mut to = super::route_file::stable_backend(rule, service)?.clone();
        to.set("name", side.field());
        to.set("weight", Field::new(1u32, Origin::derived(side.span())));
        let mut narrowed = rule.clone();
        let written = rule.get("matches").map(Field::items).unwrap_or_default();
        let matches: Vec<_> = if written.is_empty() {
            matching(route, matchers, origin).into_iter().collect()
        } else {
            written.iter().map(|one| narrow(one, route, matchers, origin)).collect()
        };
        if !matches.is_empty() {
            narrowed.set("matches", Field::sequence(matches, origin));
        }
        narrowed.set("backendRefs", Field::sequence(vec![to], Origin::derived(side.span())));
        Some(narrowed)
    };
    file.iter().filter_map(narrowed).collect()
}

/// A generated match: the path of the audience or of the route, and the headers of the audience.
fn matching(route: &Route, matchers: &Matchers, origin: Origin) -> Option<Field> {
    let mut field = Field::mapping(origin);
    if route.kind.value == RouteKind::Http {
        let path = match &matchers.path {
            Some(path) => {
                let kind = Sourced::new(PathMatch::Prefix, Origin::default_of(path.span()));
                matching::path(path, &kind)
            }
            None => matching::path(&route.path, &route.path_match),
        };
        field.set("path", path);
    }
    add_headers(&mut field, matchers, origin);
    (!field.entries().is_empty()).then_some(field)
}

/// A match of the user, with the audience's conditions added.
fn narrow(written: &Field, route: &Route, matchers: &Matchers, origin: Origin) -> Field {
    let mut field = written.clone();
    if let Some(path) = matchers.path.as_ref().filter(|_| route.kind.value == RouteKind::Http) {
        let kind = Sourced::new(PathMatch::Prefix, Origin::default_of(path.span()));
        field.set("path", matching::path(path, &kind));
    }
    add_headers(&mut field, matchers, origin);
    field
}

fn add_headers(field: &mut Field, matchers: &Matchers, origin: Origin) {
    for (key, added) in [("headers", &matchers.headers), ("queryParams", &matchers.queries)] {
        if added.is_empty() {
            continue;
        }
        let mut items = field.get(key).map(Field::items).unwrap_or_default().to_vec();
        if let Value::Sequence(added) = matching::headers(added, origin).value {
            items.extend(added);
        }
        field.set(key, Field::sequence(items, origin));
    }
}
