//! In: the number of a policy and its random numbers. Out: the files of one policy, in one of ten shapes.

use std::fmt::Write;

use crate::random::Random;

/// One file of a policy.
pub struct File {
    pub name: String,
    pub text: String,
}

/// The include of every policy with a router.
pub const ORGANISATION: &str = r##"// What every team shares.
provider "main" { prometheus address="http://prometheus-operated.monitoring:9090" telemetry="istio" scrape="15s" }

slo "availability" min="99.5%" { success-ratio window="5m" }
slo "latency" max="300ms" failure-limit=2 { latency percentile=99 window="5m" }
check "queue" max=1000 { query #"max(queue_depth{pod_template_hash="{{canary-hash}}"})"# }

metric "consumer-lag" {
    param "topic" type="string"
    param "group" type="string" default="{{release}}"
    query #"max(kafka_consumergroup_lag{topic="{{topic}}", group="{{group}}"})"# scope="any"
}

profile "standard" {
    param "first" type="percent" default="5%" max="10%"
    param "bake" type="duration" default="10m" min="5m"
    router { gateway-api "infra/public" }
    rollout progress-deadline="10m" rollback-window=3
    stage "first" weight="{{first}}" pause="{{bake}}"
    stage "quarter" weight="25%" pause="{{bake}}"
    stage "half" weight="50%" pause="{{bake}}"
    watch "availability" "latency" "queue" from="first"
    notify on="aborted" via="slack" to="releases"
}
"##;

/// The include of policies that are built for several environments.
pub const ENVIRONMENTS: &str = r#"environments "staging" "prod"
include "organisation.kdl"
"#;

const INCLUDE: &str = "include \"../lib/organisation.kdl\"\n";
const HEADERS: &[&str] = &["X-Staff", "X-Employee", "X-Beta", "X-Internal"];
const PAUSES: &[&str] = &["5m", "10m", "15m", "30m", "1h"];
const RATIOS: &[&str] = &["99%", "99.5%", "99.9%", "99.95%"];
const LATENCIES: &[&str] = &["120ms", "250ms", "300ms", "500ms", "1s"];
const TELEMETRIES: &[&str] = &["istio", "linkerd", "envoy-gateway", "nginx-ingress", "opentelemetry"];

/// The files of policy `number`.
pub fn policy(number: usize, random: &mut Random) -> Vec<File> {
    let name = format!("service-{number:06}");
    let namespace = format!("team-{:04}", number / 100);
    let policy = Shape { name: &name, namespace: &namespace, random };
    let shape = number % 10;
    let mut files = Vec::new();
    if matches!(shape, 5 | 6) {
        files.push(File { name: format!("{name}.deployment.yaml"), text: deployment(&name, &namespace) });
    }
    let text = match shape {
        0 => policy.by_pods(),
        1 => policy.watched(),
        2 | 3 => policy.with_profile(),
        4 => policy.audiences(),
        5 => policy.gates(),
        6 => policy.embedded(),
        7 => policy.measures(),
        8 => policy.environments(),
        _ => policy.in_yaml(),
    };
    let extension = if shape == 9 { "yaml" } else { "kdl" };
    files.push(File { name: format!("{name}.canary.{extension}"), text });
    files
}

struct Shape<'a> {
    name: &'a str,
    namespace: &'a str,
    random: &'a mut Random,
}

