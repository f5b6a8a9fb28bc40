//! In: the smallest number of pods of an autoscaler. Out: a warning if it is zero.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::workload::AutoscalerSource;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let Some(autoscaler) = &release.autoscaler else { return };
    let idle = match &autoscaler.source {
        AutoscalerSource::File(object) => object.root.at(&["spec", "idleReplicaCount"]),
        AutoscalerSource::Emitted { .. } | AutoscalerSource::Existing => None,
    };
    let idle = idle.filter(|count| count.as_integer() == Some(0)).map(|count| count.origin.span);
    let least = autoscaler.min.filter(|min| min.value == 0).map(|min| min.span());
    let Some(span) = idle.or(least) else { return };
    diagnostics.push(
        Diagnostic::new(Code::AutoscalerZeroPods, span, "this autoscaler can scale the release to zero pods")
            .label("zero pods")
            .also(autoscaler.origin.span, "the autoscaler of the release")
            .why("A version that is released while there are no pods passes every stage without one: nothing is measured, and nobody has tried it. With a router, header routes also need a pod of the new version.")
            .help("write `minReplicaCount: 1` (a HorizontalPodAutoscaler: `minReplicas: 1`) or more, and remove `idleReplicaCount`"),
    );
}
