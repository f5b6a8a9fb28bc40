//! In: a release. Out: a warning if nothing watches it.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

const WITH_ROUTER: &str = "declare a service level and watch it: `slo \"availability\" min=\"99.5%\" { success-ratio window=\"5m\" }` and `watch \"availability\"`";

/// Without a router, only what the pods report has the version.
const WITHOUT_ROUTER: &str = "declare a service level and watch it: `slo \"availability\" min=\"99.5%\" { success-ratio window=\"5m\" }` and \
     `watch \"availability\"`, with a `provider` whose `telemetry=` is `istio`, `linkerd` or `opentelemetry`; for other telemetry, a \
     `check` with a `query` on `{{canary-hash}}`";

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let gated = release.canary().stages.iter().any(|stage| !stage.gates.is_empty());
    if gated
        || release.canary().watch.is_some()
        || release.canary().stages.is_empty()
        || release.unread.has(Section::Measurements)
        || release.unread.has(Section::Release)
    {
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::ReleaseUnwatched, release.origin.span, "nothing watches this release")
            .label("no `watch` and no `gate`")
            .why("A version that answers every request with an error would still reach all users, unless somebody notices.")
            .help(if release.traffic.is_split() { WITH_ROUTER } else { WITHOUT_ROUTER }),
    );
}
