//! In: a watch that starts when users are exposed. Out: an error if no stage exposes users.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;
use crate::units::Percent;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Subject { release, plan } = subject;
    let Some(watch) = release.canary().watch.as_ref().filter(|watch| watch.from.is_none()) else { return };
    let exposed = plan.staged().stages.iter().any(|stage| stage.exposure > Percent::ZERO);
    if exposed || plan.staged().stages.is_empty() || release.unread.has(Section::Stages) {
        return;
    }
    diagnostics.push(
        Diagnostic::new(
            Code::WatchNothingExposed,
            watch.origin.span,
            "there is nothing to watch, because no stage exposes users",
        )
        .label("measures no requests")
        .why("The release goes from no traffic to all traffic at once.")
        .help("add a `weight=` or an `audience=` to a stage"),
    );
}
