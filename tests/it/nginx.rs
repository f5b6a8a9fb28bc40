//! The NGINX Ingress controller with Ingresses that exist, stand in files, or are emitted. In: policies. Out: the Ingresses
//! that the Rollout names, and the objects.

use std::path::Path;

use canaryc::files::MemoryFiles;
use canaryc::source::Source;
use serde_json::{Value, json};

use crate::support::corpus::{Outcome, source};

/// An Ingress of somebody else, whose name contains dots.
const ADMIN: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: admin.example.com}
spec:
  rules:
  - host: admin.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}
";

fn built(traffic: &str) -> Outcome {
    let policy = format!(
        r#"release "shop" namespace="shop" {{
            workload replicas=6 {{ selector app="shop" }}
            service {{ port 80 target=8080 }}
            {traffic}
            check "health" equals="ok" {{ web url="http://shop-canary.shop/health" json="{{$.status}}" }}
            stage weight="50%" {{ gate "health" }}
        }}"#
    );
    let files = MemoryFiles::new().with("admin.yaml", ADMIN);
    let outcome = source(Source::new(Path::new("shop.canary.kdl"), policy), &files, None);
    assert_eq!(outcome.said(), [] as [&str; 0], "{}", outcome.page());
    outcome
}

fn nginx(outcome: &Outcome) -> Value {
    outcome.canary("shop")["trafficRouting"]["nginx"].clone()
}

fn ingresses(outcome: &Outcome) -> Vec<String> {
    outcome.names().into_iter().filter(|name| name.starts_with("Ingress/")).collect()
}

#[test]
fn an_existing_ingress_is_named_and_not_written() {
    let outcome = built("router { nginx existing=#true }");
    assert_eq!((nginx(&outcome), ingresses(&outcome)), (json!({"stableIngress": "shop"}), Vec::new()));
}

#[test]
fn the_name_of_an_ingress_may_contain_dots() {
    let outcome = built(r#"router { nginx ingress="shop.example.com" existing=#true }"#);
    assert_eq!((nginx(&outcome), ingresses(&outcome)), (json!({"stableIngress": "shop.example.com"}), Vec::new()));
    let outcome = built(r#"route host="shop.example.com"; router { nginx ingress="shop.example.com" }"#);
    assert_eq!(nginx(&outcome), json!({"stableIngress": "shop.example.com"}));
    assert_eq!(ingresses(&outcome), ["Ingress/shop.example.com"]);
}

#[test]
fn an_existing_route_is_an_existing_ingress() {
    let outcome = built(r#"route "admin.example.com" existing=#true; router { nginx }"#);
    assert_eq!((nginx(&outcome), ingresses(&outcome)), (json!({"stableIngress": "admin.example.com"}), Vec::new()));
}

#[test]
fn several_ingresses_are_a_list_and_each_occurs_once() {
    let outcome = built(
        r#"route host="a.example.com"; route "b" host="b.example.com"; route "admin.example.com" file="admin.yaml"; router { nginx }"#,
    );
    assert_eq!(nginx(&outcome), json!({"stableIngresses": ["shop", "admin.example.com"]}));
    assert_eq!(ingresses(&outcome), ["Ingress/shop", "Ingress/admin.example.com"]);
    let hosts = outcome.spec("Ingress/shop")["rules"].as_array().unwrap().len();
    assert_eq!(hosts, 2, "one Ingress has all emitted routes");
}

/// A route in a file whose name contained dots was left out, without a word.
#[test]
fn a_route_in_a_file_with_dots_in_its_name_is_emitted() {
    let outcome = built(r#"route file="admin.yaml"; router { nginx }"#);
    assert_eq!(nginx(&outcome), json!({"stableIngress": "admin.example.com"}));
    assert_eq!(ingresses(&outcome), ["Ingress/admin.example.com"]);
}
