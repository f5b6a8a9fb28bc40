//! In: the stages of a release without a router, under an autoscaler. Out: a warning for two weights that the same pods
//! represent in its smallest fleet, but not in its largest.

use crate::diagnostic::{Code, Diagnostics};
use crate::lint::Subject;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    super::same_pods::judge_as(Code::StageSamePodsAtMinimum, subject, diagnostics);
}
