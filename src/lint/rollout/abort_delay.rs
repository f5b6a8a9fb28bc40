//! In: how long the pods of an aborted version stay. Out: an error about `never`, if the controller stops the pods at
//! once. It keeps the pods of an aborted version forever only if the first step sets their number.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::plan::Action;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Subject { release, plan } = subject;
    let delay = &release.canary().settings.abort_scale_down_delay;
    let begins_with_pods = matches!(plan.staged().steps.first().map(|step| &step.action), Some(Action::ScaleCanary(_)));
    let is_unknown = release.unread.has(Section::Stages);
    if delay.value.is_some() || begins_with_pods || !release.traffic.is_split() || is_unknown {
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::RolloutAbortDelay, delay.span(), "`\"never\"` is not possible in this release")
            .label("stops the pods at once")
            .why("An abort returns to the first step, and the controller only keeps pods that this step scales. Here it scales nothing, so the controller would stop the pods at once.")
            .help("write less than 15 minutes, such as `\"14m\"`, or start with a stage that has `replicas=`"),
    );
}
