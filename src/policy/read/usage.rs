//! In: the checks that stages and the watch use. Out: warnings about a release without any measurement, and about
//! unused checks.

use super::stage::Draft;
use crate::diagnostic::{Code, Diagnostic};
use crate::layers::LayerKind;
use crate::policy::context::Context;
use crate::policy::reader::{Reader, shown};
use crate::vocabulary::Word;

/// Warns when nothing watches the release.
pub fn watched(cx: &mut Context<'_>, release: Reader<'_>, drafts: &[Draft]) {
    let gated = release
        .all(Word::Stage)
        .any(|stage| stage.block.child(Word::Gate).is_some() || stage.block.child(Word::Experiment).is_some());
    if gated || release.block.child(Word::Watch).is_some() || drafts.is_empty() {
        return;
    }
    cx.report_missing(
        release.block,
        Diagnostic::new(Code::ReleaseUnwatched, release.head(), "nothing watches this release")
            .label("no `watch` and no `gate`")
            .why("A version that answers every request with an error would still reach all users, unless somebody notices.")
            .help("declare a service level and watch it: `slo \"availability\" min=\"99.5%\" { success-ratio window=\"5m\" }` and `watch \"availability\"`"),
    );
}

/// Warns when nothing uses a check of the release itself. Other releases may use shared checks.
pub fn unused(cx: &mut Context<'_>, release: Reader<'_>) {
    let resolved = cx.resolved;
    // By name: a gate of an invalid stage still uses its checks.
    let mut used = used_names(release);
    let experiments = release.all(Word::Stage).filter_map(|stage| stage.child(Word::Experiment));
    used.extend(
        experiments.flat_map(|experiment| experiment.block.arguments.iter().filter_map(|value| value.as_str())),
    );
    let checks = release.block.children.iter().filter(|child| matches!(child.word(), Word::Slo | Word::Check));
    for check in checks {
        let own = resolved
            .layer(check.layer)
            .is_none_or(|layer| matches!(layer.kind, LayerKind::Release | LayerKind::ReleaseEnvironment));
        let Some(name) = check.name() else { continue };
        if !own || used.contains(&name) {
            continue;
        }
        cx.report_missing(
            release.block,
            Diagnostic::new(Code::CheckUnused, Reader::new(check).head(), format!("nothing uses {}", shown(check)))
                .label("never measured")
                .why("It looks as if it protects the release, but it is never measured.")
                .help(format!("add `watch \"{name}\"`, or `gate \"{name}\"` in a stage, or remove it")),
        );
    }
}

/// The names that gates and the watch use.
pub fn used_names(release: Reader<'_>) -> Vec<&str> {
    let gates = release.all(Word::Stage).flat_map(|stage| stage.all(Word::Gate).collect::<Vec<_>>());
    gates
        .chain(release.child(Word::Watch))
        .flat_map(|block| block.block.arguments.iter())
        .filter_map(|value| value.as_str())
        .collect()
}
