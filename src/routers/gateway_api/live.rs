//! In: the desired and the live rules of a route, both with every default written out. Out: the rules to store, with
//! the weights and the header rules of the plugin; or why that is impossible.

use serde_json::Value;

use crate::router::entry::is_numbered;
use crate::router::live::{StaleHeaderRules, Traffic, WrittenField};

/// The rules of a route, in which the plugin writes weights and header rules.
pub(super) const RULES: WrittenField = WrittenField {
    path: &["spec", "rules"],
    is_manager,
    keep: |wanted, live, traffic| {
        let rules = |rules: &Value| rules.as_array().cloned().unwrap_or_default();
        carried(&rules(wanted), &rules(live), traffic).map(Value::Array)
    },
};

/// The field manager of the plugin has the name of the plugin's program, which users may choose; every such name
/// contains some spelling of `gatewayapi`.
fn is_manager(manager: &str) -> bool {
    let plain: String = manager.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    plain.contains("gatewayapi")
}

/// The desired rules, with the state of the release.
fn carried(wanted: &[Value], live: &[Value], traffic: &Traffic) -> Result<Vec<Value>, StaleHeaderRules> {
    let (managed, own): (Vec<&Value>, Vec<&Value>) = live.iter().partition(|rule| is_managed(rule, traffic));
    let split = |rule: &&&Value| weight(rule, &traffic.stable).is_some() && weight(rule, &traffic.canary).is_some();
    let made_from = |rule: &Value| [rule.get("matches").cloned(), rule.get("filters").cloned()];
    let before: Vec<_> = own.iter().filter(split).map(|rule| made_from(rule)).collect();
    let after: Vec<_> = wanted.iter().collect::<Vec<_>>().iter().filter(split).map(|rule| made_from(rule)).collect();
    if !managed.is_empty() && before != after {
        return Err(StaleHeaderRules);
    }
    let mut rules = wanted.to_vec();
    // The controller gives all rules the same weights.
    if let Some(rule) = own.iter().find(split) {
        let weights = [&traffic.stable, &traffic.canary].map(|service| (service, weight(rule, service)));
        for rule in rules.iter_mut().filter(|rule| split(&&&**rule)) {
            for (service, weight) in &weights {
                set_weight(rule, service, weight.unwrap_or_default());
            }
        }
    }
    rules.extend(managed.into_iter().cloned());
    Ok(rules)
}

/// Whether a header step has added this rule: its name is that of a managed route, optionally with a number.
fn is_managed(rule: &Value, traffic: &Traffic) -> bool {
    let Some(name) = rule["name"].as_str() else { return false };
    traffic.managed.iter().any(|route| name == route || is_numbered(route, name))
}

/// The weight of a Service in a rule; the API's default is 1.
fn weight(rule: &Value, service: &str) -> Option<i64> {
    let backend = rule["backendRefs"].as_array()?.iter().find(|backend| backend["name"] == service)?;
    Some(backend["weight"].as_i64().unwrap_or(1))
}

fn set_weight(rule: &mut Value, service: &str, weight: i64) {
    let backends = rule["backendRefs"].as_array_mut().into_iter().flatten();
    for backend in backends.filter(|backend| backend["name"] == service) {
        backend["weight"] = weight.into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn traffic() -> Traffic {
        Traffic {
            stable: "web".to_owned(),
            canary: "web-canary".to_owned(),
            managed: vec!["web-staff".to_owned()],
            objects: Vec::new(),
        }
    }

    fn rule(path: &str, stable: u8, canary: u8) -> Value {
        json!({"matches": [{"path": {"type": "PathPrefix", "value": path}}], "backendRefs": [
            {"name": "web", "weight": stable}, {"name": "web-canary", "weight": canary}]})
    }

    fn staff(name: &str) -> Value {
        json!({"name": name, "matches": [{"headers": []}], "backendRefs": [{"name": "web-canary", "weight": 1}]})
    }

    #[test]
    fn managed_rules_have_the_name_of_a_managed_route() {
        for (name, managed) in
            [("web-staff", true), ("web-staff-12", true), ("web-staff-", false), ("web-staffing", false), ("x", false)]
        {
            assert_eq!(is_managed(&json!({"name": name}), &traffic()), managed, "{name}");
        }
        assert!(!is_managed(&json!({}), &traffic()));
    }

    #[test]
    fn the_plugin_is_known_by_the_usual_names_of_its_program() {
        for manager in ["gatewayAPI", "gateway-api-plugin-linux-amd64", "rollouts-plugin-trafficrouter-gatewayapi"] {
            assert!(is_manager(manager), "{manager}");
        }
        for manager in ["kubectl-edit", "argocd-controller", "kustomize-controller", "helm"] {
            assert!(!is_manager(manager), "{manager}");
        }
    }

    #[test]
    fn weights_and_header_rules_stay() {
        let live = [rule("/a", 75, 25), rule("/b", 75, 25), staff("web-staff"), staff("web-staff-1")];
        let wanted = [rule("/a", 100, 0), rule("/b", 100, 0)];
        assert_eq!(carried(&wanted, &live, &traffic()).unwrap(), live);
    }

    #[test]
    fn a_new_rule_gets_the_weights_of_the_others() {
        let other = json!({"backendRefs": [{"name": "static", "weight": 1}]});
        let wanted = [rule("/a", 100, 0), rule("/b", 100, 0), other.clone()];
        let rules = carried(&wanted, &[rule("/a", 75, 25)], &traffic()).unwrap();
        assert_eq!(rules, [rule("/a", 75, 25), rule("/b", 75, 25), other]);
    }

    #[test]
    fn header_rules_of_changed_rules_cannot_be_kept() {
        let live = [rule("/a", 100, 0), staff("web-staff")];
        assert_eq!(carried(&[rule("/b", 100, 0)], &live, &traffic()), Err(StaleHeaderRules));
        let mut timed = rule("/a", 100, 0);
        timed["timeouts"] = json!({"request": "5s"});
        assert_eq!(carried(&[timed.clone()], &live, &traffic()).unwrap(), [timed, staff("web-staff")]);
    }

    #[test]
    fn without_a_release_no_weights_are_kept() {
        let wanted = [rule("/b", 100, 0)];
        assert_eq!(carried(&wanted, &[rule("/a", 100, 0)], &traffic()).unwrap(), wanted);
        assert_eq!(carried(&wanted, &[], &traffic()).unwrap(), wanted);
    }
}
