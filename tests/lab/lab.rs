//! A real control plane on loopback. In: the built programs. Out: an API server with the custom resources, controllers,
//! a node whose pods become ready, and the Argo Rollouts controller, all of them ready; everything is stopped at the
//! end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::json;

use crate::answers::Answers;
use crate::api_server::{self, ApiServer};
use crate::both_ways::Rollouts;
use crate::failure::{Failure, failed};
use crate::kubectl::Kubectl;
use crate::process::Process;
use crate::programs::{self, Programs};
use crate::prometheus::Prometheus;
use crate::ready;
use crate::watch::{KINDS, Watch, Watches};

/// Definitions of custom resources: the module, their path in it, and the ends of the names of their files.
type Definitions = (&'static str, &'static str, &'static [&'static str]);

const DEFINITIONS: &[Definitions] = &[
    ("istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml", &[""]),
    ("github.com/kedacore/keda/v2", "config/crd/bases", &[""]),
];

const ROLLOUTS: Definitions = ("github.com/argoproj/argo-rollouts", "manifests/crds", &[""]);

/// The Gateway API. For TCP and TLS, the plugin asks for versions that only the experimental channel has.
const GATEWAY_API: &[Definitions] = &[
    (
        "sigs.k8s.io/gateway-api",
        "config/crd/standard",
        &["_gatewayclasses.yaml", "_gateways.yaml", "_grpcroutes.yaml", "_httproutes.yaml", "_referencegrants.yaml"],
    ),
    ("sigs.k8s.io/gateway-api", "config/crd/experimental", &["_tcproutes.yaml", "_tlsroutes.yaml"]),
];

/// Where the version of Argo Rollouts and that of the Gateway API are named, as folders with a `go.mod`.
const fn named(rollouts: Rollouts) -> (&'static str, &'static str) {
    match rollouts {
        Rollouts::V1_9 => ("rollouts-1.9", "manifests/older"),
        Rollouts::V1_10 => ("control-plane", "manifests"),
    }
}

/// What kwok does to nodes and pods.
const STAGES: &[&str] = &[
    "node/fast/node-initialize.yaml",
    "node/heartbeat/node-heartbeat.yaml",
    "pod/fast/pod-ready.yaml",
    "pod/fast/pod-complete.yaml",
    "pod/fast/pod-delete.yaml",
];

/// Something that is started on first use and then shared.
#[derive(Debug)]
pub struct Lazy<T>(pub Mutex<Option<Arc<T>>>);

impl<T> Lazy<T> {
    /// What was started, if it was.
    pub fn into_inner(self) -> Option<Arc<T>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts it if it is not started yet.
    pub fn get(&self, start: impl FnOnce() -> Result<T, Failure>) -> Result<Arc<T>, Failure> {
        let mut started = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let it = match &*started {
            Some(it) => Arc::clone(it),
            None => Arc::new(start()?),
        };
        *started = Some(Arc::clone(&it));
        Ok(it)
    }
}

/// A running control plane.
#[derive(Debug)]
pub struct Lab {
    // Declared first, and so dropped first.
    watches: Lazy<Watches>,
    prometheus: Lazy<Prometheus>,
    processes: Vec<Process>,
    etcd: u16,
    folder: PathBuf,
    programs: Programs,
    /// The version of Argo Rollouts.
    pub rollouts: Rollouts,
    /// The server that answers measurements.
    pub answers: Answers,
    /// The client of its administrator.
    pub kubectl: Kubectl,
}

impl Lab {
    /// Starts everything. If one program does not become ready, those that already run are stopped.
    pub fn start(programs: Programs, rollouts: Rollouts) -> Result<Self, Failure> {
        let begun = Instant::now();
        let lab = ready::with_free_ports(|ports| {
            let folder = new_folder(rollouts)?;
            let mut lab = Self {
                watches: Lazy(Mutex::default()),
                prometheus: Lazy(Mutex::default()),
                processes: Vec::new(),
                etcd: 0,
                answers: Answers::start()?,
                kubectl: Kubectl::new(&programs, rollouts, &folder.join("kubeconfig")),
                programs: programs.clone(),
                rollouts,
                folder,
            };
            match lab.start_all(&programs, ports) {
                Ok(()) => Ok(lab),
                Err(failure) => Err(failed(format!("{failure}\n(logs: {})", lab.stop_and_keep_logs()?.display()))),
            }
        })?;
        eprintln!("lab: Argo Rollouts {rollouts} is ready after {:.1} s", begun.elapsed().as_secs_f32());
        Ok(lab)
    }

