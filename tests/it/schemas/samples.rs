//! One valid object of each kind, as full as its schema allows within reason.

use serde_json::{Value, json};

/// The objects.
pub fn all() -> Vec<Value> {
    vec![
        rollout(),
        blue_green(),
        analysis_template(),
        service(),
        autoscaler(),
        http_route(),
        grpc_route(),
        tcp_route(),
        ingress(),
        job(),
    ]
}

/// A canary with every kind of step.
pub fn rollout() -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {
            "name": "checkout", "namespace": "shop", "labels": {"app.kubernetes.io/name": "checkout"},
            "annotations": {"canaryc.dev/plan": "[]"}
        },
        "spec": {
            "replicas": 6,
            "selector": {"matchLabels": {"app": "checkout"}},
            "workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout", "scaleDown": "onsuccess"},
            "minReadySeconds": 0,
            "progressDeadlineSeconds": 600,
            "progressDeadlineAbort": true,
            "revisionHistoryLimit": 10,
            "analysis": {"successfulRunHistoryLimit": 5, "unsuccessfulRunHistoryLimit": 5},
            "strategy": {"canary": {
                "stableService": "checkout",
                "canaryService": "checkout-canary",
                "maxSurge": "25%",
                "maxUnavailable": 0,
                "abortScaleDownDelaySeconds": 30,
                "antiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": {"weight": 50}},
                "canaryMetadata": {"labels": {"role": "canary"}},
                "replicaProgressThreshold": {"type": "Percent", "value": 90},
                "trafficRouting": {
                    "managedRoutes": [{"name": "staff"}],
                    "plugins": {"argoproj-labs/gatewayAPI": {"httpRoute": "checkout", "namespace": "shop"}}
                },
                "analysis": {
                    "templates": [{"templateName": "checkout-watch"}],
                    "startingStep": 4,
                    "args": [
                        {"name": "service", "value": "checkout-canary"},
                        {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}}
                    ],
                    "dryRun": [{"metricName": "^latency$"}],
                    "measurementRetention": [{"metricName": "latency", "limit": 20}]
                },
                "steps": [
                    {"setCanaryScale": {"replicas": 2}},
                    {"setHeaderRoute": {"name": "staff", "match": [
                        {"headerName": "X-Staff", "headerValue": {"exact": "yes"}}
                    ]}},
                    {"pause": {"duration": "30m"}},
                    {"setCanaryScale": {"weight": 5}},
                    {"setWeight": 5},
                    {"setCanaryScale": {"matchTrafficWeight": true}},
                    {"pause": {"duration": 600}},
                    {"analysis": {"templates": [{"templateName": "checkout-gate", "clusterScope": false}]}},
                    {"setMirrorRoute": {"name": "staff", "percentage": 10, "match": [{"path": {"prefix": "/"}}]}},
                    {"experiment": {"templates": [{"name": "baseline", "specRef": "stable", "replicas": 1}],
                        "duration": "1h", "analyses": [{"name": "compare", "templateName": "compare"}]}},
                    {"plugin": {"name": "example/step", "config": {"any": ["thing"]}}},
                    {"pause": {}}
                ]
            }}
        }
    })
}

/// Blue/green with an embedded pod template.
pub fn blue_green() -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]},
            "template": pod_template(),
            "strategy": {"blueGreen": {
                "activeService": "web", "previewService": "web-preview", "autoPromotionEnabled": false,
                "prePromotionAnalysis": {"templates": [{"templateName": "smoke"}]}
            }}
        }
    })
}

/// A pod template that uses most fields.
pub fn pod_template() -> Value {
    json!({
        "metadata": {"labels": {"app": "web"}, "creationTimestamp": null},
        "spec": {
            "serviceAccountName": "web",
            "terminationGracePeriodSeconds": 30,
            "securityContext": {"runAsNonRoot": true, "fsGroup": 1000},
            "initContainers": [{"name": "migrate", "image": "example/migrate:1", "restartPolicy": "Always"}],
            "containers": [{
                "name": "web",
                "image": "example/web:1",
                "imagePullPolicy": "IfNotPresent",
                "command": ["/web"],
                "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
                "env": [
                    {"name": "MODE", "value": "fast"},
                    {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "web", "key": "key"}}}
                ],
                "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": 1, "memory": "1Gi"}},
                "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
                "volumeMounts": [{"name": "config", "mountPath": "/etc/web"}]
            }],
            "volumes": [
                {"name": "config", "configMap": {"name": "web", "items": [{"key": "a", "path": "a"}]}},
                {"name": "cache", "emptyDir": {"sizeLimit": "1Gi"}}
            ],
            "topologySpreadConstraints": [{
                "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {"app": "web"}}
            }],
            "tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}]
        }
    })
}

