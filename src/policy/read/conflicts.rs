//! In: audiences, routes and stages, each valid by itself. Out: conflicts between them, and between them and the
//! routers.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::audience::{Admission, Audience, Members};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::routing::Route;
use crate::policy::stage::Stage;
use crate::policy::{AudienceId, Sourced};
use crate::router::{Asked, Declaration};
use crate::source::Span;
use crate::units::name::Name;
use crate::vocabulary::Word;

/// Judges audiences and routes against the stages that admit them, and against the routers.
pub fn judge(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    release: &Sourced<Name>,
    audiences: &[Option<Audience>],
    stages: &[Stage],
    routes: &[Route],
    routers: &Declaration,
) {
    let admitted = managed(audiences, stages);
    never_admitted(cx, block, audiences, stages, &admitted);
    let asked = Asked { release, audiences, admitted: &admitted, routes };
    for declared in &routers.routers {
        declared.split.judge(cx, &asked);
    }
}

/// The audiences that get a header route, in order of admission.
fn managed<'a>(audiences: &'a [Option<Audience>], stages: &[Stage]) -> Vec<(&'a Audience, Span)> {
    let mut order: Vec<(AudienceId, Span)> = Vec::new();
    for stage in stages {
        let Some(audience) = &stage.audience else { continue };
        let Some(Some(admitted)) = audiences.get(audience.value.0) else { continue };
        for id in admitted.admitted(audience.value) {
            if !order.iter().any(|(other, _)| *other == id) {
                order.push((id, audience.span()));
            }
        }
    }
    order.into_iter().filter_map(|(id, span)| Some((audiences.get(id.0)?.as_ref()?, span))).collect()
}

fn never_admitted(
    cx: &mut Context<'_>,
    release: Reader<'_>,
    audiences: &[Option<Audience>],
    stages: &[Stage],
    managed: &[(&Audience, Span)],
) {
    // A stage may misspell the audience that it means.
    let misspelt = |stage: &Reader<'_>| {
        stage.has(Word::Audience) && !stages.iter().any(|read| read.origin == stage.origin() && read.audience.is_some())
    };
    if stages.is_empty() || release.all(Word::Stage).any(|stage| misspelt(&stage)) {
        return;
    }
    for (index, audience) in audiences.iter().enumerate() {
        let Some(audience) = audience.as_ref().filter(|audience| audience.admission == Admission::Staged) else {
            continue;
        };
        let directly = stages.iter().any(|stage| stage.audience.is_some_and(|id| id.value == AudienceId(index)));
        let as_member = managed.iter().any(|(other, _)| std::ptr::eq(*other, audience));
        let in_any = audiences.iter().flatten().any(|other| {
            matches!(&other.members, Members::Any(members) if members.iter().any(|member| member.value == AudienceId(index)))
        });
        // A diagnostic already covers conditions that a header route cannot check.
        let wrong = audience.matchers().is_some_and(|matchers| {
            matchers.host.is_some()
                || matchers.path.is_some()
                || !matchers.queries.is_empty()
                || !matchers.source.is_empty()
        });
        if directly || as_member || in_any || wrong {
            continue;
        }
        cx.report_missing(
            release.block,
            Diagnostic::new(
                Code::AudienceNeverAdmitted,
                audience.name.span(),
                format!("no stage admits audience `{}`", audience.name.value),
            )
            .label("never admitted")
            .why("Its requests are split by weight like all other requests.")
            .help(format!("write `stage audience=\"{}\" pause=\"30m\"`, or remove the audience", audience.name.value)),
        );
    }
}
