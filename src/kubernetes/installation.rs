//! In: a kind that a cluster does not serve. Out: the product that it belongs to, and how to install that.

use super::kinds::Kind;

/// The product that installs a kind.
pub fn product(kind: Kind) -> &'static str {
    match kind.group() {
        "argoproj.io" => "Argo Rollouts",
        "gateway.networking.k8s.io" => "the Gateway API",
        "keda.sh" => "KEDA",
        _ => "this version of Kubernetes",
    }
}

/// How to install a kind.
pub fn installation(kind: Kind) -> String {
    match kind.group() {
        "argoproj.io" => "install the controller and its definitions: `kubectl create namespace argo-rollouts`, then \
            `kubectl apply -n argo-rollouts -f` with the `install.yaml` of the Argo Rollouts release that you want"
            .to_owned(),
        "gateway.networking.k8s.io" => {
            "install the Gateway API's definitions: `kubectl apply --server-side -f` with the \
            `standard-install.yaml` of its release (`experimental-install.yaml` for TCPRoute and TLSRoute)"
                .to_owned()
        }
        "keda.sh" => "install KEDA, or leave `autoscaler kind=\"ScaledObject\"` out".to_owned(),
        _ => format!(
            "`kubectl api-resources` lists the kinds that the cluster serves; {} is not one of them",
            kind.qualified()
        ),
    }
}
