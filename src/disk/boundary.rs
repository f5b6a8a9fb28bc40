//! In: a policy, and the path of a file that it names. Out: whether the policy may have the file read. It may name the
//! files of its own repository (without one, those below its own folder) and those of folders that the caller allows,
//! after symbolic links are resolved. A build of a stranger's policy then cannot print or copy the secrets of the machine.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "resolves links")]

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::files::{Boundary, FileError};
use crate::source::{Syntax, syntax_of};

/// The folder that marks a repository. What is in it, such as the credentials of its remotes, is never read.
const REPOSITORY: &str = ".git";

/// The boundaries of a run, and what is known to be within them.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    /// Folders that the caller allows, with links resolved.
    allowed: Vec<PathBuf>,
    /// The root of the policies in each folder, keyed by the folder as it was given.
    roots: Mutex<HashMap<PathBuf, Arc<Root>>>,
    /// Files that policies of a root may read. Many policies include the same file.
    admitted: Mutex<HashMap<PathBuf, HashSet<PathBuf>>>,
}

/// The folder below which a policy may name files.
#[derive(Debug)]
struct Root {
    folder: PathBuf,
    boundary: Boundary,
}

impl Boundaries {
    /// Also admits the files below these folders, whose links are resolved.
    pub(super) fn allowing(allowed: Vec<PathBuf>) -> Self {
        Self { allowed, ..Self::default() }
    }

    /// Whether `policy` may have the file at `path` read.
    pub(super) fn admit(&self, policy: &Path, path: &Path) -> Result<(), FileError> {
        let root = self.root(policy);
        if lock(&self.admitted).get(&root.folder).is_some_and(|paths| paths.contains(path)) {
            return Ok(());
        }
        let outside = Err(FileError::Outside { boundary: root.boundary });
        let Some(real) = resolved(path) else { return outside };
        let inside = |folder: &Path| real.strip_prefix(folder).ok().filter(|rest| !is_in_repository_data(rest));
        let own = inside(&root.folder).filter(|rest| root.is_bounded() || rest.components().count() == 1);
        if own.is_none() && !self.allowed.iter().any(|folder| inside(folder).is_some()) {
            return outside;
        }
        // A link with the name of a policy to a file of another kind would show that file.
        if kind(path) != kind(&real) && (kind(path).is_some() || kind(&real).is_some()) {
            return Err(FileError::Disguised);
        }
        lock(&self.admitted).entry(root.folder.clone()).or_default().insert(path.to_owned());
        Ok(())
    }

    fn root(&self, policy: &Path) -> Arc<Root> {
        let named = policy.parent().unwrap_or(Path::new(""));
        if let Some(root) = lock(&self.roots).get(named) {
            return Arc::clone(root);
        }
        let here = if named.as_os_str().is_empty() { Path::new(".") } else { named };
        let folder = resolved(here).unwrap_or_else(|| here.to_owned());
        let repository = folder.ancestors().find(|above| above.join(REPOSITORY).exists() && above.parent().is_some());
        let root = Arc::new(match repository {
            Some(repository) => Root { folder: repository.to_owned(), boundary: Boundary::Repository },
            None => Root { folder, boundary: Boundary::PolicyFolder },
        });
        lock(&self.roots).insert(named.to_owned(), Arc::clone(&root));
        root
    }
}

impl Root {
    /// Whether it is not the root of the file system, below which is everything.
    fn is_bounded(&self) -> bool {
        self.folder.parent().is_some()
    }
}

/// The path without links, as far as it exists. The rest of a path that does not exist is taken by name. `None` if a
/// link leads nowhere.
fn resolved(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    for above in absolute.ancestors() {
        match above.canonicalize() {
            Ok(real) => {
                return match absolute.strip_prefix(above) {
                    Ok(rest) if !rest.as_os_str().is_empty() => Some(by_name(&real, rest)),
                    _ => Some(real),
                };
            }
            Err(_) if above.is_symlink() => return None,
            Err(_) => {}
        }
    }
    Some(absolute)
}

