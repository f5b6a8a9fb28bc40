//! Every preset with every measure, on every kind of scope.

use super::*;
use crate::side::Side;
use crate::units::name::{Name, ObjectName};
use crate::units::{Duration, Number, Percent};

fn preset(name: &str) -> Telemetry {
    *Telemetry::ALL.iter().find(|telemetry| telemetry.to_string() == name).unwrap()
}

fn duration(text: &str) -> Duration {
    Duration::parse(text).unwrap()
}

fn scope() -> Scope {
    let name = |text: &str| Name::parse(text).unwrap();
    Scope {
        namespace: name("shop"),
        rollout: name("web"),
        services: Some((name("web"), name("web-canary"))),
        root_service: false,
        ports: vec![port(None, Protocol::Http)],
        routes: vec![route(Protocol::Http)],
    }
}

fn port(name: Option<&str>, protocol: Protocol) -> Port {
    Port { number: 80, name: name.map(str::to_owned), protocol }
}

fn route(protocol: Protocol) -> Route {
    let rules = Rules::Split { own: vec![SplitRule { rule: 0, stable: 0, canary: 1 }], appended: None };
    Route { name: Name::parse("web").unwrap().into(), protocol, rules }
}

fn success(failed_status: Option<&str>) -> Measure {
    Measure::SuccessRatio(SuccessRatio { window: duration("5m"), failed_status: failed_status.map(str::to_owned) })
}

fn text(telemetry: Telemetry, measure: &Measure) -> String {
    telemetry.query(measure, &scope(), Comparison::Absolute).unwrap().text
}

fn measures() -> Vec<Measure> {
    let window = duration("5m");
    let mut measures = vec![
        success(None),
        success(Some("5..|429")),
        success(Some(r"5\d\d")),
        Measure::RequestRate { window },
        Measure::BurnRate(BurnRate {
            objective: Percent::parse("99.9%").unwrap(),
            window,
            long_window: duration("1h"),
        }),
    ];
    for percentile in ["50", "99", "99.9"] {
        let form = Latency::Percentile(Number::parse(percentile).unwrap());
        measures.push(Measure::Latency { form, window });
    }
    for bound in ["100ms", "300ms", "1s", "10s", "5m", "10m"] {
        measures.push(Measure::Latency { form: Latency::Under(duration(bound)), window });
    }
    measures
}

/// The text as Prometheus gets it, with the hashes of the controller.
fn at_run_time(text: &str) -> String {
    text.replace(CANARY_HASH, "5d4f8b7c9").replace(STABLE_HASH, "68b8c5c4d")
}

