//! In: a release. Out: the name of the file for its manifests. It depends only on the release, so another release never
//! renames it.

use std::path::PathBuf;

use crate::policy::Release;

/// `checkout.yaml`; `checkout.shop.yaml` with a namespace; `prod/checkout.shop.yaml` for an environment. Labels contain
/// no dot, so two releases never share a name.
pub(super) fn file_name(release: &Release, extension: &str) -> PathBuf {
    let name = release.name.value.as_str();
    let file = match &release.namespace {
        Some(namespace) => [name, ".", namespace.value.as_str(), ".", extension].concat(),
        None => [name, ".", extension].concat(),
    };
    match &release.environment {
        Some(environment) => PathBuf::from(&**environment).join(file),
        None => PathBuf::from(file),
    }
}
