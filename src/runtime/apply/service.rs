//! In: the desired and the live state of a Service. Out: the selector in the body of the apply. An apply must not take
//! pods from a Service that the controller points at a version.

use serde_json::{Map, Value};

use super::ownership::Ownership;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;

/// Leaves the selector to the controller if the controller owns it. Keeps a selector that is no longer in the policy:
/// without it, the Service would have no pods until the controller sets its own selector.
pub fn compose(mut wanted: Value, live: &Value, ownership: &Ownership) -> Value {
    let live = live["spec"]["selector"].as_object();
    let Some(spec) = wanted["spec"].as_object_mut() else { return wanted };
    let is_ours = ownership.is_ours(&["spec", "selector"]);
    match (spec.get("selector").and_then(Value::as_object), live) {
        (Some(wanted), Some(live)) if !is_ours && *wanted == without_hash(live) => drop(spec.shift_remove("selector")),
        (None, Some(live)) if is_ours => drop(spec.insert("selector".to_owned(), Value::Object(live.clone()))),
        _ => {}
    }
    wanted
}

fn without_hash(selector: &Map<String, Value>) -> Map<String, Value> {
    selector
        .iter()
        .filter(|(key, _)| *key != POD_TEMPLATE_HASH)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn owned_by(manager: &str) -> Ownership {
        let object = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "managedFields": [
            {"manager": manager, "operation": "Apply", "fieldsV1": {"f:spec": {"f:selector": {}}}}]}});
        Ownership::of(&serde_json::from_value(object).unwrap())
    }

    fn selector_sent(wanted: Value, live: Value, manager: &str) -> Option<Value> {
        let sent = compose(json!({"spec": wanted}), &json!({"spec": live}), &owned_by(manager));
        sent["spec"].get("selector").cloned()
    }

    #[test]
    fn the_selector_of_the_controller_does_not_change() {
        let live = json!({"selector": {"app": "web", POD_TEMPLATE_HASH: "abc"}});
        assert_eq!(selector_sent(json!({"selector": {"app": "web"}}), live.clone(), "rollouts-controller"), None);
        assert_eq!(selector_sent(json!({}), live, "rollouts-controller"), None);
    }

    #[test]
    fn another_selector_is_a_change() {
        let (wanted, live) =
            (json!({"selector": {"app": "shop"}}), json!({"selector": {"app": "web", POD_TEMPLATE_HASH: "abc"}}));
        assert_eq!(selector_sent(wanted.clone(), live, "rollouts-controller"), Some(json!({"app": "shop"})));
        assert_eq!(selector_sent(wanted, json!({}), "canaryc"), Some(json!({"app": "shop"})));
    }

    #[test]
    fn a_service_that_gets_a_router_keeps_its_pods() {
        let live = json!({"selector": {"app": "web"}});
        assert_eq!(selector_sent(json!({}), live.clone(), "canaryc"), Some(json!({"app": "web"})));
        assert_eq!(selector_sent(json!({"selector": {"app": "web"}}), live, "canaryc"), Some(json!({"app": "web"})));
    }
}
