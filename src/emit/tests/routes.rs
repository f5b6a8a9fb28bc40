//! Routes of the Gateway API: managed, pinned, and taken from a file.

use super::{bundle, field, object, value};
use crate::emit::emit;
use crate::manifest::{Object, Origin};
use crate::plan::testing::planned;
use crate::plan::testing::{Builder, audience_of, duration, name, text};
use crate::policy::AudienceId;
use crate::policy::audience::{Admission, Members, ValueMatch};
use crate::policy::routing::{RouteKind, RouteSource};
use crate::policy::traffic::Traffic;
use crate::routers::gateway_api::GatewayApi;
use serde_json::json;
use std::sync::Arc;

fn one_stage(builder: Builder) -> Builder {
    builder.stage("10%", Some("10%"), |p, stage| stage.pause = Some(p.at(duration("10m"))))
}

#[test]
fn a_pinned_audience_without_a_host_has_the_hosts_of_every_route() {
    let mut builder =
        Builder::new("shop", 6).gateway("shop.example.com").audience("asia", Admission::PinnedToStable, "0%", "X-Geo");
    let mut second = builder.release.routes[0].clone();
    second.name = builder.places.at(name("shop-api").into());
    second.path = builder.places.at(text("/api"));
    builder.release.routes.push(second.clone());
    let mut third = second;
    third.name = builder.places.at(name("shop-eu").into());
    third.host = Some(builder.places.at(text("eu.example.com")));
    builder.release.routes.push(third);
    let bundle = bundle(&one_stage(builder).release);
    let asia = object(&bundle, "HTTPRoute", "shop-asia");
    let header = json!([{"type": "Exact", "name": "X-Geo", "value": "yes"}]);
    let backend = json!([{"group": "", "kind": "Service", "name": "shop", "port": 80, "weight": 1}]);
    let rule = |path: &str| {
        json!({
            "matches": [{"path": {"type": "PathPrefix", "value": path}, "headers": header}],
            "backendRefs": backend,
        })
    };
    assert_eq!(value(asia, "spec.hostnames"), json!(["shop.example.com"]));
    assert_eq!(value(asia, "spec.rules"), json!([rule("/"), rule("/api")]));
    // Another host needs another object: together they would match more than the policy says.
    let other = object(&bundle, "HTTPRoute", "shop-asia-2");
    assert_eq!(value(other, "spec.hostnames"), json!(["eu.example.com"]));
    assert_eq!(value(other, "spec.rules"), json!([rule("/api")]));
    let rollout = object(&bundle, "Rollout", "shop");
    let config = value(rollout, "/spec/strategy/canary/trafficRouting/plugins/argoproj-labs~1gatewayAPI");
    assert_eq!(config, json!({"httpRoutes": [{"name": "shop"}, {"name": "shop-api"}, {"name": "shop-eu"}]}));
}

#[test]
fn header_routes_are_turned_on_only_for_staged_audiences() {
    let builder = Builder::new("shop", 6)
        .gateway("shop.example.com")
        .audience("a", Admission::Staged, "1%", "X-A")
        .audience("b", Admission::Staged, "2%", "X-B")
        .any("both", &[0, 1])
        .stage("both", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(2)));
            stage.pause = Some(p.at(duration("10m")));
        });
    let bundle = bundle(&builder.release);
    let rollout = object(&bundle, "Rollout", "shop");
    let canary = "/spec/strategy/canary";
    assert_eq!(
        value(rollout, &format!("{canary}/trafficRouting/managedRoutes")),
        json!([{"name": "a"}, {"name": "b"}])
    );
    let config = value(rollout, &format!("{canary}/trafficRouting/plugins/argoproj-labs~1gatewayAPI"));
    assert_eq!(config, json!({"httpRoutes": [{"name": "shop", "useHeaderRoutes": true}]}));
    let route = |name: &str, header: &str| json!({"setHeaderRoute": {"name": name, "match": [{"headerName": header, "headerValue": {"exact": "yes"}}]}});
    let steps = json!([
        {"setCanaryScale": {"replicas": 2}},
        route("a", "X-A"),
        route("b", "X-B"),
        {"pause": {"duration": "10m"}},
    ]);
    assert_eq!(value(rollout, &format!("{canary}/steps")), steps);
}

