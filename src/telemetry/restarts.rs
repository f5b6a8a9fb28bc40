//! Container restarts, from kube-state-metrics: the same under every preset.

use crate::units::Duration;

use super::scope::{Scope, Side};

/// Restarts of the side's pods. The series of a new pod starts at 0, so nothing is missed; no pods are no data.
pub(super) fn query(scope: &Scope, side: Side, window: Duration) -> String {
    let (namespace, pods) = (&scope.namespace, scope.pods(side));
    let selector = format!("namespace=\"{namespace}\",pod=~\"{pods}\"");
    format!("sum(increase(kube_pod_container_status_restarts_total{{{selector}}}[{}]))", window.as_prometheus())
}
