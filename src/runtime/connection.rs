//! In: the cluster options of the command line. Out: a client. It uses the same files, variables, contexts, exec
//! credentials and proxies as kubectl and, in a pod, its service account.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use kube::api::{Api, ApiResource, DynamicObject};
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use super::cluster_error::{ClusterError, configuration, no_credentials};
use super::limits::Limits;
use crate::kubernetes::kinds::Kind;

/// The time limit for establishing a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// The cluster, and the user.
#[derive(Clone, Debug, Default)]
pub struct ConnectionOptions {
    /// The kubeconfig; by default those of `KUBECONFIG`, otherwise `~/.kube/config`, otherwise the service account of
    /// the pod.
    pub kubeconfig: Option<PathBuf>,
    /// The context; by default the current one.
    pub context: Option<String>,
    /// The namespace; by default that of the context.
    pub namespace: Option<String>,
    /// The user to act as.
    pub impersonate: Option<String>,
}

/// A client of one cluster. Creating one does not contact the cluster.
#[derive(Clone)]
pub struct Connection {
    client: Client,
    namespace: String,
    server: String,
    heard: Arc<AtomicBool>,
    received: Arc<AtomicUsize>,
}

impl Connection {
    /// Reads the configuration and creates a client.
    ///
    /// # Errors
    /// When the configuration is unreadable, or the context does not exist.
    pub async fn open(options: &ConnectionOptions) -> Result<Self, ClusterError> {
        let mut config = read(options).await?;
        config.connect_timeout = Some(CONNECT);
        if let Some(user) = &options.impersonate {
            config.auth_info.impersonate = Some(user.clone());
        }
        if let Some(namespace) = &options.namespace {
            config.default_namespace.clone_from(namespace);
        }
        let (namespace, server) = (config.default_namespace.clone(), config.cluster_url.to_string());
        let program = config.auth_info.exec.as_ref().and_then(|exec| exec.command.clone());
        let builder = ClientBuilder::try_from(config).map_err(|error| match error {
            kube::Error::Auth(error) => no_credentials(&error, program.as_deref()),
            error => configuration(&error),
        })?;
        let limits = Limits::default();
        let client = builder.with_layer(&limits).build();
        Ok(Self { client, namespace, server, heard: Arc::default(), received: limits.received })
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The default namespace: from the command line, otherwise from the context, otherwise `default`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The address of the API server, for messages.
    pub fn server(&self) -> &str {
        self.server.trim_end_matches('/')
    }

    /// Whether the API server has ever answered. If it has, an interruption is temporary.
    pub fn was_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }

    /// The bytes of all answers so far, except those of watches.
    pub fn received(&self) -> usize {
        self.received.load(Ordering::Relaxed)
    }

    /// Notes that the API server has answered.
    pub fn heard(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// The objects of a kind in a namespace.
    pub fn objects(&self, kind: Kind, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), namespace, &resource(kind))
    }

    /// The objects of a kind in all namespaces.
    pub fn objects_everywhere(&self, kind: Kind) -> Api<DynamicObject> {
        Api::all_with(self.client.clone(), &resource(kind))
    }
}

async fn read(options: &ConnectionOptions) -> Result<Config, ClusterError> {
    let chosen = KubeConfigOptions { context: options.context.clone(), cluster: None, user: None };
    let kubeconfig = match &options.kubeconfig {
        Some(path) => Some(Kubeconfig::read_from(path).map_err(|error| configuration(&error))?),
        None if options.context.is_some() => Some(Kubeconfig::read().map_err(|error| configuration(&error))?),
        None => None,
    };
    match kubeconfig {
        Some(kubeconfig) => {
            if let Some(wanted) = &options.context
                && !kubeconfig.contexts.iter().any(|context| context.name == *wanted)
            {
                let known = kubeconfig.contexts.into_iter().map(|context| context.name).collect();
                return Err(ClusterError::UnknownContext { wanted: wanted.clone(), known });
            }
            Config::from_custom_kubeconfig(kubeconfig, &chosen).await.map_err(|error| configuration(&error))
        }
        None => Config::infer().await.map_err(|error| configuration(&error)),
    }
}

/// What the client needs to know about a kind.
pub(in crate::runtime) fn resource(kind: Kind) -> ApiResource {
    ApiResource {
        group: kind.group().to_owned(),
        version: kind.version().to_owned(),
        api_version: kind.api_version().to_owned(),
        kind: kind.name().to_owned(),
        plural: kind.plural().to_owned(),
    }
}