#[test]
fn a_prefix_is_a_prefix_and_no_pattern() {
    let mut builder =
        Builder::new("shop", 6).gateway("shop.example.com").audience("a", Admission::Staged, "1%", "X-Version");
    let value_of = |builder: &mut Builder, text: &str| {
        let Members::Matching(matchers) = &mut audience_of(&mut builder.release, 0).members else { panic!() };
        matchers.headers[0].value.value = ValueMatch::Prefix(text.into());
    };
    value_of(&mut builder, "v1.2");
    let mut builder = builder.stage("a", None, |p, stage| {
        stage.audience = Some(p.at(AudienceId(0)));
        stage.pause = Some(p.at(duration("10m")));
    });
    let path = "spec.strategy.canary.steps[1].setHeaderRoute.match[0].headerValue";
    assert_eq!(value(object(&bundle(&builder.release), "Rollout", "shop"), path), json!({"regex": r"^v1\.2.*"}));
    value_of(&mut builder, "beta-");
    assert_eq!(value(object(&bundle(&builder.release), "Rollout", "shop"), path), json!({"regex": "^beta-.*"}));
}

#[test]
fn a_users_route_only_gains_the_canary_and_the_defaults() {
    let mut builder =
        Builder::new("shop", 6).gateway("shop.example.com").audience("asia", Admission::PinnedToStable, "0%", "X-Geo");
    let stable = |weight: Option<u32>| {
        let mut backend = json!({"name": "shop", "port": 80});
        if weight.is_some() {
            backend = json!({"group": "", "kind": "Service", "name": "shop", "port": 80});
        }
        if let Some(weight) = weight {
            backend["weight"] = weight.into();
        }
        backend
    };
    let root = json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "public", "labels": {"app.kubernetes.io/managed-by": "Helm"}},
        "spec": {
            "parentRefs": [{"name": "mine"}],
            "hostnames": ["a.example.com"],
            "rules": [
                {"matches": [{"path": {"type": "PathPrefix", "value": "/x"}}], "timeouts": {"request": "3s"},
                 "backendRefs": [stable(None)]},
                {"backendRefs": [{"name": "docs", "port": 80}]},
            ],
        },
    });
    let root = field(&mut builder.places, &root);
    builder.release.routes[0].source = RouteSource::File(Object { root });
    let release = one_stage(builder).release;
    let bundle = bundle(&release);
    let public = object(&bundle, "HTTPRoute", "public");
    let canary = json!({"group": "", "kind": "Service", "name": "shop-canary", "port": 80, "weight": 0});
    assert_eq!(value(public, "spec.rules[0].backendRefs"), json!([stable(Some(100)), canary]));
    assert_eq!(value(public, "spec.rules[0].timeouts"), json!({"request": "3s"}));
    let docs = json!({
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": [{"group": "", "kind": "Service", "name": "docs", "port": 80, "weight": 1}],
    });
    assert_eq!(value(public, "spec.rules[1]"), docs);
    let parent = json!({"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "mine"});
    assert_eq!(value(public, "spec.parentRefs"), json!([parent]));
    assert_eq!(value(public, "/metadata/labels/app.kubernetes.io~1managed-by"), "Helm");
    // The pinned audience matches what the file matches, plus its header.
    let asia = object(&bundle, "HTTPRoute", "shop-asia");
    assert_eq!(value(asia, "spec.parentRefs"), json!([parent]));
    assert_eq!(value(asia, "spec.hostnames"), json!(["a.example.com"]));
    let rule = json!([{
        "matches": [{"path": {"type": "PathPrefix", "value": "/x"},
                     "headers": [{"type": "Exact", "name": "X-Geo", "value": "yes"}]}],
        "timeouts": {"request": "3s"},
        "backendRefs": [{"group": "", "kind": "Service", "name": "shop", "port": 80, "weight": 1}],
    }]);
    assert_eq!(value(asia, "spec.rules"), rule);
}

#[test]
fn a_route_without_both_services_is_rejected() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com");
    let root = field(
        &mut builder.places,
        &json!({"kind": "HTTPRoute", "metadata": {"name": "public"}, "spec": {"rules": []}}),
    );
    builder.release.routes[0].source = RouteSource::File(Object { root });
    let release = one_stage(builder).release;
    let found = emit(&release, &planned(&release)).unwrap_err().into_vec();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.name(), "emit/route-without-service");
    assert_eq!(found[0].span(), Some(release.routes[0].origin.span));
}

