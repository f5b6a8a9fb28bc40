//! Bundles of objects that contradict themselves or what the controller accepts. A comment `# ! code` marks every line
//! where exactly that code must be reported, and nothing else may be reported.

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::BACKENDS;
use canaryc::internals::validate::references::{External, check};
use canaryc::manifest::read;
use canaryc::source::Source;

/// A release on the Gateway API with a watch, a gate and an audience.
const SOUND: &str = "\
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: store}
spec:
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: shop-canary, namespace: store}
spec:
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: shop-watch, namespace: store}
spec:
  args: [{name: service}, {name: limit, value: '0.99'}]
  metrics:
  - name: availability
    interval: 1m
    failureLimit: 2
    successCondition: result[0] >= {{args.limit}}
    provider:
      prometheus: {address: 'http://p', query: 'up{service=\"{{ args.service }}\"}'}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: shop-gate, namespace: store}
spec:
  metrics:
  - name: smoke
    count: 3
    interval: 10s
    provider: {job: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: store}
spec:
  rules:
  - name: main
    backendRefs:
    - {name: shop, port: 80, weight: 100}
    - {name: shop-canary, port: 80, weight: 0}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop, namespace: store}
spec:
  scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: shop}
  maxReplicas: 5
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: store}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  progressDeadlineSeconds: 600
  strategy:
    canary:
      stableService: shop
      canaryService: shop-canary
      maxSurge: 25%
      maxUnavailable: 0
      trafficRouting:
        managedRoutes:
        - name: staff
        plugins:
          argoproj-labs/gatewayAPI: {httpRoute: shop, namespace: store}
      analysis:
        templates: [{templateName: shop-watch}]
        startingStep: 2
        args:
        - {name: service, value: shop-canary}
        measurementRetention:
        - {metricName: availability, limit: 5}
      steps:
      - setCanaryScale: {replicas: 2}
      - setHeaderRoute: {name: staff, match: [{headerName: X, headerValue: {exact: y}}]}
      - setWeight: 5
      - analysis: {templates: [{templateName: shop-gate}]}
      - pause: {duration: 10m}
";

fn judged(text: &str, external: &External) {
    let source = Source::new("bundle.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let objects = read(&source, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    check(&objects, external, BACKENDS, &mut diagnostics);
    let mut found: Vec<(usize, &str)> = diagnostics
        .iter()
        .map(|found| (source.line_column(found.span().unwrap().start).0, found.code.name()))
        .collect();
    found.sort_unstable();
    let expected: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, line.split_once("# ! ")?.1)))
        .flat_map(|(line, codes)| codes.split_whitespace().map(move |code| (line, code)))
        .collect();
    let messages: Vec<&str> = diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(found, expected, "{text}\n{messages:#?}");
}

