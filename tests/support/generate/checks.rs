//! Checks. In: random numbers. Out: providers, metrics, and the `slo`s and `check`s that stages and the watch may name,
//! each with an answer that makes it pass.

use super::node::{Node, Value, named, node};
use super::{Draft, Requests, manifests, only};

/// An answer that makes a check pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Every sample of Prometheus has this value.
    Number(&'static str),
    /// A web server sends this JSON.
    Document(&'static str),
    /// No server is asked.
    Nothing,
}

/// An `slo` or a `check`.
#[derive(Clone, Debug)]
pub struct Check {
    pub node: Node,
    /// Whether a watch may name it; `gate` says the same for gates.
    pub watch: bool,
    pub gate: bool,
    /// Whether the policy says how often it measures.
    pub looks: bool,
    pub answer: Answer,
}

impl Check {
    /// Whether it compares with the stable version.
    pub fn compares(&self) -> bool {
        let measures = self.node.children.iter();
        measures.flat_map(|measure| &measure.properties).any(|(name, _)| name == "against")
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match &self.node.arguments[0] {
            Value::Text(name) => name,
            _ => "",
        }
    }
}

fn check(node: Node, answer: Answer) -> Check {
    Check { node, watch: true, gate: true, looks: true, answer }
}

/// The telemetry that writes the series of requests; those that support gRPC come first.
const TELEMETRY: &[&str] =
    &["istio", "istio-gateway", "linkerd", "opentelemetry", "envoy-gateway", "traefik", "contour", "nginx-ingress"];
const OF_CALLS: &[&str] = TELEMETRY.split_at(4).0;

/// Generates everything that may be named.
pub fn checks(draft: &mut Draft) -> Vec<Check> {
    providers(draft);
    let mut checks = Vec::new();
    if draft.requests != Requests::Unseen {
        requests(draft, &mut checks);
    }
    questions(draft, &mut checks);
    web(draft, &mut checks);
    jobs(draft, &mut checks);
    if draft.random.one_in(2) {
        templates(draft, &mut checks);
    }
    for check in &mut checks {
        limits(draft, check);
    }
    checks
}

fn providers(draft: &mut Draft) {
    let quick = draft.quick();
    let random = &mut draft.random;
    // Without requests, nothing reads the telemetry.
    let unseen = draft.requests == Requests::Unseen;
    let telemetries = if draft.requests == Requests::Calls { OF_CALLS } else { TELEMETRY };
    let fitting: Vec<&str> = telemetries.iter().copied().filter(|name| unseen || draft.counting.fits(name)).collect();
    draft.telemetry = random.pick(&fitting);
    let secret = named("secret", "token").with("from", format!("{}-prometheus", draft.name)).with("key", "token");
    let mut prometheus = node("prometheus")
        .with("address", "https://prometheus.monitoring:9090")
        .with("telemetry", draft.telemetry)
        .with("scrape", if quick { "1s" } else { random.pick(&["10s", "15s", "30s"]) })
        .maybe(random.one_in(3), "timeout", "20s")
        .maybe(random.one_in(5), "insecure", true);
    if random.one_in(4) {
        prometheus =
            prometheus.child(secret.clone()).child(named("header", "X-Scope-OrgID").with("value", "{{token}}"));
    }
    // These ask servers other than Prometheus, which do not exist in a lab.
    match if quick { 9 } else { random.below(8) } {
        0 => {
            let sigv4 = node("sigv4").with("region", "eu-west-1").with("role", "arn:aws:iam::1:role/reader");
            prometheus = prometheus.child(sigv4.with("profile", "monitoring"));
        }
        1 => {
            let oauth2 =
                node("oauth2").with("token-url", "https://login.example.com/token").with("client-id", "canary");
            let oauth2 = oauth2.with("client-secret", "{{client}}").child(node("scopes").args(["read", "query"]));
            let secret = named("secret", "client").with("from", format!("{}-oauth", draft.name)).with("key", "secret");
            prometheus = prometheus.child(secret).child(oauth2);
        }
        _ => {}
    }
    draft.shared.push(named("provider", "main").child(prometheus));
    let metric = named("metric", "lag").child(named("param", "topic").with("type", "string"));
    let query = named("query", r#"max(kafka_consumergroup_lag{topic="{{topic}}"})"#).with("scope", "any");
    let query = query.maybe(random.one_in(4), "provider", "main");
    draft.shared.push(metric.child(query));
}

/// Measures of user requests.
fn requests(draft: &mut Draft, checks: &mut Vec<Check>) {
    let random = &mut draft.random;
    let slo = |name: &str| named("slo", name);
    let ratio = node("success-ratio").with("window", "5m").maybe(random.one_in(3), "failed-status", "5..|429");
    let ratio = ratio.maybe(random.one_in(4), "test", "threshold");
    checks.push(check(slo("availability").with("min", "99.5%").child(ratio), Answer::Number("1")));
    let against = node("success-ratio").with("window", "10m").with("against", "stable");
    checks.push(check(slo("no-worse").with("min", "95%").child(against), Answer::Number("1")));
    let percentile = node("latency").with("percentile", Value::from(99)).with("window", "2m");
    checks.push(check(slo("latency").with("max", "300ms").child(percentile), Answer::Number("0.1")));
    let fraction =
        node("latency").with("percentile", Value::Number("99.9")).with("window", "5m").with("against", "stable");
    checks.push(check(slo("tail").with("max", "150%").child(fraction), Answer::Number("1")));
    let under = node("latency").with("under", "100ms").with("window", "5m");
    checks.push(check(slo("fast").with("min", "95%").child(under), Answer::Number("1")));
    let rate = node("request-rate").with("window", "5m");
    checks.push(check(
        named("check", "traffic").with("min", "1/s").with("max", "90000/m").child(rate),
        Answer::Number("500"),
    ));
    let burn = node("burn-rate").with("objective", "99.9%");
    let burn = if random.one_in(2) {
        burn
    } else {
        burn.with("period", "28d").with("window", "10m").with("long-window", "2h")
    };
    checks.push(check(slo("budget").with("max", Value::Number("14.4")).child(burn), Answer::Number("0.5")));
}

/// Custom queries.
fn questions(draft: &mut Draft, checks: &mut Vec<Check>) {
    let random = &mut draft.random;
    let restarts = node("restarts").with("window", "10m");
    checks.push(check(named("check", "restarts").with("max", 0).child(restarts), Answer::Number("0")));
    let whom = if draft.router { r#"service="{{canary-service}}""# } else { r#"hash="{{canary-hash}}""# };
    let good = format!("sum(increase(orders_total{{{whom}, ok=\"true\"}}[{{{{window}}}}]))");
    let total = format!("sum(increase(orders_total{{{whom}}}[{{{{window}}}}]))");
    let events = node("events").with("good", good).with("total", total).with("window", "5m");
    let scope = random.pick(&["canary", "any"]);
    let events = events.maybe(random.one_in(2), "scope", scope).maybe(random.one_in(3), "against", "stable");
    checks.push(check(named("slo", "orders").with("min", "99%").child(events), Answer::Number("1")));
    let query = |text: &str| named("query", text);
    let units = [
        ("ratio", "1%", "0.001"),
        ("percent", "2%", "1"),
        ("seconds", "400ms", "0.1"),
        ("milliseconds", "1s500ms", "100"),
    ];
    let (unit, most, answer) = random.pick(&units);
    let text = format!("avg(rate(work_seconds_sum{{{whom}}}[{{{{window}}}}]))");
    let work = query(&text).with("unit", unit).with("window", "3m").with("scope", "canary");
    checks.push(check(named("check", "work").with("max", most).child(work), Answer::Number(answer)));
    let depth = query(r#"max(queue_depth{hash="{{canary-hash}}"})"#);
    checks.push(check(named("check", "queue").with("min", -5).with("max", 100).child(depth), Answer::Number("10")));
    let several = query("min by (shard) (\n  up{hash=\"{{canary-hash}}\"}\n)").with("unit", "none");
    checks.push(check(named("check", "up").with("equals", 1).child(several), Answer::Number("1")));
    let long = query(r#"max(busy{pod=~"x-{{canary-hash}}-.+"})"#).with("range", "30m").with("step", "1m");
    checks.push(check(named("check", "busy").with("max", 80).child(long), Answer::Number("40")));
    let own = named("check", "own").with("success-condition", "result[0] < 50 || result[0] == 77");
    let own = own.maybe(random.one_in(2), "failure-condition", "result[0] > 1000");
    checks.push(check(own.child(query("sum(errors)").with("scope", "any")), Answer::Number("7")));
    let metric = named("metric", "lag").with("topic", "orders");
    checks.push(check(named("check", "lag").with("max", 1000).child(metric), Answer::Number("3")));
}

fn web(draft: &mut Draft, checks: &mut Vec<Check>) {
    let quick = draft.quick();
    let random = &mut draft.random;
    let (url, scope) = if draft.router {
        ("http://{{canary-service}}.shop/healthz", "canary")
    } else {
        ("https://shop.example.com/{{release}}", "any")
    };
    let smoke = node("web").with("url", url).with("json", "{$.status}").with("scope", scope);
    let smoke = smoke.maybe(random.one_in(4), "timeout", "5s").maybe(random.one_in(4), "insecure", true);
    checks
        .push(check(named("check", "smoke").with("equals", "ok").child(smoke), Answer::Document(r#"{"status":"ok"}"#)));
    let method = random.pick(&["POST", "PUT"]);
    let ask =
        node("web").with("url", "https://judge.example.com/{{release}}").with("scope", "any").with("method", method);
    let ask = ask.with("body", r#"{"version": "{{canary-hash}}", "quote": "\""}"#);
    let secret = named("secret", "pass").with("from", format!("{}-judge", draft.name)).with("key", "token");
    let ask = ask.child(secret).child(named("header", "Authorization").with("value", "Bearer {{pass}}"));
    let judged = named("check", "judged").with("success-condition", "result.score >= 0.9 && result.verdict != \"bad\"");
    checks.push(check(judged.child(ask), Answer::Document(r#"{"score":0.95,"verdict":"good"}"#)));
    let plain = node("web")
        .with("url", "https://counter.example.com/")
        .with("scope", "any")
        .with("method", "GET")
        .with("json", "{$.n}");
    checks.push(check(named("check", "counted").with("max", 5).child(plain), Answer::Document(r#"{"n":3}"#)));
    if !quick && random.one_in(2) {
        let aws =
            node("web").with("url", "https://aws.example.com/").with("scope", "any").with("json", "{$.items[0].n}");
        let aws = aws.child(node("sigv4").with("region", "eu-west-1"));
        checks.push(check(named("check", "cloud").with("equals", true).child(aws), Answer::Nothing));
    }
    let gate =
        node("web").with("url", "https://calendar.example.com/freeze").with("scope", "any").with("json", "{$.open}");
    let wait = named("check", "calendar").with("equals", "yes").with("on-fail", "wait").with("timeout", "2h");
    let mut wait = check(wait.child(gate), Answer::Document(r#"{"open":"yes"}"#));
    wait.watch = false;
    checks.push(wait);
}

fn jobs(draft: &mut Draft, checks: &mut Vec<Check>) {
    let quick = draft.quick();
    let random = &mut draft.random;
    let job = if random.one_in(3) {
        draft.files.push(("job.yaml".to_owned(), manifests::job()));
        node("job").with("file", "job.yaml")
    } else {
        let job = node("job").with("image", "grafana/k6:0.54.0").maybe(random.one_in(2), "service-account", "default");
        let job =
            job.child(node("command").args(["k6", "run"])).child(node("args").args(["--vus", "20", "/scripts/a.js"]));
        let secret = named("secret", "key").with("from", format!("{}-load", draft.name)).with("key", "key");
        let job = job.child(secret).child(node("env").with("VERSION", "{{canary-hash}}").with("KEY", "{{key}}"));
        job.child(named("config-map", "k6-script").with("mount", "/scripts"))
    };
    let job = job.maybe(random.one_in(2), "timeout", "3m").maybe(random.one_in(3), "retries", 1);
    let mut load = check(named("check", "load").child(job), Answer::Nothing);
    (load.watch, load.looks) = (false, false);
    checks.push(load);
    let often = named("check", "probe").with("interval", if quick { "5s" } else { "10m" });
    let mut probe =
        check(often.child(node("job").with("image", "busybox").child(node("args").args(["true"]))), Answer::Nothing);
    (probe.gate, probe.looks) = (false, false);
    checks.push(probe);
}

fn templates(draft: &mut Draft, checks: &mut Vec<Check>) {
    let template = format!("{}-budget", draft.name);
    let keyword = draft.random.pick(&["template", "cluster-template"]);
    let uses = only(keyword, &template).with("hash", "{{canary-hash}}").with("level", "strict");
    let mut theirs = check(named("check", "theirs").child(uses), Answer::Nothing);
    theirs.looks = false;
    checks.push(theirs);
}

/// How often it measures, how many failures it tolerates, and what follows.
fn limits(draft: &mut Draft, check: &mut Check) {
    if !check.looks {
        return;
    }
    let random = &mut draft.random;
    let mut declared = check.node.clone();
    if random.one_in(5) && declared.children[0].keyword != "web" && declared.children[0].keyword != "metric" {
        declared.children[0].properties.push(("provider".to_owned(), "main".into()));
    }
    if declared.keyword == "slo" && random.one_in(8) {
        declared = declared.with("on-fail", "wait").with("timeout", "30m");
        check.watch = false;
    }
    let waits = declared.properties.iter().any(|(key, _)| key == "on-fail");
    let asks = matches!(check.answer, Answer::Number(_));
    if random.one_in(4) {
        declared = declared.with("interval", random.pick(&["10m", "30m", "1h"]));
    }
    let bears = random.one_in(3);
    declared = declared.maybe(bears, "failure-limit", random.pick(&[0, 1, 3]));
    match random.below(8) {
        0 if !waits => {
            declared = declared.with("count", random.pick(&[4, 5]));
            check.watch = false;
        }
        1 => {
            declared = declared.with("success-limit", random.pick(&[2, 3]));
            check.watch = false;
        }
        _ => {}
    }
    declared = declared
        .maybe(random.one_in(6), "initial-delay", random.pick(&["1m", "30s"]))
        .maybe(random.one_in(6), "error-limit", random.pick(&[5, 10]))
        .maybe(random.one_in(3), "retain", random.pick(&[3, 20]));
    if !waits {
        declared = declared.maybe(random.one_in(2), "on-fail", random.pick(&["abort", "pause", "ignore"]));
    }
    // Without data, what waits measures again.
    if asks && !waits {
        declared = declared.maybe(random.one_in(2), "no-data", random.pick(&["pause", "abort", "pass"]));
    }
    // What waits for a good value counts no failures, unless it aborts without data.
    let says = |key: &str, word: &str| {
        let mut values = declared.properties.iter().filter(|(known, _)| known == key).map(|(_, value)| value);
        values.any(|value| matches!(value, Value::Text(text) if text == word))
    };
    if says("on-fail", "wait") || says("on-fail", "pause") && !says("no-data", "abort") {
        declared.properties.retain(|(key, _)| !matches!(key.as_str(), "failure-limit" | "count"));
    }
    check.node = declared;
}
