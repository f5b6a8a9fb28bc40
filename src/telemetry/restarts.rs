//! Container restarts, from kube-state-metrics: the same for every preset.

use super::preset::{Query, Requirement, Unmeasurable, named_by_hash};
use super::scope::{Scope, Side};
use crate::units::Duration;

/// Restarts of the canary's pods. The series of a new pod starts at 0, so no restart is missed. No pods means no data.
pub fn restarts(scope: &Scope, window: Duration) -> Result<Query, Unmeasurable> {
    named_by_hash(scope)?;
    let (namespace, pods) = (&scope.namespace, scope.pods(Side::Canary));
    let selector = format!("namespace=\"{namespace}\",pod=~\"{pods}\"");
    let window = window.as_prometheus();
    let text = format!("sum(increase(kube_pod_container_status_restarts_total{{{selector}}}[{window}]))");
    Ok(Query { text, latency_unit: None, requires: vec![Requirement::KubeStateMetrics] })
}
