//! In: the stages. Out: an error for two stages that would have one name in the names of objects.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::stage::Stage;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let mut seen: BTreeMap<&str, &Stage> = BTreeMap::new();
    for stage in &release.canary().stages {
        let label = stage.label.as_str();
        let Some(first) = seen.get(label) else {
            seen.insert(label, stage);
            continue;
        };
        // Stages of two ramps, or of a ramp and a stage, that have the same weight.
        let same = first.name == stage.name;
        let message = if same {
            format!("two stages have the name `{}`", stage.name.value)
        } else {
            format!(
                "stages `{}` and `{}` both become `{label}` in the names of objects",
                first.name.value, stage.name.value
            )
        };
        diagnostics.push(
            Diagnostic::new(Code::StageSameName, stage.name.span(), message)
                .label("second")
                .also(first.name.span(), "first")
                .why("Objects and reports identify a stage by its name.")
                .help("rename one of them, as in `stage \"soak\" …`"),
        );
    }
}
