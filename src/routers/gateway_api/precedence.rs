//! In: audiences and routes. Out: warnings about an audience that is pinned to the stable version and whose requests can
//! reach the canary, because the gateway prefers the rule of another audience.
//!
//! A gateway compares hosts first, then paths, the number of headers, the number of query parameters, and the age of the
//! routes. The other matchers of a rule are the same for all audiences of a route.

use std::cmp::Ordering;

use super::{route_file, values};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Field;
use crate::policy::audience::{Admission, Audience, HeaderMatcher, Matchers};
use crate::policy::context::Context;
use crate::policy::routing::{PathMatch, Route, RouteKind, RouteSource};
use crate::router::Asked;

/// Where requests of a release enter: the hosts of a route (none: every host), and a path of it.
struct Place<'a> {
    kind: RouteKind,
    hosts: Vec<&'a str>,
    path: Option<(PathMatch, &'a str)>,
}

/// Why the rule of another audience has precedence.
enum Reason {
    Host,
    Path,
    Headers,
    Queries,
    Age,
}

/// Judges each audience that is pinned to the stable version against those that reach the canary.
pub(super) fn judge(cx: &mut Context<'_>, asked: &Asked<'_>) {
    let places = places(asked);
    let pinned =
        |wanted: Admission| asked.audiences.iter().flatten().filter(move |audience| audience.admission == wanted);
    // A request to a host or path of its own has chosen the canary.
    let chosen = |audience: &&Audience| {
        audience.matchers().is_some_and(|matchers| matchers.host.is_some() || matchers.path.is_some())
    };
    let to_canary: Vec<&Audience> = asked
        .admitted
        .iter()
        .map(|(audience, _)| *audience)
        .chain(pinned(Admission::PinnedToCanary).filter(|audience| !chosen(audience)))
        .collect();
    for stable in pinned(Admission::PinnedToStable) {
        let Some(own) = stable.matchers() else { continue };
        let found = to_canary.iter().find_map(|canary| {
            let other = canary.matchers()?;
            let reason = places.iter().find_map(|place| loses(own, other, place))?;
            Some((*canary, other, reason))
        });
        if let Some((canary, other, reason)) = found {
            report(cx, stable, own, canary, other, &reason);
        }
    }
}

fn places<'a>(asked: &Asked<'a>) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for route in asked.routes.iter().filter(|route| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc)) {
        match (&route.source, asked.service) {
            (RouteSource::File(object), Some(service)) => {
                let texts = |path| object.root.select(path).into_iter().filter_map(Field::as_str).collect::<Vec<_>>();
                let hosts = texts(&["spec", "hostnames", "[]"]);
                for rule in route_file::splits(object, service) {
                    for path in paths(rule) {
                        places.push(Place { kind: route.kind.value, hosts: hosts.clone(), path });
                    }
                }
            }
            _ => places.push(written(route)),
        }
    }
    places
}

fn written(route: &Route) -> Place<'_> {
    let path = (route.kind.value == RouteKind::Http).then_some((route.path_match.value, &*route.path.value));
    Place { kind: route.kind.value, hosts: route.host.iter().map(|host| &*host.value).collect(), path }
}

/// The paths of a rule in a file, with the default of the API.
fn paths(rule: &Field) -> Vec<Option<(PathMatch, &str)>> {
    let text = |path: Option<&'_ Field>, key: &str, default: &'static str| {
        path.and_then(|path| path.get(key)).and_then(Field::as_str).map_or(default.to_owned(), str::to_owned)
    };
    let of = |one: &'_ Field| match text(one.get("path"), "type", "PathPrefix").as_str() {
        "Exact" => PathMatch::Exact,
        "RegularExpression" => PathMatch::Regex,
        _ => PathMatch::Prefix,
    };
    let matches = rule.get("matches").map_or(&[][..], Field::items);
    if matches.is_empty() {
        return vec![Some((PathMatch::Prefix, "/"))];
    }
    matches
        .iter()
        .map(|one| Some((of(one), one.at(&["path", "value"]).and_then(Field::as_str).unwrap_or("/"))))
        .collect()
}

/// Whether a request at this place can match both audiences, and why the gateway then does not prefer the pinned one.
fn loses(own: &Matchers, other: &Matchers, place: &Place<'_>) -> Option<Reason> {
    if !own.seen_by(place.kind) || !other.seen_by(place.kind) {
        return None;
    }
    let apart = are_apart(&own.headers, &other.headers, str::eq_ignore_ascii_case)
        || are_apart(&own.queries, &other.queries, |one, other| one == other);
    if apart {
        return None;
    }
    let order = [
        (hosts(own.host.as_ref().map(|host| &*host.value), &place.hosts)?, Reason::Host),
        (path(own.path.as_ref().map(|path| &*path.value), place.path)?, Reason::Path),
        (own.headers.len().cmp(&other.headers.len()), Reason::Headers),
        (own.queries.len().cmp(&other.queries.len()), Reason::Queries),
    ];
    for (order, reason) in order {
        match order {
            Ordering::Greater => return None,
            Ordering::Less => return Some(reason),
            Ordering::Equal => {}
        }
    }
    Some(Reason::Age)
}

