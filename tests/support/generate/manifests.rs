//! The manifests that policies read. In: names and numbers. Out: YAML, as people keep it beside their policies.

/// A Deployment; the container has the ports `http` 8080 and `grpc` 9090.
pub fn deployment(name: &str, replicas: u32, labels: &[(&str, &str)], rich: bool) -> String {
    let list =
        |indent: &str| -> String { labels.iter().map(|(key, value)| format!("{indent}{key}: {value}\n")).collect() };
    let more = if rich { RICH } else { "" };
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: {replicas}\n  selector:\n    \
         matchLabels:\n{}  template:\n    metadata:\n      labels:\n{}        tier: front\n    spec:\n      containers:\n      \
         - name: main\n        image: example.com/{name}:1\n        ports:\n        - name: http\n          \
         containerPort: 8080\n        - name: grpc\n          containerPort: 9090\n{more}",
        list("      "),
        list("        "),
    )
}

const RICH: &str = r#"        env:
        - {name: GREETING, value: "hello"}
        - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        resources:
          requests: {cpu: 50m, memory: 64Mi}
          limits: {memory: 128Mi}
        readinessProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 5
        lifecycle:
          preStop: {exec: {command: [sleep, "5"]}}
        volumeMounts:
        - {name: cache, mountPath: /cache}
      volumes:
      - name: cache
        emptyDir: {sizeLimit: 1Gi}
      securityContext: {runAsNonRoot: true, runAsUser: 1000}
      terminationGracePeriodSeconds: 20
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: ScheduleAnyway
        labelSelector: {matchLabels: {tier: front}}
"#;

/// Services with these names.
pub fn services(names: &[&str], app: &str) -> String {
    let one = |name: &&str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    app: {app}\n  ports:\n  \
             - name: http\n    port: 80\n    targetPort: http\n"
        )
    };
    names.iter().map(one).collect::<Vec<String>>().join("---\n")
}

/// A custom HTTPRoute.
pub fn http_route(name: &str, service: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: {name}\nspec:\n  parentRefs:\n  \
         - name: public\n    namespace: infra\n  hostnames: [own.example.com]\n  rules:\n  - matches:\n    - path: {{type: \
         PathPrefix, value: /own}}\n    timeouts: {{request: 7s}}\n    backendRefs:\n    - name: {service}\n      port: 80\n"
    )
}

/// A HorizontalPodAutoscaler.
pub fn autoscaler(name: &str, least: u32) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: {name}\nspec:\n  scaleTargetRef:\n    \
         apiVersion: apps/v1\n    kind: Deployment\n    name: {name}\n  minReplicas: {least}\n  maxReplicas: 40\n  metrics:\n  \
         - type: Resource\n    resource:\n      name: cpu\n      target: {{type: Utilization, averageUtilization: 70}}\n"
    )
}

/// A ScaledObject of KEDA.
pub fn scaled_object(name: &str, least: u32) -> String {
    format!(
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata:\n  name: {name}\nspec:\n  scaleTargetRef:\n    name: \
         {name}\n  minReplicaCount: {least}\n  maxReplicaCount: 40\n  triggers:\n  - type: kafka\n    metadata:\n      \
         topic: orders\n      lagThreshold: \"100\"\n      bootstrapServers: kafka:9092\n      consumerGroup: orders\n"
    )
}

/// A Job.
pub fn job() -> String {
    "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: suite\n  labels:\n    suite: smoke\nspec:\n  ttlSecondsAfterFinished: \
     600\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: suite\n        image: \
     example.com/suite:3\n        args: [\"--fast\"]\n"
        .to_owned()
}
