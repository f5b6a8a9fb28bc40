//! In: the text of each file to write. Out: the same files in a staging folder, then renamed into place. Files cannot
//! stay in memory until all policies have compiled: there may be 100,000 of them.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{header, hook};
use crate::write::error::{WriteError, WriteErrorKind};

/// The folder inside the output folder for files that are not in place yet.
pub(super) const STAGING: &str = ".canaryc-staging";

/// The staging folder of one build. Each thread has its own folder in it, with the layout of the output folder, because
/// two threads that create files in one folder block each other.
#[derive(Debug)]
pub(super) struct Staging {
    /// A folder in `.canaryc-staging` that did not exist before: whatever a checkout put beside it is not published.
    folder: PathBuf,
}

impl Staging {
    /// A new staging folder in an output folder that no other build writes to. What interrupted builds wrote is removed.
    pub(super) fn new(output: &Path) -> Result<Self, WriteError> {
        let all = output.join(STAGING);
        match fs::symlink_metadata(&all) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(WriteError::io("read", &all)(error)),
            Ok(found) if found.is_symlink() => return Err(WriteError::new(&all, WriteErrorKind::Symlink)),
            Ok(found) if !found.is_dir() => return Err(WriteError::new(&all, WriteErrorKind::IsFile)),
            Ok(_) => remove_remains(&all),
        }
        let unused = (0_u32..).map(|number| all.join(format!("{}-{number}", std::process::id())));
        let folder = unused.into_iter().find(|folder| folder.symlink_metadata().is_err()).unwrap_or(all);
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
    pub(super) fn publish(&self, output: &Path) -> Result<(), WriteError> {
        let threads = entries(&self.folder)?;
        threads.par_iter().filter(|(_, is_folder)| *is_folder).try_for_each(|(thread, _)| publish(thread, output))
    }

    /// Replaces one file at once.
    pub(super) fn replace(&self, path: &Path, text: &str) -> Result<(), WriteError> {
        let staged = self.folder.join("replacement");
        hook::step();
        let written = create(&staged).and_then(|mut file| file.write_all(text.as_bytes()));
        hook::step();
        written.and_then(|()| fs::rename(&staged, path)).map_err(WriteError::io("write", path))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        hook::step();
        // The files are in place or abandoned. If this fails, the next build tries again.
        let _ = fs::remove_dir_all(&self.folder);
        // The operating system does not remove a folder with files in it.
        let _ = self.folder.parent().map(fs::remove_dir);
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

/// Removes what interrupted builds wrote below a folder: files that begin as canaryc writes them, and empty folders.
/// Files of others stay.
fn remove_remains(folder: &Path) {
    for (path, is_folder) in entries(folder).unwrap_or_default() {
        hook::step();
        if is_folder {
            remove_remains(&path);
        } else if header::is_begun(&path) {
            let _ = fs::remove_file(&path);
        }
    }
    let _ = fs::remove_dir(folder);
}
