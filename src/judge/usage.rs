//! In: the checks that stages and the watch use. Out: warnings about a release without any measurement, and about
//! unused checks.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::policy::Release;
use crate::policy::unread::Section;
use crate::units::Percent;

/// Reports a watch of a release in which no stage exposes users.
pub fn exposed(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    let Some(watch) = release.watch.as_ref().filter(|watch| watch.from.is_none()) else { return };
    let exposed = plan.stages.iter().any(|stage| stage.exposure > Percent::ZERO);
    if exposed || plan.stages.is_empty() || release.unread.has(Section::Stages) {
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

/// Warns when nothing watches the release.
pub fn watched(release: &Release, diagnostics: &mut Diagnostics) {
    let gated = release.stages.iter().any(|stage| !stage.gates.is_empty());
    if gated
        || release.watch.is_some()
        || release.stages.is_empty()
        || release.unread.has(Section::Measurements)
        || release.unread.has(Section::Release)
    {
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::ReleaseUnwatched, release.origin.span, "nothing watches this release")
            .label("no `watch` and no `gate`")
            .why("A version that answers every request with an error would still reach all users, unless somebody notices.")
            .help("declare a service level and watch it: `slo \"availability\" min=\"99.5%\" { success-ratio window=\"5m\" }` and `watch \"availability\"`"),
    );
}

/// Warns when nothing uses a check of the release itself.
pub fn unused(release: &Release, diagnostics: &mut Diagnostics) {
    if release.unread.has(Section::Release) || release.unread.has(Section::Measurements) {
        return;
    }
    for check in &release.unused_checks {
        let (word, name) = (check.word.as_str(), &check.name);
        diagnostics.push(
            Diagnostic::new(Code::CheckUnused, check.origin.span, format!("nothing uses `{word} \"{name}\"`"))
                .label("never measured")
                .why("It looks as if it protects the release, but it is never measured.")
                .help(format!("add `watch \"{name}\"`, or `gate \"{name}\"` in a stage, or remove it")),
        );
    }
}
