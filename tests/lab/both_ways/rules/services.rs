//! What the API server refuses about Services and routes.

use serde_json::json;

use super::damage::change;
use super::expected::Expected;
use super::{Base, Rule, rule};

pub fn rules() -> Vec<Rule> {
    let refused = |name, base, says| rule(name, base, Expected::RefusedByApiServer(says));
    let service = |value| change("Service/shop", "/spec", value);
    let route = |at, value| change("HTTPRoute", at, value);
    vec![
        refused("services/no-ports", Base::Split, "spec.ports: Required value")
            .with(service(json!({"ports": []})))
            .net("object/bad-value")
            .page("service/no-port"),
        refused("services/port-without-name", Base::Split, "spec.ports[1].name: Required value")
            .with(service(json!({"ports": [{"name": "http", "port": 80}, {"port": 81}]})))
            .page("service/port-name"),
        refused("services/port-name-twice", Base::Split, "Duplicate value: \"http\"")
            .with(service(json!({"ports": [{"name": "http", "port": 80}, {"name": "http", "port": 81}]})))
            .page("service/port-name"),
        refused("services/name", Base::Split, "a DNS-1035 label must")
            .with(change("Service/shop-canary", "/metadata", json!({"name": "2shop-canary"})))
            .net("object/bad-value")
            .page("service/name"),
        refused("services/backend-without-port", Base::Split, "Must have port for Service reference")
            .with(route("/spec/rules/0/backendRefs/0", json!({"port": null})))
            .net("bundle/missing-port"),
        refused("services/path", Base::Split, "value must be an absolute path")
            .with(route("/spec/rules/0/matches/0/path", json!({"value": "shop"})))
            .page("route/path"),
        refused("services/host", Base::Split, "spec.hostnames[0]")
            .with(route("/spec", json!({"hostnames": ["Shop.example.com"]})))
            .net("object/bad-value"),
        refused("services/header-name", Base::Split, "spec.rules[0].matches[0].headers[0].name")
            .with(route("/spec/rules/0/matches/0", json!({"headers": [
                {"type": "Exact", "name": "X Staff", "value": "a"},
            ]})))
            .net("object/bad-value")
            .page("audience/header-name"),
        refused("services/header-twice", Base::Split, "duplicate entries for key [name=\"X-Staff\"]")
            .with(route("/spec/rules/0/matches/0", json!({"headers": [
                {"type": "Exact", "name": "X-Staff", "value": "a"}, {"type": "Exact", "name": "X-Staff", "value": "b"},
            ]})))
            .page("audience/header-twice"),
        refused("services/negative-weight", Base::Split, "backendRefs[0].weight")
            .with(route("/spec/rules/0/backendRefs/0", json!({"weight": -400})))
            .net("object/bad-value"),
    ]
}
