//! The manifests.

use super::{container, job, pod, workload};

#[test]
fn a_sound_workload_has_no_findings() {
    workload(
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: Exists}]}
  template:
    metadata:
      creationTimestamp: null
      labels: {app: web, tier: front}
      annotations: {Example.com/Key: anything at all}
    spec:
      serviceAccountName: web
      initContainers:
      - {name: proxy, image: proxy, restartPolicy: Always, readinessProbe: {exec: {command: [ready]}}}
      - {name: migrate, image: migrate, command: [migrate]}
      containers:
      - name: web
        image: web:1
        ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]
        env: [{name: A, value: b}, {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
        envFrom: [{secretRef: {name: web}}]
        resources: {requests: {cpu: 0.5, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 1}}
        readinessProbe: {httpGet: {path: /, port: http}, successThreshold: 2}
        livenessProbe: {tcpSocket: {port: 8080}, terminationGracePeriodSeconds: 10}
        lifecycle: {preStop: {sleep: {seconds: 5}}}
        securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000}
        volumeMounts: [{name: config, mountPath: /etc/web, subPath: a/b}]
      volumes:
      - {name: config, configMap: {name: web, defaultMode: 0644, items: [{key: a, path: a/b}]}}
      - {name: all, projected: {sources: [{secret: {name: s}}, {downwardAPI: {items: []}}]}}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - {weight: 100, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: web}}}}
      tolerations: [{operator: Exists}, {key: a, value: b, effect: NoExecute, tolerationSeconds: 5}]
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, minDomains: 2}
",
    );
}

#[test]
fn containers() {
    pod("containers: [] # ! pod/container");
    pod("restartPolicy: Always # ! object/missing-field");
    pod("containers:\n- image: web:1 # ! object/missing-field");
    pod("containers:\n- name: web # ! pod/container");
    pod("containers:\n- name: web\n  image: ' web:1' # ! pod/container");
    pod("containers:\n- name: web\n  image: '' # ! pod/container");
    pod("containers:\n- name: Web # ! pod/name\n  image: web:1");
    pod("containers:\n- {name: web, image: web}\n- {name: web, image: web} # ! pod/duplicate");
    pod("containers:\n- {name: web, image: web}\ninitContainers:\n- {name: web, image: web} # ! pod/duplicate");
    pod("containers:\n- {name: web, image: web}\nephemeralContainers:\n- {name: debug, image: web} # ! pod/container");
}

#[test]
fn one_mistake_is_reported_once() {
    container("imagePullPolicy: always # ! object/bad-value");
    container("imagePullPolcy: Always # ! object/unknown-field");
    container("env: # ! object/wrong-type");
    container("env:\n- {name: A, value: 5} # ! object/wrong-type");
    container("resources: {requests: {cpu: lots}} # ! object/bad-value");
}

#[test]
fn ports() {
    container("ports:\n- {containerPort: 80000} # ! pod/port");
    container("ports:\n- {containerPort: 80, name: HTTP} # ! pod/name");
    container("ports:\n- {containerPort: 80, name: this-is-far-too-long} # ! pod/name");
    container("ports:\n- {containerPort: 80, name: a}\n- {containerPort: 81, name: a} # ! pod/duplicate");
    container("ports:\n- {containerPort: 80, hostPort: 80}\n- {containerPort: 81, hostPort: 80} # ! pod/duplicate");
    container("ports:\n- {containerPort: 80, protocol: HTTP} # ! object/bad-value");
    pod(
        "hostNetwork: true\ncontainers:\n- name: web\n  image: web\n  ports:\n  - containerPort: 80\n    hostPort: 81 # ! pod/port",
    );
}

#[test]
fn environment() {
    container("env:\n- {name: 'A=B', value: c} # ! pod/environment");
    container("env:\n- {name: A, value: b, valueFrom: {secretKeyRef: {name: s, key: k}}} # ! pod/environment");
    container("env:\n- {name: A, valueFrom: {}} # ! pod/environment");
    container(
        "env:\n- name: A\n  valueFrom:\n    secretKeyRef: {name: s, key: k}\n    configMapKeyRef: {name: s, key: k} # ! \
         pod/environment",
    );
}

