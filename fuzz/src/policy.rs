//! The whole compiler on any policy (`build`, `yaml`) and on any file that a policy names (`manifest`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{Compilation, Request, compile};
use canaryc::diagnostic::{Diagnostics, Report, text};
use canaryc::files::{FileError, Files};
use canaryc::internals::syntax::kdl;
use canaryc::internals::vocabulary::{Format, convert};
use canaryc::source::{Source, Span};
use canaryc::write;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Files under the names in the sample policies, whatever the folder.
struct InMemory {
    files: Vec<(&'static str, Arc<str>)>,
}

impl Files for InMemory {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        let name = path.file_name().unwrap_or_default();
        let found = self.files.iter().find(|(known, _)| **known == *name);
        let (_, text) = found.ok_or(FileError::NotFound { nearest: None })?;
        Ok(Source::new(path, Arc::clone(text)))
    }
}

fn sample(path: &str) -> Arc<str> {
    std::fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_else(|error| panic!("{path}: {error}")).into()
}

fn in_memory() -> InMemory {
    static FILES: std::sync::OnceLock<Vec<(&'static str, Arc<str>)>> = std::sync::OnceLock::new();
    let files = FILES.get_or_init(|| {
        vec![
            ("org.kdl", sample("tests/language/lib/org.kdl")),
            ("organisation.kdl", sample("examples/checkout/lib/organisation.kdl")),
            ("deployment.yaml", sample("examples/checkout/deployment.yaml")),
            ("nginx-base.yaml", sample("tests/language/k8s/nginx-base.yaml")),
            ("web.yaml", sample("tests/language/k8s/web.yaml")),
            ("helloworld.yml", sample("examples/001-colorapi/helloworld.yml")),
            ("smoke.yaml", sample("tests/language/jobs/smoke.yaml")),
            ("rollout.yaml", sample("tests/language/patches/rollout.yaml")),
            ("svc.yaml", sample("tests/language/platform/svc.yaml")),
        ]
    });
    InMemory { files: files.clone() }
}

fn policies(folder: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            policies(&path.to_string_lossy(), found);
        } else if path.extension().is_some_and(|extension| extension == "kdl") {
            found.push(path);
        }
    }
}

/// The policies of the examples and of the corpus, and profiles.
pub fn build_seeds() -> Vec<String> {
    let mut paths = Vec::new();
    for folder in ["examples", "tests/language", "policies"] {
        policies(&format!("{ROOT}/{folder}"), &mut paths);
    }
    paths.sort();
    let seeds: Vec<String> = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(!seeds.is_empty(), "no policies beneath {ROOT}");
    seeds
}

/// The same policies as YAML, if they can be converted, and as JSON.
pub fn yaml_seeds() -> Vec<String> {
    let mut seeds = vec![sample("tests/language/43-yaml-form.canary.yaml").to_string()];
    for text in build_seeds() {
        let mut mistakes = Diagnostics::new();
        let document = kdl::read(&Source::new("seed.kdl", text), &mut mistakes);
        if mistakes.is_empty() {
            seeds.push(convert(&document, Format::Yaml));
            seeds.push(convert(&document, Format::Json));
        }
    }
    seeds
}

/// Manifests of the examples.
pub fn manifest_seeds() -> Vec<String> {
    in_memory()
        .files
        .into_iter()
        .filter(|(name, _)| !name.ends_with(".kdl"))
        .map(|(_, text)| text.to_string())
        .collect()
}

