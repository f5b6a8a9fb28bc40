//! In: the stages. Out: an error for an audience that two of them admit.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::AudienceId;
use crate::source::Span;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let mut seen: Vec<(AudienceId, Span)> = Vec::new();
    for stage in &release.canary().stages {
        let Some(audience) = &stage.audience else { continue };
        let admitted = release.audience(audience.value).map(|found| found.admitted(audience.value));
        for id in admitted.unwrap_or_else(|| vec![audience.value]) {
            let Some((_, first)) = seen.iter().find(|(other, _)| *other == id) else {
                seen.push((id, audience.span()));
                continue;
            };
            let name = release.audience(id).map_or_else(String::new, |audience| format!(" `{}`", audience.name.value));
            diagnostics.push(
                Diagnostic::new(Code::StageAdmittedTwice, audience.span(), format!("audience{name} is admitted twice"))
                    .label("second")
                    .also(*first, "first")
                    .why("An audience stays admitted until the end of the release, so the second time changes nothing.")
                    .help("remove `audience=` here, and give the stage a name"),
            );
            break;
        }
    }
}
