//! In: an error of a cluster. Out: what is wrong, as data, and as a diagnostic for the person who ran the command.

use std::error::Error;
use std::fmt;

use kube::client::AuthError;
use kube::config::KubeconfigError;
use kube::core::Status;

use super::limits::Unlike;
use super::rights;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::hidden;
use crate::kubernetes::installation::{installation, product};
use crate::kubernetes::kinds::Kind;

/// The most characters of what somebody else says in a message.
const LONGEST: usize = 2_000;

/// An attempted request, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The verb of Kubernetes' authorization: `get`, `list`, `watch`, `patch`, `create`, `delete`.
    pub verb: &'static str,
    /// The kind of the object.
    pub kind: Kind,
    /// A subresource with its own permissions: `status`.
    pub subresource: Option<&'static str>,
    /// The namespace; `None` for all namespaces.
    pub namespace: Option<String>,
    /// The object; `None` for all of the kind.
    pub name: Option<String>,
}

/// Why a request to a cluster failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterError {
    /// The configuration of the client is unusable.
    Configuration {
        /// What is wrong with it.
        reason: String,
    },
    /// The kubeconfig has no such context.
    UnknownContext {
        /// The requested context.
        wanted: String,
        /// The existing contexts.
        known: Vec<String>,
    },
    /// No server answers, or not as an API server would.
    Unreachable {
        /// The address.
        server: String,
        /// The innermost reason.
        reason: String,
    },
    /// The answer is not that of an API server.
    Unlike {
        /// The address.
        server: String,
        /// What is wrong with the answer.
        what: Unlike,
    },
    /// The kubeconfig yields no credentials.
    NoCredentials {
        /// Why not.
        reason: String,
    },
    /// 401: the credentials are unknown or expired.
    Unauthorized {
        /// What the API server said.
        reason: String,
    },
    /// 403: the user may not do this.
    Forbidden {
        /// The attempted request.
        attempt: Attempt,
        /// What the API server said.
        reason: String,
    },
    /// 404 for a whole kind: its CustomResourceDefinition is not installed.
    NoDefinition {
        /// The kind.
        kind: Kind,
    },
    /// 404 for one object.
    NotFound {
        /// The attempted request.
        attempt: Attempt,
    },
    /// 404 for the namespace of an object that is to be created.
    NoNamespace {
        /// Its name.
        namespace: String,
    },
    /// The release has no stage with this name.
    NoSuchStage {
        /// The requested stage.
        wanted: String,
        /// The existing stages.
        known: Vec<String>,
    },
    /// 409: another manager owns the fields, or somebody changed the object in the meantime.
    Conflict {
        /// The attempted request.
        attempt: Attempt,
        /// What the API server said.
        reason: String,
    },
    /// Any other unsuccessful answer, such as for an invalid object or from an admission webhook.
    Refused {
        /// The attempted request.
        attempt: Attempt,
        /// What the API server said.
        reason: String,
    },
}

impl Attempt {
    /// A request for one object.
    pub fn on(verb: &'static str, kind: Kind, namespace: &str, name: &str) -> Self {
        debug_assert!(rights::is_known(verb, kind, None), "the table of rights has no {verb} on {}", kind.qualified());
        Self { verb, kind, subresource: None, namespace: Some(namespace.to_owned()), name: Some(name.to_owned()) }
    }

    /// A request for all objects of a kind; `None` means all namespaces.
    pub fn on_all(verb: &'static str, kind: Kind, namespace: Option<&str>) -> Self {
        debug_assert!(rights::is_known(verb, kind, None), "the table of rights has no {verb} on {}", kind.qualified());
        Self { verb, kind, subresource: None, namespace: namespace.map(str::to_owned), name: None }
    }

    /// The same request for a subresource of the object.
    #[must_use]
    pub fn subresource(self, subresource: &'static str) -> Self {
        debug_assert!(
            rights::is_known(self.verb, self.kind, Some(subresource)),
            "the table of rights has no {} on {}/{subresource}",
            self.verb,
            self.kind.qualified()
        );
        Self { subresource: Some(subresource), ..self }
    }

