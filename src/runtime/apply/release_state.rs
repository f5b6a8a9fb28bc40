//! In: the live Rollout, if any. Out: whether a release is in flight, and what it uses. Every decision about another
//! object needs this.

use serde_json::Value;

use crate::kubernetes::kinds::Kind;
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

/// How a Rollout splits requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The Service of the stable version.
    pub stable: String,
    /// The Service of the canary.
    pub canary: String,
    /// The names of the rules that the controller writes.
    pub managed: Vec<String>,
    /// The routes whose weights it writes.
    pub routes: Vec<(Kind, String)>,
}

/// Where the configuration of the Gateway API plugin lists routes, and their kinds.
const ROUTES: &[(&str, &str, Kind)] = &[
    ("httpRoutes", "httpRoute", Kind::HTTPRoute),
    ("grpcRoutes", "grpcRoute", Kind::GRPCRoute),
    ("tcpRoutes", "tcpRoute", Kind::TCPRoute),
    ("tlsRoutes", "tlsRoute", Kind::TLSRoute),
];

impl ReleaseState {
    /// Judges the live Rollout. `workload` is the generation of the object of its `workloadRef`.
    pub fn of(rollout: Option<Rollout>, workload: Option<i64>) -> Self {
        let traffic = rollout.as_ref().and_then(|rollout| Traffic::of(&rollout.spec));
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
        (true, _) if rollout.has_seen(workload) => Flight::AtRest,
        (true, _) | (false, false) => Flight::UnderWay,
        (false, true) => Flight::Aborted,
    }
}

impl Traffic {
    /// Reads the specification of a Rollout.
    pub fn of(spec: &Value) -> Option<Self> {
        let canary = &spec["strategy"]["canary"];
        let routing = canary.get("trafficRouting")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let named = |list: &Value| -> Vec<String> {
            list.as_array().into_iter().flatten().map(|item| text(&item["name"])).collect()
        };
        let plugins = routing["plugins"].as_object().into_iter().flatten();
        let mut routes = Vec::new();
        for (_, plugin) in plugins {
            for (several, one, kind) in ROUTES {
                routes.extend(named(&plugin[*several]).into_iter().map(|name| (*kind, name)));
                routes.extend(plugin[*one].as_str().map(|name| (*kind, name.to_owned())));
            }
        }
        Some(Self {
            stable: text(&canary["stableService"]),
            canary: text(&canary["canaryService"]),
            managed: named(&routing["managedRoutes"]),
            routes,
        })
    }

    /// Whether the controller writes the weights of this route.
    pub fn splits(&self, kind: Kind, name: &str) -> bool {
        self.routes.iter().any(|(route, own)| *route == kind && own == name)
    }

    /// Whether a header step has added this rule: its name is that of a managed route, optionally with a number.
    pub fn is_managed(&self, rule: &Value) -> bool {
        let Some(name) = rule["name"].as_str() else { return false };
        let is_number = |rest: &str| {
            rest.strip_prefix('-')
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.managed
            .iter()
            .filter_map(|route| name.strip_prefix(route.as_str()))
            .any(|rest| rest.is_empty() || is_number(rest))
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
    use serde_json::json;

    use super::testing::release_state;
    use super::*;

    #[test]
    fn the_status_says_what_is_under_way() {
        for flight in [Flight::First, Flight::AtRest, Flight::UnderWay, Flight::Aborted] {
            assert_eq!(release_state(flight).flight, flight);
        }
        assert_eq!(ReleaseState::of(None, None).flight, Flight::First);
    }

    #[test]
    fn what_the_controller_has_not_seen_counts_as_under_way() {
        let mut rollout = release_state(Flight::AtRest).rollout.unwrap();
        rollout.generation = 3;
        assert_eq!(ReleaseState::of(Some(rollout), None).flight, Flight::UnderWay);
        let mut rollout = release_state(Flight::AtRest).rollout.unwrap();
        rollout.status.workload_observed_generation = Some("4".to_owned());
        assert_eq!(ReleaseState::of(Some(rollout.clone()), Some(4)).flight, Flight::AtRest);
        assert_eq!(ReleaseState::of(Some(rollout), Some(5)).flight, Flight::UnderWay, "the Deployment has a new image");
    }

    #[test]
    fn managed_rules_are_those_named_after_a_managed_route() {
        let traffic = release_state(Flight::UnderWay).traffic.unwrap();
        assert!(traffic.splits(Kind::HTTPRoute, "web") && !traffic.splits(Kind::GRPCRoute, "web"));
        for (name, managed) in
            [("web-staff", true), ("web-staff-12", true), ("web-staff-", false), ("web-staffing", false), ("x", false)]
        {
            assert_eq!(traffic.is_managed(&json!({"name": name})), managed, "{name}");
        }
        assert!(!traffic.is_managed(&json!({})));
    }
}