/// Whether a header, cookie or parameter that both match has different values.
fn are_apart(own: &[HeaderMatcher], others: &[HeaderMatcher], same: impl Fn(&str, &str) -> bool) -> bool {
    own.iter().any(|one| {
        others.iter().any(|other| match (&one.cookie, &other.cookie) {
            (Some(one), Some(other)) => {
                one.name.value == other.name.value && !values::can_be_equal(&one.value.value, &other.value.value)
            }
            (None, None) => {
                same(&one.name.value, &other.name.value) && !values::can_be_equal(&one.value.value, &other.value.value)
            }
            _ => false,
        })
    })
}

/// How specific the host of the pinned audience is, compared with the hosts of the route; `None` if no request has both.
fn hosts(own: Option<&str>, route: &[&str]) -> Option<Ordering> {
    let Some(own) = own else { return Some(Ordering::Equal) };
    if route.is_empty() {
        return Some(Ordering::Greater);
    }
    let below = |host: &str, pattern: &str| pattern.strip_prefix('*').is_some_and(|suffix| host.ends_with(suffix));
    route
        .iter()
        .filter_map(|host| {
            if host.eq_ignore_ascii_case(own) {
                Some(Ordering::Equal)
            } else if below(own, host) {
                Some(Ordering::Greater)
            } else if below(host, own) {
                Some(Ordering::Less)
            } else {
                None
            }
        })
        .min()
}

/// How specific the path of the pinned audience, a prefix, is, compared with the path of the route; `None` if no request
/// has both, or an expression decides.
fn path(own: Option<&str>, route: Option<(PathMatch, &str)>) -> Option<Ordering> {
    let (Some(own), Some((kind, route))) = (own, route) else { return Some(Ordering::Equal) };
    let segments = |path: &str| path.trim_end_matches('/').to_owned();
    let (own, route) = (segments(own), segments(route));
    let below = |path: &str, prefix: &str| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match kind {
        PathMatch::Exact => below(&route, &own).then_some(Ordering::Less),
        PathMatch::Prefix if own == route => Some(Ordering::Equal),
        PathMatch::Prefix if below(&own, &route) => Some(Ordering::Greater),
        PathMatch::Prefix => below(&route, &own).then_some(Ordering::Less),
        PathMatch::Regex => None,
    }
}

fn report(
    cx: &mut Context<'_>,
    stable: &Audience,
    own: &Matchers,
    canary: &Audience,
    other: &Matchers,
    reason: &Reason,
) {
    let (pinned, admitted) = (&stable.name.value, &canary.name.value);
    let count = |headers: usize| if headers == 1 { "1 header".to_owned() } else { format!("{headers} headers") };
    let more = other.headers.len() + 1;
    let (why, help) = match reason {
        Reason::Host => (
            "The gateway prefers the route with the more specific host, so these requests can reach the canary."
                .to_owned(),
            format!("match the whole host in `{pinned}`"),
        ),
        Reason::Path => (
            "The gateway prefers the rule with the longer path, so these requests can reach the canary.".to_owned(),
            format!("remove `path=` from `{pinned}`: it then has the paths of the routes"),
        ),
        Reason::Headers => (
            format!(
                "`{admitted}` matches {} and `{pinned}` {}. The gateway prefers the rule with more headers, before it counts query parameters, so these requests reach the canary.",
                count(other.headers.len()),
                own.headers.len(),
            ),
            format!("match at least {} in `{pinned}`, or give it a `host=` of its own", count(more)),
        ),
        Reason::Queries => (
            "The gateway prefers the rule with more query parameters, so these requests reach the canary.".to_owned(),
            format!("match at least {} in `{pinned}`, or give it a `host=` of its own", count(more)),
        ),
        Reason::Age => (
            format!("Both match {}, so the gateway prefers the older route.", count(own.headers.len())),
            format!(
                "match at least {} in `{pinned}` to give it precedence, or give it a `host=` of its own",
                count(more)
            ),
        ),
    };
    cx.report(
        Diagnostic::new(
            Code::AudienceOverlap,
            stable.origin.span,
            format!("the same request can match `{pinned}` and `{admitted}`"),
        )
        .label("pinned to the stable version")
        .also(canary.origin.span, "reaches the canary")
        .why(why)
        .help(help),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_path_and_a_more_specific_host_win() {
        use Ordering::{Equal, Greater, Less};
        for (own, kind, route, expected) in [
            ("/api/v1", PathMatch::Prefix, "/api", Some(Greater)),
            ("/api/", PathMatch::Prefix, "/api", Some(Equal)),
            ("/", PathMatch::Prefix, "/api", Some(Less)),
            ("/ap", PathMatch::Prefix, "/api", None),
            ("/api", PathMatch::Exact, "/api", Some(Less)),
            ("/other", PathMatch::Exact, "/api", None),
        ] {
            assert_eq!(path(Some(own), Some((kind, route))), expected, "{own} {route}");
        }
        for (own, route, expected) in [
            ("a.example.com", &["*.example.com"][..], Some(Greater)),
            ("a.example.com", &[], Some(Greater)),
            ("*.example.com", &["a.example.com"], Some(Less)),
            ("A.example.com", &["a.example.com"], Some(Equal)),
            ("b.example.com", &["a.example.com"], None),
        ] {
            assert_eq!(hosts(Some(own), route), expected, "{own} {route:?}");
        }
    }
}