    /// What an error of the client means for this request.
    pub fn failed(self, error: &kube::Error, server: &str) -> ClusterError {
        match error {
            kube::Error::Api(status) => self.answered(status),
            kube::Error::Auth(error) => no_credentials(error, None),
            error => match Unlike::of(error) {
                Some(what) => ClusterError::Unlike { server: server.to_owned(), what },
                None => ClusterError::Unreachable { server: server.to_owned(), reason: innermost(error) },
            },
        }
    }

    /// What an unsuccessful answer means for this request.
    pub fn answered(self, status: &Status) -> ClusterError {
        let reason = said(&status.message);
        match status.code {
            401 => ClusterError::Unauthorized { reason },
            403 => ClusterError::Forbidden { attempt: self, reason },
            404 if status.details.as_ref().is_some_and(|details| details.kind == "namespaces") => {
                ClusterError::NoNamespace { namespace: self.namespace.unwrap_or_default() }
            }
            // If the definition is missing, the address itself is unknown, and the answer names no object.
            404 if status.details.as_ref().is_none_or(|details| details.name.is_empty()) => {
                ClusterError::NoDefinition { kind: self.kind }
            }
            404 => ClusterError::NotFound { attempt: self },
            409 => ClusterError::Conflict { attempt: self, reason },
            _ => ClusterError::Refused { attempt: self, reason },
        }
    }
}

impl fmt::Display for Attempt {
    /// `patch rollouts.argoproj.io/status "web" in namespace "shop"`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.kind.qualified())?;
        if let Some(subresource) = self.subresource {
            write!(f, "/{subresource}")?;
        }
        if let Some(name) = &self.name {
            write!(f, " `{name}`")?;
        }
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace `{namespace}`"),
            None => write!(f, " in all namespaces"),
        }
    }
}

impl ClusterError {
    /// The diagnostic for a person.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Configuration { reason } => {
                Diagnostic::without_place(Code::ClusterConfiguration, format!("no cluster is configured: {reason}"))
                    .help("set KUBECONFIG or write `--kubeconfig FILE`; `kubectl config view` shows what kubectl uses")
            }
            Self::UnknownContext { wanted, known } => {
                let nearest = suggest::nearest(wanted, known.iter().map(String::as_str));
                let listed = || format!("the contexts are {}", suggest::one_of(known.iter().map(String::as_str)));
                Diagnostic::without_place(Code::ClusterConfiguration, format!("there is no context `{wanted}`"))
                    .help(nearest.map_or_else(listed, |nearest| format!("did you mean `--context {nearest}`?")))
            }
            Self::Unreachable { server, reason } => {
                let message = format!("the API server at {server} does not answer: {reason}");
                Diagnostic::without_place(Code::ClusterUnreachable, message)
                    .help("is it the right context? `kubectl config current-context` names it, `kubectl get --raw /readyz` asks the server")
            }
            Self::Unlike { server, what } => {
                let message = format!("{server} does not answer like an API server: {what}");
                Diagnostic::without_place(Code::ClusterUnreachable, message)
                    .help("is it the right context? `kubectl config current-context` names it")
            }
            Self::NoCredentials { reason } => {
                Diagnostic::without_place(Code::ClusterUnauthorized, format!("there are no credentials: {reason}"))
                    .help("log in again, as for kubectl: `kubectl auth whoami` asks for them in the same way")
            }
            Self::Unauthorized { reason } => {
                let message = format!("the API server rejects the credentials: {reason}");
                Diagnostic::without_place(Code::ClusterUnauthorized, message)
                    .help("the credentials may have expired: log in again, as for kubectl")
            }
            Self::Forbidden { attempt, reason } => {
                Diagnostic::without_place(Code::ClusterForbidden, format!("you are not allowed to {attempt}"))
                    .why(format!("The API server says: {reason}"))
                    .help("`canaryc rbac` prints the roles that each command needs")
            }
            Self::NoDefinition { kind } => {
                let message =
                    format!("the cluster does not serve {}: {} is not installed", kind.name(), product(*kind));
                Diagnostic::without_place(Code::ClusterNoDefinition, message).help(installation(*kind))
            }
            Self::NotFound { attempt } => {
                let name = attempt.name.as_deref().unwrap_or_default();
                let message = match &attempt.namespace {
                    Some(namespace) => {
                        format!("there is no {} `{name}` in namespace `{namespace}`", attempt.kind.name())
                    }
                    None => format!("there is no {} `{name}`", attempt.kind.name()),
                };
                Diagnostic::without_place(Code::ClusterNotFound, message)
                    .help("`canaryc get --all-namespaces` lists the releases that there are")
            }
            Self::NoNamespace { namespace } => {
                Diagnostic::without_place(Code::ClusterNotFound, format!("there is no namespace `{namespace}`"))
                    .help(format!("create it: `kubectl create namespace {namespace}`"))
            }
            Self::NoSuchStage { wanted, known } => {
                let nearest = suggest::nearest(wanted, known.iter().map(String::as_str));
                let listed = || format!("the stages are {}", suggest::one_of(known.iter().map(String::as_str)));
                Diagnostic::without_place(Code::ClusterNoSuchStage, format!("the release has no stage `{wanted}`"))
                    .help(nearest.map_or_else(listed, |nearest| format!("did you mean `{nearest}`?")))
            }
            Self::Conflict { attempt, reason } => Diagnostic::without_place(
                Code::ClusterConflict,
                format!("another manager owns what this would change: {attempt}"),
            )
            .why(format!("The API server says: {reason}")),
            Self::Refused { attempt, reason } => {
                Diagnostic::without_place(Code::ClusterRefused, format!("the API server refuses to {attempt}"))
                    .why(format!("It says: {reason}"))
            }
        }
    }
}

