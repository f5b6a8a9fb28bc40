//! In: the live Rollout, if any. Out: whether a release is in flight, and what it uses. Every decision about another
//! object needs this.

use crate::backends::BACKENDS;
use crate::router::live::Traffic;
use crate::runtime::rollout::Rollout;

/// Whether a release is in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flight {
    /// There is no Rollout, or its first version is still being deployed, so there is nothing to lose.
    First,
    /// One version has all requests.
    AtRest,
    /// A new version is in flight.
    UnderWay,
    /// A new version was aborted, but the Rollout still names it.
    Aborted,
}

/// The state of a release.
#[derive(Clone, Debug)]
pub struct ReleaseState {
    /// Whether a release is in flight.
    pub flight: Flight,
    /// The live Rollout.
    pub rollout: Option<Rollout>,
    /// How it splits requests, if it does.
    pub traffic: Option<Traffic>,
}

impl ReleaseState {
    /// Judges the live Rollout. `workload` is the generation of the object of its `workloadRef`.
    pub fn of(rollout: Option<Rollout>, workload: Option<i64>) -> Self {
        let traffic = rollout.as_ref().and_then(|rollout| Traffic::of(BACKENDS.routers, &rollout.spec));
        let flight = rollout.as_ref().map_or(Flight::First, |rollout| flight(rollout, workload));
        Self { flight, rollout, traffic }
    }

    /// Whether a release is in flight, so that no weight and no rule may be lost.
    pub fn is_in_flight(&self) -> bool {
        self.flight == Flight::UnderWay
    }
}

fn flight(rollout: &Rollout, workload: Option<i64>) -> Flight {
    let status = &rollout.status;
    if status.stable_hash.as_deref().unwrap_or_default().is_empty() {
        return Flight::First;
    }
    let is_settled = status.stable_hash == status.current_pod_hash;
    match (is_settled, status.abort) {
        // A change that the controller has not seen yet may be a new version.
        (true, _) if rollout.has_observed(workload) => Flight::AtRest,
        (true, _) | (false, false) => Flight::UnderWay,
        (false, true) => Flight::Aborted,
    }
}

#[cfg(test)]
pub(super) mod testing {
    use serde_json::json;

    use super::*;
    use crate::runtime::rollout::testing::rollout;

    /// The state of a release of the Rollout `web`, with a router and the managed route `web-staff`.
    pub fn release_state(flight: Flight) -> ReleaseState {
        let status = match flight {
            Flight::First => json!({"observedGeneration": "2", "currentPodHash": "one"}),
            Flight::AtRest => json!({"observedGeneration": "2", "currentPodHash": "one", "stableRS": "one"}),
            Flight::UnderWay => json!({"observedGeneration": "2", "currentPodHash": "two", "stableRS": "one"}),
            Flight::Aborted => {
                json!({"observedGeneration": "2", "currentPodHash": "two", "stableRS": "one", "abort": true})
            }
        };
        let spec = json!({"strategy": {"canary": {"stableService": "web", "canaryService": "web-canary",
            "trafficRouting": {"managedRoutes": [{"name": "web-staff"}], "plugins": {"argoproj-labs/gatewayAPI":
                {"httpRoutes": [{"name": "web", "useHeaderRoutes": true}]}}}}}});
        ReleaseState::of(
            Some(rollout(json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": {"name": "web", "namespace": "shop", "generation": 2}, "spec": spec, "status": status}))),
            None,
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::testing::release_state;
    use super::*;
    use crate::kubernetes::kinds::Kind;

    #[test]
    fn the_status_tells_whether_a_release_is_in_flight() {
        for flight in [Flight::First, Flight::AtRest, Flight::UnderWay, Flight::Aborted] {
            assert_eq!(release_state(flight).flight, flight);
        }
        assert_eq!(ReleaseState::of(None, None).flight, Flight::First);
    }

    #[test]
    fn an_unobserved_change_counts_as_in_flight() {
        let mut rollout = release_state(Flight::AtRest).rollout.unwrap();
        rollout.generation = 3;
        assert_eq!(ReleaseState::of(Some(rollout), None).flight, Flight::UnderWay);
        let mut rollout = release_state(Flight::AtRest).rollout.unwrap();
        rollout.status.workload_observed_generation = Some("4".to_owned());
        assert_eq!(ReleaseState::of(Some(rollout.clone()), Some(4)).flight, Flight::AtRest);
        assert_eq!(ReleaseState::of(Some(rollout), Some(5)).flight, Flight::UnderWay, "the Deployment has a new image");
    }

    #[test]
    fn a_rollout_names_the_objects_of_its_routers() {
        let traffic = |routing: Value| {
            Traffic::of(BACKENDS.routers, &json!({"strategy": {"canary": {"trafficRouting": routing}}})).unwrap()
        };
        let route = traffic(
            json!({"plugins": {"argoproj-labs/gatewayAPI": {"grpcRoutes": [{"name": "web"}], "httpRoute": "api"}}}),
        );
        assert!(route.uses(Kind::GRPCRoute, "web") && route.uses(Kind::HTTPRoute, "api"));
        assert!(!route.uses(Kind::HTTPRoute, "web") && route.written(Kind::GRPCRoute, "web").is_some());
        let one = traffic(json!({"nginx": {"stableIngress": "web"}}));
        assert!(one.uses(Kind::Ingress, "web") && !one.uses(Kind::HTTPRoute, "web"));
        assert!(one.written(Kind::Ingress, "web").is_none(), "the controller does not write the stable Ingress");
        let several = traffic(json!({"nginx": {"stableIngresses": ["web", "admin"]}}));
        assert!(several.uses(Kind::Ingress, "web") && several.uses(Kind::Ingress, "admin"));
    }
}