    /// The clients of the controllers have no rate limit, because many releases run at once.
    fn start_all(&mut self, programs: &Programs, ports: [u16; 5]) -> Result<(), Failure> {
        let [etcd, peer, api, metrics, health] = ports;
        let kubeconfig = self.kubeconfig();
        let client = kubeconfig.display();
        self.process(
            programs,
            "etcd",
            &format!(
                "--data-dir etcd --unsafe-no-fsync --log-level warn --listen-client-urls http://127.0.0.1:{etcd} \
                 --advertise-client-urls http://127.0.0.1:{etcd} --listen-peer-urls http://127.0.0.1:{peer} \
                 --initial-advertise-peer-urls http://127.0.0.1:{peer} --initial-cluster default=http://127.0.0.1:{peer}"
            ),
        )?;
        let key = Command::new(programs.path("service-account-key")).output()?;
        fs::write(self.folder.join("service-account.key"), key.stdout)?;
        fs::write(self.folder.join("tokens.csv"), "lab,admin,admin,\"system:masters\"\n")?;
        self.process(programs, "kube-apiserver", &api_server::arguments(etcd, api, "certificates"))?;
        let authority = self.folder.join("certificates/apiserver.crt");
        fs::write(&kubeconfig, api_server::kubeconfig(api, &authority))?;
        self.etcd = etcd;
        self.wait_for_answer("the API server", &["get", "--raw", "/readyz"])?;
        self.process(
            programs,
            "kube-controller-manager",
            &format!(
                "--kubeconfig {client} --service-account-private-key-file service-account.key --leader-elect=false \
                 --secure-port=0 --kube-api-qps=500 --kube-api-burst=1000"
            ),
        )?;
        self.process(
            programs,
            "kube-scheduler",
            &format!(
                "--kubeconfig {client} --leader-elect=false --secure-port=0 --kube-api-qps=500 --kube-api-burst=1000"
            ),
        )?;
        self.start_node(programs)?;
        self.install_definitions()?;
        self.configure_controller(programs)?;
        self.process(
            programs,
            "rollouts-controller",
            &format!(
                "--kubeconfig {client} --leader-elect=false --metricsport {metrics} --healthzPort {health} \
                 --qps 500 --burst 1000"
            ),
        )?;
        self.wait("the Rollouts controller", |_| Ok(ready::answers_well(health, "/healthz")))?;
        self.wait_for_answer("the node", &["wait", "node/lab", "--for=condition=Ready", "--timeout=0"])?;
        self.wait_for_answer("the namespace default", &["get", "namespace", "default"])
    }

