//! In: the audiences that stages can admit. Out: a warning for each that no stage admits.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::audience::{Admission, Audience, Members};
use crate::policy::unread::Section;
use crate::policy::{AudienceId, Release};

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let is_unread = release.unread.has(Section::Admissions) || release.unread.has(Section::Release);
    if release.canary().stages.is_empty() || is_unread {
        return;
    }
    for (id, audience) in &release.audiences {
        // A diagnostic already covers conditions that a header route cannot check.
        if audience.admission != Admission::Staged || !has_only_headers(audience) || is_named(release, *id) {
            continue;
        }
        let name = &audience.name;
        diagnostics.push(
            Diagnostic::new(
                Code::AudienceNeverAdmitted,
                name.span(),
                format!("no stage admits audience `{}`", name.value),
            )
            .label("never admitted")
            .why("Its requests are split by weight like all other requests.")
            .help(format!("write `stage audience=\"{}\" pause=\"30m\"`, or remove the audience", name.value)),
        );
    }
}

/// Whether a stage or another audience names the audience.
fn is_named(release: &Release, id: AudienceId) -> bool {
    let in_stage =
        release.canary().stages.iter().any(|stage| stage.audience.is_some_and(|admitted| admitted.value == id));
    let in_audience = release.audiences.values().any(
        |other| matches!(&other.members, Members::Any(members) if members.iter().any(|member| member.value == id)),
    );
    in_stage || in_audience
}

fn has_only_headers(audience: &Audience) -> bool {
    audience.matchers().is_none_or(|matchers| {
        matchers.host.is_none() && matchers.path.is_none() && matchers.queries.is_empty() && matchers.source.is_empty()
    })
}
