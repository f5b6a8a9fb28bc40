//! In: `audience`. Out: [`Audience`]s: which requests belong to them, when they reach the new version, and how large
//! they are.

use super::matchers;
use super::router;
use crate::diagnostic::{Code, Diagnostic, reference};
use crate::manifest::Origin;
use crate::policy::audience::{Admission, Audience, Members};
use crate::policy::context::Context;
use crate::policy::reader::{Reader, shown};
use crate::policy::{AudienceId, Sourced};
use crate::router::Declaration;
use crate::router::feature::{self, Feature};
use crate::syntax::tree::Text;
use crate::units::Percent;
use crate::units::name::Name;
use crate::vocabulary::Word;
use crate::vocabulary::choices::Pinned;

/// Reads the audiences in the order written. An [`AudienceId`] is an index into the list, which also contains invalid
/// audiences (`None`).
pub fn audiences(cx: &mut Context<'_>, release: Reader<'_>, routers: &Declaration) -> Vec<Option<Audience>> {
    let blocks: Vec<Reader<'_>> = release.all(Word::Audience).collect();
    if routers.is_empty() {
        if release.block.child(Word::Router).is_none() {
            for block in &blocks {
                router::needed(
                    cx,
                    block.head(),
                    &shown(block.block),
                    "Without a router the share of traffic is the share of pods, and requests cannot be distinguished.",
                );
            }
        }
        return blocks.iter().map(|_| None).collect();
    }
    let names: Vec<Option<&str>> = blocks.iter().map(|block| block.block.name()).collect();
    let mut audiences: Vec<Option<Audience>> = blocks.iter().map(|block| read(cx, *block, &names, routers)).collect();
    shares_of_any(&mut audiences);
    members_are_plain(cx, &audiences);
    audiences
}

fn read(cx: &mut Context<'_>, block: Reader<'_>, names: &[Option<&str>], routers: &Declaration) -> Option<Audience> {
    let name = block.argument::<Name>(cx);
    if block.block.property(Word::Pinned).is_some_and(|value| !value.is_sound()) {
        cx.already_said();
        return None;
    }
    let admission = match block.block.property(Word::Pinned).and_then(|value| value.read()) {
        Some(Pinned::Canary) => Admission::PinnedToCanary,
        Some(Pinned::Stable) => Admission::PinnedToStable,
        None => Admission::Staged,
    };
    let any = block.child(Word::Any);
    let share = if admission == Admission::PinnedToStable || any.is_some() {
        block.get::<Percent>(cx, Word::Share)
    } else {
        block.required::<Percent>(
            cx,
            Word::Share,
            "The share determines the number of canary pods. Too few pods would answer the requests with errors.",
        )
    };
    if let Some(share) = share.as_ref().filter(|share| share.value == Percent::ZERO) {
        cx.report(
            Diagnostic::new(Code::AudienceShare, share.span(), "the share of an audience must be greater than zero")
                .label("nobody")
                .why("The share determines the number of canary pods: there would be none for the requests that arrive anyway.")
                .help("write its share of all requests, rounded up, such as `\"1%\"`"),
        );
    }
    let members = match any {
        Some(any) => members_of_any(cx, block, any, admission, names),
        None => matching(cx, block, admission, routers),
    };
    let needs_share = admission != Admission::PinnedToStable && any.is_none();
    if needs_share && share.is_none() {
        return None;
    }
    Some(Audience { origin: block.origin(), name: name?, admission, share, members: members? })
}

fn matching(cx: &mut Context<'_>, block: Reader<'_>, admission: Admission, routers: &Declaration) -> Option<Members> {
    let children = block
        .block
        .children
        .iter()
        .any(|child| matches!(child.word(), Word::Header | Word::Cookie | Word::Query | Word::Source));
    if !children && !block.has(Word::Host) && !block.has(Word::Path) {
        if block.block.misread {
            cx.already_said();
            return None;
        }
        cx.report(
            Diagnostic::new(
                Code::AudienceEmpty,
                block.head(),
                format!("{} does not say which requests belong to it", shown(block.block)),
            )
            .label("matches all requests")
            .why("A route without a condition matches all traffic, regardless of the weight.")
            .help("add a matcher, such as `{ header \"X-Staff\" exact=\"yes\" }`"),
        );
        return None;
    }
    if let Some(source) = block.child(Word::Source) {
        feature::check(cx, routers, Feature::Source, source.block.keyword);
    }
    asks_of_routers(cx, block, admission, routers);
    if admission == Admission::Staged {
        let places = [
            block.property_span(Word::Host).map(|span| (span, "host")),
            block.property_span(Word::Path).map(|span| (span, "path")),
            block.child(Word::Query).map(|query| (query.head(), "query")),
        ];
        for (span, what) in places.into_iter().flatten() {
            cx.report(
                Diagnostic::new(Code::AudiencePinnedOnly, span, format!("a staged audience cannot match its {what}"))
                    .label("pinned audiences only")
                    .why("The controller admits an audience with a header route, which only matches headers.")
                    .help("match a header or a cookie, or write `pinned=\"canary\"` for a permanent route"),
            );
        }
    }
    matchers::matchers(cx, block).map(Members::Matching)
}

