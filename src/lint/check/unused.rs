//! In: the checks of the release itself. Out: a warning for each that nothing uses.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
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