    /// Configures the Rollouts controller to use the test double of the Gateway API plugin.
    fn configure_controller(&self, programs: &Programs) -> Result<(), Failure> {
        self.kubectl.run(&["create", "namespace", "argo-rollouts"], "")?;
        let double = programs.path("gateway-api-plugin-double");
        let plugins = json!([{"name": "argoproj-labs/gatewayAPI", "location": format!("file://{}", double.display())}]);
        let configuration = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "argo-rollouts-config", "namespace": "argo-rollouts"},
            "data": {"trafficRouterPlugins": plugins.to_string()},
        });
        self.kubectl.run(&["create", "-f", "-"], &configuration.to_string()).map(drop)
    }

    fn start_node(&mut self, programs: &Programs) -> Result<(), Failure> {
        let stages = programs::module_folder("manifests", "sigs.k8s.io/kwok")?.join("kustomize/stage");
        let mut text = String::new();
        for stage in STAGES {
            text.push_str("---\n");
            text.push_str(&fs::read_to_string(stages.join(stage))?);
        }
        fs::write(self.folder.join("stages.yaml"), text)?;
        let client = self.folder.join("kubeconfig");
        self.process(
            programs,
            "kwok",
            &format!("--kubeconfig {} --manage-all-nodes=true -c stages.yaml", client.display()),
        )?;
        let capacity = json!({"cpu": "1000", "memory": "4Ti", "pods": "10000", "ephemeral-storage": "4Ti"});
        let node = json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {"name": "lab", "labels": {"kubernetes.io/hostname": "lab"}},
            "status": {"allocatable": capacity, "capacity": capacity},
        });
        self.kubectl.run(&["create", "-f", "-"], &node.to_string()).map(drop)
    }

    fn install_definitions(&mut self) -> Result<(), Failure> {
        let mut text = String::new();
        let (controller, gateway_api) = named(self.rollouts);
        let all = DEFINITIONS.iter().map(|definitions| ("manifests", definitions));
        let all = all.chain([(controller, &ROLLOUTS)]).chain(GATEWAY_API.iter().map(|one| (gateway_api, one)));
        for (listed, (module, place, ends)) in all {
            let place = programs::module_folder(listed, module)?.join(place);
            let is_wanted = |file: &&PathBuf| ends.iter().any(|end| file.to_string_lossy().ends_with(end));
            for file in yaml_files(&place)?.iter().filter(is_wanted) {
                text.push_str("---\n");
                text.push_str(&fs::read_to_string(file)?);
                text.push('\n');
            }
        }
        self.kubectl.run(&["create", "-f", "-"], &text)?;
        let all = ["wait", "crd", "--all", "--for=condition=Established", "--timeout=60s"];
        self.kubectl.run(&all, "")?;
        // Clients find an established kind only a moment later, and a watch that does not find its kind ends.
        KINDS.iter().try_for_each(|kind| self.wait_for_answer(kind, &["get", kind, "--all-namespaces"]))
    }

    fn process(&mut self, programs: &Programs, name: &str, arguments: &str) -> Result<(), Failure> {
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let program = match name {
            "rollouts-controller" => programs.controller(self.rollouts),
            _ => programs.path(name),
        };
        self.processes.push(Process::start(name, &program, &arguments, &self.folder)?);
        Ok(())
    }

    fn wait_for_answer(&mut self, what: &str, arguments: &[&str]) -> Result<(), Failure> {
        self.wait(what, |kubectl| Ok(kubectl.try_run(arguments, "")?.success))
    }

    fn wait(&mut self, what: &str, is_ready: impl Fn(&Kubectl) -> Result<bool, Failure>) -> Result<(), Failure> {
        let (processes, kubectl) = (&mut self.processes, &self.kubectl);
        ready::wait(what, || processes.iter_mut().find_map(Process::ended), || is_ready(kubectl))
    }

    /// The Prometheus that tests share.
    pub fn prometheus(&self) -> Result<Arc<Prometheus>, Failure> {
        self.prometheus.get(|| self.own_prometheus("prometheus"))
    }

    /// A Prometheus for a person, on its usual port if that is free.
    pub fn usual_prometheus(&self) -> Result<Arc<Prometheus>, Failure> {
        self.prometheus.get(|| Prometheus::start(&self.programs, &self.folder, "prometheus", true))
    }

    /// A Prometheus for one test.
    pub fn own_prometheus(&self, name: &str) -> Result<Prometheus, Failure> {
        Prometheus::start(&self.programs, &self.folder, name, false)
    }

    /// An API server for one test, on the same etcd.
    pub fn own_api_server(&self, name: &str) -> Result<ApiServer, Failure> {
        ApiServer::start(&self.programs, self.rollouts, &self.folder, self.etcd, name)
    }

    /// The events in a namespace from now on.
    pub fn watch(&self, namespace: &str) -> Result<Watch, Failure> {
        self.watches.get(|| Watches::start(&self.kubectl))?.of(namespace)
    }

    /// The folder of the files of this run. It is deleted after the run.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Saves with the logs why a test failed.
    pub fn note(&self, test: &str, failure: &Failure) {
        let path = self.folder.join(format!("failed {}.log", test.replace('/', " ")));
        // The failure is reported in any case.
        let _ = fs::write(path, failure.to_string());
    }

    /// The kubeconfig of the administrator.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The error of a program that has ended by itself, if there is one.
    pub fn ended(&mut self) -> Option<String> {
        self.processes.iter_mut().find_map(Process::ended)
    }

    fn end_processes(&mut self) {
        self.watches = Lazy(Mutex::default());
        self.prometheus = Lazy(Mutex::default());
        self.processes.clear();
    }

    /// Stops everything and deletes the files.
    pub fn stop(mut self) -> Result<(), Failure> {
        self.end_processes();
        remove_folder(&self.folder)
    }

    /// Stops everything and keeps the logs, which replace those of the last such run of this version.
    pub fn stop_and_keep_logs(mut self) -> Result<PathBuf, Failure> {
        self.end_processes();
        let kept = programs::target().join("failed").join(self.rollouts.to_string());
        if kept.exists() {
            fs::remove_dir_all(&kept)?;
        }
        fs::create_dir_all(&kept)?;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if let (Some(name), Some("log")) = (path.file_name(), path.extension().and_then(|end| end.to_str())) {
                fs::copy(&path, kept.join(name))?;
            }
        }
        remove_folder(&self.folder)?;
        Ok(kept)
    }
}

/// Removes the folder of a lab, and that of the run with its last one.
fn remove_folder(folder: &Path) -> Result<(), Failure> {
    fs::remove_dir_all(folder)?;
    if let Some(run) = folder.parent() {
        // It fails while another lab of the run is there.
        let _ = fs::remove_dir(run);
    }
    Ok(())
}

/// Creates a folder for a lab of this run. Folders of killed runs are removed.
fn new_folder(rollouts: Rollouts) -> Result<PathBuf, Failure> {
    let target = programs::target();
    for entry in fs::read_dir(&target)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let owner = name.strip_prefix("run-");
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            fs::remove_dir_all(&path)?;
        }
    }
    let folder = target.join(format!("run-{}/{rollouts}", std::process::id()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A file, or the YAML files of a folder without those of Kustomize.
fn yaml_files(place: &Path) -> Result<Vec<PathBuf>, Failure> {
    if place.is_file() {
        return Ok(vec![place.to_path_buf()]);
    }
    let mut files = fs::read_dir(place)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml") && !path.ends_with("kustomization.yaml"));
    files.sort();
    Ok(files)
}
