//! In: the text of each file to write. Out: the same files in a staging folder, then renamed into place. Files cannot
//! stay in memory until all policies have compiled: there may be 100,000 of them.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::hook;
use crate::write::error::{WriteError, WriteErrorKind};

/// The folder inside the output folder for files that are not in place yet.
pub(super) const STAGING: &str = ".canaryc-staging";

/// The staging folder. Each thread has its own folder in it, with the layout of the output folder, because two threads
/// that create files in one folder block each other.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
}

impl Staging {
    /// The staging folder of an output folder. Remains of an interrupted build are removed.
    pub(super) fn new(output: &Path) -> Result<Self, WriteError> {
        let folder = output.join(STAGING);
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(WriteError::io("read", &folder)(error)),
            Ok(found) if found.is_symlink() => return Err(WriteError::new(&folder, WriteErrorKind::Symlink)),
            Ok(found) if !found.is_dir() => return Err(WriteError::new(&folder, WriteErrorKind::IsFile)),
            Ok(_) => remove(&folder)?,
        }
        Ok(Self { folder })
    }

    /// Writes a file; `path` is relative to the output folder.
    pub(super) fn add(&self, path: &Path, text: &str) -> Result<(), WriteError> {
        let thread = rayon::current_thread_index().unwrap_or(0);
        let staged = self.folder.join(thread.to_string()).join(path);
        hook::step();
        let mut file = create(&staged).map_err(WriteError::io("write", &staged))?;
        hook::step();
        file.write_all(text.as_bytes()).map_err(WriteError::io("write", &staged))
    }

    /// Moves every staged file into place.
    pub(super) fn publish(self, output: &Path) -> Result<(), WriteError> {
        let threads = entries(&self.folder)?;
        threads.par_iter().try_for_each(|(thread, _)| publish(thread, output))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // The files are in place or abandoned. If this fails, the next build tries again.
        drop(remove(&self.folder));
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    match (File::create_new(path), path.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(parent)?;
            File::create_new(path)
        }
        (created, _) => created,
    }
}

/// Moves all files below one folder to the same places below another.
fn publish(from: &Path, to: &Path) -> Result<(), WriteError> {
    for (path, is_folder) in entries(from)? {
        let place = to.join(path.file_name().unwrap_or_default());
        if is_folder {
            publish(&path, &place)?;
        } else {
            hook::step();
            rename(&path, &place).map_err(WriteError::io("write", &place))?;
        }
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    match (fs::rename(from, to), to.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(parent)?;
            fs::rename(from, to)
        }
        (renamed, _) => renamed,
    }
}

/// The entries of a folder, and whether each is a folder; empty if the folder does not exist.
fn entries(folder: &Path) -> Result<Vec<(PathBuf, bool)>, WriteError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(WriteError::io("read", folder))?,
    };
    let entries = entries.map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?.is_dir()))));
    entries.collect::<Result<_, _>>().map_err(WriteError::io("read", folder))
}

fn remove(staging: &Path) -> Result<(), WriteError> {
    hook::step();
    match fs::remove_dir_all(staging) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(WriteError::io("remove", staging)(error)),
        _ => Ok(()),
    }
}
