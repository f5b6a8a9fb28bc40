//! In: a release. Out: what must hold in Prometheus for its measurements to have data, which no compiler can see.
//! `docs/telemetry.md` says how to provide it.

use std::collections::BTreeSet;

use crate::policy::Release;
use crate::policy::measure::MeasureKind;
use crate::policy::template::{Argument, Part};

/// What must hold outside, each as the object of "Prometheus must have".
pub fn outside(release: &Release) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for check in release.checks.values() {
        let measure = &check.measure;
        let by_hash = match &measure.kind {
            MeasureKind::SuccessRatio { .. }
            | MeasureKind::Latency { .. }
            | MeasureKind::BurnRate { .. }
            | MeasureKind::RequestRate { .. } => {
                let built_in = measure.provider.as_ref().and_then(|provider| provider.endpoint.built_in());
                let telemetry = built_in.and_then(|built_in| built_in.telemetry);
                found.extend(telemetry.map(|telemetry| format!("the request metrics of `{}`", telemetry.value)));
                false
            }
            MeasureKind::Restarts { .. } => {
                found.insert("the metrics of kube-state-metrics".to_owned());
                false
            }
            MeasureKind::Query(query) => selects_by_hash(&query.text.value.parts),
            MeasureKind::Events { good, .. } => selects_by_hash(&good.value.parts),
            MeasureKind::Direct(_) | MeasureKind::Template { .. } => false,
        };
        if by_hash {
            found.insert("the pods' hash as a label of your own metrics".to_owned());
        }
    }
    found
}

/// Whether a query selects the canary by the hash of its pods, and not by their names.
fn selects_by_hash(parts: &[Part]) -> bool {
    let by_label = |text: &str| text.ends_with(['"', '\'', '`']);
    parts.windows(2).any(|pair| match pair {
        [Part::Literal(text), Part::Argument(Argument::Hash(_))] => by_label(text),
        _ => false,
    })
}