/// An unusable configuration. The innermost error names no file, and the outer one repeats it.
pub(super) fn configuration(error: &(dyn Error + 'static)) -> ClusterError {
    let mut next = Some(error);
    let mut known = None;
    while let (Some(error), None) = (next, known) {
        known = error.downcast_ref::<KubeconfigError>();
        next = error.source();
    }
    let reason = match known {
        Some(KubeconfigError::ReadConfig(error, path)) => format!("cannot read `{}`: {error}", path.display()),
        Some(error) => error.to_string(),
        None => innermost(error),
    };
    ClusterError::Configuration { reason }
}

/// Missing credentials. `program` is the credential program of the kubeconfig's user, if known.
pub(super) fn no_credentials(error: &AuthError, program: Option<&str>) -> ClusterError {
    let program = program.map_or_else(|| "the program of the kubeconfig's user".to_owned(), |name| format!("`{name}`"));
    let reason = match error {
        AuthError::AuthExecStart(error) => format!("{program} cannot be run: {error}"),
        AuthError::AuthExecRun { out, .. } => {
            let said = said(String::from_utf8_lossy(&out.stderr).trim());
            let status = out.status;
            if said.is_empty() {
                format!("{program} failed ({status})")
            } else {
                format!("{program} failed ({status}): {said}")
            }
        }
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => format!("{program} did not print any"),
        error => innermost(error),
    };
    ClusterError::NoCredentials { reason }
}

/// The innermost error: the outer ones only say that it exists.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    said(&innermost.to_string())
}

/// What a server or a program says, in one line of a readable length.
pub(in crate::runtime) fn said(text: &str) -> String {
    hidden::excerpt(text, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_kubeconfig_is_named() {
        let error = kube::config::Kubeconfig::read_from("no/such/file").unwrap_err();
        let ClusterError::Configuration { reason } = configuration(&error) else { unreachable!() };
        assert!(reason.starts_with("cannot read `no/such/file`: "), "{reason}");
    }

    #[test]
    fn a_failing_credential_program_is_named() {
        let missing = AuthError::AuthExecStart(std::io::ErrorKind::NotFound.into());
        let ClusterError::NoCredentials { reason } = no_credentials(&missing, Some("aws")) else { unreachable!() };
        assert!(reason.starts_with("`aws` cannot be run: "), "{reason}");
    }
}
