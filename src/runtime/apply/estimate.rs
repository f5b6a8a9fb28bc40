//! In: a live object, and the body of an apply. Out: an estimate of the result, for users who may read but not write,
//! not even as a dry run. It does not notice fields that are no longer in the policy.

use serde_json::Value;

/// The live object, overlaid with the desired fields.
pub fn overlay(live: &Value, wanted: &Value) -> Value {
    match (live, wanted) {
        (Value::Object(live), Value::Object(wanted)) => {
            let mut result = live.clone();
            for (key, wanted) in wanted {
                let value = live.get(key).map_or_else(|| wanted.clone(), |live| overlay(live, wanted));
                result.insert(key.clone(), value);
            }
            Value::Object(result)
        }
        // Keeps the server's additions to items of a list as long as the items are the same.
        (Value::Array(live), Value::Array(wanted)) => {
            let item = |(index, wanted): (usize, &Value)| {
                live.get(index)
                    .filter(|live| is_same_item(live, wanted))
                    .map_or_else(|| wanted.clone(), |live| overlay(live, wanted))
            };
            Value::Array(wanted.iter().enumerate().map(item).collect())
        }
        (_, wanted) => wanted.clone(),
    }
}

/// Items with names are the same if their names are equal.
fn is_same_item(live: &Value, wanted: &Value) -> bool {
    live.get("name") == wanted.get("name") || wanted.get("name").is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn additions_of_the_server_remain() {
        let live = json!({"spec": {"type": "ClusterIP", "ports": [{"name": "http", "port": 80, "nodePort": 1}]}});
        assert_eq!(overlay(&live, &json!({"spec": {"ports": [{"name": "http", "port": 80}]}})), live);
    }

    #[test]
    fn the_desired_state_counts() {
        let live = json!({"steps": [{"setWeight": 5}, {"pause": {}}], "ports": [{"name": "a", "x": 1}]});
        let wanted = json!({"steps": [{"setWeight": 9}], "ports": [{"name": "b"}]});
        assert_eq!(overlay(&live, &wanted), wanted);
    }
}