#[test]
fn sources_of_variables() {
    container("env:\n- {name: A, valueFrom: {fieldRef: {fieldPath: metadata.nam}}} # ! pod/environment");
    container("env:\n- {name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['app']\"}}}");
    container("env:\n- {name: A, valueFrom: {resourceFieldRef: {resource: limits.memory}}}");
    container("env:\n- {name: A, valueFrom: {secretKeyRef: {name: S, key: k}}} # ! pod/name");
    container("env:\n- {name: A, valueFrom: {secretKeyRef: {name: s, key: 'a b'}}} # ! pod/name");
    container("envFrom:\n- {} # ! pod/environment");
    container("env:\n- {name: A, value: b}\n- {name: A, value: c} # ! pod/repeated-variable");
}

#[test]
fn resources() {
    container("resources: {requests: {cpu: 2}, limits: {cpu: 1}} # ! pod/resources");
    container("resources: {requests: {memory: 1Gi}, limits: {memory: 1G}} # ! pod/resources");
    container("resources: {requests: {cpu: -1}} # ! pod/resources");
    container("resources: {requests: {cpus: 1}} # ! pod/resources");
    container("resources: {requests: {nvidia.com/gpu: 1}} # ! pod/resources");
    container("resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}} # ! pod/resources");
}

#[test]
fn probes() {
    container("readinessProbe: {periodSeconds: 5} # ! pod/probe");
    container("readinessProbe: {exec: {command: [a]}, httpGet: {port: 80}} # ! pod/probe");
    container("readinessProbe: {httpGet: {port: 0}} # ! pod/port");
    container("ports: [{name: http, containerPort: 80}]\nreadinessProbe: {httpGet: {port: htp}} # ! pod/probe");
    container("livenessProbe: {httpGet: {port: 80}, successThreshold: 2} # ! pod/probe");
    container("livenessProbe: {httpGet: {port: 80}, timeoutSeconds: -1} # ! pod/probe");
    container("readinessProbe: {httpGet: {port: 80}, terminationGracePeriodSeconds: 5} # ! pod/probe");
    container("startupProbe: {httpGet: {port: 80}, terminationGracePeriodSeconds: 0} # ! pod/probe");
    container("lifecycle: {preStop: {}} # ! pod/probe");
    container("livenessProbe: {exec: {}} # ! pod/probe");
    pod(
        "containers:\n- {name: web, image: web}\ninitContainers:\n- name: i\n  image: i\n  livenessProbe: {exec: {command: [a]}} # ! pod/probe",
    );
}

#[test]
fn volumes() {
    container("volumeMounts:\n- {name: data, mountPath: /data} # ! pod/volume");
    let with_volume = |mounts: &str| {
        pod(&format!(
            "volumes: [{{name: data, emptyDir: {{}}}}]\ncontainers:\n- name: web\n  image: web\n  volumeMounts:\n{mounts}"
        ));
    };
    with_volume("  - {name: dta, mountPath: /data} # ! pod/volume");
    with_volume("  - {name: data, mountPath: '/a:b'} # ! pod/volume");
    with_volume("  - {name: data, mountPath: /a}\n  - {name: data, mountPath: /a} # ! pod/duplicate");
    with_volume("  - {name: data, mountPath: /a, subPath: ../b} # ! pod/volume");
    with_volume("  - {name: data, mountPath: /a, subPath: b, subPathExpr: c} # ! pod/volume");
    let volume = |volume: &str| {
        pod(&format!("containers: [{{name: web, image: web}}]\nvolumes:\n{volume}"));
    };
    volume("- {name: data}");
    volume("- {name: data, emptyDir: {}, configMap: {name: a}} # ! pod/volume");
    volume("- {name: Data, emptyDir: {}} # ! pod/name");
    volume("- {name: data, emptyDir: {}}\n- {name: data, emptyDir: {}} # ! pod/duplicate");
    volume("- {name: data, secret: {}} # ! pod/volume");
    volume("- {name: data, configMap: {name: a, items: [{key: a, path: /a}]}} # ! pod/volume");
    volume("- {name: data, configMap: {name: a, defaultMode: 644}} # ! pod/volume");
    volume("- {name: data, hostPath: {path: /a/../b}} # ! pod/volume");
    volume("- {name: data, projected: {sources: [{secret: {name: a}, configMap: {name: a}}]}} # ! pod/volume");
}

