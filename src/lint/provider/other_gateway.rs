//! In: the telemetry of the built-in measures, and the routers. Out: an error for a telemetry that counts no request that
//! the routers split.

use super::measured;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::lint::Subject;
use crate::policy::unread::Section;
use crate::router::DeclaredRouter;
use crate::telemetry::{Splitter, Telemetry};

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let routers = subject.release.traffic.routers();
    if routers.is_empty() || [Section::Release, Section::Router].iter().any(|part| subject.release.unread.has(*part)) {
        return;
    }
    for telemetry in measured::telemetries(subject.release) {
        let Some(reason) = excluded(telemetry.value, routers) else { continue };
        let fitting = Telemetry::ALL.iter().filter(|other| excluded(**other, routers).is_none());
        let fitting: Vec<String> = fitting.map(|other| format!("telemetry=\"{other}\"")).collect();
        let router = routers.first().map(|router| router.origin.span);
        let mut diagnostic = Diagnostic::new(
            Code::ProviderOtherGateway,
            telemetry.span(),
            format!("`{}` counts none of the requests that the router splits", telemetry.value),
        )
        .label(reason)
        .why("The series do not exist, so every measurement has no data: the release is held in each stage, or passes unwatched.")
        .help(format!("write {}, whichever exports metrics about these requests", suggest::one_of(fitting.iter().map(String::as_str))));
        if let Some(router) = router {
            diagnostic = diagnostic.also(router, "the router");
        }
        diagnostics.push(diagnostic);
    }
}

/// Why none of the routers leads to what the telemetry counts.
fn excluded(telemetry: Telemetry, routers: &[DeclaredRouter]) -> Option<String> {
    let reasons: Option<Vec<String>> = routers
        .iter()
        .map(|declared| {
            telemetry.excluded_by(&Splitter {
                router: declared.router.word.as_str(),
                implementation: declared.split.implementation(),
                in_mesh: declared.split.has_root_service(),
            })
        })
        .collect();
    reasons?.into_iter().next()
}
