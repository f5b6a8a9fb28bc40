//! In: temporary labels of pods. Out: an error for each that would replace a label that selects the pods.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let (settings, selector) = (&release.canary().settings, &release.workload.selector);
    for metadata in [&settings.canary_metadata, &settings.stable_metadata].into_iter().flatten() {
        for (key, value) in &metadata.labels {
            if let Some((own, _)) = selector.iter().find(|(own, _)| own.value == key.value) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::RolloutMetadata,
                        key.span().to(value.span()),
                        format!("label `{}` selects the pods and must not change", key.value),
                    )
                    .label("changes during a release")
                    .also(own.span(), "selects the pods")
                    .why("The controller cannot create such pods. The Rollout stays Healthy and unchanged, and the new version is never released.")
                    .help("use another label"),
                );
            }
        }
    }
}
