//! What the controller refuses about pod templates, as the API server does about pods.

use serde_json::json;

use super::damage::{Damage, change, container, pod};
use super::expected::{Expected, Lint, Version};
use super::{Base, Rule, rule};

pub fn rules() -> Vec<Rule> {
    let refused = |name, says| rule(name, Base::Pods, Expected::InvalidSpec(says, Lint::Says));
    // The API server cannot apply a list that it keys by name.
    let unstored = |name, says| rule(name, Base::Pods, Expected::RefusedByApiServer(says));
    let labels = |value| change("Rollout", "/spec/template/metadata/labels", value);
    let beside = |item| Damage::Append { object: "Rollout", at: "/spec/template/spec/containers", item };
    vec![
        unstored("pods/container-twice", "duplicate entries for key [name=\"shop\"]")
            .with(beside(json!({"name": "shop", "image": "example.com/other:1"})))
            .net("pod/duplicate"),
        refused("pods/port-name-twice", "Duplicate value: \"http\"")
            .with(container(json!({"ports": [
                {"name": "http", "containerPort": 80}, {"name": "http", "containerPort": 81},
            ]})))
            .net("pod/duplicate"),
        unstored("pods/mount-twice", "duplicate entries for key [mountPath=\"/data\"]")
            .with(pod(json!({"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "emptyDir": {}}]})))
            .with(container(json!({"volumeMounts": [
                {"name": "a", "mountPath": "/data"}, {"name": "b", "mountPath": "/data"},
            ]})))
            .net("pod/duplicate"),
        refused("pods/variable-with-two-values", "may not be specified when `value` is not empty")
            .with(container(json!({"env": [
                {"name": "A", "value": "a", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            ]})))
            .net("pod/environment"),
        refused("pods/variable-without-name", "env[0].name: Required value")
            .with(container(json!({"env": [{"name": "", "value": "a"}]})))
            .net("pod/environment"),
        refused("pods/variable-of-an-unknown-field", "env[0].valueFrom.fieldRef.fieldPath")
            .with(container(json!({"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.hostname"}}}]})))
            .net("pod/environment"),
        refused("pods/label", "a valid label must be").with(labels(json!({"team": "shop & basket"}))).net("pod/label"),
        refused("pods/restart-policy", "Unsupported value: \"OnFailure\"")
            .with(pod(json!({"restartPolicy": "OnFailure"})))
            .net("pod/lifetime"),
        refused("pods/deadline", "activeDeadlineSeconds")
            .with(pod(json!({"activeDeadlineSeconds": 60})))
            .net("pod/lifetime"),
        refused("pods/container-name", "a lowercase RFC 1123 label must consist of")
            .with(container(json!({"name": "Shop"})))
            .net("pod/name"),
        refused("pods/host-alias", "must be a valid IP address")
            .with(pod(json!({"hostAliases": [{"ip": "shop", "hostnames": ["shop"]}]})))
            .net("pod/name"),
        refused("pods/dns-without-servers", "must provide `dnsConfig` when `dnsPolicy` is None")
            .with(pod(json!({"dnsPolicy": "None"})))
            .net("pod/name"),
        refused("pods/port", "must be between 1 and 65535")
            .with(container(json!({"ports": [{"name": "http", "containerPort": 70000}]})))
            .net("pod/port"),
        // The controller checks ports as if the pods had their own network; the API server does not.
        rule(
            "pods/host-port",
            Base::Pods,
            Expected::Hangs {
                at: Version::First,
                phase: "Progressing",
                message: "more replicas need to be updated",
                pods: false,
            },
        )
        .with(pod(json!({"hostNetwork": true})))
        .with(container(json!({"ports": [{"name": "http", "containerPort": 80, "hostPort": 81}]})))
        .net("pod/port"),
        refused("pods/probe-of-nothing", "must specify a handler type")
            .with(container(json!({"livenessProbe": {"periodSeconds": 5}})))
            .net("pod/probe"),
        refused("pods/probe-twice", "may not specify more than 1 handler type")
            .with(container(json!({"livenessProbe": {"tcpSocket": {"port": 80}, "exec": {"command": ["true"]}}})))
            .net("pod/probe"),
        refused("pods/liveness-twice-in-a-row", "successThreshold")
            .with(container(json!({"livenessProbe": {"tcpSocket": {"port": 80}, "successThreshold": 2}})))
            .net("pod/probe"),
        refused("pods/probe-of-an-init-container", "livenessProbe")
            .with(pod(json!({"initContainers": [
                {"name": "init", "image": "example.com/init:1", "livenessProbe": {"tcpSocket": {"port": 80}}},
            ]})))
            .net("pod/probe"),
        refused("pods/request-above-limit", "must be less than or equal to cpu limit")
            .with(container(json!({"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}})))
            .net("pod/resources"),
        refused("pods/negative-amount", "must be greater than or equal to 0")
            .with(container(json!({"resources": {"requests": {"cpu": "-1"}}})))
            .net("pod/resources"),
        refused("pods/unknown-resource", "must be a standard resource type or fully qualified")
            .with(container(json!({"resources": {"requests": {"gpu": "1"}}})))
            .net("pod/resources"),
        refused("pods/affinity-weight", "must be in the range 1-100")
            .with(pod(json!({"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 0, "preference": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}},
            ]}}})))
            .net("pod/scheduling"),
        refused("pods/skew", "must be greater than zero")
            .with(pod(json!({"topologySpreadConstraints": [
                {"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"},
            ]})))
            .net("pod/scheduling"),
        refused("pods/toleration", "operator must be Exists when `key` is empty")
            .with(pod(json!({"tolerations": [{"value": "a"}]})))
            .net("pod/scheduling"),
        refused("pods/privileges", "cannot set `allowPrivilegeEscalation` to false and")
            .with(container(json!({"securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": {"add": ["CAP_SYS_ADMIN"]},
            }})))
            .net("pod/security"),
        refused("pods/seccomp", "must be set when seccomp type is Localhost")
            .with(pod(json!({"securityContext": {"seccompProfile": {"type": "Localhost"}}})))
            .net("pod/security"),
        refused("pods/user", "must be between 0 and 2147483647")
            .with(pod(json!({"securityContext": {"runAsUser": -1}})))
            .net("pod/security"),
        rule("pods/selector-condition", Base::Pods, Expected::Ignored)
            .with(change("Rollout", "/spec/selector", json!({"matchExpressions": [{"key": "app", "operator": "In"}]})))
            .net("pod/selector"),
        refused("pods/mount-of-nothing", "volumeMounts[0].name: Not found")
            .with(container(json!({"volumeMounts": [{"name": "a", "mountPath": "/data"}]})))
            .net("pod/volume"),
        refused("pods/mount-upwards", "must not contain '..'")
            .with(pod(json!({"volumes": [{"name": "a", "emptyDir": {}}]})))
            .with(container(json!({"volumeMounts": [{"name": "a", "mountPath": "/data", "subPath": "../b"}]})))
            .net("pod/volume"),
        refused("pods/mode", "must be a number between 0 and 0777")
            .with(pod(json!({"volumes": [{"name": "a", "configMap": {"name": "a", "defaultMode": 644}}]})))
            .net("pod/volume"),
    ]
}