/// Pieces of policies in KDL.
pub const TOKENS: &[&str] = &[
    "{",
    "}",
    " { ",
    " }\n",
    "=",
    " ",
    "\n",
    ";",
    "/-",
    "\"",
    "#\"",
    "\"#",
    "\"\"\"\n",
    "\\\n",
    "#true",
    "0",
    "1",
    "-1",
    "6",
    "99999999999999999999",
    "1e400",
    "\"0%\"",
    "\"5%\"",
    "\"100%\"",
    "\"99.95%\"",
    "\"101%\"",
    "\"10m\"",
    "\"0s\"",
    "\"300ms\"",
    "\"99999999h\"",
    "\"120/s\"",
    "\"\"",
    "\"a\"",
    "\"é\"",
    "{{",
    "}}",
    "{{bake}}",
    "{{window}}",
    "{{canary-hash}}",
    "{{canary-service}}",
    "{{release}}",
    "\"{{first}}\"",
    "include \"lib/org.kdl\"\n",
    "include \"std:quick\"\n",
    "environments \"dev\" \"prod\"\n",
    "environment \"dev\" {\n",
    "profile \"p\" {\n",
    "release \"r\" namespace=\"n\" {\n",
    "use \"standard\" bake=\"5m\"\n",
    "use \"p\"\n",
    "param \"x\" type=\"percent\" default=\"5%\"\n",
    "workload replicas=6 { selector app=\"a\" }\n",
    "workload file=\"deployment.yaml\" mode=\"embed\"\n",
    "workload name=\"nginx-base\" file=\"nginx-base.yaml\"\n",
    "service { port 80 target=8080 }\n",
    "service existing=#true\n",
    "route host=\"a.example.com\"\n",
    "route path=\"/x\" match=\"exact\"\n",
    "router { gateway-api \"infra/public\" }\n",
    "router { istio \"mesh\" }\n",
    "audience \"s\" share=\"1%\" { header \"X\" exact=\"y\" }\n",
    "audience \"p\" pinned=\"stable\" host=\"p.example.com\"\n",
    "audience \"c\" share=\"2%\" { cookie \"c\" regex=\"a|b\" }\n",
    "audience \"j\" { any \"s\" \"c\" }\n",
    "slo \"availability\" min=\"99.5%\" { success-ratio window=\"5m\" }\n",
    "slo \"latency\" max=\"250ms\"\n",
    "slo \"b\" { burn-rate objective=\"99.9%\" }\n",
    "slo \"e\" min=\"99%\" { events good=\"up\" total=\"up\" window=\"1m\" }\n",
    "check \"q\" max=1 { query \"up\" }\n",
    "check \"w\" equals=\"ok\" { web url=\"http://x/\" json=\"{$.a}\" }\n",
    "check \"j\" { job image=\"i\" timeout=\"5m\" { args \"a\"; env A=\"b\" } }\n",
    "check \"j\" { job file=\"smoke.yaml\" }\n",
    "check \"r\" max=0 { restarts window=\"10m\" }\n",
    "success-condition=\"result[0] > 1\"",
    "failure-condition=\"isNaN(result)\"",
    "on-fail=\"wait\"",
    "no-data=\"pass\"",
    "failure-limit=3",
    "count=5",
    "interval=\"30s\"",
    "window=\"5m\"",
    "scope=\"any\"",
    "stage weight=\"5%\" pause=\"10m\"\n",
    "stage \"half\" weight=\"50%\" promote=\"manual\"\n",
    "stage audience=\"s\" pause=\"1h\"\n",
    "stage to=\"50%\" by=\"10%\" pause=\"1m\"\n",
    "stage \"p\" replicas=1 { gate \"w\" }\n",
    "before=\"first\"",
    "after=\"5%\"",
    "weight=\"1%\"",
    "pause=\"5m\"",
    "gate \"w\" at=\"start\"\n",
    "watch \"availability\" \"latency\" from=\"5%\"\n",
    "remove { router; watch; stage \"5%\" }\n",
    "notify on=\"aborted\" via=\"slack\" to=\"x\"\n",
    "rollout progress-deadline=\"10m\" max-surge=\"25%\"\n",
    "autoscaler min=2 max=9 cpu=\"80%\"\n",
    "load rate=\"120/s\" errors=\"0.1%\"\n",
    "patch \"Rollout\" yaml=\"spec: {paused: true}\"\n",
    "patch \"Service\" yaml=\"[{op: add, path: /a, value: 1}]\"\n",
    "labels team=\"a\"\n",
    "guardrail \"g\" { first-weight max=\"10%\" }\n",
    "waiver \"g/first-weight\" owner=\"a\" reason=\"b\" until=\"2027-01-01\"\n",
    "provider \"m\" { prometheus address=\"http://p:9090\" telemetry=\"istio\" }\n",
    "sum(rate(x{a=\"b\"}[5m]))",
    "[5m]",
    " by (a) ",
    "(",
    ")",
];

/// Pieces of policies in YAML.
pub const YAML_TOKENS: &[&str] = &[
    "\n",
    " ",
    "  ",
    "    ",
    "\t",
    "- ",
    ": ",
    ":",
    ",",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "|\n",
    ">-\n",
    "#",
    " # c",
    "&a ",
    "*a",
    "<<: *a",
    "!!str ",
    "!x ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "? ",
    "~",
    "null",
    "yes",
    "no",
    "on",
    "010",
    "0x1F",
    "1e3",
    ".inf",
    "1_000",
    "12:30",
    "2027-01-01",
    "5%",
    "10m",
    "300ms",
    "{{bake}}",
    "'{{window}}'",
    "release:\n",
    "- name: a\n",
    "  namespace: n\n",
    "  workload:\n",
    "    replicas: 6\n",
    "    selector: {app: a}\n",
    "  service: {port: [{number: 80, target: 8080}]}\n",
    "  router: {gateway-api: {gateways: [infra/public]}}\n",
    "  stage: [{weight: 5%, pause: 10m}]\n",
    "  - weight: 25%\n",
    "    pause: 30m\n",
    "    gate: [{names: [smoke]}]\n",
    "  watch: {names: [availability]}\n",
    "  audience: [{name: s, share: 1%, header: [{name: X, exact: 'yes'}]}]\n",
    "include: [lib/org.kdl]\n",
    "environments: [dev, prod]\n",
    "  environment:\n  - name: dev\n",
    "  remove: {router: {}}\n",
    "\u{0}",
    "\u{85}",
    "\u{FEFF}",
    "é",
    "\\x",
    "\"\\u00e9\"",
];

