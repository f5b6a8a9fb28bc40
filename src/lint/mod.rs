//! In: a release and its plan. Out: diagnostics about what they mean. A rule is one file, which exports `judge`, with
//! its page beside it; `table.rs` names its code.

mod rollout {
    pub mod abort_delay;
}
pub(crate) mod table;

use crate::diagnostic::Diagnostics;
use crate::plan::Plan;
use crate::policy::Release;

/// What a rule judges.
#[derive(Clone, Copy)]
struct Subject<'a> {
    release: &'a Release,
    plan: &'a Plan,
}

type Rule = fn(&Subject<'_>, &mut Diagnostics);

macro_rules! judges {
    (rules { $($variant:ident $name:literal $severity:ident $(($($where:tt)*))? $group:ident::$rule:ident,)* }) => {
        const RULES: &[Rule] = &[$($group::$rule::judge,)*];
    };
}

table::rules! { judges! {} }

/// Judges a release and its plan by every rule.
pub fn run(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    let subject = Subject { release, plan };
    for judge in RULES {
        judge(&subject, diagnostics);
    }
}
