//! In: the folders that a build searches for policies. Out: whether a policy that is not there was deleted: then its files
//! are stale. A policy that another build reads, or that a sparse checkout leaves out, was not.

use std::path::{Path, PathBuf};

/// What a build is about, beside the policies that it compiles.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The sub-folder of the output folder in which stale files are removed; empty for all of it.
    pub within: PathBuf,
    /// The folders that were searched for policies, with links resolved. A policy that was in one of them and is no
    /// longer there was deleted or moved.
    pub searched: Vec<PathBuf>,
}

/// Why a policy is not in a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// It still exists, or it is not one of this build's.
    Elsewhere,
    /// It was deleted.
    Deleted,
    /// The checkout may leave it out.
    Sparse,
}

impl Scope {
    /// Whether a policy that was not compiled was deleted from one of the searched folders.
    pub(super) fn absence(&self, policy: &Path) -> Absence {
        if policy.symlink_metadata().is_ok() || !self.searched.iter().any(|folder| policy.starts_with(folder)) {
            Absence::Elsewhere
        } else if is_sparse(policy) {
            Absence::Sparse
        } else {
            Absence::Deleted
        }
    }
}

/// Whether the repository of a file leaves files out of its checkout. `git sparse-checkout disable` keeps the list; then
/// stale files are only named.
pub(super) fn is_sparse(file: &Path) -> bool {
    let Some(marker) = file.ancestors().map(|above| above.join(".git")).find(|marker| marker.exists()) else {
        return false;
    };
    // In a linked worktree, `.git` is a file that names the folder.
    let data = match std::fs::read_to_string(&marker) {
        Ok(text) => text.trim().strip_prefix("gitdir: ").map(|path| marker.with_file_name(path)).unwrap_or(marker),
        Err(_) => marker,
    };
    data.join("info/sparse-checkout").exists()
}