/// The sound bundle with some texts replaced; each must occur once.
fn changed(changes: &[(&str, &str)]) {
    let mut text = SOUND.to_owned();
    for (from, to) in changes {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    judged(&text, &External::default());
}

/// A Rollout of the NGINX Ingress controller.
const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: web.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
  strategy:
    canary:
      stableService: web
      canaryService: web-canary
      trafficRouting:
        nginx:
          stableIngress: web
";

#[test]
fn the_ingress_of_a_rollout_splits_the_stable_service() {
    let external: External =
        ["web", "web-canary"].iter().map(|name| ("Service".to_owned(), (*name).to_owned())).collect();
    let changed = |from: &str, to: &str| {
        assert_eq!(INGRESS.matches(from).count(), 1, "{from}");
        judged(&INGRESS.replace(from, to), &external);
    };
    judged(INGRESS, &external);
    changed("stableIngress: web", "stableIngress: shop.example.com # ! bundle/missing-object");
    changed("  - host: web.example.com", "  - host: a.example.com # ! bundle/route\n  - host: web.example.com");
    let other = INGRESS.replace("service: {name: web,", "service: {name: web-canary,");
    judged(&other.replace("host: web.example.com", "host: web.example.com # ! bundle/route"), &external);
}

#[test]
fn a_sound_bundle_has_no_findings() {
    changed(&[]);
}

#[test]
fn named_objects_exist() {
    changed(&[
        ("stableService: shop\n", "stableService: shp # ! bundle/missing-object\n"),
        ("- {name: shop, port: 80, weight: 100}", "- {name: shp, port: 80} # ! bundle/missing-object"),
    ]);
    changed(&[("{httpRoute: shop, namespace: store}", "{httpRoute: shp} # ! bundle/missing-object")]);
    changed(&[(
        "- analysis: {templates: [{templateName: shop-gate}]}",
        "- analysis: {templates: [{templateName: gate}]} # ! bundle/missing-object",
    )]);
    changed(&[("kind: Rollout, name: shop}", "kind: Rollout, name: shp} # ! bundle/missing-object")]);
    let text = SOUND.replace("templateName: shop-gate", "templateName: shared");
    let external: External = [("AnalysisTemplate".to_owned(), "shared".to_owned())].into_iter().collect();
    judged(&text, &external);
}

#[test]
fn ports_exist() {
    changed(&[("- {name: shop, port: 80, weight: 100}", "- {name: shop, port: 8080} # ! bundle/missing-port")]);
    changed(&[("- {name: shop, port: 80, weight: 100}", "- {name: shop} # ! bundle/missing-port")]);
}

#[test]
fn objects_are_unique_and_not_too_large() {
    changed(&[
        (
            "metadata: {name: shop-canary, namespace: store}",
            "metadata: {name: shop, namespace: store} # ! bundle/duplicate-object",
        ),
        ("canaryService: shop-canary", "canaryService: shop-canary # ! bundle/missing-object"),
        ("- {name: shop-canary, port: 80, weight: 0}", "- {name: shop-canary, port: 80} # ! bundle/missing-object"),
    ]);
    let large = format!("metadata: {{name: shop-gate, annotations: {{a: {}}}}} # ! bundle/size", "x".repeat(300_000));
    changed(&[("metadata: {name: shop-gate, namespace: store}", &large)]);
}

#[test]
fn the_route_of_the_gateway_api_plugin() {
    let text = SOUND
        .replace(
            "    - {name: shop-canary, port: 80, weight: 0}\n",
            "  - backendRefs: [{name: shop-canary, port: 80}] # ! bundle/route\n",
        )
        .replace("  - name: main\n", "  - name: main # ! bundle/route bundle/route\n");
    judged(&text, &External::default());
    changed(&[(
        "    - {name: shop-canary, port: 80, weight: 0}\n",
        "    - {name: shop-canary, port: 80, weight: 0}\n  - backendRefs: [{name: shop-canary, port: 80}] # ! bundle/route\n",
    )]);
    changed(&[("{httpRoute: shop, namespace: store}", "{namespace: store} # ! bundle/route")]);
}

#[test]
fn the_strategy() {
    changed(&[("maxSurge: 25%", "maxSurge: 0% # ! bundle/strategy")]);
    changed(&[("progressDeadlineSeconds: 600", "minReadySeconds: 600 # ! bundle/strategy")]);
    changed(&[("        - name: staff\n", "        - name: staff\n        - name: staff-1 # ! bundle/step\n")]);
    changed(&[("        - name: staff\n", "        - name: staff\n        - name: staff # ! bundle/step\n")]);
    changed(&[(
        "        managedRoutes:\n",
        "        maxTrafficWeight: 1000 # ! bundle/strategy\n        managedRoutes:\n",
    )]);
    changed(&[(
        "      maxUnavailable: 0\n",
        "      maxUnavailable: 0\n      dynamicStableScale: true\n      scaleDownDelaySeconds: 5 # ! bundle/strategy\n",
    )]);
}

#[test]
fn the_steps() {
    changed(&[("- setWeight: 5", "- setWeight: 101 # ! bundle/step")]);
    changed(&[("startingStep: 2", "startingStep: 6 # ! bundle/step")]);
    changed(&[("startingStep: 2", "startingStep: 5")]);
    changed(&[
        ("setHeaderRoute: {name: staff,", "setHeaderRoute: {name: stuff,"),
        ("{exact: y}}]}", "{exact: y}}]} # ! bundle/step"),
    ]);
    changed(&[("- pause: {duration: 10m}", "- setMirrorRoute: {name: staff} # ! bundle/step")]);
    let start = SOUND.find("      trafficRouting:").unwrap();
    let end = SOUND.find("      analysis:\n").unwrap();
    let text = format!("{}{}", &SOUND[..start], &SOUND[end..])
        .replace("{replicas: 2}", "{replicas: 2} # ! bundle/step")
        .replace("{exact: y}}]}", "{exact: y}}]} # ! bundle/step");
    judged(&text, &External::default());
}

#[test]
fn the_analyses() {
    changed(&[("    count: 3\n", "    # endless\n"), ("    interval: 10s", "    interval: 10s # ! bundle/analysis")]);
    changed(&[
        (
            "templates: [{templateName: shop-watch}]",
            "templates: [{templateName: shop-watch}, {templateName: shop-gate}]",
        ),
        ("  - name: smoke", "  - name: availability # ! bundle/analysis"),
    ]);
    changed(&[("- {metricName: availability, limit: 5}", "- {metricName: avail, limit: 5} # ! bundle/analysis")]);
    changed(&[
        ("- {metricName: availability, limit: 5}", "- {metricName: availability, limit: 5} # ! bundle/analysis"),
        (
            "  metrics:\n  - name: availability\n",
            "  metrics:\n  - {name: availability-2, successCondition: 'true', provider: {web: {url: a}}}\n  - name: availability\n",
        ),
    ]);
    changed(&[(
        "- analysis: {templates: [{templateName: shop-gate}]}",
        "- analysis: {templates: []} # ! bundle/analysis",
    )]);
    changed(&[(
        "metadata: {name: shop-gate, namespace: store}\nspec:\n",
        "metadata: {name: shop-gate, namespace: store}\nspec:\n  templates: [{templateName: shop-gate}] # ! bundle/analysis\n",
    )]);
}

#[test]
fn the_arguments() {
    changed(&[("result[0] >= {{args.limit}}", "result[0] >= {{args.limt}} # ! bundle/argument")]);
    changed(&[("result[0] >= {{args.limit}}", "result[0] >= {{limit}} # ! bundle/argument")]);
    changed(&[(
        "        - {name: service, value: shop-canary}\n",
        "        - {name: service, value: a}\n        - {name: other, value: b} # ! bundle/argument\n",
    )]);
    changed(&[
        ("        - {name: service, value: shop-canary}\n", "        - {name: limit, value: '1'}\n"),
        (
            "        templates: [{templateName: shop-watch}]\n",
            "        templates: [{templateName: shop-watch}] # ! bundle/argument\n",
        ),
    ]);
    changed(&[
        (
            "templates: [{templateName: shop-watch}]",
            "templates: [{templateName: shop-watch}, {templateName: shop-gate}]",
        ),
        (
            "metadata: {name: shop-gate, namespace: store}\nspec:\n",
            "metadata: {name: shop-gate, namespace: store}\nspec:\n  args: [{name: limit, value: '0.5'}] # ! bundle/argument\n",
        ),
    ]);
}

#[test]
fn the_metrics() {
    changed(&[("    failureLimit: 2", "    failureLimit: -1 # ! bundle/metric")]);
    changed(&[("    count: 3", "    failureLimit: 4\n    count: 3 # ! bundle/metric")]);
    changed(&[("    count: 3", "    inconclusiveLimit: 4\n    count: 3 # ! bundle/metric")]);
    changed(&[("    count: 3\n    interval: 10s\n", "    count: 3 # ! bundle/metric\n")]);
    changed(&[
        ("  - name: availability\n", "  - name: availability # ! bundle/metric\n"),
        ("    successCondition: result[0] >= {{args.limit}}\n", ""),
    ]);
    let text = SOUND
        .replace("  metrics:\n  - name: smoke\n    count: 3\n    interval: 10s\n", "  metrics: [] # ! bundle/metric\n");
    let start = text.find("    provider: {job").unwrap();
    let end = start + text[start..].find('\n').unwrap() + 1;
    judged(&format!("{}{}", &text[..start], &text[end..]), &External::default());
}

#[test]
fn embedded_pods_and_services() {
    let rollout = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web, rollouts-pod-template-hash: a}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: preview}
spec: {selector: {app: other}, ports: [{port: 80}]} # ! bundle/selector
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  revisionHistoryLimit: 2
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: a}]}
  strategy:
    blueGreen:
      activeService: web
      previewService: preview
      scaleDownDelayRevisionLimit: 3 # ! bundle/strategy
";
    judged(rollout, &External::default());
    judged(
        &rollout.replace("{matchLabels: {app: web}}", "{matchLabels: {app: api}} # ! pod/selector"),
        &External::default(),
    );
    judged(
        &rollout
            .replace("previewService: preview", "previewService: web # ! bundle/strategy")
            .replace(" # ! bundle/selector", ""),
        &External::default(),
    );
    let nothing = rollout.replace("  selector: {matchLabels: {app: web}}\n", "");
    judged(&nothing.replace("Limit: 2\n", "Limit: 2 # ! bundle/selector\n"), &External::default());
}