/// Pieces of manifests.
pub const MANIFEST_TOKENS: &[&str] = &[
    "\n",
    " ",
    "  ",
    "    ",
    "\t",
    "- ",
    ": ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "|\n",
    "#",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "~",
    "null",
    "true",
    "0",
    "-1",
    "99999999999999999999",
    "1e400",
    "8080",
    "\"8080\"",
    "http",
    "100m",
    "256Mi",
    "1.5Gi",
    "-5Mi",
    "Always",
    "OnFailure",
    "apiVersion: apps/v1\n",
    "kind: Deployment\n",
    "kind: Pod\n",
    "kind: List\nitems:\n",
    "metadata:\n",
    "name: checkout\n",
    "namespace: shop\n",
    "spec:\n",
    "replicas: 6\n",
    "selector:\n",
    "matchLabels: {app: checkout}\n",
    "matchExpressions: [{key: a, operator: In, values: [b]}]\n",
    "template:\n",
    "labels: {app: checkout}\n",
    "containers:\n",
    "initContainers:\n",
    "- name: a\n",
    "image: a:1\n",
    "ports: [{containerPort: 80}]\n",
    "env: [{name: A, value: b}]\n",
    "valueFrom: {secretKeyRef: {name: a, key: b}}\n",
    "volumeMounts: [{name: v, mountPath: /x}]\n",
    "volumes: [{name: v, emptyDir: {}}]\n",
    "readinessProbe: {httpGet: {path: /, port: http}}\n",
    "livenessProbe: {exec: {command: [a]}}\n",
    "resources: {limits: {cpu: 1, memory: 1Gi}}\n",
    "securityContext: {runAsNonRoot: true}\n",
    "restartPolicy: Never\n",
    "hostNetwork: true\n",
    "affinity: {podAntiAffinity: {}}\n",
    "tolerations: [{operator: Exists}]\n",
    "topologySpreadConstraints:\n",
    "strategy: {type: Recreate}\n",
];

/// Checks the invariants of every compilation.
fn judge(compilation: &Compilation) -> Result<String, String> {
    let known = |span: Span| match compilation.sources.get(span.source) {
        Some(source) if source.slice(span).len() == (span.end - span.start) as usize => Ok(()),
        Some(_) => Err(format!("{span:?} does not cut its text")),
        None => Err(format!("{span:?} lies in a text that is not known")),
    };
    let mut written = String::new();
    for policy in compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()) {
        written.push_str(&write::yaml::text(&policy.bundle.objects));
    }
    for diagnostic in compilation.diagnostics.iter() {
        for span in diagnostic.spans() {
            known(span).map_err(|problem| format!("{}: {problem}", diagnostic.code))?;
        }
        if diagnostic.message.is_empty() || diagnostic.message.contains('\n') {
            return Err(format!("{} says nothing that can be shown: {:?}", diagnostic.code, diagnostic.message));
        }
    }
    if compilation.diagnostics.has_errors() && !written.is_empty() {
        return Err("there are errors and also manifests".to_owned());
    }
    if !compilation.diagnostics.has_errors() && compilation.policies.iter().any(|policy| policy.compiled.is_none()) {
        return Err("there are no manifests, and no errors either".to_owned());
    }
    Ok(written)
}

fn compiled(path: &str, text: &str, files: &InMemory) -> Result<(), String> {
    let once = || {
        let library = Library::new(files);
        compile(Source::new(path, text), &library, &Request::default())
    };
    let compilation = once();
    let written = judge(&compilation)?;
    let again = once();
    let messages =
        |compilation: Compilation| text::plain(&Report::new([(compilation.sources, compilation.diagnostics)]));
    if judge(&again)? != written || messages(again) != messages(compilation) {
        return Err("compiling again gives something else".to_owned());
    }
    Ok(())
}

/// Where the fuzzed policy is.
pub const PATH: &str = "shop/fuzz.canary.kdl";

/// One compilation of a policy in KDL.
pub fn compilation(text: &str) -> Compilation {
    let files = in_memory();
    let library = Library::new(&files);
    compile(Source::new(PATH, text), &library, &Request::default())
}

/// A whole build of a policy in KDL.
pub fn build(text: &str) -> Result<(), String> {
    compiled(PATH, text, &in_memory())
}

/// A whole build of a policy in YAML.
pub fn yaml(text: &str) -> Result<(), String> {
    compiled("shop/fuzz.canary.yaml", text, &in_memory())
}

/// A policy whose Deployment is the text, once embedded in the Rollout and once referenced; also a Service and a Job.
pub fn manifest(text: &str) -> Result<(), String> {
    const EMBEDDED: &str = r#"release "checkout" namespace="shop" {
        workload file="fuzzed.yaml" mode="embed"
        service { port 80 target="http" }
        stage weight="50%" pause="1m"
    }"#;
    const REFERRED: &str = r#"release "checkout" namespace="shop" {
        workload file="fuzzed.yaml"
        service file="fuzzed.yaml"
        check "j" { job file="fuzzed.yaml" timeout="5m" }
        stage weight="50%" pause="1m" { gate "j" }
    }"#;
    let files = InMemory { files: vec![("fuzzed.yaml", text.into())] };
    compiled("shop/fuzz.canary.kdl", EMBEDDED, &files)?;
    compiled("shop/fuzz.canary.kdl", REFERRED, &files)
}