impl Shape<'_> {
    fn pause(&mut self) -> &'static str {
        self.random.one_of(PAUSES)
    }

    /// The first parts of a release with a router.
    fn head(&mut self) -> String {
        let (name, namespace) = (self.name, self.namespace);
        let replicas = self.random.between(4, 40);
        format!(
            "release \"{name}\" namespace=\"{namespace}\" {{\n    workload replicas={replicas} {{ selector app=\"{name}\" }}\n    \
             service {{ port 80 target=8080 }}\n    route host=\"{name}.{namespace}.example.com\"\n"
        )
    }

    /// Two to five rising weights.
    fn stages(&mut self, text: &mut String) {
        let count = self.random.between(2, 5);
        let mut weight = 0;
        for _ in 0..count {
            weight += self.random.between(1, 18);
            let pause = self.pause();
            let _ = writeln!(text, "    stage weight=\"{weight}%\" pause=\"{pause}\"");
        }
    }

    /// No router: the share of pods determines the share of traffic.
    fn by_pods(mut self) -> String {
        let (name, namespace) = (self.name, self.namespace);
        let (first, second) = (self.pause(), self.pause());
        let path = self.random.one_of(&["health", "ready", "status"]);
        format!(
            "// The share of the pods is the share of the traffic.\nrelease \"{name}\" namespace=\"{namespace}\" {{\n    \
             workload replicas=20 {{ selector app=\"{name}\" }}\n    service {{ port 80 target=\"http\" }}\n    \
             check \"status\" equals=\"ok\" interval=\"30s\" {{ web url=\"http://{{{{service}}}}.{{{{namespace}}}}/{path}\" json=\"{{$.status}}\" }}\n    \
             stage weight=\"20%\" pause=\"{first}\"\n    stage weight=\"50%\" pause=\"{second}\"\n    watch \"status\" from=\"20%\"\n}}\n"
        )
    }

    /// Shared service levels, amended.
    fn watched(mut self) -> String {
        let mut text = INCLUDE.to_owned() + &self.head();
        let latency = self.random.one_of(LATENCIES);
        let _ = writeln!(text, "    router {{ gateway-api \"infra/public\" }}\n    slo \"latency\" max=\"{latency}\"");
        self.stages(&mut text);
        text + "    stage \"last\" weight=\"95%\" promote=\"manual\"\n    watch \"availability\" \"latency\"\n}\n"
    }

    /// A profile contains most of it.
    fn with_profile(mut self) -> String {
        let (name, pause) = (self.name, self.pause());
        let mut text = INCLUDE.to_owned() + &self.head();
        let first = self.random.between(1, 10);
        let _ = writeln!(text, "    use \"standard\" bake=\"{pause}\" first=\"{first}%\"");
        if self.random.between(0, 1) == 0 {
            let _ = writeln!(text, "    audience \"staff\" share=\"1%\" {{ header \"X-Staff\" exact=\"yes\" }}");
            let _ = writeln!(text, "    stage \"staff\" audience=\"staff\" before=\"first\" pause=\"30m\"");
        }
        let _ = writeln!(
            text,
            "    check \"lag\" max=500 {{ metric \"consumer-lag\" topic=\"{name}\" }}\n    watch \"availability\" \"lag\""
        );
        text + "}\n"
    }

    /// Audiences.
    fn audiences(mut self) -> String {
        let name = self.name;
        let header = self.random.one_of(HEADERS);
        let share = self.random.between(1, 5);
        let mut text = INCLUDE.to_owned() + &self.head();
        let _ = write!(
            text,
            "    router {{ gateway-api \"infra/public\" }}
    audience \"insiders\" share=\"{share}%\" {{ header \"{header}\" exact=\"true\" }}
    audience \"preview\"  share=\"2%\" {{ cookie \"preview\" exact=\"on\" }}
    audience \"french\"   share=\"12%\" {{ header \"X-Country\" regex=\"FR|BE\" }}
    audience \"first\"    {{ any \"insiders\" \"preview\" }}
    audience \"partners\" pinned=\"stable\" host=\"partners.{name}.example.com\"
    audience \"lab\"      pinned=\"canary\" share=\"1%\" host=\"lab.{name}.example.com\"
    stage audience=\"first\" pause=\"1h\"
    stage audience=\"french\" pause=\"{}\"
",
            self.random.one_of(PAUSES)
        );
        self.stages(&mut text);
        text + "    watch \"availability\" from=\"first\"\n}\n"
    }

    /// A load test, an approval, a query of a web page.
    fn gates(mut self) -> String {
        let name = self.name;
        let mut text = INCLUDE.to_owned() + &self.head();
        let minutes = self.random.between(2, 9);
        let _ = write!(
            text,
            "    router {{ gateway-api \"infra/public\" }}
    check \"smoke\" equals=\"ok\" {{ web url=\"https://{name}.example.com/healthz\" json=\"{{$.status}}\" }}
    check \"load\" {{
        job image=\"grafana/k6:0.54.0\" timeout=\"{minutes}m\" {{
            args \"run\" \"/scripts/load.js\"
            env TARGET=\"http://{{{{canary-service}}}}.{{{{namespace}}}}\"
            config-map \"k6-scripts\" mount=\"/scripts\"
        }}
    }}
    stage \"preflight\" replicas=1 {{ gate \"load\" }}
    stage weight=\"5%\" pause=\"{}\"
    stage weight=\"25%\" pause=\"{}\" {{ gate \"smoke\" }}
    stage \"half\" weight=\"50%\" promote=\"manual\"
    watch \"availability\" \"latency\" from=\"5%\"
    notify on=\"completed\" via=\"slack\" to=\"{name}\"
