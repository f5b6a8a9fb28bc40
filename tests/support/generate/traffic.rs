//! Traffic. In: random numbers. Out: `service`, `route` and `router`.

use super::node::{Node, named, node};
use super::{Draft, Requests, manifests};

/// What kinds of routes there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Routes {
    Http,
    Paths,
    Several,
    Grpc,
    Both,
    Tcp,
    Tls,
    Mixed,
    File,
    Existing,
}

const ROUTES: &[Routes] = &[
    Routes::Http,
    Routes::Http,
    Routes::Paths,
    Routes::Several,
    Routes::Grpc,
    Routes::Both,
    Routes::Tcp,
    Routes::Tls,
    Routes::Mixed,
    Routes::File,
    Routes::Existing,
];

/// Implementations that support everything.
const WHOLE: &[&str] = &[
    "envoy-gateway",
    "contour",
    "cilium",
    "kong",
    "istio",
    "linkerd",
    "traefik",
    "nginx-gateway-fabric",
    "kgateway",
    "haproxy",
];

/// Generates Services, routes and the router.
pub fn traffic(draft: &mut Draft) {
    let routes = draft.random.pick(ROUTES);
    let source = if matches!(routes, Routes::Http | Routes::File) { draft.random.below(5) } else { 9 };
    let service = service(draft, routes, source);
    draft.body.push(service);
    if !draft.router {
        return;
    }
    let mesh = matches!(routes, Routes::Http | Routes::Grpc) && source > 1 && draft.random.one_in(4);
    draft.mesh = mesh;
    let mut router = node("gateway-api").maybe(mesh, "mesh", true);
    if !mesh {
        router = router.arg(draft.random.pick(&["infra/public", "shop/public", "gateways/edge-1"]));
        if draft.random.one_in(4) {
            router = router.arg("infra/internal");
        }
        router = router.maybe(draft.random.one_in(4), "listener", "https");
    }
    draft.requests = match routes {
        Routes::Tcp | Routes::Tls => Requests::Unseen,
        Routes::Grpc | Routes::Both => Requests::Calls,
        _ => Requests::Whole,
    };
    if routes == Routes::Http && draft.random.one_in(3) {
        draft.counting.implementation = Some(draft.random.pick(&["gke", "vpc-lattice"]));
        draft.requests = Requests::Exact;
    } else if draft.random.one_in(3) {
        draft.counting.implementation = Some(draft.random.pick(WHOLE));
    }
    draft.counting.mesh = mesh;
    draft.counting.existing = routes == Routes::Existing;
    if let Some(implementation) = draft.counting.implementation {
        router = router.with("implementation", implementation);
    }
    draft.body.push(node("router").child(router));
    let list = list(draft, routes, mesh, source == 0);
    draft.body.extend(list);
}

fn service(draft: &mut Draft, routes: Routes, source: usize) -> Node {
    let name = draft.name.clone();
    let mut service = node("service");
    if draft.random.one_in(4) && draft.router {
        service = service.with("canary", format!("{name}-next"));
        if draft.random.one_in(2) {
            service = service.with("name", format!("{name}-svc")).with("stable", format!("{name}-main"));
        }
    }
    let property = |service: &Node, key: &str| {
        let found = service.properties.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        match found {
            Some(super::node::Value::Text(text)) => Some(text),
            _ => None,
        }
    };
    match source {
        0 => return service.with("existing", true),
        2 => service = service.with("adopt", true),
        1 => {
            let own = property(&service, "name").unwrap_or_else(|| name.clone());
            let stable = property(&service, "stable").unwrap_or_else(|| own.clone());
            let canary = property(&service, "canary").unwrap_or_else(|| format!("{own}-canary"));
            let mut names = vec![own.as_str()];
            names.extend([stable.as_str(), canary.as_str()].into_iter().filter(|other| *other != own));
            draft.files.push(("services.yaml".to_owned(), manifests::services(&names, &name)));
            return service.with("file", "services.yaml");
        }
        _ => {}
    }
    let http = match draft.random.below(3) {
        0 => named("port", 80).with("target", 8080),
        1 => named("port", 80).with("target", "http").with("app-protocol", "http"),
        _ => named("port", 80).with("target", 8080).with("protocol", "TCP"),
    };
    let grpc = named("port", 9090).with("target", "grpc").with("app-protocol", "grpc");
    match routes {
        Routes::Grpc => service.child(grpc),
        Routes::Both | Routes::Mixed => service.child(http.with("name", "http")).child(grpc.with("name", "grpc")),
        Routes::Tcp | Routes::Tls => service.child(http.with("name", "main")),
        _ if draft.random.one_in(4) => {
            let dns = named("port", 53).with("target", 5353).with("protocol", "UDP").with("name", "dns");
            service.child(http.with("name", "web")).child(dns)
        }
        _ => service.child(http),
    }
}

fn list(draft: &mut Draft, routes: Routes, mesh: bool, port: bool) -> Vec<Node> {
    let name = draft.name.clone();
    let host = format!("{name}.example.com");
    let route = || node("route");
    let http = |draft: &mut Draft| match (mesh, draft.random.below(3)) {
        (true, _) => route(),
        (_, 0) => route().with("host", format!("*.{host}")).with("kind", "http"),
        _ => route().with("host", host.as_str()),
    };
    match routes {
        Routes::Http => vec![http(draft).maybe(port, "port", 80)],
        Routes::Paths => {
            let kinds = [("prefix", "/cart"), ("exact", "/cart/now"), ("regex", r"/cart/\d+(/.*)?")];
            let (kind, path) = draft.random.pick(&kinds);
            vec![route().with("host", host).with("path", path).with("match", kind)]
        }
        Routes::Several => {
            let second = named("route", format!("{name}-eu")).with("host", format!("eu.{host}"));
            let second = second.with("gateway", "infra/eu").with("listener", "https").with("path", "/eu");
            vec![route().with("host", host), second]
        }
        Routes::Grpc if mesh => vec![route().with("kind", "grpc")],
        Routes::Grpc => vec![route().with("kind", "grpc").with("host", host)],
        Routes::Both => {
            let grpc = named("route", format!("{name}-grpc")).with("kind", "grpc").with("port", 9090);
            vec![route().with("host", host.clone()), grpc.with("host", format!("grpc.{host}"))]
        }
        Routes::Tcp => vec![route().with("kind", "tcp").with("listener", "tcp")],
        Routes::Tls => vec![route().with("kind", "tls").with("host", host)],
        Routes::Mixed => {
            let tcp = named("route", format!("{name}-tcp")).with("kind", "tcp").with("port", 9090);
            vec![route().with("host", host), tcp.with("listener", "tcp")]
        }
        Routes::File => {
            let stable = draft.body.iter().find(|node| node.keyword == "service").and_then(|service| {
                let find = |key: &str| service.properties.iter().find(|(known, _)| known == key);
                find("stable").or_else(|| find("name")).map(|(_, value)| value.clone())
            });
            let stable = match stable {
                Some(super::node::Value::Text(text)) => text,
                _ => name.clone(),
            };
            draft.files.push(("route.yaml".to_owned(), manifests::http_route(&format!("{name}-own"), &stable)));
            vec![route().with("file", "route.yaml").maybe(port, "port", 80)]
        }
        Routes::Existing => vec![named("route", format!("{name}-theirs")).with("existing", true)],
    }
}