/// A path below a folder, `..` resolved by name.
fn by_name(folder: &Path, rest: &Path) -> PathBuf {
    let mut path = folder.to_owned();
    for component in rest.components() {
        match component {
            Component::ParentDir => drop(path.pop()),
            other => path.push(other),
        }
    }
    path
}

fn is_in_repository_data(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().eq_ignore_ascii_case(REPOSITORY))
}

/// The syntax that a name promises; `None` for a name that promises none.
fn kind(path: &Path) -> Option<Syntax> {
    let extension = path.extension()?;
    let known = ["kdl", "yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    known.then(|| syntax_of(path))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn place(files: &[&str]) -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        for file in files {
            let path = place.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        place
    }

    fn outside(boundary: Boundary) -> Result<(), FileError> {
        Err(FileError::Outside { boundary })
    }

    #[test]
    fn without_a_repository_only_files_below_the_policy_are_read() {
        let place = place(&["policies/lib/org.kdl", "secret.kdl"]);
        let (policy, boundaries) = (place.path().join("policies/a.canary.kdl"), Boundaries::default());
        let admit = |path: &str| boundaries.admit(&policy, &place.path().join(path));
        assert_eq!(admit("policies/lib/org.kdl"), Ok(()));
        assert_eq!(admit("policies/lib/gone.kdl"), Ok(()));
        assert_eq!(admit("secret.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(admit("policies/lib/../../secret.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(boundaries.admit(&policy, Path::new("/proc/self/environ")), outside(Boundary::PolicyFolder));
        // Whether a file outside exists is not said either.
        assert_eq!(admit("gone.kdl"), outside(Boundary::PolicyFolder));
    }

    #[test]
    fn a_repository_is_the_boundary_of_its_policies_and_its_data_is_not_read() {
        let place = place(&["repository/.git/config", "repository/lib/org.kdl", "other/x.kdl"]);
        let (policy, boundaries) = (place.path().join("repository/a/b/a.canary.kdl"), Boundaries::default());
        let admit = |path: &str| boundaries.admit(&policy, &place.path().join(path));
        assert_eq!(admit("repository/lib/org.kdl"), Ok(()));
        for path in ["repository/.git/config", "repository/a/.GIT/x.kdl", "other/x.kdl"] {
            assert_eq!(admit(path), outside(Boundary::Repository), "{path}");
        }
    }

    #[test]
    fn an_allowed_folder_is_read_too() {
        let place = place(&["policies/x", "shared/org.kdl", "shared/.git/config", "shared-not/org.kdl"]);
        let boundaries = Boundaries::allowing(vec![place.path().canonicalize().unwrap().join("shared")]);
        let policy = place.path().join("policies/a.canary.kdl");
        let admit = |path: &str| boundaries.admit(&policy, &place.path().join(path));
        assert_eq!(admit("shared/org.kdl"), Ok(()));
        assert_eq!(admit("shared-not/org.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(admit("shared/.git/config"), outside(Boundary::PolicyFolder));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_resolved_first() {
        use std::os::unix::fs::symlink;
        let place = place(&["policies/org.kdl", "policies/.env", "policies/deployment.yml", "home/key.kdl"]);
        let at = |path: &str| place.path().join(path);
        symlink(at("home"), at("policies/lib")).unwrap();
        symlink(at("home/key.kdl"), at("policies/key.kdl")).unwrap();
        symlink(at("home/gone.kdl"), at("policies/dangling.kdl")).unwrap();
        symlink(at("policies/.env"), at("policies/env.kdl")).unwrap();
        symlink(at("policies/org.kdl"), at("policies/same.kdl")).unwrap();
        symlink(at("policies/deployment.yml"), at("policies/deployment.yaml")).unwrap();
        let boundaries = Boundaries::default();
        let admit = |path: &str| boundaries.admit(&at("policies/a.canary.kdl"), &at(path));
        assert_eq!(admit("policies/lib/key.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(admit("policies/lib/gone.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(admit("policies/key.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(admit("policies/dangling.kdl"), outside(Boundary::PolicyFolder));
        assert_eq!(admit("policies/env.kdl"), Err(FileError::Disguised));
        assert_eq!(admit("policies/same.kdl"), Ok(()));
        assert_eq!(admit("policies/deployment.yaml"), Ok(()));
    }
}
