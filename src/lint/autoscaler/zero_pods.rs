//! In: the numbers of pods of an autoscaler. Out: a warning if it is zero.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::manifest::Field;
use crate::policy::workload::AutoscalerSource;

/// Fields of a ScaledObject that state a number of pods for a time, beside the minimum.
const ZERO: [&[&str]; 3] = [
    &["spec", "idleReplicaCount"],
    &["spec", "fallback", "replicas"],
    &["metadata", "annotations", "autoscaling.keda.sh/paused-replicas"],
];

fn is_zero(count: &Field) -> bool {
    count.as_integer() == Some(0) || count.as_str() == Some("0")
}

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let release = subject.release;
    let Some(autoscaler) = &release.autoscaler else { return };
    let zero = match &autoscaler.source {
        AutoscalerSource::File(object) => ZERO
            .iter()
            .filter_map(|path| object.root.at(path))
            .find(|count| is_zero(count))
            .map(|count| count.origin.span),
        AutoscalerSource::Emitted { .. } | AutoscalerSource::Existing => None,
    };
    let least = autoscaler.min.filter(|min| min.value == 0).map(|min| min.span());
    let Some(span) = zero.or(least) else { return };
    diagnostics.push(
        Diagnostic::new(Code::AutoscalerZeroPods, span, "this autoscaler can scale the release to zero pods")
            .label("zero pods")
            .also(autoscaler.origin.span, "the autoscaler of the release")
            .why("A version that is released while there are no pods passes every stage without one: nothing is measured, and nobody has tried it. With a router, header routes also need a pod of the new version.")
            .help("write `minReplicaCount: 1` (a HorizontalPodAutoscaler: `minReplicas: 1`) or more, and remove `idleReplicaCount`, `fallback.replicas: 0` and the annotation `paused-replicas`"),
    );
}
