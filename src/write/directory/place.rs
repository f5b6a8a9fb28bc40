//! In: a path to write to, as it was given. Out: the path with links resolved. A link that came with a checkout must not
//! lead what is written out of the repository.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::write::error::{WriteError, WriteErrorKind};

/// A path with symbolic links resolved, as far as it exists.
pub(crate) struct Resolved {
    /// The path without links.
    pub real: PathBuf,
    /// Whether a link leads it out of a repository that it is in by name.
    pub leaves_repository: bool,
}

/// Resolves the links of a path.
pub(crate) fn resolved(path: &Path) -> io::Result<Resolved> {
    let absolute = std::path::absolute(path)?;
    let real = existing(&absolute);
    let named = by_name(&absolute);
    // The link may lead into another repository.
    let mut repositories = named.ancestors().filter(|above| above.join(".git").exists());
    let leaves_repository = repositories.any(|repository| !real.starts_with(existing(repository)));
    Ok(Resolved { real, leaves_repository })
}

/// The output folder with symbolic links resolved, as far as it exists.
pub(super) fn real(folder: &Path) -> Result<PathBuf, WriteError> {
    let Resolved { real, leaves_repository } = resolved(folder).map_err(WriteError::io("read", folder))?;
    if leaves_repository {
        return Err(WriteError::new(folder, WriteErrorKind::LeavesRepository { target: real }));
    }
    Ok(real)
}

fn existing(absolute: &Path) -> PathBuf {
    for above in absolute.ancestors() {
        if let Ok(real) = fs::canonicalize(above) {
            return match absolute.strip_prefix(above) {
                Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
                _ => real,
            };
        }
    }
    absolute.to_owned()
}

/// The path with `..` resolved by name.
fn by_name(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}