#[test]
fn the_life_of_a_pod() {
    let with = |field: &str| pod(&format!("containers: [{{name: web, image: web}}]\n{field}"));
    with("restartPolicy: Never # ! pod/lifetime");
    with("activeDeadlineSeconds: 60 # ! pod/lifetime");
    with("terminationGracePeriodSeconds: -1 # ! pod/lifetime");
    with("serviceAccountName: My_Account # ! pod/name");
    with("hostname: a.b # ! pod/name");
    with("imagePullSecrets: [{name: A}] # ! pod/name");
    with("hostAliases: [{ip: localhost, hostnames: [a]}] # ! pod/name");
    with("dnsPolicy: None # ! pod/name");
    with("nodeSelector: {'a b': c} # ! pod/label");
    with("securityContext: {fsGroup: -1} # ! pod/security");
    with("securityContext: {seccompProfile: {type: Localhost}} # ! pod/security");
    with("tolerations: [{key: a, operator: Exists, value: b}] # ! pod/scheduling");
    with("tolerations: [{effect: NoSchedule}] # ! pod/scheduling");
    with("tolerations: [{key: a, tolerationSeconds: 5}] # ! pod/scheduling");
    let spread = "topologySpreadConstraints:";
    with(&format!("{spread}\n- {{maxSkew: 0, topologyKey: z, whenUnsatisfiable: DoNotSchedule}} # ! pod/scheduling"));
    with(&format!("{spread}\n- {{maxSkew: 1, topologyKey: '', whenUnsatisfiable: DoNotSchedule}} # ! pod/scheduling"));
    with(&format!("{spread}\n- {{maxSkew: 1, topologyKey: z, whenUnsatisfiable: Maybe}} # ! object/bad-value"));
    let affinity = "affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:";
    with(&format!("{affinity} {{nodeSelectorTerms: []}} # ! pod/scheduling"));
    with(&format!(
        "{affinity}\n      nodeSelectorTerms:\n      - matchExpressions: [{{key: a, operator: Exists, values: [b]}}] # ! pod/selector"
    ));
    with(&format!(
        "{affinity}\n      nodeSelectorTerms:\n      - matchExpressions: [{{key: a, operator: Gt, values: ['b']}}] # ! pod/selector"
    ));
}

#[test]
fn security_of_containers() {
    container("securityContext: {privileged: true, allowPrivilegeEscalation: false} # ! pod/security");
    container("securityContext: {runAsNonRoot: true, runAsUser: 0} # ! pod/security");
    container(
        "securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}} # ! pod/security",
    );
}

#[test]
fn labels_and_selectors() {
    let deployment = |selector: &str, labels: &str| {
        workload(&format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: {selector}\n  template:\n    \
             metadata:\n      labels: {labels}\n    spec:\n      containers: [{{name: web, image: web}}]\n"
        ));
    };
    deployment("{matchLabels: {app: web}} # ! pod/selector", "{app: api}");
    deployment("{matchLabels: {app: web}} # ! pod/selector", "{}");
    deployment("{} # ! pod/selector", "{app: web}");
    deployment("{matchExpressions: [{key: app, operator: In, values: [a]}]} # ! pod/selector", "{app: web}");
    deployment("{matchExpressions: [{key: app, operator: In}]} # ! pod/selector", "{app: web}");
    deployment("{matchLabels: {app: web}}", "{app: web, note: 'two words'} # ! pod/label");
    deployment("{matchLabels: {app: web}}", "{app: web, rollouts-pod-template-hash: abc} # ! pod/label");
}

#[test]
fn jobs() {
    let head = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: smoke}\nspec:\n";
    job(&format!("{head}  template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: a}}]}}}}"));
    job(&format!("{head}  template:\n    spec: {{containers: [{{name: a, image: a}}]}} # ! pod/lifetime"));
    job(&format!(
        "{head}  backoffLimit: -1 # ! job/manifest\n  template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: a}}]}}}}"
    ));
    job(&format!(
        "{head}  selector: {{matchLabels: {{a: b}}}} # ! job/manifest\n  template: {{spec: {{restartPolicy: OnFailure, containers: [{{name: a, image: a}}]}}}}"
    ));
    job(&format!("{head}  tempalte: {{}} # ! object/unknown-field"));
}