",
            self.random.one_of(PAUSES),
            self.random.one_of(PAUSES)
        );
        text + "}\n"
    }

    /// The Rollout embeds the pod template of a Deployment.
    fn embedded(mut self) -> String {
        let (name, namespace) = (self.name, self.namespace);
        let mut text = format!(
            "{INCLUDE}release \"{name}\" namespace=\"{namespace}\" {{\n    workload file=\"{name}.deployment.yaml\" mode=\"embed\"\n    \
             service {{\n        port 80 name=\"http\" target=\"http\"\n        port 9090 name=\"metrics\" target=\"metrics\"\n    }}\n    \
             route host=\"{name}.example.com\" port=80\n    router {{ gateway-api \"infra/public\" }}\n    \
             rollout min-ready=\"10s\" revision-history-limit=5\n    labels team=\"{namespace}\"\n"
        );
        self.stages(&mut text);
        text + "    watch \"availability\" \"latency\"\n}\n"
    }

    /// Service levels of every kind, from a separate provider.
    fn measures(mut self) -> String {
        let telemetry = self.random.one_of(TELEMETRIES);
        let (ratio, latency) = (self.random.one_of(RATIOS), self.random.one_of(LATENCIES));
        let mut text = format!(
            "provider \"own\" {{ prometheus address=\"http://prometheus.{}:9090\" telemetry=\"{telemetry}\" }}\n",
            self.namespace
        ) + &self.head();
        let _ = write!(
            text,
            "    router {{ gateway-api \"infra/public\" }}
    slo \"success\" min=\"{ratio}\" failure-limit=1 {{ success-ratio window=\"5m\" }}
    slo \"speed\" max=\"{latency}\" {{ latency percentile=99 window=\"5m\" }}
    slo \"carts\" min=\"99%\" no-data=\"pass\" {{
        events good=#\"sum(increase(carts_total{{service=\"{{{{canary-service}}}}\", success=\"true\"}}[{{{{window}}}}]))\"# \\
               total=#\"sum(increase(carts_total{{service=\"{{{{canary-service}}}}\"}}[{{{{window}}}}]))\"# window=\"2m\"
    }}
    check \"restarts\" max=0 {{ restarts window=\"10m\" }}
    check \"memory\" max=0.9 {{
        query \"\"\"
            max(
              container_memory_working_set_bytes{{pod=~\".*-{{{{canary-hash}}}}-.*\"}}
              / on (pod) kube_pod_container_resource_limits{{resource=\"memory\", pod=~\".*-{{{{canary-hash}}}}-.*\"}}
            )
            \"\"\"
    }}
"
        );
        self.stages(&mut text);
        text + "    watch \"success\" \"speed\" \"carts\" \"restarts\" \"memory\"\n}\n"
    }

    /// Another host and shorter pauses in one environment, an additional stage in the other.
    fn environments(mut self) -> String {
        let name = self.name;
        let pause = self.pause();
        let head = self.head();
        format!(
            "include \"../lib/environments.kdl\"\n{head}    router {{ gateway-api \"infra/public\" }}
    stage weight=\"5%\" pause=\"{pause}\"
    stage weight=\"25%\" pause=\"30m\"
    stage \"half\" weight=\"50%\" promote=\"manual\"
    watch \"availability\" \"latency\"
    environment \"staging\" {{
        workload replicas=2
        route host=\"staging.{name}.example.com\"
        stage \"5%\" pause=\"2m\"
        stage \"half\" promote=\"auto\" pause=\"2m\"
        slo \"latency\" max=\"800ms\"
    }}
    environment \"prod\" {{ stage weight=\"1%\" before=\"5%\" pause=\"30m\" }}
}}
"
        )
    }

    /// YAML as a program would write it.
    fn in_yaml(mut self) -> String {
        let (name, namespace) = (self.name, self.namespace);
        let replicas = self.random.between(3, 30);
        let (first, second) = (self.pause(), self.pause());
        format!(
            "include: [../lib/organisation.kdl]
release:
- name: {name}
  namespace: {namespace}
  workload:
    replicas: {replicas}
    selector:
      app: {name}
  service:
    port:
    - number: 80
      target: 8080
  route:
  - host: {name}.example.com
  router:
    gateway-api:
      gateways:
      - infra/public
  audience:
  - name: staff
    share: 1%
    header:
    - name: X-Staff
      exact: 'yes'
  check:
  - name: smoke
    equals: ok
    web:
      url: https://{name}.example.com/healthz
      json: '{{$.status}}'
  stage:
  - audience: staff
    pause: {first}
  - weight: 5%
    pause: {second}
  - weight: 25%
    pause: 30m
    gate:
    - names: [smoke]
  - name: half
    weight: 50%
    promote: manual
  watch:
    names: [availability, latency]
    from: 5%
"
        )
    }
}

fn deployment(name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
spec:
  replicas: 6
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}, team: {namespace}}}
    spec:
      containers:
      - name: {name}
        image: registry.example.com/{name}:1.4.2
        ports:
        - {{name: http, containerPort: 8080}}
        - {{name: metrics, containerPort: 9090}}
        env:
        - name: LOG_LEVEL
          value: info
        - name: POD_NAME
          valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}
        readinessProbe:
          httpGet: {{path: /healthz, port: http}}
        resources:
          requests: {{cpu: 250m, memory: 256Mi}}
          limits: {{memory: 512Mi}}
      - name: proxy
        image: registry.example.com/proxy:2
        args: [\"--listen\", \":15001\"]
"
    )
}
