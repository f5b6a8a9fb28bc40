//! In: routes, and the audiences that stages admit. Out: diagnostics about the rules that the plugin adds for the
//! audiences. It copies the matches and filters of each rule with both Services, and nothing else.

use super::{MATCHES, RULES, route_file};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Field;
use crate::policy::audience::{Admission, Audience, HeaderMatcher};
use crate::policy::context::Context;
use crate::policy::routing::{Route, RouteKind, RouteSource};
use crate::router::Asked;
use crate::source::Span;

/// The parts of a rule that its copy has, or that are of no use there. A copy without `retry` shows the errors of the
/// canary.
const COPIED: [&str; 5] = ["name", "matches", "filters", "backendRefs", "retry"];

/// Judges the copies of the rules of all routes.
pub(super) fn judge(cx: &mut Context<'_>, asked: &Asked<'_>) {
    let copied = asked.routes.iter().filter(|route| matches!(route.kind.value, RouteKind::Http | RouteKind::Grpc));
    for route in copied {
        fit(cx, asked, route);
        let (RouteSource::File(object), Some(service)) = (&route.source, asked.service) else { continue };
        let rules: Vec<&Field> = route_file::splits(object, service).collect();
        own_headers(cx, asked, route, &rules);
        if let Some((audience, admitted)) = asked.admitted.first() {
            lost(cx, audience, *admitted, &rules);
        }
    }
}

/// The API limits the rules of a route, and the matches of all of them.
fn fit(cx: &mut Context<'_>, asked: &Asked<'_>, route: &Route) {
    let matches = |rule: &Field| rule.get("matches").map_or(1, |matches| matches.items().len().max(1));
    let (rules, split, all_matches, split_matches) = match (&route.source, asked.service) {
        (RouteSource::File(object), Some(service)) => {
            let all = object.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
            let split: Vec<&Field> = route_file::splits(object, service).collect();
            let split_matches = split.iter().map(|rule| matches(rule)).sum::<usize>();
            (all.len(), split.len(), all.iter().map(matches).sum(), split_matches)
        }
        (RouteSource::Emitted, _) => (1, 1, 1, 1),
        _ => return,
    };
    let after = |own: usize, copied: usize, audiences: usize| own + copied * audiences;
    let too_many = (1..=asked.admitted.len()).find(|audiences| {
        after(rules, split, *audiences) > RULES || after(all_matches, split_matches, *audiences) > MATCHES
    });
    let Some((audiences, (audience, admitted))) =
        too_many.and_then(|audiences| Some((audiences, asked.admitted.get(audiences - 1)?)))
    else {
        return;
    };
    let (count, what, most) = match after(rules, split, audiences) {
        count if count > RULES => (count, "rules", RULES),
        _ => (after(all_matches, split_matches, audiences), "matches", MATCHES),
    };
    let kind = route.kind.value.kind().name();
    let message =
        format!("the {kind} `{}` would have {count} {what} with audience `{}`", route.name.value, audience.name.value);
    cx.report(
        Diagnostic::new(Code::RouteTooManyRules, *admitted, message)
            .label(format!("more than {most} {what}"))
            .also(route.origin.span, format!("has {}, {split} of them for the stable Service", if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") }))
            .why(format!(
                "For each audience the plugin adds a copy of every rule with the stable Service. The API server accepts at most {most} {what} in a route, so the stage would never begin."
            ))
            .help(format!(
                "move rules to a second {kind} with a `route` of its own, admit fewer audiences, or write `pinned=\"canary\"`, which has a route of its own"
            )),
    );
}

/// The copy of a rule has the headers of the rule and those of the audience.
fn own_headers(cx: &mut Context<'_>, asked: &Asked<'_>, route: &Route, rules: &[&Field]) {
    let pinned = asked.audiences.iter().flatten().filter(|audience| audience.admission != Admission::Staged);
    for audience in asked.admitted.iter().map(|(audience, _)| *audience).chain(pinned) {
        let Some(matchers) = audience.matchers().filter(|matchers| matchers.seen_by(route.kind.value)) else {
            continue;
        };
        for header in &matchers.headers {
            let same = |name: &str| name.eq_ignore_ascii_case(&header.name.value);
            if let Some(own) = own_matcher(rules, "headers", same) {
                repeated(cx, audience, header, "header", own);
            }
        }
        for query in &matchers.queries {
            if let Some(own) = own_matcher(rules, "queryParams", |name| name == &*query.name.value) {
                repeated(cx, audience, query, "query parameter", own);
            }
        }
    }
}

fn own_matcher<'a>(rules: &[&'a Field], key: &str, same: impl Fn(&str) -> bool) -> Option<&'a Field> {
    let names = rules.iter().flat_map(|rule| rule.select(&["matches", "[]", key, "[]", "name"]));
    names.into_iter().find(|name| name.as_str().is_some_and(&same))
}

fn repeated(cx: &mut Context<'_>, audience: &Audience, matcher: &HeaderMatcher, what: &str, own: &Field) {
    let name = own.as_str().unwrap_or_default();
    let message = format!("audience `{}` and your route match the same {what} `{name}`", audience.name.value);
    let why = if name == &*matcher.name.value {
        format!(
            "The rule of the audience would match the {what} twice, and the API server rejects such a route: the release would wait forever."
        )
    } else {
        format!(
            "The names of headers ignore case. The rule of the audience would match the {what} twice, and the gateway ignores the second condition: everybody who satisfies the first would meet the canary."
        )
    };
    cx.report(
        Diagnostic::new(Code::AudienceOwnHeader, matcher.origin.span, message)
            .label("the audience")
            .also(own.origin.span, "your route")
            .why(why)
            .help(if matcher.cookie.is_some() {
                "match the audience by a header of its own, or match the cookies of both in the expression of your route and remove the audience".to_owned()
            } else {
                format!("match the audience by another {what}, or move the rule that matches `{name}` to a route of its own")
            }),
    );
}

/// Reports the parts of a rule that its copies lack.
fn lost(cx: &mut Context<'_>, audience: &Audience, admitted: Span, rules: &[&Field]) {
    let mut lost: Vec<(&str, Span)> = Vec::new();
    for rule in rules {
        let parts = rule.entries().iter().filter(|(key, _)| !COPIED.contains(&&**key));
        let filters = rule.get("backendRefs").map_or(&[][..], Field::items).iter();
        let filters = filters.filter_map(|backend| Some(("filters of a backend", backend.get("filters")?.origin.span)));
        for (part, span) in parts.map(|(key, part)| (&**key, part.origin.span)).chain(filters) {
            if !lost.iter().any(|(known, _)| *known == part) {
                lost.push((part, span));
            }
        }
    }
    let Some((_, first)) = lost.first() else { return };
    let parts: Vec<String> = lost
        .iter()
        .map(|(part, _)| if part.contains(' ') { (*part).to_owned() } else { format!("`{part}`") })
        .collect();
    let parts = parts.join(", ");
    let name = &audience.name.value;
    cx.report(
        Diagnostic::new(Code::RouteNotCopied, *first, format!("requests of audience `{name}` lose {parts} of your route"))
            .label("not copied")
            .also(admitted, "admitted here")
            .why("For an audience the plugin adds a rule with the matches and the filters of your rule, and nothing else. These requests then behave differently on the canary than all others do.")
            .help(format!("set it in a policy of the gateway for the canary Service, or write `pinned=\"canary\"` on `{name}`: the route of a pinned audience has all of it")),
    );
}
