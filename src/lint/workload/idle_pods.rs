//! In: a release with a router that refers to a workload. Out: a warning if the workload starts pods by itself: the router
//! sends them no requests.

use super::beside::Beside;
use crate::diagnostic::{Code, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    if !release.traffic.is_split() || release.unread.has(Section::Router) {
        return;
    }
    let Some(beside) = Beside::of(subject) else { return };
    diagnostics.push(beside.diagnostic(
        Code::WorkloadIdlePods,
        "run beside the Rollout",
        "with the new image. The router sends them no requests, but they cost resources, and every Service that selects the labels of the pods, such as the root Service of a mesh, sends them users.",
    ));
}
