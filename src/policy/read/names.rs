//! In: the names of a release, its stages and its watch. Out: which generated names do not fit, or are taken.

use super::stage::Draft;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::names::{GeneratedName, taken_template};
use crate::policy::stage::Watch;
use crate::source::Span;
use crate::units::name::Name;

/// Reports a name that does not fit; `cause` is what needs it.
pub fn room(cx: &mut Context<'_>, name: &Sourced<Name>, wanted: GeneratedName<'_>, cause: Span) -> bool {
    match wanted.reported(name, cause) {
        Ok(_) => true,
        Err(diagnostic) => {
            cx.report(*diagnostic);
            false
        }
    }
}

/// The AnalysisTemplates of gates and of the watch: their names must fit and must be distinct. Only the plan knows
/// which stages hold, and for what, so it judges the names of hold templates.
pub fn templates(cx: &mut Context<'_>, name: &Sourced<Name>, drafts: &[Draft], watch: Option<&Watch>) {
    if let Some(watch) = watch {
        room(cx, name, GeneratedName::WatchTemplate, watch.origin.span);
    }
    let mut used: Vec<(String, Span)> = Vec::new();
    for draft in drafts {
        for gate in &draft.stage.gates {
            let wanted = GeneratedName::GateTemplate { stage: &draft.stage.label, at: gate.at.value };
            let suffix = wanted.suffix();
            let at = draft.stage.name.span();
            if used.iter().any(|(other, span)| *other == suffix && *span == at) {
                continue;
            }
            let taken = if suffix == GeneratedName::WatchTemplate.suffix() {
                watch.map(|watch| watch.origin.span)
            } else if suffix == GeneratedName::HoldTemplate.suffix() {
                Some(at)
            } else {
                used.iter().find(|(other, _)| *other == suffix).map(|(_, span)| *span)
            };
            if let Some(taken) = taken {
                cx.report(taken_template(&name.value, &suffix, at, taken));
            }
            room(cx, name, wanted, at);
            used.push((suffix, at));
        }
    }
}
