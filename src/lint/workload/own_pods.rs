//! In: a release without a router that refers to a workload. Out: an error if the workload starts pods by itself: they get
//! a share of the requests in which no stage has a say.

use super::beside::Beside;
use crate::diagnostic::{Code, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    if release.traffic.is_split() || release.unread.has(Section::Router) {
        return;
    }
    let Some(beside) = Beside::of(subject) else { return };
    diagnostics.push(beside.diagnostic(
        Code::WorkloadOwnPods,
        "serve users beside the Rollout",
        "with the new image: without a router, these pods serve users at once, no check sees them, and an abort does not remove them.",
    ));
}
