//! In: the objects of a release. Out: the requests that their routes take: for each, the gateway, the host and the path.

use std::collections::BTreeSet;

use crate::manifest::{Field, Object};

/// The requests that a release takes with its own routes, each once.
pub fn of(objects: &[Object]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for object in objects {
        match object.kind() {
            "HTTPRoute" => of_route(object, &mut found),
            "Ingress" => of_ingress(object, &mut found),
            _ => {}
        }
    }
    found
}

fn items<'a>(root: &'a Field, path: &[&str]) -> &'a [Field] {
    root.at(path).map(Field::items).unwrap_or_default()
}

fn text<'a>(field: &'a Field, key: &str) -> &'a str {
    field.get(key).and_then(Field::as_str).unwrap_or_default()
}

fn of_route(object: &Object, found: &mut BTreeSet<String>) {
    // Rules that also match a header win against those that do not, so they may stand beside them.
    let is_plain = |one: &&Field| {
        ["headers", "queryParams", "method"].iter().all(|key| one.get(key).is_none_or(|field| field.items().is_empty()))
    };
    for parent in items(&object.root, &["spec", "parentRefs"]).iter().filter(|parent| text(parent, "kind") != "Service")
    {
        for host in items(&object.root, &["spec", "hostnames"]).iter().filter_map(Field::as_str) {
            for rule in items(&object.root, &["spec", "rules"]) {
                for one in rule.get("matches").map(Field::items).unwrap_or_default().iter().filter(is_plain) {
                    let path = one.get("path");
                    let (how, value) = path.map_or(("", ""), |path| (text(path, "type"), text(path, "value")));
                    let namespace = match text(parent, "namespace") {
                        "" => object.namespace().unwrap_or_default(),
                        namespace => namespace,
                    };
                    let (name, listener) = (text(parent, "name"), text(parent, "sectionName"));
                    let exact = if how == "Exact" { " alone" } else { "" };
                    let listener = if listener.is_empty() { String::new() } else { format!(" ({listener})") };
                    found.insert(format!("`{host}{value}`{exact} at the gateway `{namespace}/{name}`{listener}"));
                }
            }
        }
    }
}

fn of_ingress(object: &Object, found: &mut BTreeSet<String>) {
    let class = object.root.at(&["spec", "ingressClassName"]).and_then(Field::as_str).unwrap_or_default();
    for rule in items(&object.root, &["spec", "rules"]) {
        for path in items(rule, &["http", "paths"]) {
            let exact = if text(path, "pathType") == "Exact" { " alone" } else { "" };
            let (host, value) = (text(rule, "host"), text(path, "path"));
            found.insert(format!("`{host}{value}`{exact} at the ingress class `{class}`"));
        }
    }
}
