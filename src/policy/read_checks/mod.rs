//! In: the `slo`s and `check`s of a resolved release. Out: one [`Check`] for each, in their order: a `CheckId` is an index.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::check::Check;
use crate::policy::context::Context;
use crate::policy::reader::{Reader, shown};
use crate::vocabulary::Word;

/// Reads every `slo` and `check` in reach; `None` stands for one that is wrong, which has been said then.
pub fn checks(cx: &mut Context<'_>, release: Reader<'_>) -> Vec<Option<Check>> {
    let checks = release.block.children.iter().filter(|child| matches!(child.word(), Word::Slo | Word::Check));
    checks
        .map(|check| {
            let head = Reader::new(check).head();
            cx.report(Diagnostic::new(Code::SupportNotYet, head, format!("{} is not supported yet", shown(check))));
            None
        })
        .collect()
}
