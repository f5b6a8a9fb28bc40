//! Audiences. In: random numbers. Out: `audience`s, staged and pinned.

use super::node::{Node, named, node};
use super::{Draft, Requests, only};

/// Generates audiences. Staged ones wait for a stage to admit them.
pub fn audiences(draft: &mut Draft) {
    let whole = draft.requests != Requests::Exact;
    let staged = |name: &'static str, share: &str| named("audience", name).with("share", share);
    let mut known = vec![("staff", staged("staff", "1%").child(header(draft, "X-Staff", whole)))];
    known.push((
        "beta",
        staged("beta", "2.5%")
            .child(header(draft, "X-Beta", whole))
            .child(only("header", "X-Team").with("exact", "shop")),
    ));
    if whole {
        let cookie = named("cookie", "preview");
        let cookie =
            if draft.random.one_in(2) { cookie.with("exact", "on") } else { cookie.with("regex", "on|yes[0-9]") };
        known.push(("box", staged("box", "2%").child(cookie)));
    }
    draft.random.shuffle(&mut known);
    known.truncate(draft.random.below(known.len() + 1));
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let join = names.len() > 1 && draft.random.one_in(3);
    draft.staged = names.clone();
    draft.body.extend(known.into_iter().map(|(_, node)| node));
    if join {
        draft.body.push(named("audience", "insiders").child(node("any").args(names[..2].iter().copied())));
        draft.staged = vec!["insiders"];
        draft.staged.extend(&names[2..]);
    }
    if draft.random.one_in(4) {
        let partners = pinned(draft, "partners", "stable");
        draft.body.push(partners);
    }
    if draft.random.one_in(4) {
        let preview = pinned(draft, "preview", "canary").with("share", "3%");
        draft.body.push(preview);
    }
}

fn header(draft: &mut Draft, name: &str, whole: bool) -> Node {
    let header = named("header", name);
    match if whole { draft.random.below(3) } else { 0 } {
        0 => header.with("exact", "yes"),
        1 => header.with("prefix", "eu-"),
        _ => header.with("regex", "^(on|true)$"),
    }
}

fn pinned(draft: &mut Draft, name: &'static str, to: &str) -> Node {
    let audience = named("audience", name).with("pinned", to);
    let host = format!("{name}.{}.example.com", draft.name);
    let kinds = match draft.requests {
        Requests::Exact => 1,
        Requests::Calls => 2,
        _ => 5,
    };
    match draft.random.below(kinds) {
        0 | 3 if draft.mesh => audience.child(header(draft, "Host", true)),
        0 => audience.with("host", host),
        1 => audience.child(header(draft, "X-Who", true)),
        2 => audience.with("path", format!("/{name}")),
        3 => audience.with("host", host).child(only("query", name).with("exact", "1")),
        _ => audience.child(only("query", name).with("regex", "[0-9]+")).child(header(draft, "X-Who", true)),
    }
}