/// Measurements of several providers.
pub fn analysis_template() -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": {"name": "checkout-watch"},
        "spec": {
            "args": [{"name": "service"}, {"name": "token", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
            "metrics": [
                {
                    "name": "availability", "interval": "1m", "initialDelay": "5m", "failureLimit": 2,
                    "consecutiveErrorLimit": 4, "successCondition": "result[0] >= 0.995",
                    "provider": {"prometheus": {
                        "address": "http://prometheus:9090", "query": "vector(1)", "timeout": 40,
                        "headers": [{"key": "X-Scope", "value": "shop"}],
                        "authentication": {"oauth2": {"tokenUrl": "https://x", "clientId": "a", "clientSecret": "b"}}
                    }}
                },
                {
                    "name": "smoke", "count": "{{args.count}}", "failureLimit": -1, "consecutiveSuccessLimit": 1,
                    "provider": {"web": {"url": "https://x", "method": "POST", "jsonBody": {"a": 1}, "jsonPath": "{$.a}"}}
                },
                {
                    "name": "load", "provider": {"job": {"spec": {
                        "backoffLimit": 0,
                        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "k6", "image": "k6"}]}}
                    }}}
                },
                {
                    "name": "cloud", "interval": "{{args.every}}", "provider": {"cloudWatch": {"metricDataQueries": [
                        {"id": "a", "expression": "b/c"},
                        {"id": "b", "metricStat": {"metric": {"metricName": "n"}, "period": 60, "stat": "Sum"}}
                    ]}}
                },
                {"name": "dog", "provider": {"datadog": {"query": "avg:x", "apiVersion": "v2", "aggregator": "avg"}}},
                {"name": "own", "provider": {"plugin": {"example/metric": {"any": 1}}}}
            ]
        }
    })
}

fn service() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "checkout"},
        "spec": {
            "type": "ClusterIP",
            "selector": {"app": "checkout"},
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP", "appProtocol": "http"}]
        }
    })
}

fn autoscaler() -> Value {
    json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "checkout"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "checkout"},
            "minReplicas": 2,
            "maxReplicas": 10,
            "metrics": [
                {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}},
                {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "1k"}}}
            ],
            "behavior": {"scaleDown": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}}
        }
    })
}

/// A route with matches, filters and weights.
pub fn http_route() -> Value {
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "checkout", "namespace": "shop"},
        "spec": {
            "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "public", "namespace": "infra"}],
            "hostnames": ["shop.example.com", "*.example.org"],
            "rules": [{
                "matches": [{
                    "path": {"type": "PathPrefix", "value": "/"},
                    "headers": [{"type": "Exact", "name": "X-Staff", "value": "yes"}],
                    "method": "GET"
                }],
                "filters": [
                    {"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/"}}},
                    {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-A", "value": "b"}]}}
                ],
                "backendRefs": [
                    {"group": "", "kind": "Service", "name": "checkout", "port": 80, "weight": 100},
                    {"group": "", "kind": "Service", "name": "checkout-canary", "port": 80, "weight": 0}
                ],
                "timeouts": {"request": "10s"},
                "retry": {"codes": [500], "attempts": 2, "backoff": "100ms"}
            }]
        }
    })
}

fn grpc_route() -> Value {
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GRPCRoute",
        "metadata": {"name": "rpc"},
        "spec": {"rules": [{
            "matches": [{"method": {"type": "Exact", "service": "shop.Checkout"}}],
            "backendRefs": [{"name": "rpc", "port": 80, "weight": 1}]
        }]}
    })
}

fn tcp_route() -> Value {
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1alpha2",
        "kind": "TCPRoute",
        "metadata": {"name": "db"},
        "spec": {"rules": [{"backendRefs": [{"name": "db", "port": 5432}]}]}
    })
}

fn ingress() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web"},
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": ["web.example.com"], "secretName": "web"}],
            "rules": [{"host": "web.example.com", "http": {"paths": [{
                "path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}
            }]}}]
        }
    })
}

fn job() -> Value {
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "smoke"},
        "spec": {"backoffLimit": 0, "template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "smoke", "image": "curl", "args": ["--fail"]}]
        }}}
    })
}
