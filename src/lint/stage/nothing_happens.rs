//! In: the stages. Out: an error for each that waits for nothing.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::units::Percent;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    for (index, stage) in release.canary().stages.iter().enumerate() {
        let last = index + 1 == release.canary().stages.len() && stage.weight.value == Percent::FULL;
        if stage.may_wait || last || stage.ramp.is_some_and(|place| place > 0) {
            continue;
        }
        let zero = stage.pause.map(|pause| pause.span());
        let mut diagnostic = Diagnostic::new(
            Code::StageNothingHappens,
            zero.unwrap_or(stage.origin.span.to(stage.name.span())),
            "this stage has no wait",
        )
        .label(if zero.is_some() { "no pause" } else { "no pause, no gate and no approval" })
        .why("The controller passes through the stage at once, so nobody can observe it before the next one.")
        .help("add `pause=\"10m\"`, a `gate`, or `promote=\"manual\"`");
        if let Some(next) = release.canary().stages.get(index + 1) {
            diagnostic = diagnostic.also(next.name.span(), "starts at once");
        }
        diagnostics.push(diagnostic);
    }
}
