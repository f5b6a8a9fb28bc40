//! In: generated files, one by one and from several threads. Out: a folder that contains all of them.
//!
//! Until [`Directory::commit`], nothing in the folder changes, so an error in any policy writes nothing. The commit
//! replaces whole files by renaming. If it is interrupted, some files are new and the others old, and the next build
//! completes it: a build compares every file and writes those that differ.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::staging::Staging;
use super::target::{Generated, State, Target};
use crate::write::error::{WriteError, WriteErrorKind};

/// The number of files for each action of the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or have changed.
    pub written: usize,
    /// Files that already had the right content.
    pub unchanged: usize,
    /// Files that an earlier build wrote and whose release is gone.
    pub removed: usize,
}

/// A folder that is being written. Without [`commit`](Self::commit), nothing in it changes.
#[derive(Debug)]
pub struct Directory {
    target: Target,
    staging: Staging,
    staged: AtomicUsize,
    unchanged: AtomicUsize,
    failed: AtomicBool,
    /// Dropped after the staging folder, which is in it.
    _created: Created,
    /// The operating system releases the lock on the folder when this file is dropped.
    _lock: File,
}

/// The folders that this build creates, the innermost first. Those that stay empty are removed when it is dropped.
#[derive(Debug)]
struct Created(Vec<PathBuf>);

impl Created {
    /// The folder and those around it, as far as they do not exist.
    fn missing(folder: &Path) -> Self {
        let missing = folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        Self(missing.map(Path::to_path_buf).collect())
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        // The operating system does not remove a folder with files in it.
        let _ = self.0.iter().try_for_each(fs::remove_dir);
    }
}

impl Directory {
    /// Creates the folder if it does not exist, and waits until no other canaryc writes to it.
    ///
    /// # Errors
    /// When the folder cannot be created, read or locked.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        if folder.is_file() {
            return Err(WriteError::new(folder, WriteErrorKind::IsFile));
        }
        let created = Created::missing(folder);
        fs::create_dir_all(folder).map_err(WriteError::io("create the folder", folder))?;
        let folder = fs::canonicalize(folder).map_err(WriteError::io("read", folder))?;
        // An editor that builds on save and a commit hook may run at the same time.
        let lock = File::open(&folder).map_err(WriteError::io("read", &folder))?;
        lock.lock().map_err(WriteError::io("lock", &folder))?;
        Ok(Self {
            staging: Staging::new(&folder)?,
            target: Target::new(folder),
            staged: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            _created: created,
            _lock: lock,
        })
    }

    /// Notes that a policy is part of this build, even if it generates no file: its old files are then removed.
    pub fn compiled(&self, policy: &Path) {
        self.target.compiled(policy);
    }

    /// Stages one file. Can be called from several threads at once.
    ///
    /// # Errors
    /// When the file cannot be written, or a file that canaryc did not write is in its place. The commit then fails.
    pub fn add(&self, file: Generated<'_>) -> Result<(), WriteError> {
        self.stage(file).inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    fn stage(&self, file: Generated<'_>) -> Result<(), WriteError> {
        let (text, state) = self.target.compare(file)?;
        let counter = if matches!(state, State::Same) { &self.unchanged } else { &self.staged };
        counter.fetch_add(1, Ordering::Relaxed);
        if matches!(state, State::Same) { Ok(()) } else { self.staging.add(file.path, &text) }
    }

    /// Moves all staged files into place, and removes the files of gone releases below `within`: their policy was compiled
    /// in this build without generating them, or does not exist any more. `within` is relative to the folder; empty
    /// means all of it.
    ///
    /// # Errors
    /// When a file could not be staged; then nothing has changed. When the operating system refuses to move or remove a
    /// file; then those before it have changed.
    pub fn commit(self, within: &Path) -> Result<Summary, WriteError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(WriteError::new(&self.target.folder, WriteErrorKind::Incomplete));
        }
        let gone = self.target.gone(within)?;
        let summary = Summary {
            written: self.staged.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            removed: gone.len(),
        };
        self.staging.publish(&self.target.folder)?;
        gone.iter().try_for_each(|path| self.target.remove(path))?;
        Ok(summary)
    }
}
