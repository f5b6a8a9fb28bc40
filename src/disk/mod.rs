//! The [`Files`] of the command line: the disk, read as bounded UTF-8.
//! In: a path. Out: its source, or what is wrong with the file and which name comes nearest.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only reader of files")]

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::suggest;
use crate::files::{FileError, Files};
use crate::source::Source;
use crate::syntax::limits;

/// Reads files from the disk, paths relative to the working folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        let text = read_text(path)?;
        Ok(Source::new(path, text))
    }
}

/// Bytes that hold most files: asking for the size first costs as much as reading them.
const USUAL: usize = 16 * 1024;

/// The text of a file, up to a limit, even if the file grows during the read.
fn read_text(path: &Path) -> Result<String, FileError> {
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