/// Whether the routers can match the audience's requests and send them where the policy says.
fn asks_of_routers(cx: &mut Context<'_>, block: Reader<'_>, admission: Admission, routers: &Declaration) {
    let wanted = match admission {
        Admission::Staged => Feature::StagedAudience,
        Admission::PinnedToCanary => Feature::PinnedToCanary,
        Admission::PinnedToStable => Feature::PinnedToStable,
    };
    if !feature::check(cx, routers, wanted, block.head()) || admission == Admission::Staged {
        return;
    }
    let places = [block.property_span(Word::Host), block.property_span(Word::Path)];
    for span in places.into_iter().flatten() {
        feature::check(cx, routers, Feature::HostOrPath, span);
    }
    if let Some(query) = block.child(Word::Query) {
        feature::check(cx, routers, Feature::Query, query.head());
    }
    let headers = block.block.children.iter().filter(|child| matches!(child.word(), Word::Header | Word::Cookie));
    if let Some(second) = headers.map(Reader::new).nth(1) {
        feature::check(cx, routers, Feature::SeveralMatchers, second.head());
    }
}

fn members_of_any(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    any: Reader<'_>,
    admission: Admission,
    names: &[Option<&str>],
) -> Option<Members> {
    if let Some(other) = block.block.children.iter().find(|child| child.word() != Word::Any) {
        cx.report(
            Diagnostic::new(Code::AudienceAny, other.keyword, "`any` and matchers exclude each other")
                .label("a matcher")
                .also(any.block.keyword, "and `any`")
                .help("move the matchers to another audience, and name it in `any`"),
        );
    }
    for word in [Word::Host, Word::Path] {
        if let Some(span) = block.property_span(word) {
            cx.report(
                Diagnostic::new(Code::AudienceAny, span, format!("`{word}=` and `any` exclude each other"))
                    .label("a matcher")
                    .also(any.block.keyword, "and `any`")
                    .help("move it to another audience, and name that in `any`"),
            );
        }
    }
    if admission != Admission::Staged {
        cx.report(
            Diagnostic::new(Code::AudienceAny, block.span_of(Word::Pinned), "an audience with `any` cannot be pinned")
                .label("pinned")
                .also(any.block.keyword, "joins others")
                .help("write `pinned=` on each of its members"),
        );
    }
    let mut members: Vec<Sourced<AudienceId>> = Vec::new();
    let mut sound = true;
    for member in any.arguments::<Text>(cx) {
        let Some(index) = names.iter().position(|name| *name == Some(&*member.value)) else {
            unknown(cx, &member, names);
            sound = false;
            continue;
        };
        let member = Sourced::new(AudienceId(index), member.origin);
        if let Some(first) = members.iter().find(|other| other.value == member.value) {
            cx.report(
                Diagnostic::new(Code::AudienceAny, member.span(), "this audience is named twice")
                    .label("second")
                    .also(first.span(), "first")
                    .help("remove one of them"),
            );
            continue;
        }
        members.push(member);
    }
    if members.is_empty() && sound {
        cx.report(
            Diagnostic::new(Code::AudienceAny, any.block.keyword, "`any` names no audience")
                .label("no names")
                .help("name the audiences to join"),
        );
        return None;
    }
    sound.then_some(Members::Any(members))
}

/// Reports an audience that is not declared.
pub fn unknown(cx: &mut Context<'_>, written: &Sourced<Text>, names: &[Option<&str>]) {
    let known: Vec<&str> = names.iter().flatten().copied().collect();
    cx.report_unknown(&written.value, reference::unknown("audience", &written.value, written.span(), &known));
}

/// An `any` without `share=` is as large as its members together.
fn shares_of_any(audiences: &mut [Option<Audience>]) {
    let sums: Vec<Option<Sourced<Percent>>> = audiences
        .iter()
        .map(|audience| {
            let audience = audience.as_ref()?;
            let Members::Any(members) = &audience.members else { return None };
            let mut sum = Percent::ZERO;
            for member in members {
                sum = sum.saturating_add(audiences.get(member.value.0)?.as_ref()?.share.as_ref()?.value);
            }
            Some(Sourced::new(sum, Origin::derived(audience.origin.span)))
        })
        .collect();
    for (audience, sum) in audiences.iter_mut().zip(sums) {
        if let (Some(audience), Some(sum)) = (audience, sum) {
            audience.share.get_or_insert(sum);
        }
    }
}

/// The members of an `any` must be staged, and must not be an `any`.
fn members_are_plain(cx: &mut Context<'_>, audiences: &[Option<Audience>]) {
    for audience in audiences.iter().flatten() {
        let Members::Any(members) = &audience.members else { continue };
        for member in members {
            let Some(Some(other)) = audiences.get(member.value.0) else { continue };
            let problem = match (&other.members, other.admission) {
                (Members::Any(_), _) => "has `any` itself",
                (_, Admission::PinnedToCanary | Admission::PinnedToStable) => "is pinned",
                _ => continue,
            };
            cx.report(
                Diagnostic::new(
                    Code::AudienceAny,
                    member.span(),
                    format!("`any` cannot join `{}`: it {problem}", other.name.value),
                )
                .label(problem)
                .also(other.origin.span, "declared here")
                .why("Each member gets its own header route when a stage admits the joined audience.")
                .help("name audiences that have matchers and are not pinned"),
            );
        }
    }
}
