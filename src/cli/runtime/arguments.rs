//! The common arguments of the runtime commands: the cluster and the release.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::runtime::ConnectionOptions;
use crate::units;
use clap::Args;

/// The cluster and the user, as for kubectl.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster options")]
pub struct Cluster {
    /// The kubeconfig [default: KUBECONFIG, else ~/.kube/config, else the service account of the pod]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig [default: the current context]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// The namespace of objects that name none [default: the namespace of the context]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// The user to act as
    #[arg(long = "as", value_name = "USER")]
    impersonate: Option<String>,
}

impl Cluster {
    /// The options of the connection.
    pub fn options(&self) -> ConnectionOptions {
        ConnectionOptions {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            namespace: self.namespace.clone(),
            impersonate: self.impersonate.clone(),
        }
    }
}

/// A duration, such as `30s`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let written = units::Duration::parse(text);
    let written = written.map_err(|_| "write a duration such as `30s`, `10m` or `1h30m`".to_owned())?;
    Ok(Duration::from_millis(written.milliseconds()))
}

/// A release in a cluster: `web`, or `shop/web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseName {
    /// The namespace, if it was written.
    pub namespace: Option<String>,
    /// The name of the Rollout.
    pub name: String,
}

impl FromStr for ReleaseName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name = |part: &str| !part.is_empty() && !part.contains('/');
        match text.split_once('/') {
            None if is_name(text) => Ok(Self { namespace: None, name: text.to_owned() }),
            Some((namespace, name)) if is_name(namespace) && is_name(name) => {
                Ok(Self { namespace: Some(namespace.to_owned()), name: name.to_owned() })
            }
            _ => Err("write NAME, or NAMESPACE/NAME, such as `shop/checkout`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_may_name_its_namespace() {
        let parsed = |text: &str| text.parse::<ReleaseName>().map(|release| (release.namespace, release.name));
        assert_eq!(parsed("web"), Ok((None, "web".to_owned())));
        assert_eq!(parsed("shop/web"), Ok((Some("shop".to_owned()), "web".to_owned())));
        for wrong in ["", "/web", "shop/", "a/b/c"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