/// Every combination parses, is a vector without labels to match on, and names the canary and nothing of another
/// release.
#[test]
fn every_query_is_promql_about_the_canary() {
    let name = |text: &str| Name::parse(text).unwrap();
    let mut scopes = Vec::new();
    for protocol in [Protocol::Http, Protocol::Grpc] {
        for services in [None, Some((name("web"), name("web-canary")))] {
            for root_service in [false, true] {
                for name in [None, Some("http")] {
                    let (ports, routes) = (vec![port(name, protocol)], vec![route(protocol)]);
                    scopes.push(Scope { services: services.clone(), root_service, ports, routes, ..scope() });
                }
            }
        }
    }
    let mut count = 0;
    for name in Telemetry::NAMES {
        let telemetry = preset(name);
        for scope in &scopes {
            for measure in &measures() {
                for comparison in [Comparison::Absolute, Comparison::AgainstStable] {
                    let Ok(query) = telemetry.query(measure, scope, comparison) else { continue };
                    assert_eq!(crate::promql::check(&query.text), [], "{name}: {}", query.text);
                    let parsed = promql_parser::parser::parse(&at_run_time(&query.text));
                    let parsed = parsed.unwrap_or_else(|error| panic!("{name}: {}: {error}", query.text));
                    assert_eq!(parsed.value_type(), promql_parser::parser::value::ValueType::Vector, "{}", query.text);
                    let canary = query.text.contains(CANARY_HASH)
                        || query.text.contains("web-canary")
                        || query.text.contains("/backend/1");
                    assert!(canary, "{name}: {}", query.text);
                    assert!(
                        comparison == Comparison::AgainstStable || !query.text.contains(STABLE_HASH),
                        "{}",
                        query.text
                    );
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1_000, "only {count}");
}

#[test]
fn success_ratios_read_as_documented() {
    let istio =
        "reporter=\"destination\",destination_service_name=\"web-canary\",destination_service_namespace=\"shop\"";
    assert_eq!(
        text(preset("istio"), &success(None)),
        format!(
            "1 - (sum(rate(istio_requests_total{{{istio},response_code=~\"5..\"}}[5m]) or \
             rate(istio_requests_total{{{istio},response_code!~\"5..\",grpc_response_status=~\"2|4|12|13|14|15\"}}[5m])) \
             or vector(0)) / sum(rate(istio_requests_total{{{istio}}}[5m]))"
        )
    );
    assert_eq!(
        text(preset("nginx-ingress"), &success(None)),
        "1 - (sum(rate(nginx_ingress_controller_requests{canary=~\"shop-web-canary-80\",status=~\"5..\"}[5m])) or \
         vector(0)) / sum(rate(nginx_ingress_controller_requests{canary=~\"shop-web-canary-80\"}[5m]))"
    );
    assert_eq!(
        text(preset("envoy-gateway"), &success(None)),
        "1 - (sum(rate(envoy_cluster_upstream_rq_xx{envoy_cluster_name=~\"httproute/shop/web/rule/0/backend/1\",\
         envoy_response_code_class=\"5\"}[5m])) or vector(0)) / \
         sum(rate(envoy_cluster_upstream_rq_xx{envoy_cluster_name=~\"httproute/shop/web/rule/0/backend/1\"}[5m]))"
    );
    let pods = "k8s_namespace_name=\"shop\",k8s_pod_name=~\"web-{{args.canary-hash}}-.+\"";
    let (new, old) = ("http_server_request_duration_seconds_count", "http_server_duration_milliseconds_count");
    assert_eq!(
        text(preset("opentelemetry"), &success(Some("5..|429"))),
        format!(
            "1 - (sum(rate({new}{{{pods},http_response_status_code=~\"5..|429\"}}[5m]) or \
             rate({old}{{{pods},http_status_code=~\"5..|429\"}}[5m])) or vector(0)) / \
             sum(rate({new}{{{pods}}}[5m]) or rate({old}{{{pods}}}[5m]))"
        )
    );
    assert!(
        text(preset("linkerd"), &success(None)).contains("response_total{direction=\"inbound\",namespace=\"shop\",")
    );
    assert!(text(preset("linkerd"), &success(None)).contains("classification=\"failure\""));
    assert!(text(preset("contour"), &success(None)).contains("envoy_cluster_name=~\"shop_web-canary_80\""));
    assert!(text(preset("traefik"), &success(None)).contains(
        "rate(traefik_service_requests_total{service=~\"(.+-svc-shop-web-canary-[0-9]+|shop-web-canary-((http|grpc)-)?80)@kubernetes(gateway|crd)?\""
    ));
}

#[test]
fn latency_has_the_unit_of_its_series() {
    let p99 = Measure::Latency { form: Latency::Percentile(Number::parse("99").unwrap()), window: duration("5m") };
    let query = preset("istio").query(&p99, &scope(), Comparison::Absolute).unwrap();
    assert_eq!(query.latency_unit, Some(LatencyUnit::Milliseconds));
    assert_eq!(query.latency_unit.unwrap().number(duration("300ms")).to_string(), "300");
    assert!(
        query
            .text
            .starts_with("histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{")
    );
    let query = preset("opentelemetry").query(&p99, &scope(), Comparison::Absolute).unwrap();
    assert_eq!(query.latency_unit.unwrap().number(duration("300ms")).to_string(), "0.3");
    let against = preset("istio").query(&p99, &scope(), Comparison::AgainstStable).unwrap();
    assert_eq!(against.latency_unit, None);
    assert!(against.text.contains("destination_service_name=\"web\""));
}

#[test]
fn only_known_buckets_can_be_counted_at() {
    let under = |bound: &str| Measure::Latency { form: Latency::Under(duration(bound)), window: duration("5m") };
    let fast = text(preset("istio"), &under("250ms"));
    // Prometheus 3 writes whole bounds with a decimal point.
    assert!(fast.contains("le=~\"250(\\\\.0)?\""), "{fast}");
    assert!(text(preset("opentelemetry"), &under("250ms")).contains("le=\"0.25\""));
    assert!(text(preset("opentelemetry"), &under("1s")).contains("le=~\"1(\\\\.0)?\""));
    let error = preset("traefik").query(&under("250ms"), &scope(), Comparison::Absolute).unwrap_err();
    assert_eq!(
        error.to_string(),
        "its histogram has no bucket boundary at 250ms; it has 100ms, 300ms, 1s200ms, 5s unless configured otherwise"
    );
}

#[test]
fn an_ambiguous_route_is_rejected() {
    let error = |telemetry: Telemetry, scope: &Scope| telemetry.query(&success(None), scope, Comparison::Absolute);
    let one_service = Scope { services: None, ..scope() };
    assert!(matches!(error(preset("nginx-ingress"), &one_service), Err(Unmeasurable::NotTold { .. })));
    let istio = error(preset("istio"), &one_service).unwrap();
    assert!(istio.text.contains(CANARY_HASH) && istio.requires.contains(&Requirement::PodLabel), "{istio:?}");
    let grpc = Scope { ports: vec![port(None, Protocol::Grpc)], routes: vec![route(Protocol::Grpc)], ..scope() };
    assert_eq!(error(preset("contour"), &grpc), Err(Unmeasurable::NoGrpcStatus));
    assert!(error(preset("istio"), &grpc).unwrap().text.contains("grpc_response_status=~\"2|4|12|13|14|15\""));
    let rate = Measure::RequestRate { window: duration("5m") };
    assert!(preset("contour").query(&rate, &grpc, Comparison::Absolute).is_ok());
    let meshed = Scope { root_service: true, ..scope() };
    assert!(error(preset("istio"), &meshed).unwrap().text.contains("reporter=~\"source|waypoint\""));
    let burn = BurnRate { objective: Percent::FULL, window: duration("5m"), long_window: duration("1h") };
    let burn = preset("istio").query(&Measure::BurnRate(burn), &scope(), Comparison::Absolute);
    assert_eq!(burn, Err(Unmeasurable::NoBudget));
}

#[test]
fn a_dot_in_the_name_of_a_route_matches_a_dot_only() {
    let name = ObjectName::parse("shop.example.com").unwrap();
    let dotted = Scope { routes: vec![Route { name, ..route(Protocol::Http) }], ..scope() };
    let query = preset("envoy-gateway").query(&success(None), &dotted, Comparison::Absolute).unwrap();
    assert!(query.text.contains("/shop[.]example[.]com/rule/"), "{}", query.text);
}

#[test]
fn burn_rates_take_the_smaller_window() {
    let burn =
        BurnRate { objective: Percent::parse("99.9%").unwrap(), window: duration("5m"), long_window: duration("1h") };
    let text = text(preset("contour"), &Measure::BurnRate(burn));
    assert!(text.starts_with("(((((sum(rate(") || text.starts_with("((((sum(rate("), "{text}");
    assert!(text.ends_with(" / 0.001"), "{text}");
    assert_eq!(text.matches("[1h]").count(), 2);
    assert_eq!(text.matches("[5m]").count(), 4);
}

#[test]
fn a_preset_shows_its_name() {
    for name in Telemetry::NAMES {
        assert_eq!(preset(name).to_string(), *name);
    }
}

#[test]
fn restarts_are_those_of_the_canary() {
    let query = restarts(&scope(), duration("10m")).unwrap();
    assert_eq!(crate::promql::check(&query.text), []);
    promql_parser::parser::parse(&at_run_time(&query.text)).unwrap();
    assert!(query.text.contains(CANARY_HASH) && !query.text.contains(STABLE_HASH), "{}", query.text);
}

#[test]
fn calls_have_old_and_new_names() {
    let grpc = Scope { ports: vec![port(None, Protocol::Grpc)], ..scope() };
    let otel = |measure: &Measure| preset("opentelemetry").query(measure, &grpc, Comparison::Absolute).unwrap().text;
    let success = otel(&success(Some("14|INTERNAL")));
    assert!(success.contains("rpc_response_status_code=~\"UNAVAILABLE|INTERNAL\""), "{success}");
    assert!(success.contains("rpc_grpc_status_code=~\"14|13\""), "{success}");
    let form = Latency::Percentile(Number::parse("99").unwrap());
    let p99 = otel(&Measure::Latency { form, window: duration("5m") });
    let parts: Vec<&str> = p99.split(" or ").collect();
    assert!(parts[0].contains("rpc_server_call_duration_seconds_bucket") && !parts[0].contains('/'), "{p99}");
    assert!(parts[1].contains("rpc_server_duration_milliseconds_bucket") && parts[1].ends_with(" / 1000"), "{p99}");
    let under = otel(&Measure::Latency { form: Latency::Under(duration("250ms")), window: duration("5m") });
    assert!(under.contains("seconds_bucket{") && under.contains("le=\"0.25\""), "{under}");
    assert!(under.contains("milliseconds_bucket{") && under.contains("le=~\"250(\\\\.0)?\""), "{under}");
}

/// A pattern of a gateway matches the names that the gateway gives, and no other.
#[test]
fn clusters_are_those_of_the_side() {
    let own = |rule| SplitRule { rule, stable: 0, canary: 1 };
    let split = Rules::Split { own: vec![own(0), own(2)], appended: Some(3) };
    let name = |text: &str| Name::parse(text).unwrap().into();
    let pinned = |text: &str, side| Route { name: name(text), protocol: Protocol::Http, rules: Rules::Pinned(side) };
    let routes = vec![
        Route { name: name("web"), protocol: Protocol::Http, rules: split },
        pinned("web-staff", Side::Canary),
        pinned("web-partners", Side::Stable),
    ];
    let scope = Scope { routes, ..scope() };
    let rate = Measure::RequestRate { window: duration("5m") };
    let text = preset("envoy-gateway").query(&rate, &scope, Comparison::AgainstStable).unwrap().text;
    let canary = "httproute/shop/web/rule/(0/backend/1|2/backend/1|([3-9]|[1-9][0-9]+)(/backend/0)?)|\
                  httproute/shop/web-staff/rule/[0-9]+(/backend/0)?\"";
    let stable = "httproute/shop/web/rule/(0/backend/0|2/backend/0)|\
                  httproute/shop/web-partners/rule/[0-9]+(/backend/0)?\"";
    assert!(text.contains(canary) && text.contains(stable), "{text}");
}

#[test]
fn a_gateway_judges_only_what_it_can_tell() {
    let calls = Port { number: 9090, ..port(None, Protocol::Grpc) };
    let mixed = Scope { ports: vec![port(None, Protocol::Http), calls], ..scope() };
    assert!(preset("contour").misses_grpc_failures(&mixed) && !preset("istio").misses_grpc_failures(&mixed));
    let query = |measure: &Measure| preset("contour").query(measure, &mixed, Comparison::Absolute).unwrap().text;
    assert!(query(&success(None)).contains("shop_web-canary_80\""));
    assert!(query(&Measure::RequestRate { window: duration("5m") }).contains("shop_web-canary_(80|9090)\""));
    let error = preset("contour").query(&success(Some("14")), &scope(), Comparison::Absolute);
    assert_eq!(error, Err(Unmeasurable::NoGrpcStatus));
    let connections = Scope { ports: Vec::new(), ..scope() };
    assert_eq!(
        preset("istio").query(&success(None), &connections, Comparison::Absolute),
        Err(Unmeasurable::Connections)
    );
    assert!(preset("opentelemetry").query(&success(None), &connections, Comparison::Absolute).is_ok());
}

/// The release of the documentation, with a route of each protocol.
pub(super) fn scope_of_documentation() -> Scope {
    let calls = Port { number: 9090, ..port(None, Protocol::Grpc) };
    Scope { ports: vec![port(None, Protocol::Http), calls], ..scope() }
}

/// The measures of the documentation, as a policy writes them.
pub(super) fn measures_of_documentation() -> Vec<(&'static str, Measure)> {
    let window = duration("5m");
    let percentile = Latency::Percentile(Number::parse("99").unwrap());
    vec![
        ("success-ratio window=\"5m\"", success(None)),
        ("latency percentile=99 window=\"5m\"", Measure::Latency { form: percentile, window }),
        ("success-ratio window=\"5m\" failed-status=\"5..|429\"", success(Some("5..|429"))),
        ("latency under=\"5s\" window=\"5m\"", Measure::Latency { form: Latency::Under(duration("5s")), window }),
    ]
}