#[test]
fn each_kind_of_route_has_its_own_list_and_form() {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com");
    for (kind, called) in [(RouteKind::Grpc, "shop-grpc"), (RouteKind::Tcp, "shop-tcp"), (RouteKind::Tls, "shop-tls")] {
        let mut route = builder.release.routes[0].clone();
        route.kind = builder.places.at(kind);
        route.name = builder.places.at(name(called).into());
        builder.release.routes.push(route);
    }
    let bundle = bundle(&one_stage(builder).release);
    let config = value(
        object(&bundle, "Rollout", "shop"),
        "/spec/strategy/canary/trafficRouting/plugins/argoproj-labs~1gatewayAPI",
    );
    let expected = json!({
        "httpRoutes": [{"name": "shop"}],
        "grpcRoutes": [{"name": "shop-grpc"}],
        "tcpRoutes": [{"name": "shop-tcp"}],
        "tlsRoutes": [{"name": "shop-tls"}],
    });
    assert_eq!(config, expected);
    let tcp = object(&bundle, "TCPRoute", "shop-tcp");
    assert_eq!(tcp.api_version(), "gateway.networking.k8s.io/v1alpha2");
    assert!(tcp.root.at(&["spec", "hostnames"]).is_none());
    assert!(object(&bundle, "TLSRoute", "shop-tls").root.at(&["spec", "hostnames"]).is_some());
}

#[test]
fn in_a_mesh_the_parent_is_the_service_and_a_root_service_selects_all_pods() {
    let mut builder = Builder::new("podinfo", 3).gateway("podinfo");
    let origin = builder.places.origin();
    let settings = GatewayApi { gateways: Vec::new(), listener: None, mesh: Some(origin), implementation: None };
    let Traffic::Split(routers) = &mut builder.release.traffic else { panic!() };
    routers[0].split = Arc::new(settings);
    builder.release.routes[0].host = None;
    let service = builder.release.service.as_mut().unwrap();
    service.stable.value = name("podinfo-stable");
    let bundle = bundle(&one_stage(builder).release);
    let parents = json!([{"group": "", "kind": "Service", "name": "podinfo", "port": 80}]);
    assert_eq!(value(object(&bundle, "HTTPRoute", "podinfo"), "spec.parentRefs"), parents);
    assert_eq!(value(object(&bundle, "Service", "podinfo"), "spec.selector"), json!({"app": "podinfo"}));
    for side in ["podinfo-stable", "podinfo-canary"] {
        assert!(object(&bundle, "Service", side).root.at(&["spec", "selector"]).is_none());
    }
    assert_eq!(
        object(&bundle, "HTTPRoute", "podinfo").root.get("metadata").map(|field| field.origin.derivation),
        Some(Origin::written(origin.span).derivation)
    );
}

#[test]
fn an_audience_pinned_by_a_path_needs_a_route_with_paths() {
    let mut builder =
        Builder::new("shop", 6).gateway("shop.example.com").audience("asia", Admission::PinnedToStable, "0%", "X-Geo");
    let path = builder.places.at(text("/asia"));
    let Members::Matching(matchers) = &mut audience_of(&mut builder.release, 0).members else { panic!() };
    matchers.path = Some(path);
    for (kind, called) in [(RouteKind::Grpc, "shop-grpc"), (RouteKind::Tls, "shop-tls")] {
        let mut route = builder.release.routes[0].clone();
        route.kind = builder.places.at(kind);
        route.name = builder.places.at(name(called).into());
        builder.release.routes.push(route);
    }
    let bundle = bundle(&one_stage(builder).release);
    let pinned: Vec<&str> =
        bundle.objects.iter().filter(|object| object.name() == "shop-asia").map(Object::kind).collect();
    assert_eq!(pinned, ["HTTPRoute"]);
}
