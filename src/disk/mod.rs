//! The [`Files`] of the command line: the disk, read as bounded UTF-8, within the boundary of a policy.
//! In: a path. Out: its source, or what is wrong with the file and which name comes nearest.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only reader of files")]

mod boundary;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::suggest;
use crate::files::{FileError, Files};
use crate::source::Source;
use crate::syntax::limits;

use boundary::Boundaries;

/// Reads files from the disk, paths relative to the working folder. A policy may name the files of its repository or,
/// without one, those below its folder.
#[derive(Debug, Default)]
pub struct Disk {
    boundaries: Boundaries,
    /// Paths with links resolved.
    resolved: Mutex<HashMap<PathBuf, PathBuf>>,
}

impl Disk {
    /// Lets policies also name the files below these folders.
    ///
    /// # Errors
    /// The first of them that is not a folder, and why.
    pub fn allowing(folders: &[PathBuf]) -> Result<Self, (PathBuf, FileError)> {
        let resolve = |folder: &PathBuf| {
            let real = folder.canonicalize().map_err(|error| (folder.clone(), from_io(&error, folder)))?;
            if real.is_dir() { Ok(real) } else { Err((folder.clone(), FileError::NotFolder)) }
        };
        let boundaries = Boundaries::allowing(folders.iter().map(resolve).collect::<Result<_, _>>()?);
        Ok(Self { boundaries, ..Self::default() })
    }
}

impl Files for Disk {
    fn admit(&self, policy: &Path, path: &Path) -> Result<(), FileError> {
        self.boundaries.admit(policy, path)
    }

    fn resolved(&self, path: &Path) -> PathBuf {
        let mut known = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        // Many policies include the same file.
        match known.get(path) {
            Some(real) => real.clone(),
            None => {
                let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
                known.insert(path.to_owned(), real.clone());
                real
            }
        }
    }

    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        let text = read_text(path)?;
        Ok(Source::new(path, text))
    }
}

/// Bytes that hold most files: asking for the size first costs as much as reading them.
const USUAL: usize = 16 * 1024;

/// The text of a file, up to a limit, even if the file grows during the read.
fn read_text(path: &Path) -> Result<String, FileError> {
    // To open a named pipe would wait for a writer, and a device may have no end.
    let metadata = std::fs::metadata(path).map_err(|error| from_io(&error, path))?;
    if metadata.is_dir() {
        return Err(FileError::Folder);
    }
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    let file = std::fs::File::open(path).map_err(|error| from_io(&error, path))?;
    let mut bytes = Vec::with_capacity(USUAL);
    file.take(limits::FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| from_io(&error, path))?;
    text_of(bytes)
}

/// Bytes as the text of a policy.
///
/// # Errors
/// When they are too many, or not UTF-8.
pub fn text_of(bytes: Vec<u8>) -> Result<String, FileError> {
    if bytes.len() > limits::FILE_BYTES {
        return Err(FileError::TooLarge { bytes: bytes.len() as u64 });
    }
    String::from_utf8(bytes).map_err(|error| FileError::NotUtf8 { offset: error.utf8_error().valid_up_to() })
}

fn from_io(error: &std::io::Error, path: &Path) -> FileError {
    match error.kind() {
        std::io::ErrorKind::NotFound => FileError::NotFound { nearest: nearest(path) },
        std::io::ErrorKind::IsADirectory => FileError::Folder,
        _ => FileError::Other(error.to_string()),
    }
}

/// The name in the same folder that is most like the one asked for.
fn nearest(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> =
        std::fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let wanted = path.file_name()?.to_str()?;
    suggest::nearest(wanted, names.iter().map(String::as_str))
        .map(|name| path.with_file_name(name).display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_read() {
        let place = tempfile::tempdir().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(place.path().join("socket")).unwrap();
        let disk = Disk::default();
        assert_eq!(disk.read(&place.path().join("socket")).unwrap_err(), FileError::NotRegular);
        assert_eq!(disk.read(Path::new("/dev/zero")).unwrap_err(), FileError::NotRegular);
        assert_eq!(disk.read(place.path()).unwrap_err(), FileError::Folder);
    }

    #[test]
    fn only_folders_are_allowed() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(Disk::allowing(&[place.path().to_owned()]).is_ok());
        assert_eq!(Disk::allowing(std::slice::from_ref(&file)).unwrap_err(), (file, FileError::NotFolder));
        let gone = place.path().join("gone");
        assert!(matches!(Disk::allowing(&[gone]).unwrap_err().1, FileError::NotFound { .. }));
    }
}
