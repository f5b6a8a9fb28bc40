//! In: a release as far as it could be read, and its plan. Out: diagnostics about their meaning. A rule does not judge
//! what depends on an unread section.

mod pod_metadata;
mod pod_share;
mod stages;
mod threshold;
mod usage;
mod watched;

use crate::diagnostic::Diagnostics;
use crate::plan::Plan;
use crate::policy::Release;

/// Judges a release by every rule.
pub fn judge(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    stages::labels_are_unique(release, diagnostics);
    stages::something_happens(release, diagnostics);
    stages::admitted_once(release, diagnostics);
    stages::enough_pods(release, plan, diagnostics);
    pod_share::judge(release, plan, diagnostics);
    threshold::judge(release, plan, diagnostics);
    pod_metadata::judge(release, diagnostics);
    watched::judge(release, diagnostics);
    usage::exposed(release, plan, diagnostics);
    usage::watched(release, diagnostics);
    usage::unused(release, diagnostics);
}
