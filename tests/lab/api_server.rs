//! Another API server on the etcd of the lab, for a test that kills it; the other tests keep theirs. In: the lab's
//! etcd. Out: a ready API server that can be killed and started again at the same address, as if its node restarted it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::both_ways::Rollouts;
use crate::failure::{Failure, failed};
use crate::kubectl::Kubectl;
use crate::process::Process;
use crate::programs::Programs;
use crate::ready;

/// The arguments of an API server of the lab. The folder of the run contains the parts that all servers share.
pub fn arguments(etcd: u16, port: u16, certificates: &str) -> String {
    format!(
        "--etcd-servers http://127.0.0.1:{etcd} --cert-dir {certificates} --secure-port {port} --bind-address 127.0.0.1 \
         --advertise-address 127.0.0.1 --service-cluster-ip-range 10.0.0.0/16 --service-account-issuer https://lab \
         --service-account-key-file service-account.key --service-account-signing-key-file service-account.key \
         --authorization-mode RBAC --token-auth-file tokens.csv --disable-admission-plugins ServiceAccount"
    )
}

/// The kubeconfig of the administrator of an API server.
pub fn kubeconfig(port: u16, authority: &Path) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\nclusters: [{{name: lab, cluster: {{server: \
         'https://127.0.0.1:{port}', certificate-authority: '{}'}}}}]\nusers: [{{name: admin, user: {{token: \
         lab}}}}]\ncontexts: [{{name: lab, context: {{cluster: lab, user: admin}}}}]\n",
        authority.display()
    )
}

/// Host and port of the server in such a kubeconfig.
pub fn address(kubeconfig: &str) -> Result<&str, Failure> {
    let found = kubeconfig.split_once("https://").and_then(|(_, rest)| rest.split_once('\''));
    found.map(|(address, _)| address).ok_or_else(|| failed(format!("the kubeconfig names no server:\n{kubeconfig}")))
}

/// The API server; it ends when it is dropped.
pub struct ApiServer {
    programs: Programs,
    rollouts: Rollouts,
    folder: PathBuf,
    name: String,
    arguments: Vec<String>,
    process: Option<Process>,
}

impl ApiServer {
    /// Starts one with its own name.
    pub fn start(
        programs: &Programs,
        rollouts: Rollouts,
        folder: &Path,
        etcd: u16,
        name: &str,
    ) -> Result<Self, Failure> {
        ready::with_free_ports(|[port]| {
            let text = arguments(etcd, port, name);
            let mut server = Self {
                programs: programs.clone(),
                rollouts,
                folder: folder.to_path_buf(),
                name: name.to_owned(),
                arguments: text.split_whitespace().map(str::to_owned).collect(),
                process: None,
            };
            fs::write(server.kubeconfig(), kubeconfig(port, &folder.join(name).join("apiserver.crt")))?;
            server.start_again()?;
            Ok(server)
        })
    }

    /// The kubeconfig of its administrator.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join(format!("{}.kubeconfig", self.name))
    }

    /// Kills it like a node that fails: no connection is closed properly.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it at its old address, and waits until it is ready.
    pub fn start_again(&mut self) -> Result<(), Failure> {
        let program = self.programs.path("kube-apiserver");
        let kubectl = Kubectl::new(&self.programs, self.rollouts, &self.kubeconfig());
        let process = self.process.insert(Process::start(&self.name, &program, &self.arguments, &self.folder)?);
        // The server serves custom resources only a moment after the other kinds.
        let asked = ["get", "rollouts", "--all-namespaces"];
        ready::wait(&self.name, || process.ended(), || Ok(kubectl.try_run(&asked, "")?.success))
    }
}
