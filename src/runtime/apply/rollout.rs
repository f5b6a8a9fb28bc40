//! In: the desired and the live state of a Rollout. Out: the body of the apply, and the changes that would break the
//! release in flight.

use serde_json::Value;

use super::difference::Difference;
use super::ownership::Ownership;
use super::release_state::{Flight, ReleaseState};
use crate::backends::BACKENDS;
use crate::router::live::Traffic;

/// Why a Rollout must not be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// `spec.selector` is immutable.
    Selector,
    /// A strategy or a pod template of another owner would remain next to that of the policy.
    TwoStrategies,
    /// The steps change: the controller would restart the release.
    Steps,
    /// The pods change: another version would replace the one in flight.
    Version,
    /// The steps change after an abort: the aborted version would be tried again.
    AbortedVersion,
    /// The release would lose a router, a Service or a route that it uses.
    Traffic,
}

impl Obstacle {
    /// Whether `--restart-release` allows it.
    pub fn is_restart(self) -> bool {
        matches!(self, Self::Steps | Self::Version | Self::AbortedVersion)
    }

    /// The responsible field.
    pub const fn field(self) -> &'static [&'static str] {
        match self {
            Self::Selector => &["spec", "selector"],
            Self::TwoStrategies => &["spec", "strategy"],
            Self::Steps | Self::AbortedVersion => &["spec", "strategy", "canary", "steps"],
            Self::Version => &["spec", "template"],
            Self::Traffic => &["spec", "strategy", "canary", "trafficRouting"],
        }
    }
}

/// Leaves the number of pods to the owner of the scale. canaryc keeps sending a number that it owns itself: without it,
/// the Rollout would scale to one pod.
pub fn compose(mut wanted: Value, live: &Value, ownership: &Ownership, is_scaled: bool) -> Value {
    let live = live["spec"].get("replicas");
    let Some(spec) = wanted["spec"].as_object_mut() else { return wanted };
    if spec.contains_key("replicas") && !is_scaled {
        return wanted;
    }
    match live {
        Some(replicas) if ownership.is_ours(&["spec", "replicas"]) => {
            spec.insert("replicas".to_owned(), replicas.clone());
        }
        Some(_) => drop(spec.shift_remove("replicas")),
        // Nobody has set the number yet, so the autoscaler starts from that of the policy.
        None => {}
    }
    wanted
}

/// What the change would do to the release. `wanted` is the whole future object.
pub fn obstacle(
    live: &Value,
    wanted: &Value,
    differences: &[Difference],
    release_state: &ReleaseState,
) -> Option<Obstacle> {
    let changes = |keys: &[&str]| differences.iter().any(|difference| difference.path.is_within(keys));
    if changes(&["spec", "selector"]) && live["spec"].get("selector").is_some() {
        return Some(Obstacle::Selector);
    }
    let both = |at: &Value, one: &str, other: &str| at.get(one).is_some() && at.get(other).is_some();
    if both(&wanted["spec"]["strategy"], "canary", "blueGreen") || both(&wanted["spec"], "workloadRef", "template") {
        return Some(Obstacle::TwoStrategies);
    }
    let reference = ["apiVersion", "kind", "name"].map(|field| ["spec", "workloadRef", field]);
    let is_other_version = changes(&["spec", "template"]) || reference.iter().any(|keys| changes(keys));
    let has_other_steps = changes(&["spec", "strategy", "canary", "steps"]);
    match release_state.flight {
        Flight::First | Flight::AtRest => None,
        Flight::UnderWay if takes_traffic(release_state.traffic.as_ref(), &wanted["spec"]) => Some(Obstacle::Traffic),
        Flight::UnderWay if is_other_version => Some(Obstacle::Version),
        Flight::UnderWay if has_other_steps => Some(Obstacle::Steps),
        // After an abort, another version is the usual way to continue.
        Flight::Aborted if has_other_steps && !is_other_version => Some(Obstacle::AbortedVersion),
        Flight::UnderWay | Flight::Aborted => None,
    }
}

