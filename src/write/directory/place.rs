//! In: the output folder as it was given. Out: the folder with links resolved. A link that came with a checkout must not
//! lead the output out of the repository.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::write::error::{WriteError, WriteErrorKind};

/// The folder with symbolic links resolved, as far as it exists.
pub(super) fn real(folder: &Path) -> Result<PathBuf, WriteError> {
    let absolute = std::path::absolute(folder).map_err(WriteError::io("read", folder))?;
    let real = existing(&absolute);
    let named = by_name(&absolute);
    let repository = named.ancestors().find(|above| above.join(".git").exists());
    match repository.map(existing) {
        Some(repository) if !real.starts_with(&repository) => {
            Err(WriteError::new(folder, WriteErrorKind::LeavesRepository { target: real }))
        }
        _ => Ok(real),
    }
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