/// Whether the release would lose a Service or a route.
fn takes_traffic(live: Option<&Traffic>, wanted: &Value) -> bool {
    match (live, Traffic::of(BACKENDS.routers, wanted)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(live), Some(wanted)) => {
            live.stable != wanted.stable
                || live.canary != wanted.canary
                || live.objects.iter().any(|used| !wanted.uses(used.kind, &used.name))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::difference::{Writer, differences};
    use super::super::release_state::testing::release_state;
    use super::*;

    fn judged(flight: Flight, change: impl Fn(&mut Value)) -> Option<Obstacle> {
        let release_state = release_state(flight);
        let mut spec = release_state.rollout.as_ref().unwrap().spec.clone();
        spec["selector"] = json!({"matchLabels": {"app": "web"}});
        spec["template"] = json!({"spec": {"containers": [{"name": "web", "image": "web:1"}]}});
        spec["strategy"]["canary"]["steps"] = json!([{"setWeight": 5}, {"pause": {"duration": "600s"}}]);
        let live = json!({"spec": spec});
        let mut wanted = live.clone();
        change(&mut wanted["spec"]);
        obstacle(&live, &wanted, &differences(&live, &wanted, Writer::Appliers), &release_state)
    }

    #[test]
    fn other_steps_restart_a_release_in_flight() {
        let change = |spec: &mut Value| spec["strategy"]["canary"]["steps"][1]["pause"]["duration"] = "10m".into();
        assert_eq!(judged(Flight::UnderWay, change), Some(Obstacle::Steps));
        assert_eq!(judged(Flight::Aborted, change), Some(Obstacle::AbortedVersion));
        assert_eq!(judged(Flight::AtRest, change), None);
        assert_eq!(judged(Flight::First, change), None);
    }

    #[test]
    fn another_version_replaces_the_release_in_flight() {
        let change = |spec: &mut Value| spec["template"]["spec"]["containers"][0]["image"] = "web:2".into();
        assert_eq!(judged(Flight::UnderWay, change), Some(Obstacle::Version));
        assert_eq!(judged(Flight::Aborted, change), None);
        assert_eq!(judged(Flight::AtRest, change), None);
    }

    #[test]
    fn the_scale_down_of_a_deployment_is_not_a_new_version() {
        let change = |spec: &mut Value| spec["workloadRef"] = json!({"scaleDown": "never"});
        let both = judged(Flight::UnderWay, change);
        assert_eq!(both, Some(Obstacle::TwoStrategies), "a template stands beside it");
        let change = |spec: &mut Value| spec["strategy"]["canary"]["maxSurge"] = 3.into();
        assert_eq!(judged(Flight::UnderWay, change), None);
    }

    #[test]
    fn a_release_in_flight_keeps_its_routes_and_services() {
        let service = |spec: &mut Value| spec["strategy"]["canary"]["canaryService"] = "other".into();
        let router = |spec: &mut Value| {
            spec["strategy"]["canary"].as_object_mut().unwrap().remove("trafficRouting");
        };
        assert_eq!(judged(Flight::UnderWay, service), Some(Obstacle::Traffic));
        assert_eq!(judged(Flight::UnderWay, router), Some(Obstacle::Traffic));
        assert_eq!(judged(Flight::AtRest, router), None);
    }

    #[test]
    fn a_release_in_flight_keeps_its_stable_ingress() {
        let mut live = release_state(Flight::UnderWay).rollout.unwrap().spec;
        live["strategy"]["canary"]["trafficRouting"] = json!({"nginx": {"stableIngress": "web"}});
        let mut wanted = live.clone();
        assert!(!takes_traffic(Traffic::of(BACKENDS.routers, &live).as_ref(), &wanted));
        wanted["strategy"]["canary"]["trafficRouting"] = json!({"nginx": {"stableIngress": "other"}});
        assert!(takes_traffic(Traffic::of(BACKENDS.routers, &live).as_ref(), &wanted));
    }

    #[test]
    fn a_selector_does_not_change() {
        let change = |spec: &mut Value| spec["selector"]["matchLabels"]["tier"] = "front".into();
        assert_eq!(judged(Flight::AtRest, change), Some(Obstacle::Selector));
    }

    #[test]
    fn a_foreign_strategy_is_an_obstacle() {
        let change = |spec: &mut Value| spec["strategy"]["blueGreen"] = json!({"activeService": "web"});
        assert_eq!(judged(Flight::AtRest, change), Some(Obstacle::TwoStrategies));
    }

    fn replicas_sent(wanted: Value, live: Value, is_ours: bool, is_scaled: bool) -> Option<i64> {
        let fields = if is_ours { json!({"f:spec": {"f:replicas": {}}}) } else { json!({}) };
        let object = json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "web",
            "managedFields": [{"manager": "canaryc", "operation": "Apply", "fieldsV1": fields}]}});
        let ownership = Ownership::of(&serde_json::from_value(object).unwrap());
        let sent = compose(json!({"spec": wanted}), &json!({"spec": live}), &ownership, is_scaled);
        sent["spec"].get("replicas").and_then(Value::as_i64)
    }

    #[test]
    fn the_number_of_pods_of_an_autoscaler_does_not_change() {
        let (two, nine) = (json!({"replicas": 2}), json!({"replicas": 9}));
        assert_eq!(replicas_sent(two.clone(), nine.clone(), false, true), None);
        assert_eq!(replicas_sent(two.clone(), nine.clone(), true, true), Some(9));
        assert_eq!(replicas_sent(two.clone(), nine.clone(), false, false), Some(2));
        assert_eq!(replicas_sent(two.clone(), json!({}), false, true), Some(2));
        // Without a number in the policy, somebody else sets it.
        assert_eq!(replicas_sent(json!({}), nine.clone(), true, false), Some(9));
        assert_eq!(replicas_sent(json!({}), nine, false, false), None);
    }
}
